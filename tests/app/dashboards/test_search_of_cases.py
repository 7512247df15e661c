"""Cases on the common search: found by who sent them and by who handles them, by nobody else in any way."""

import pytest
import sqlalchemy as sa

from app.cases import actions, queries
from app.cases.actions import Contact
from app.cases.queries import PAGE
from app.cases.stream import Said
from app.core import db
from app.core.misses import SearchMiss
from app.core.search import SearchEntry
from app.dashboards.search_views import CASES_SHOWN
from app.factory import Sawt
from benchmarks.filling import fill
from tests import world
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import people
from tests.factories.agencies import roads, water
from tests.factories.cases import inquiry

PAGES = ("/ar/search", "/en/search", "/ar/cases/search", "/en/cases/search")
NOT_CONCERNED = (None, "yusuf", "karim", "rana", "sami", "arbiter", "lina", "nour", "adam")


def entered(client: Browser, name: str | None) -> Browser:
    browser = client.another()
    return browser.enter(getattr(people, name)()) if name else browser


def shows(browser: Browser, words: str) -> list[str]:
    """The pages of search that say anything but the question itself."""
    found = []
    for page in PAGES:
        answer = browser.get(page, query_string={"q": words})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        if "/cases/" in answer.text.replace("/cases/search", "").replace("/cases/find", ""):
            found.append(page)
    return found


def missed() -> list[str]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(SearchMiss.words)))


@pytest.mark.parametrize(
    ("words", "finders"),
    [
        ("السنديان", {"huda", "omar", "salma"}),
        ("كستناء", {"huda", "omar", "salma"}),
        ("خيزران", {"omar", "salma"}),
        ("الزعفراني", {"omar", "salma"}),
        ("سنديان خيزران", set()),
    ],
    ids=["text", "answer", "internal note", "name of the contact", "words of different texts"],
)
def test_a_case_is_found_by_who_may_read_the_words_and_by_nobody_else(
    client: Browser, words: str, finders: set[str]
) -> None:
    case = world.sent("شجرة السنديان فوق الأنبوب", Contact("ليلى الزعفراني"))
    world.noted(world.answered(case, "سنزرع كستناء بدلًا منها"), "خيزران لا يصلح")
    for name in (*NOT_CONCERNED, "huda", "omar", "salma"):
        assert shows(entered(client, name), words) == (list(PAGES) if name in finders else []), name


def test_the_reference_of_a_case_of_others_is_like_one_that_does_not_exist(client: Browser) -> None:
    case = world.sent("شجرة السنديان فوق الأنبوب")
    for name in NOT_CONCERNED:
        browser = entered(client, name)
        assert shows(browser, case.shown_reference) == []
        assert shows(browser, case.reference.lower()) == []


def test_a_case_in_triage_is_found_by_the_sorting_desk_and_not_by_agencies(client: Browser) -> None:
    inquiry(body="شجرة السنديان فوق الأنبوب", triage=True)
    assert shows(entered(client, "arbiter"), "سنديان") == list(PAGES)
    for name in ("omar", "karim", "huda", "adam", None):
        assert shows(entered(client, name), "سنديان") == []


def test_a_case_that_is_handed_on_is_found_by_the_new_agency_and_no_longer_by_the_old(
    client: Browser,
) -> None:
    case = world.sent("شجرة السنديان فوق الأنبوب")
    world.acted(case, lambda c: actions.transfer(world.actor(people.omar()), c, roads(), Said("على الطريق")))
    assert shows(entered(client, "karim"), "سنديان") == list(PAGES)
    assert shows(entered(client, "omar"), "سنديان") == []
    assert shows(entered(client, "huda"), "سنديان") == list(PAGES)


def test_an_official_finds_the_own_case_as_its_sender_and_no_note_about_it(client: Browser) -> None:
    case = inquiry(people.omar(), body="شجرة السنديان فوق الأنبوب").case
    world.noted(case, "خيزران لا يصلح")
    omar = entered(client, "omar")
    assert shows(omar, "سنديان") == list(PAGES)
    assert shows(omar, "خيزران") == []
    assert shows(entered(client, "salma"), "خيزران") == list(PAGES)


def test_a_browser_that_holds_the_receipt_finds_the_case_until_it_forgets(client: Browser) -> None:
    opened = inquiry(body="شجرة السنديان فوق الأنبوب")
    receipt = {"reference": opened.case.reference, "receipt": opened.receipt}
    assert shows(client, "سنديان") == []
    client.send("/ar/cases/find", receipt)
    assert shows(client, "سنديان") == list(PAGES)
    assert shows(client.leave(), "سنديان") == []


def test_no_word_of_a_case_is_in_the_index(client: Browser) -> None:
    case = world.sent("شجرة السنديان فوق الأنبوب", Contact("ليلى الزعفراني"))
    world.noted(world.answered(case, "سنزرع كستناء بدلًا منها"), "خيزران لا يصلح")
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) == 0


