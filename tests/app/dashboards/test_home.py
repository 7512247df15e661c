"""The first page, its figures, and the pages every footer leads to."""

import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.cases import actions as cases
from app.cases.stream import Said
from app.core import clock, db
from app.dashboards import queries
from app.dashboards.queries import ANSWERS_MEASURED, SMALLEST_SHOWN
from app.factory import Sawt
from app.identity.models import actor_of
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import cases as made
from tests.factories.agencies import roads, water
from tests.factories.people import omar


@pytest.fixture(autouse=True)
def in_the_application(app: Sawt) -> Iterator[None]:
    with app.app_context():
        yield


TUESDAY = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
"""10:00 on the country's clocks, a working day."""


def answered(count: int, wait: timedelta) -> None:
    """So many inquiries of Tuesday morning, each answered by Omar after `wait`."""
    for number in range(count):
        with clock.telling(TUESDAY):
            opened = made.inquiry(body=f"سؤال رقم {number} عن العداد")
        with clock.telling(TUESDAY + wait), db.transaction() as session:
            case = session.get_one(type(opened.case), opened.case.id)
            cases.answer(actor_of(omar()), case, Said("تعود المياه الليلة."), case.last_seq)


@pytest.mark.parametrize(
    ("accepted", "chosen", "page"),
    [
        ("en-GB,en;q=0.9", None, "/en/"),
        ("ar", None, "/ar/"),
        ("fr", None, "/ar/"),
        ("", None, "/ar/"),
        ("en", "ar", "/ar/"),
    ],
)
def test_the_bare_address_leads_to_the_language_chosen_then_accepted_then_usual(
    client: Browser, accepted: str, chosen: str | None, page: str
) -> None:
    if chosen:
        with client.session_transaction() as session:
            session["language"] = chosen
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer.location) == (302, page)
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)


def test_home_shows_both_ways_in_and_every_agency_in_both_languages(client: Browser) -> None:
    with db.transaction():
        water(), roads()
    for language, name, direction in (("ar", "مؤسسة المياه", "rtl"), ("en", "Water Company", "ltr")):
        page = client.get(f"/{language}/").text
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert f"/{language}/agencies/water" in page
        assert name in page
        assert f'href="/{language}/inquiries/new"' in page
        assert f'href="/{language}/cases/find"' in page


def test_whoever_is_signed_in_finds_the_own_requests_on_home(client: Browser) -> None:
    assert 'href="/en/cases"' in client.enter(omar()).get("/en/").text


def test_figures_below_ten_stay_hidden(app: Sawt) -> None:
    with clock.telling(TUESDAY + timedelta(days=1)):
        answered(SMALLEST_SHOWN - 1, timedelta(hours=2))
        with db.transaction(reading=True):
            figures = queries.figures()
    assert (figures.received, figures.answered, figures.to_first_answer) == (None, None, None)


def test_from_ten_on_figures_say_how_many_stand_behind_them(app: Sawt) -> None:
    with clock.telling(TUESDAY + timedelta(days=1)):
        answered(SMALLEST_SHOWN, timedelta(hours=2))
        with db.transaction(reading=True):
            figures = queries.figures()
    assert (figures.received, figures.answered, figures.answers_measured) == (10, 10, 10)
    assert figures.to_first_answer == timedelta(hours=2)


def test_nights_do_not_count_as_time_to_the_first_answer(app: Sawt) -> None:
    with clock.telling(TUESDAY + timedelta(days=2)):
        answered(SMALLEST_SHOWN, timedelta(hours=24))
        with db.transaction(reading=True):
            wait = queries.figures().to_first_answer
    assert wait is not None
    assert timedelta(hours=4) < wait < timedelta(hours=10)


def test_home_asks_the_database_as_often_for_many_cases_as_for_few(client: Browser, app: Sawt) -> None:
    with clock.telling(TUESDAY + timedelta(days=1)):
        answered(SMALLEST_SHOWN, timedelta(hours=1))
        few = questions(client)
        answered(SMALLEST_SHOWN, timedelta(hours=3))
        assert questions(client) == few <= 6
    assert ANSWERS_MEASURED <= 1000


def questions(client: Browser) -> int:
    asked: list[str] = []
    note = lambda _c, _k, statement, *_: asked.append(statement)  # noqa: E731
    sa.event.listen(db.engine(), "before_cursor_execute", note)
    client.get("/ar/")
    sa.event.remove(db.engine(), "before_cursor_execute", note)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)


@pytest.mark.parametrize("page", ["privacy", "accessibility", "agencies"])
def test_every_footer_leads_to_a_report_that_names_the_page(client: Browser, page: str) -> None:
    shown = html.unescape(client.get(f"/en/{page}").text)
    assert f"/en/inquiries/new?about=/en/{page}" in shown
    form = client.get(f"/en/inquiries/new?about=/en/{page}").text
    assert f"A problem with the page /en/{page}:" in html.unescape(form)


@pytest.mark.parametrize("about", ["https://evil.example", "", "javascript:alert(1)", "x" * 5000])
def test_a_report_about_no_page_of_ours_begins_empty(client: Browser, about: str) -> None:
    assert (
        "A problem with the page" not in client.get("/en/inquiries/new", query_string={"about": about}).text
    )


def test_a_long_or_tricky_address_is_shortened_cleaned_and_escaped(client: Browser) -> None:
    about = "/<script>\u202e\x01" + "y" * 5000
    page = client.get("/en/inquiries/new", query_string={"about": about}).text
    text = page[page.index("<textarea") : page.index("</textarea>")]
    assert "&lt;script&gt;yyy" in text
    assert "\u202e" not in text
    assert "y" * 200 not in text


def test_robots_stay_away_from_personal_pages_and_from_the_whole_demo(
    client: Browser, app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Disallow: /ar/cases\n" in client.get("/robots.txt").text
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"ENV": "demo"}))
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_one_entry_of_the_menu_is_where_the_reader_is(client: Browser) -> None:
    with db.transaction():
        water()
    page = client.enter(omar()).get("/en/inbox/canned-answers").text
    menu = page[page.index('class="site-navigation"') : page.index("</header>")]
    assert menu.count('aria-current="page"') == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_figures_are_read_without_going_through_all_cases(app: Sawt) -> None:
    with counted() as statements, db.transaction(reading=True):
        queries.figures()
    assert not wholly_read(steps(statements), "cases")
