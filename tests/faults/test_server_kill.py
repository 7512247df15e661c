"""The server is killed while people send inquiries: what was acknowledged is there, whole and once."""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cases import queries
from app.cases.models import Case, CaseEvent, CaseText, CaseWord
from app.core import db
from app.factory import Sawt
from feedback.inquiries.models import Inquiry
from tests.conftest import DATABASES
from tests.factories.cases import ARABIC, inquiry
from tests.faults.founding import found_agency
from tests.sites import LINE_FAULTS, Site, Visitor, fresh_database, running_site

CLIENTS = 4
GIVE_UP_AFTER_SECONDS = 120
FORM = "/ar/inquiries/new"
SEND = "/ar/inquiries/new/agency"
R = TypeVar("R")

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=DATABASES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site with the water company in its database."""
    with fresh_database(request.param, tmp_path) as database, running_site(database, tmp_path) as site:
        found_agency(site)
        yield site


@dataclass
class Flood:
    """Several people who each send one inquiry after another, and send it again until it is acknowledged."""

    site: Site
    acknowledged: dict[str, str] = field(default_factory=dict)  # reference by key of the act
    working: list[Future[None]] = field(default_factory=list)

    def begin(self, cases: int) -> ThreadPoolExecutor:
        """Start them; they come from nets of their own, so that no limit slows them."""
        people = ThreadPoolExecutor(CLIENTS)
        self.working = [people.submit(self._send_all, number, cases // CLIENTS) for number in range(CLIENTS)]
        return people

    def _send_all(self, number: int, cases: int) -> None:
        visitor = Visitor(self.site, address=f"198.51.100.{number + 1}")
        token = _patiently(partial(visitor.token, FORM))
        for place in range(cases):
            client_id = str(uuid.uuid4())
            fields = {"csrf_token": token, "client_id": client_id, "body": f"{ARABIC} {number}/{place}"}
            fields |= {"agency": "other", "other_agency": "water", "name": "هدى", "email": "huda@example.org"}
            answer = _patiently(partial(visitor.post, SEND, **fields))
            assert answer.status == 303, (answer.status, answer.text)
            key = str(uuid.uuid5(uuid.UUID(client_id), fields["body"]))  # one key per form and text
            self.acknowledged[key] = answer.location.rpartition("/")[2].replace("-", "")

    def wait_for(self, cases: int) -> None:
        until = time.monotonic() + GIVE_UP_AFTER_SECONDS
        while len(self.acknowledged) < cases:
            assert time.monotonic() < until, f"only {len(self.acknowledged)} cases are acknowledged"
            time.sleep(0.01)

    def wait_for_all(self) -> None:
        for each in self.working:
            each.result()


def _patiently(ask: Callable[[], R]) -> R:
    """Ask until an answer comes, as somebody does whose line has broken."""
    until = time.monotonic() + GIVE_UP_AFTER_SECONDS
    while True:
        try:
            return ask()
        except LINE_FAULTS:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("cases", "kills"), [(40, 1), pytest.param(200, 5, marks=pytest.mark.long)], ids=["small", "full"]
)
def test_c10_no_acknowledged_case_is_lost_or_halved_by_kills(site: Site, cases: int, kills: int) -> None:
    flood = Flood(site)
    with flood.begin(cases):
        for kill in range(1, kills + 1):
            flood.wait_for(cases * kill // (kills + 1))
            site.kill()
            site.restart()
        flood.wait_for_all()
    with site.look_inside(), db.transaction(reading=True) as session:
        filed = session.execute(sa.select(Case.client_id, Case.reference)).all()
        assert len(flood.acknowledged) == cases
        assert sorted(map(tuple, filed)) == sorted(flood.acknowledged.items())
        assert halves(session) == []


def halves(session: Session) -> list[str]:
    """What is there only in part: every act stands whole or not at all."""
    faults = [f"{table}: {count}" for table, wanted in _PARTS.items() if (count := session.scalar(wanted))]
    for case in session.scalars(sa.select(Case)):
        if queries.first_broken(case) is not None:
            faults.append(f"the chain of {case.reference} is broken")
        if _events_of(session, case) != list(range(1, case.last_seq + 1)):
            faults.append(f"the events of {case.reference} are not in one row")
    return faults


def _events_of(session: Session, case: Case) -> list[int]:
    seqs = sa.select(CaseEvent.seq).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    return list(session.scalars(seqs))


def _how_many(*conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count()).where(*conditions)


_INQUIRY = sa.exists().where(Inquiry.__table__.c.id == Case.id)
_OPENED = sa.exists().where(CaseEvent.case_id == Case.id, CaseEvent.kind == "opened", CaseEvent.seq == 1)
_ROUTED = sa.exists().where(CaseEvent.case_id == Case.id, CaseEvent.kind == "routed")
_PARTS = {
    "cases without an inquiry": _how_many(~sa.exists().where(Inquiry.__table__.c.id == Case.id)).select_from(
        Case
    ),
    "cases without an opened event": _how_many(~_OPENED).select_from(Case),
    "cases that never reached their agency": _how_many(~_ROUTED).select_from(Case),
    "opened events without a text": _how_many(
        CaseEvent.kind == "opened", ~sa.exists().where(CaseText.event_id == CaseEvent.id)
    ).select_from(CaseEvent),
    "texts that the search does not know": _how_many(
        ~sa.exists().where(CaseWord.event_id == CaseText.event_id)
    ).select_from(CaseText),
}


def test_the_search_for_halves_finds_a_case_whose_event_is_gone(app: Sawt) -> None:
    inquiry()
    with db.transaction() as session:
        assert halves(session) == []
        session.execute(sa.delete(CaseEvent).where(CaseEvent.seq == 1))
        assert len(halves(session)) >= 3
