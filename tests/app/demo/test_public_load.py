"""Loading the public talk of the demo country, and the first tour through it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import func, select

from app.core import clock, db
from app.demo import actions, script
from app.demo.actions import Loaded
from app.documents import queries as documents
from app.documents.models import Document, Relation
from app.factory import Sawt
from app.identity.models import Person
from participation.consultations import phases
from participation.consultations.models import (
    Consultation,
    Contribution,
    Family,
    Outcome,
    OutcomeUpdate,
    PointStance,
    Response,
    SurveyAnswer,
)
from participation.discussion.models import Appeal, Post, Reaction, Review
from participation.forums.models import Topic
from tests.client import Browser
from tests.inspection import faults_of


@pytest.fixture(autouse=True)
def command_line(app: Sawt, no_inquiries: None) -> Iterator[None]:
    with app.app_context():
        yield


def count(model: type[db.Base], *where: object) -> int:
    return db.session().scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def everything() -> dict[str, int]:
    with db.transaction(reading=True) as session:
        tables = db.Base.metadata.sorted_tables
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


@pytest.fixture
def one_consultation(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that has ended, with the documents it needs, and no forum."""
    told = [each for each in script.consultations(clock.now()) if each.end]
    needed = {"participation-policy", "school-report", "school-transport"}
    documents = {key: each for key, each in script.documents(clock.now()).items() if key in needed}
    monkeypatch.setattr(script, "documents", lambda now: documents)
    monkeypatch.setattr(script, "consultations", lambda now: told)
    monkeypatch.setattr(script, "boards", lambda now: [])


def test_the_country_talks_and_the_first_tour_finds_no_empty_list(app: Sawt, client: Browser) -> None:
    loaded = actions.load()
    assert (loaded.documents, loaded.consultations, loaded.boards) == (12, 4, 3)
    with db.transaction(reading=True):
        _there_is_talk_of_every_kind()
        _what_was_sent_is_counted_and_answered()
        _moderators_have_something_to_do()
        _one_closes_soon_one_is_in_its_second_version_and_one_has_ended()
    client.inspects = False  # people write Latin words in Arabic sentences; all other faults count
    _visitors_find_them_where_they_belong(client)
    for path in [f"/{language}{path}" for language in ("ar", "en") for path in _tour()]:
        page = client.get(path)
        assert page.status_code == 200, path
        assert 'class="empty"' not in page.text, path
        assert not [fault for fault in faults_of(page) if "Latin letters" not in fault], path
    assert actions.load() == Loaded(0, 0, 0, 0, 0, 0, 0)


def _there_is_talk_of_every_kind() -> None:
    assert 400 <= count(Post) <= 480
    assert count(Reaction) > 500
    assert count(Topic, Topic.answer_id.is_not(None)) >= 8
    assert {state for (state,) in db.session().execute(select(Post.state).distinct())} == {
        "published",
        "hidden",
        "censored",
    }
    assert count(Post, Post.is_official, Post.parent_id.is_not(None)) >= 30


def _what_was_sent_is_counted_and_answered() -> None:
    sizes = db.session().scalars(select(Family.size).order_by(Family.size.desc()).limit(3)).all()
    assert list(sizes) == [35, 25, 1], "the two campaigns, and nothing else"
    assert {moved for (moved,) in db.session().execute(select(Contribution.moved).distinct())} == {
        "",
        "kept",
        "moved",
        "orphaned",
    }
    assert count(Response, Response.organisation != "") == count(Response, Response.is_confidential) + 1 == 6
    assert count(Response, Response.channel == "paper", Response.recorded_by_id.is_not(None)) == 4
    assert min(count(PointStance), count(SurveyAnswer)) > 300
    states = db.session().scalars(select(Consultation.state).order_by(Consultation.number)).all()
    assert sorted(states) == ["ended", "published", "published", "published"]


