"""Languages: the address decides, both sides of a text are kept, numbers and dates read as the country writes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.agencies.models import Agency
from app.core import i18n
from app.core.i18n import language, speaking
from app.factory import Sawt

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _context(app: Sawt) -> Iterator[None]:
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        yield


@pytest.mark.parametrize(
    ("path", "accepted", "shown"),
    [
        ("/ar/cases/find", "en", "ar"),
        ("/en/cases/find", "ar", "en"),
        ("/en/no-such-page", "ar", "en"),
        ("/no-such-page", "en-GB,en;q=0.9", "en"),
        ("/no-such-page", "ar-EG,ar;q=0.9", "ar"),
        ("/no-such-page", "fr", "ar"),
    ],
)
def test_the_address_decides_the_language_then_the_browser_then_the_site(
    client: FlaskClient, path: str, accepted: str, shown: str
) -> None:
    page = client.get(path, headers={"Accept-Language": accepted}).text
    direction = {"ar": "rtl", "en": "ltr"}[shown]
    assert f'<html lang="{shown}" dir="{direction}">' in page


def test_the_other_language_shows_the_same_page_with_its_query(app: Sawt) -> None:
    with app.test_request_context("/ar/cases/find?reference=7K3M&x=1&x=2"):
        app.preprocess_request()
        assert i18n.same_page_in("en") == "/en/cases/find?reference=7K3M&x=1&x=2"


def test_a_query_cannot_override_the_language_of_the_address(app: Sawt) -> None:
    with app.test_request_context("/ar/cases/find?lang=ar&_anchor=x"):
        app.preprocess_request()
        assert i18n.same_page_in("en").startswith("/en/cases/find")


def test_mail_speaks_its_readers_language_and_the_page_goes_on_in_its_own() -> None:
    assert language() == "ar"
    with speaking("en"):
        assert language() == "en"
        assert i18n.day(date(2026, 12, 4)) == "4 December 2026"
    assert language() == "ar"
    assert i18n.day(date(2026, 12, 4)) == "4 ديسمبر 2026"


def test_dates_name_the_hijri_day_on_wish() -> None:
    assert i18n.day(date(2026, 2, 18), hijri=True) == "18 فبراير 2026 (1 رمضان 1447)"
    with speaking("en"):
        assert i18n.day(date(2026, 2, 18), hijri=True) == "18 February 2026 (1 Ramadan 1447)"


def test_a_day_outside_the_hijri_tables_is_shown_without() -> None:
    assert "(" not in i18n.day(date(1800, 1, 1), hijri=True)


def test_moments_are_shown_on_the_countrys_clocks_in_latin_digits() -> None:
    assert i18n.moment(datetime(2026, 12, 4, 21, 30, tzinfo=UTC)) == "5 ديسمبر 2026 (01:30)"


def test_numbers_have_latin_digits_in_both_languages() -> None:
    assert i18n.number(1234567) == "1,234,567"
    with speaking("en"):
        assert i18n.number(1234567) == "1,234,567"


def test_lists_are_joined_as_each_language_does() -> None:
    assert i18n.listed(["الماء", "الطرق"]) == "الماء والطرق"
    with speaking("en"):
        assert i18n.listed(["water", "roads", "health"]) in {
            "water, roads and health",
            "water, roads, and health",
        }


@pytest.mark.parametrize(
    ("waited", "arabic", "english"),
    [
        (timedelta(hours=218), "9 أيام وساعتين", "9 days and 2 hours"),
        (timedelta(days=1, hours=1), "يوم واحد وساعة واحدة", "1 day and 1 hour"),
        (timedelta(days=2), "يومين", "2 days"),
        (timedelta(days=11, hours=12), "11 يومًا و12 ساعة", "11 days and 12 hours"),
        (timedelta(hours=23, minutes=40), "يوم واحد", "1 day"),
        (timedelta(minutes=10), "أقل من ساعة", "less than an hour"),
    ],
)
def test_a_time_that_people_waited_is_told_in_days_and_hours(
    waited: timedelta, arabic: str, english: str
) -> None:
    assert i18n.duration(waited) == arabic
    with speaking("en"):
        assert i18n.duration(waited) == english


# texts in two languages


def agency() -> Agency:
    made = Agency(key="water")
    made.name = ("مؤسسة المياه", "Water Company")
    return made


def test_a_text_is_read_in_the_readers_language() -> None:
    assert (str(agency().name), agency().name.direction) == ("مؤسسة المياه", "rtl")
    with speaking("en"):
        assert (str(agency().name), agency().name.direction) == ("Water Company", "ltr")


def test_a_missing_side_falls_back_to_the_other_and_says_so() -> None:
    half = Agency(key="water")
    half.name = ("", "Water Company")
    assert (half.name.text, half.name.language, half.name.is_fallback) == ("Water Company", "en", True)
    half.name = ("", "")
    assert not half.name


def test_a_translation_is_outdated_when_its_source_has_changed_since() -> None:
    made = agency()
    Agency.name.write(made, "ar", "مؤسسة المياه", status="source")
    Agency.name.write(made, "en", "Water Company", status="machine")
    assert not Agency.name.read(made, "en").is_outdated
    Agency.name.write(made, "ar", "مؤسسة المياه والصرف", status="source")
    assert Agency.name.read(made, "en").is_outdated
    assert not Agency.name.read(made, "ar").is_outdated


def test_two_texts_written_by_people_are_never_outdated() -> None:
    made = agency()
    Agency.name.write(made, "ar", "مؤسسة المياه والصرف")
    assert not Agency.name.read(made, "en").is_outdated
