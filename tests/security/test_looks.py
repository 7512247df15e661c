"""Privacy rule 5: whoever on duty reads who somebody is leaves a trace that this person can see."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.core import db
from app.factory import Sawt
from app.identity.models import Look, Person
from tests import world
from tests.structure import table
from tests.structure.table import Row, Stage

Trace = tuple[str, str]
"""What a look is at: the kind of the subject and its id."""

ON_DUTY = ("omar", "salma", "karim", "rana", "sami", "arbiter", "lina", "nour", "adam")
SHOWERS = {"identity.person", "identity.verify", "identity.invitations", "inbox.contact"}
"""Pages of which we know that they show identity; if the crawl no longer sees it there, it is blind."""


pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # a rule for views, whatever stores


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def tell_apart() -> None:
    """Give everybody a real name that stands nowhere else."""
    with db.transaction() as session:
        for number, person in enumerate(session.scalars(sa.select(Person))):
            person.real_name = f"الاسم-في-الهوية-{number}"


def identities(but: str) -> dict[str, Trace]:
    """Every secret word of everybody but this actor, and what a look at it must name."""
    make = world.ACTORS[but]
    own = make().id if make else None
    with db.transaction(reading=True) as session:
        others = session.scalars(sa.select(Person).where(Person.id != own)).all()
    return {
        word: ("person", person.public_id)
        for person in others
        for word in (person.email, person.real_name)
        if word
    }


def looks_of(who: str) -> dict[Trace, int]:
    """How often this actor was noted looking at each subject."""
    make = world.ACTORS[who]
    assert make is not None
    wanted = sa.select(Look.subject_kind, Look.subject_id, sa.func.count()).where(
        Look.looked_by_id == make().id
    )
    with db.transaction(reading=True) as session:
        rows = session.execute(wanted.group_by(Look.subject_kind, Look.subject_id)).all()
    return {(kind, subject): count for kind, subject, count in rows}


def seen_and_noted(stage: Stage, row: Row, who: str) -> tuple[set[Trace], set[Trace]]:
    """Whose identity the answer shows to this actor, and at whom a look was noted."""
    thing = stage.thing(row.of)
    tell_apart()
    words = identities(who)
    if thing.case is not None:
        words |= dict.fromkeys((world.CONTACT.name, world.CONTACT.email), ("case", str(thing.case.id)))
    before = looks_of(who)
    answer = stage.ask(row, who, thing)
    page = answer.text if answer.mimetype == "text/html" else ""
    typed = set(row.send.values())
    seen = {trace for word, trace in words.items() if word in page and word not in typed}
    return seen, {trace for trace, count in looks_of(who).items() if count > before.get(trace, 0)}


@pytest.mark.parametrize("who", ON_DUTY)
def test_whoever_on_duty_reads_an_identity_is_noted(stage: Stage, who: str) -> None:
    """Every page of the table, and every form of it sent back empty, which shows its page again."""
    unnoted, showers = [], set()
    for row in pages_of(who):
        seen, noted = seen_and_noted(stage, row, who)
        showers |= {row.endpoint} if seen else set()
        unnoted += [f"{row} shows {trace} without a note" for trace in sorted(seen - noted)]
    assert not unnoted, f"{who}: call identity.note_look where the page is made\n" + "\n".join(unnoted)
    blind = {page for page in SHOWERS if is_page_of(page, who)} - showers
    assert not blind, f"{who} should have seen identity on {blind}: the crawl proves nothing"


def pages_of(who: str) -> list[Row]:
    """Rows that may answer with a page: what the actor may get, and what the actor may send, sent empty."""
    gets = [row for row in table.rows() if row.method == "GET" and row.expected[who] == 200]
    sends = [row for row in table.rows() if row.method == "POST" and row.expected[who] in {200, 303, 422}]
    return gets + [replace(row, send={}) for row in sends if row.endpoint != "identity.sign_out"]


def is_page_of(endpoint: str, who: str) -> bool:
    return any(
        row.endpoint == endpoint and row.method == "GET" and row.expected[who] == 200 for row in table.rows()
    )
