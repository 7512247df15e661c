"""The officials' inbox: whose cases, which views, what the search finds, pages by key, and what each costs."""

import pytest
from sqlalchemy import select

from app.cases import actions, queries
from app.cases.models import Case
from app.cases.queries import PAGE, Filters, Page
from app.cases.stream import Said
from app.core import db
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.models import Person, actor_of
from benchmarks.filling import fill
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import people
from tests.factories.agencies import roads, water
from tests.factories.cases import ARABIC, ENGLISH, inquiry

MOST_QUERIES = 8


def acting(person: Person) -> Actor:
    with people.unit():
        return actor_of(db.session().merge(person))


def titles(actor: Actor, **filters: str) -> list[str]:
    with db.transaction(reading=True):
        return [case.title for case in queries.inbox(actor, Filters(**filters)).cases]


@pytest.fixture
def omar(app: Sawt) -> Actor:
    return acting(people.omar())


def test_each_official_sees_the_cases_of_the_own_agency_alone(omar: Actor) -> None:
    inquiry(body="A water matter")
    inquiry(body="A roads matter", agency=roads())
    inquiry(body="Nobody's matter", triage=True)
    assert titles(omar) == ["A water matter"]
    assert titles(acting(people.karim())) == ["A roads matter"]
    assert titles(acting(people.arbiter()), view="triage") == ["Nobody's matter"]
    for outsider in (people.huda, people.adam, people.rana, people.sami, people.lina):
        assert titles(acting(outsider())) == []


def test_asking_for_another_agency_shows_nothing_of_it(omar: Actor) -> None:
    inquiry(body="A roads matter", agency=roads())
    inquiry(body="A water matter")
    assert titles(omar, agency_key="roads") == []
    assert titles(omar, agency_key="water") == ["A water matter"]


def test_each_view_shows_its_cases(omar: Actor) -> None:
    cases = {name: inquiry(body=name) for name in ("new", "taken", "asked", "answered", "closed")}
    with db.transaction():
        case = {name: queries.by_id(opened.case.id) for name, opened in cases.items()}
        actions.assign(omar, case["taken"], db.session().get_one(Person, omar.person_id))
        actions.answer(omar, case["asked"], Said("?"), 2, asks=True)
        actions.answer(omar, case["answered"], Said("!"), 2)
        actions.close(acting(people.salma()), case["closed"], Said("."))
    shown = {view: set(titles(omar, view=view)) for view in queries.VIEWS}
    assert shown == {
        "unassigned": {"new"},
        "mine": {"taken", "asked", "answered"},
        "waiting": {"asked"},
        "answered": {"answered"},
        "all-open": {"new", "taken", "asked", "answered"},
        "closed": {"closed"},
        "triage": set(),
    }
    with db.transaction(reading=True):
        counts = queries.counts(omar)
    assert counts == {view: len(shown[view]) for view in shown if view != "closed"}


def test_a_view_nobody_knows_shows_all_open(omar: Actor) -> None:
    inquiry(body="A water matter")
    assert titles(omar, view="'; drop table cases") == ["A water matter"]


def test_the_language_filter_takes_the_language_of_the_text(omar: Actor) -> None:
    inquiry(body=ARABIC), inquiry(body=ENGLISH)
    assert titles(omar, language="en") == [ENGLISH]
    assert len(titles(omar, language="ar")) == 1
    assert len(titles(omar, language="xx")) == 2


@pytest.mark.parametrize(
    "words",
    [
        "انقطعت",
        "إنقطعت المياه",
        "المياه انقطعت",
        "حي النخيل",
        "حيّ النّخيل",
        "600-555-123",
        "٦٠٠-٥٥٥-١٢٣",
        "النخـــيل",
    ],
)
def test_arabic_words_are_found_however_they_are_spelt(omar: Actor, words: str) -> None:
    inquiry(body=ARABIC), inquiry(body=ENGLISH)
    assert titles(omar, words=words) == [titles(omar, language="ar")[0]]


@pytest.mark.parametrize("words", ["Palm Street", "palm", "MONDAY water", "  street   palm "])
def test_english_words_are_found_in_any_case_and_order(omar: Actor, words: str) -> None:
    inquiry(body=ARABIC), inquiry(body=ENGLISH)
    assert titles(omar, words=words) == [ENGLISH]


@pytest.mark.parametrize("words", ["مدرسة", "sewage", "%", "_", "100%", "palm sewage", "'; --"])
def test_what_no_text_says_finds_nothing(omar: Actor, words: str) -> None:
    inquiry(body=ARABIC), inquiry(body=ENGLISH)
    assert titles(omar, words=words) == []


def test_a_case_is_found_by_its_reference_in_any_spelling(omar: Actor) -> None:
    inquiry(body=ENGLISH)
    reference = inquiry(body=ARABIC).case.reference
    spaced = " ".join(reference[i : i + 4] for i in range(0, 13, 4)).lower()
    for typed in (reference, spaced, reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))):
        assert len(titles(omar, words=typed)) == 1


def test_a_reference_of_another_agency_is_not_found(omar: Actor) -> None:
    reference = inquiry(agency=roads()).case.reference
    assert titles(omar, words=reference) == []


@pytest.mark.parametrize("words", ["هدى", "هُدى الكعبي", "الكعبي"])
def test_a_case_is_found_by_whole_words_of_the_name(omar: Actor, words: str) -> None:
    inquiry(body=ENGLISH, name="Yusuf")
    inquiry(body=ARABIC, name="هدى الكعبي")
    assert titles(omar, words=words) == titles(omar, language="ar")
    assert titles(omar, words="الكع") == []


