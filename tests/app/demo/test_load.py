"""Loading the demo country: everything is there, and a second load changes nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.agencies.models import Agency
from app.cases import actions as cases
from app.cases import queries
from app.cases.models import Attachment, CannedAnswer, Case, CaseEvent
from app.cases.stream import Said
from app.cases.workflow import State
from app.core import clock, db
from app.core.production import refusals_now
from app.demo import actions, script
from app.demo.actions import Loaded
from app.factory import Sawt
from app.identity.models import Person, actor_of


@pytest.fixture(autouse=True)
def command_line(app: Sawt) -> Iterator[None]:
    """As under `flask demo load`: an application, no request."""
    with app.app_context():
        yield


@pytest.fixture
def few(nothing_public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A country with three inquiries, one of them Huda's and open: enough where the rest does not matter."""
    chosen = {"land-boundary", "bill-in-english", "arabizi-unclear"}
    some = [story for story in script.stories(clock.now()) if story.key in chosen]
    monkeypatch.setattr(script, "stories", lambda now: some)


def everything() -> dict[str, int]:
    with db.transaction(reading=True) as session:
        tables = db.Base.metadata.sorted_tables
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def test_the_country_shows_every_state_and_turn_a_case_can_take(app: Sawt, nothing_public: None) -> None:
    loaded = actions.load()
    assert (loaded.agencies, loaded.inquiries) == (18, len(script.stories(clock.now())))
    with db.transaction(reading=True) as session:
        every = session.scalars(select(Case)).all()
        kinds = set(session.scalars(select(CaseEvent.kind)))
        assert {case.state for case in every} == set(State)
        assert {
            "note",
            "question",
            "transferred",
            "reopened",
            "rated",
            "closed",
            "contact-confirmed",
        } <= kinds
        assert any(case.hops == 3 and case.state == State.TRIAGE for case in every)
        assert any(case.hops == 1 and case.agency_id for case in every)
        assert any(case.is_urgent and case.is_open for case in every)
        assert any(case.person_id is None and not case.contact_email for case in every)
        assert (session.scalar(select(func.count()).select_from(Attachment)) or 0) >= 5
        assert (session.scalar(select(func.count()).select_from(CannedAnswer)) or 0) == 8
        assert [queries.first_broken(case) for case in every] == [None] * len(every)
        assert min(case.opened_at for case in every) < clock.now() - timedelta(weeks=5)
        assert max(case.touched_at for case in every) <= clock.now()


def test_a_second_load_adds_nothing_and_keeps_what_users_did(app: Sawt, few: None) -> None:
    actions.load()
    with db.transaction() as session:
        huda = actor_of(session.get_one(Person, script.person("huda").id))
        case = session.scalars(select(Case).where(Case.person_id == huda.person_id, Case.is_open)).one()
        cases.close(huda, case, Said("انتهى الأمر."))
        session.scalars(select(Agency).where(Agency.key == "police")).one().name = ("الشرطة", "Police")
    before = everything()
    again = actions.load()
    assert again == Loaded(0, 0, 0, 0, 0, 0, 0)
    assert everything() == before
    with db.transaction(reading=True) as session:
        assert session.get_one(Case, case.id).state == State.CLOSED
        police = session.scalars(select(Agency).where(Agency.key == "police")).one()
        assert Agency.name.read(police, "en").text == "Police"


def test_a_load_that_broke_off_goes_on_where_it_stopped(
    app: Sawt, nothing_public: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = script.stories(clock.now())[:3]
    monkeypatch.setattr(script, "stories", lambda now: some[:1])
    actions.load()
    monkeypatch.setattr(script, "stories", lambda now: some)
    assert actions.load().inquiries == 2


def test_the_command_refuses_production(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> None:
    serious = app.config["SETTINGS"].model_copy(update={"ENV": "production"})
    monkeypatch.setitem(app.config, "SETTINGS", serious)
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code != 0
    assert "ENV=demo" in result.output
    assert everything()["cases"] == 0


def test_production_refuses_to_start_over_demo_people(app: Sawt, few: None) -> None:
    settings = app.config["SETTINGS"]
    assert "demo" not in " ".join(map(str, refusals_now(settings)))
    actions.load()
    assert "holds the people of the demo country" in " ".join(map(str, refusals_now(settings)))


def test_the_command_names_whom_one_can_enter_as_and_a_receipt_that_opens_a_case(
    app: Sawt, nothing_public: None
) -> None:
    actions.load()
    said = app.test_cli_runner().invoke(args=["demo", "people"]).output
    assert "Huda Al Kaabi (resident) · هدى الكعبي (مقيمة)" in said
    reference, receipt = said.rpartition("reference ")[2].strip().split(", receipt ")
    with db.transaction(reading=True):
        assert queries.find_by_receipt(reference, receipt) is not None