def test_what_is_found_among_cases_or_sought_by_officials_is_in_no_list_of_misses(client: Browser) -> None:
    world.sent("شجرة السنديان فوق الأنبوب", Contact("ليلى الزعفراني"))
    entered(client, "huda").get("/ar/search?q=سنديان")
    for name in ("omar", "arbiter"):
        entered(client, name).get("/ar/search?q=الزعفراني")
        entered(client, name).get("/ar/search?q=زرافة")
    assert missed() == []
    entered(client, "yusuf").get("/ar/search?q=زرافة")
    assert missed() == ["زرافه"]


def test_a_search_says_nothing_found_alike_whether_a_case_of_others_has_the_words_or_not(
    client: Browser,
) -> None:
    yusuf = entered(client, "yusuf")
    before = yusuf.get("/en/search?q=سنديان").text
    world.sent("شجرة السنديان فوق الأنبوب")
    assert _without_numbers_of_the_request(yusuf.get("/en/search?q=سنديان").text) == (
        _without_numbers_of_the_request(before)
    )


def _without_numbers_of_the_request(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf_token" not in line and "Page reference" not in line]


def test_filters_and_later_pages_show_public_results_alone(client: Browser) -> None:
    world.sent("شجرة السنديان فوق الأنبوب")
    huda = entered(client, "huda")
    for more in ("kind=post", "language=ar", "agency=water", "after=1"):
        assert "السنديان" not in huda.get(f"/ar/search?q=سنديان&{more}").text


def test_the_title_of_a_case_is_text_and_never_markup(client: Browser) -> None:
    inquiry(people.huda(), body="<script>alert(1)</script> سنديان")
    for page in PAGES:
        text = entered(client, "huda").get(page, query_string={"q": "سنديان"}).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("words", ["%", "_", "'; --", '"*"', "  ", "ـ", "\u202e", "a" * 5_000])
def test_signs_of_the_database_find_no_case(client: Browser, words: str) -> None:
    inquiry(people.huda(), body="شجرة السنديان فوق الأنبوب")
    assert shows(entered(client, "huda"), words) == []


def test_the_newest_stand_on_the_common_page_and_all_on_the_page_of_cases(client: Browser) -> None:
    with db.transaction():
        water()
    for number in range(PAGE + 2):
        inquiry(people.huda(), body=f"سنديانة رقم {number}")
    for name in ("huda", "omar"):
        browser = entered(client, name)
        common = browser.get("/en/search?q=سنديانة").text
        assert [
            f"رقم {n}<" in common for n in (PAGE + 1, PAGE + 2 - CASES_SHOWN, PAGE + 1 - CASES_SHOWN)
        ] == [
            True,
            True,
            False,
        ]
        address = "/en/cases/search?q=سنديانة"
        first = browser.get(address)
        assert first.text.count('class="card"') == PAGE
        with db.transaction(reading=True):
            page = queries.search(world.actor(getattr(people, name)()), "سنديانة")
            rest = queries.search(world.actor(getattr(people, name)()), "سنديانة", page.next_cursor)
        assert [case.title for case in rest.cases] == ["سنديانة رقم 1", "سنديانة رقم 0"]
        assert rest.next_cursor is None


def test_an_official_who_sent_some_of_them_finds_each_once(client: Browser) -> None:
    inquiry(people.omar(), body="سنديانة عمر")
    inquiry(people.huda(), body="سنديانة هدى")
    page = entered(client, "omar").get("/en/cases/search?q=سنديانة").text
    assert page.count('class="card"') == 2


@pytest.mark.parametrize("name", ["huda", "omar", "arbiter"])
def test_the_search_costs_the_same_with_1_or_50_cases(client: Browser, name: str) -> None:
    browser, costs = entered(client, name), []
    for more in (1, 49):
        for number in range(more):
            inquiry(people.huda(), body=f"سنديانة {more} {number}", triage=name == "arbiter")
        browser.get("/ar/search?q=سنديانة")
        with counted() as statements:
            assert "سنديانة 1 0" in browser.get("/ar/cases/search?q=سنديانة").text or more == 49
            assert "سنديانة" in browser.get("/ar/search?q=سنديانة").text
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 16


def test_whoever_can_have_no_case_costs_no_statement(client: Browser) -> None:
    with counted() as statements:
        client.get("/ar/cases/search?q=سنديانة")
    assert [one for one in statements if "cases" in one] == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_search_never_reads_all_cases(app: Sawt) -> None:
    """What each way to see cases gives comes in the order of an index; the few of them together are put in order."""
    with db.transaction():
        water(), roads()
    fill(50)
    for name in ("huda", "omar", "arbiter"):
        with db.transaction():
            who = world.actor(getattr(people, name)())
        with counted() as statements, db.transaction(reading=True):
            queries.search(who, "النخيل")
        assert len(statements) == 1
        read = wholly_read(steps(statements), "cases", "case_words", "case_names")
        assert read == ["USE TEMP B-TREE FOR ORDER BY"]
