"""C41: whatever goes wrong, the page is in the reader's language, gives a number and tells nothing of the inside."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests
from werkzeug.test import TestResponse

from app.core import db
from app.core.errors import DATABASE_BACK_SECONDS, TooMany
from app.factory import Sawt
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.inspection import parse, words
from tests.security.test_canaries import real_logs

SECRET = "نص كتبه مواطن، رقمه 784-1990-1234567-1"
INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|sqlalchemy|psycopg|sqlite3?\.|werkzeug|RuntimeError|SELECT |/app/core/", re.I
)
WHO_IT_IS = re.compile(r"FROM (?:sign_ins|role_grants)\b")
"""What is asked before any view: who signed in, and with which roles."""

DIRECTIONS = {"ar": "rtl", "en": "ltr"}
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
"""A database that is away: nothing listens there."""


def crash(**_names: object) -> str:
    raise RuntimeError(SECRET)


def wait(**_names: object) -> str:
    raise TooMany(90)


def wait_by_http(**_names: object) -> str:
    raise TooManyRequests(retry_after=90)


def rest(**_names: object) -> str:
    raise ServiceUnavailable(retry_after=90)


def ask_the_database(**_names: object) -> str:
    db.session().connection()
    return "it is there"


Ask = Callable[[Browser, str], TestResponse]
View = Callable[..., str]


def home_is(browser: Browser, lang: str, view: View) -> TestResponse:
    """The home page, while its view does this."""
    views = browser.application.view_functions
    before = views["dashboards.home"]
    views["dashboards.home"] = view
    try:
        return browser.get(f"/{lang}/")
    finally:
        views["dashboards.home"] = before


CASES: dict[str, tuple[int, Ask]] = {
    "no such page": (404, lambda b, lang: b.get(f"/{lang}/nowhere")),
    "no such case": (404, lambda b, lang: b.get(f"/{lang}/inbox/0000-0000-0000-0")),
    "another method": (405, lambda b, lang: b.delete(f"/{lang}/")),
    "too large": (413, lambda b, lang: b.post(f"/{lang}/inquiries/new", data={"body": "x" * 3_400_000})),
    "too many": (429, lambda b, lang: home_is(b, lang, wait)),
    "too many by HTTP": (429, lambda b, lang: home_is(b, lang, wait_by_http)),
    "a crash": (500, lambda b, lang: home_is(b, lang, crash)),
    "a rest": (503, lambda b, lang: home_is(b, lang, rest)),
}


@pytest.fixture(params=["anonymous", "huda"])
def reader(request: pytest.FixtureRequest, client: Browser) -> Browser:
    return client if request.param == "anonymous" else client.enter(people.huda())


@pytest.fixture
def without_database(app: Sawt) -> Iterator[None]:
    """The database goes away: every question from now on fails."""
    away = db.connect(NOWHERE)
    yield_to = db.engine()
    db.use(away)
    yield
    db.use(yield_to)
    away.dispose()


def assert_good(answer: TestResponse, status: int, lang: str) -> None:
    assert answer.status_code == status
    page = parse(answer.text)
    assert (page.root.get("lang"), page.root.get("dir")) == (lang, DIRECTIONS[lang])
    assert len(list(page.all("h1"))) == 1
    number = answer.headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{12}", number)
    assert number in [words(element) for element in page.all("bdi")], "the reader cannot give the number"
    assert not INSIDE.search(answer.text), INSIDE.search(answer.text)
    assert SECRET not in answer.text
    assert any(link.get("href") == f"/{lang}/" for link in page.all("a")), "no way on"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("case", CASES)
def test_c41_every_error_has_a_page_in_the_readers_language(reader: Browser, case: str, lang: str) -> None:
    status, ask = CASES[case]
    assert_good(ask(reader, lang), status, lang)


@pytest.mark.parametrize(("lang", "says"), [("ar", "دقيقتين"), ("en", "2 minutes")])
@pytest.mark.parametrize("case", ["too many", "too many by HTTP", "a rest"])
def test_c41_how_long_to_wait_stands_in_the_header_and_in_the_page(
    client: Browser, case: str, lang: str, says: str
) -> None:
    answer = CASES[case][1](client, lang)
    assert answer.headers["Retry-After"] == "90"
    assert says in answer.text


def test_c41_forms_that_ask_to_wait_say_so_in_the_header(client: Browser) -> None:
    forms = {
        "/ar/sign-in": {"email": "nobody@example.org", "password": "wrong"},
        "/ar/cases/find": {"reference": "0000-0000-0000-0", "receipt": "0000-0000-0000-0000"},
    }
    for path, fields in forms.items():
        *_allowed, last = [client.send(path, fields) for _try in range(11)]
        assert last.status_code == 429
        assert int(last.headers["Retry-After"]) >= 15 * 60


# without the database


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_c41_pages_for_failures_of_ours_ask_nothing_of_the_database(reader: Browser, lang: str) -> None:
    """A crash while the database is down must still have its page."""
    reader.get(f"/{lang}/")
    for case in ("a crash", "a rest"):
        with counted() as asked:
            CASES[case][1](reader, lang)
        assert not [statement for statement in asked if not WHO_IT_IS.search(statement)], case


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_c41_while_the_database_is_away_nobody_gets_less_than_a_page(
    reader: Browser, lang: str, without_database: None
) -> None:
    away = home_is(reader, lang, ask_the_database)
    assert_good(away, 503, lang)
    assert away.headers["Retry-After"] == str(DATABASE_BACK_SECONDS)
    for case, (status, ask) in CASES.items():
        answer = ask(reader, lang)
        assert answer.status_code in {status, 503}, case
        assert_good(answer, answer.status_code, lang)


# logs


def test_c41_a_crash_is_logged_with_its_number_and_without_what_people_wrote(
    reader: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    with real_logs(logging.INFO):
        answer = home_is(reader, "ar", crash)
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "request failed" in line]
    assert answer.headers["X-Request-ID"] in line
    assert '"dashboards.home"' in line
    assert "RuntimeError at " in line
    assert SECRET not in line
    assert "huda" not in line


def test_c41_an_outage_is_logged_with_its_number_and_without_addresses(
    client: Browser, capfd: pytest.CaptureFixture[str], without_database: None
) -> None:
    with real_logs(logging.INFO):
        answer = home_is(client, "en", ask_the_database)
    lines = [line for line in capfd.readouterr().err.splitlines() if answer.headers["X-Request-ID"] in line]
    assert lines, "the outage is not logged"
    assert not [line for line in lines if "nobody@127" in line or "Connection refused" in line]
