"""What it costs to tell the followers of a thing: the request that says so, and the worker's portions.

There are as many followers as cases. A portion is a thousand of them, so a row of 200 ms is 5,000 a second.
"""

import uuid
from collections.abc import Callable

import sqlalchemy as sa

from app.cases.models import Case
from app.core import clock, db
from app.identity.models import Person
from app.notifications import jobs, kinds, notices
from app.notifications.kinds import ByMail, NoticeKind
from app.notifications.models import Follow
from benchmarks import floors
from benchmarks.measuring import Act, Operation, Prepare

THING = ("benchmark", "1")
KIND = NoticeKind(
    "benchmark",
    lambda: "News",
    lambda facts: "News",
    lambda facts: "/ar/",
    default=ByMail.DAILY,
    many=lambda count, facts: f"{count} news",
)
BATCH = 1000


def operations() -> dict[str, Callable[[], Operation]]:
    return {
        "notify, the request": lambda: _measured(_requests, "one row and a commit"),
        "notify, a portion of 1,000": lambda: _measured(_portions, "one row and a commit"),
    }


def _measured(ours: Callable[[], Prepare], held_against: str) -> Operation:
    kinds.register_notice(KIND)
    _have_followers()
    return Operation(ours(), floors.one_row(), held_against)


def _requests() -> Prepare:
    def act() -> int:
        with db.transaction():
            notices.tell_followers(THING, KIND.key, {"reference": "1"}, uuid.uuid4().hex)
        return 0

    return lambda: act


def _portions() -> Prepare:
    """Each tells another thing, to the last thousand who follow."""
    with db.transaction(reading=True) as session:
        newest = sa.select(Follow.id).order_by(Follow.id.desc()).offset(BATCH).limit(1)
        last = str(session.scalar(newest) or uuid.UUID(int=0))

    def prepare() -> Act:
        key = uuid.uuid4().hex

        def act() -> int:
            with db.transaction():
                jobs.tell_followers(
                    list(THING), list(THING), KIND.key, {"reference": "1"}, key, None, [],
                    clock.now().isoformat(), last,
                )  # fmt: skip
            return 0

        return act

    return prepare


def _have_followers() -> None:
    with db.transaction() as session:
        there = session.scalar(sa.select(sa.func.count()).select_from(Follow)) or 0
        wanted = session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
    for start in range(there, wanted, BATCH):
        with db.transaction():
            _follow(min(BATCH, wanted - start))


def _follow(number: int) -> None:
    persons = [db.new_id() for _ in range(number)]
    people = [
        {"id": p, "display_name": p.hex, "display_name_skeleton": p.hex, "level": 1, "recovery_codes": []}
        for p in persons
    ]
    follows = [{"person_id": p, "subject_kind": THING[0], "subject_id": THING[1]} for p in persons]
    line = db.session().connection()
    line.execute(sa.insert(Person.__table__), people)  # type: ignore[arg-type]
    line.execute(sa.insert(Follow.__table__), follows)  # type: ignore[arg-type]