def test_words_of_a_later_message_are_found_too(omar: Actor) -> None:
    opened = inquiry(people.huda(), body=ENGLISH)
    with db.transaction():
        actions.write(acting(people.huda()), queries.by_id(opened.case.id), Said("رقم البلاغ الجديد ٧٧١"))
    assert titles(omar, words="771") == [ENGLISH]


# pages


@pytest.mark.parametrize("amount", [0, 1, PAGE, PAGE + 1, 3 * PAGE + 2])
def test_the_pages_show_every_case_once_newest_first(omar: Actor, amount: int) -> None:
    with db.transaction():
        water()
    fill(amount, agency_key="water")
    seen: list[str] = []
    page = _page(omar, None)
    while True:
        seen += [case.reference for case in page.cases]
        if page.next_cursor is None:
            break
        assert len(page.cases) == PAGE
        page = _page(omar, page.next_cursor)
    with db.transaction(reading=True) as session:
        newest_first = Case.touched_at.desc()
        everything = session.scalars(select(Case.reference).where(Case.is_open).order_by(newest_first)).all()
    assert seen == list(everything)


def _page(actor: Actor, cursor: str | None) -> Page:
    with db.transaction(reading=True):
        return queries.inbox(actor, Filters(), cursor)


def test_a_case_that_arrives_meanwhile_shifts_no_page(omar: Actor) -> None:
    with db.transaction():
        water()
    fill(3 * PAGE, agency_key="water")
    first = _page(omar, None)
    before = [case.reference for case in _page(omar, first.next_cursor).cases]
    inquiry()
    assert [case.reference for case in _page(omar, first.next_cursor).cases] == before


@pytest.mark.parametrize(
    "cursor", ["", "x", "~", "1~2", "nan~" + "0" * 32, "1e400~" + "0" * 32, "-1e18~" + "f" * 32]
)
def test_a_forged_cursor_starts_at_the_first_page(omar: Actor, cursor: str) -> None:
    inquiry(body="A water matter")
    assert [case.title for case in _page(omar, cursor).cases] == ["A water matter"]


# cost


def _statements(browser: Browser, address: str) -> int:
    """Of the second look: the first one also marks notices as read."""
    browser.get(address)
    with counted() as statements:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(statements)


@pytest.mark.parametrize(
    "address", ["/ar/inbox", "/en/inbox?view=closed", "/ar/inbox?q=النخيل", "/ar/inbox?q=هدى"]
)
def test_the_inbox_costs_the_same_few_queries_with_1_50_or_500_cases(client: Browser, address: str) -> None:
    browser = client.enter(people.omar())
    costs = []
    for more in (1, 49, 450):
        fill(more, seed=more, agency_key="water")
        costs.append(_statements(browser, address))
    assert len(set(costs)) == 1
    assert costs[0] <= MOST_QUERIES


def test_my_requests_cost_the_same_few_queries_with_1_or_50_cases(client: Browser) -> None:
    huda = people.huda()
    browser = client.enter(huda)
    costs = []
    for more in (1, 49):
        for _ in range(more):
            inquiry(huda)
        costs.append(_statements(browser, "/ar/cases"))
    assert len(set(costs)) == 1
    assert costs[0] <= MOST_QUERIES


def test_a_case_page_costs_the_same_queries_with_2_or_50_events(client: Browser) -> None:
    opened = inquiry(people.huda())
    pages = {
        client.enter(people.huda()): f"/ar/cases/{opened.case.reference}",
        client.another().enter(people.omar()): f"/ar/inbox/{opened.case.reference}",
    }
    before = [_statements(browser, address) for browser, address in pages.items()]
    for number in range(48):
        with db.transaction():
            actions.write(acting(people.huda()), queries.by_id(opened.case.id), Said(f"رسالة {number}"))
    assert [_statements(browser, address) for browser, address in pages.items()] == before
    assert max(before) <= 12


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("view", queries.VIEWS)
def test_a_page_of_the_inbox_reads_no_more_cases_than_it_must(app: Sawt, view: str) -> None:
    """In the order of an index, without sorting what the agency has; an arbiter's view likewise."""
    for who in (people.omar, people.arbiter):
        official = acting(who())
        with counted() as statements, db.transaction(reading=True):
            queries.inbox(official, Filters(view=view))
            queries.counts(official)
        assert len(statements) == 2
        assert not wholly_read(steps(statements), "cases")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_looked_at_a_case_is_found_without_reading_all_looks(omar: Actor) -> None:
    opened = inquiry()
    with counted() as statements, db.transaction(reading=True):
        queries.looks(opened.case)
    assert not wholly_read(steps(statements), "identity_looks")


def test_bulk_filled_cases_are_as_whole_as_sent_ones(app: Sawt) -> None:
    fill(60)
    with db.transaction(reading=True) as session:
        cases = session.scalars(select(Case)).all()
        assert len(cases) == 60
        assert [queries.first_broken(case) for case in cases] == [None] * 60
        assert {kind for case in cases for kind in [case.kind]} == {"inquiry"}


def test_only_officials_are_asked_how_they_want_to_hear_of_their_agencys_cases(client: Browser) -> None:
    asks = "A new case for your agency"
    assert asks in client.enter(people.omar()).get("/en/notices/wishes").text
    assert asks not in client.leave().enter(people.huda()).get("/en/notices/wishes").text
