"""C8 and C9: many at once. Real processes, real threads, both databases."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.cases.models import Case, CaseEvent
from app.core import db
from app.core.errors import Stale
from app.factory import Sawt
from tests import world
from tests.conftest import DATABASES
from tests.factories.cases import ARABIC
from tests.faults.founding import found_agency
from tests.sites import Answer, Site, Visitor, fresh_database, running_site
from tests.structure.table import Stage

FORM, SEND = "/ar/inquiries/new", "/ar/inquiries/new/agency"
TWINS = 20


@pytest.fixture(params=DATABASES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with fresh_database(request.param, tmp_path) as database, running_site(database, tmp_path) as site:
        found_agency(site)
        yield site


def together(visitors: list[Visitor], path: str, fields: dict[str, str]) -> list[Answer]:
    """The same form from all of them in the same moment."""
    barrier = threading.Barrier(len(visitors))

    def send(visitor: Visitor) -> Answer:
        barrier.wait(30)
        return visitor.post(path, **fields)

    with ThreadPoolExecutor(len(visitors)) as crowd:
        return list(crowd.map(send, visitors))


def window_of(visitor: Visitor) -> Visitor:
    """Another window of the same browser: the same cookies."""
    return Visitor(visitor.site, visitor.address, visitor.patience_seconds, deepcopy(visitor.cookies))


@pytest.mark.timeout(300)
def test_c09_twenty_identical_submits_make_one_case_and_all_get_its_reference(site: Site) -> None:
    visitor = Visitor(site, patience_seconds=120)
    fields = {"csrf_token": visitor.token(FORM), "client_id": str(uuid.uuid4()), "body": ARABIC}
    fields |= {"agency": "other", "other_agency": "water", "name": "هدى", "email": "huda@example.org"}
    twins = [window_of(visitor) for _twin in range(TWINS)]
    answers = together(twins, SEND, fields)
    assert [answer.status for answer in answers] == [303] * TWINS
    assert len({answer.location for answer in answers}) == 1, "different references for one form"
    pages = [twin.get(answer.location).text for twin, answer in zip(twins, answers, strict=True)]
    receipts = {page.partition('id="receipt">')[2][:19] for page in pages}
    assert len(receipts) == 1
    assert all(receipts), "no receipt is shown"
    with site.look_inside(), db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
        assert session.scalar(sa.select(sa.func.count()).where(CaseEvent.kind == "opened")) == 1


def test_c09_the_same_form_again_is_answered_with_the_same_reference(app: Sawt) -> None:
    """Back and send, a retry, a double click: also after the first answer has been read."""
    browser = Stage(app).browser("anonymous")
    form = {"client_id": str(uuid.uuid4()), "body": ARABIC, "agency": "unknown"}
    first, again = browser.send(SEND, form), browser.send(SEND, form)
    other = browser.send(SEND, form | {"client_id": str(uuid.uuid4())})
    assert first.location == again.location != other.location


@pytest.mark.parametrize("act", ["answers", "notes"])
def test_c09_an_answer_sent_twice_stands_once(app: Sawt, act: str) -> None:
    stage = Stage(app)
    case = stage.thing("received case").names["reference"]
    form = {"client_id": str(uuid.uuid4()), "body": "تعود المياه الليلة.", "seen_seq": "2"}
    for _time in range(2):
        assert stage.browser("omar").send(f"/ar/inbox/{case}/{act}", form).status_code == 303
    assert stage.browser("omar").get(f"/ar/inbox/{case}").text.count("تعود المياه الليلة.") == 1


# C8


def count_up(edits: int) -> None:
    """Read, then write what was read plus one: what loses updates wherever units are not serial."""
    for _edit in range(edits):
        with db.transaction() as session:
            counter = session.scalars(sa.select(Case).with_for_update()).one()
            counter.rating = (counter.rating or 0) + 1


@pytest.mark.parametrize(
    ("writers", "edits"), [(8, 5), pytest.param(16, 50, marks=pytest.mark.long)], ids=["small", "full"]
)
def test_c08_no_update_is_lost(app: Sawt, writers: int, edits: int) -> None:
    with app.app_context():
        world.build()
        world.THINGS["case in triage"]()
    with ThreadPoolExecutor(writers) as crowd:
        for done in [crowd.submit(count_up, edits) for _writer in range(writers)]:
            done.result()
    with db.transaction(reading=True) as session:
        assert session.scalars(sa.select(Case.rating)).one() == writers * edits


def test_c08_an_answer_to_what_has_changed_is_refused_and_its_text_kept(app: Sawt) -> None:
    stage = Stage(app)
    case = stage.thing("received case").names["reference"]
    stage.browser("salma").send(f"/ar/inbox/{case}/answers", {"body": "جواب سلمى", "seen_seq": "2"})
    late = stage.browser("omar").send(
        f"/ar/inbox/{case}/answers", {"body": "جواب عمر المتأخر", "seen_seq": "2"}
    )
    assert late.status_code == Stale.status == 409
    assert "جواب عمر المتأخر" in late.text
    assert "جواب سلمى" in late.text, "the page does not show what was written meanwhile"


def test_c08_a_form_with_files_and_an_error_answers_at_once(app: Sawt) -> None:
    """Such a view opens its own transactions: its page must not wait for the unit around it (30 s on SQLite)."""
    stage = Stage(app)
    case = stage.thing("received case").names["reference"]
    for who, path in (("huda", f"/ar/cases/{case}/messages"), ("omar", f"/ar/inbox/{case}/answers")):
        assert stage.browser(who).send(path, {"body": ""}).status_code == 422