def _one_closes_soon_one_is_in_its_second_version_and_one_has_ended() -> None:
    gardens, water, _noise, school = _consultations()
    standing = {each.slug: phases.standing(each, clock.now()) for each in _consultations()}
    assert list(standing.values()) == ["open", "open", "upcoming", "ended"]
    ends = {each.slug: phases.comment_phase(each, clock.now()) for each in (gardens, water)}
    soon = clock.now() + phases.CLOSING_SOON
    assert [slug for slug, phase in ends.items() if phase and phase.ends_at <= soon] == [gardens.slug]
    assert [each.version_number for each in (gardens, water)] == [1, 2]
    assert count(Outcome, Outcome.consultation_id == school.id) == count(Outcome) >= 3


def _consultations() -> list[Consultation]:
    names = ("public-gardens", "the-household-water", "noise-from-building", "safety-of-school")
    every = db.session().scalars(select(Consultation)).all()
    return [each for name in names for each in every if each.slug.startswith(name)]


def _visitors_find_them_where_they_belong(client: Browser) -> None:
    with db.transaction(reading=True) as session:
        gardens, water, noise, school = (each.slug for each in _consultations())
        told = session.scalars(select(Outcome.did_ar)).all()  # type: ignore[attr-defined]
    for part, slugs in {"open": {gardens, water}, "upcoming": {noise}, "closed": {school}}.items():
        page = client.get(f"/ar/consultations?part={part}").text
        assert set(re.findall(r'href="/ar/consultations/([a-z0-9-]+)"', page)) == slugs
    outcome = unescape(client.get(f"/ar/consultations/{school}/outcome").text)
    assert all(did.splitlines()[0] in outcome for did in told)


def _moderators_have_something_to_do() -> None:
    waiting = db.session().scalars(select(Review.why).where(Review.is_open.is_(True))).all()
    assert {"appeal", "flagged"} <= {why for review in waiting for why in review}
    assert count(Appeal, Appeal.decided_at.is_(None)) == 1


def _tour() -> list[str]:
    """The lists a visitor meets first, and what stands behind the first links."""
    with db.transaction(reading=True):
        slugs = db.session().scalars(select(Consultation.slug)).all()
        topics = db.session().scalars(select(Topic.public_id).limit(2)).all()
    ended = next(slug for slug in slugs if slug.startswith("safety"))
    lists = ["/", "/docs", "/consultations", "/consultations?part=upcoming", "/forum", "/search?q=حديقة"]
    lists += ["/moderation-log", f"/consultations/{ended}/outcome", "/forum/boards/services"]
    return [*lists, *(f"/consultations/{slug}" for slug in slugs), *(f"/forum/topics/{t}" for t in topics)]


def test_an_ended_consultation_is_answered_to_the_last_and_its_draft_became_law(
    app: Sawt, one_consultation: None
) -> None:
    actions.load()
    with db.transaction(reading=True) as session:
        consultation = session.scalars(select(Consultation)).one()
        assert (consultation.state, consultation.response_document_id is not None) == ("ended", True)
        assert count(Family, Family.decision == "open") == 0
        outcomes = session.scalars(select(Outcome)).all()
        assert all(outcome.hunk for outcome in outcomes if outcome.decision == "accepted")
        assert count(OutcomeUpdate) >= 3
        law = session.scalars(select(Document).where(Document.kind == "law")).one()
        assert documents.drafts_of(law) == [consultation.document_id]
        assert documents.current_number(law.id) == 1
        assert count(Relation) >= 2


def test_a_second_load_adds_nothing_and_keeps_what_users_did(app: Sawt, one_consultation: None) -> None:
    actions.load()
    with db.transaction() as session:
        session.get_one(Person, script.person("um-rashid").id).use_display_name("أم راشد ونورة")
    before = everything()
    assert actions.load() == Loaded(0, 0, 0, 0, 0, 0, 0)
    assert everything() == before
    with db.transaction(reading=True) as session:
        assert session.get_one(Person, script.person("um-rashid").id).display_name == "أم راشد ونورة"


def test_the_people_at_the_door_follow_something(app: Sawt) -> None:
    doors = {person.key for person in script.cast() if person.landing}
    assert {follow.by for follow in script.follows()} <= doors
