"""Office hours in sentences of both languages; what a country proposes."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.agencies import proposals, words
from app.agencies.hours import FRIDAY, SATURDAY, SUNDAY, THURSDAY, Calendar, Range
from app.agencies.timetable import Holiday
from app.core.i18n import speaking
from app.factory import Sawt

RIYADH = ZoneInfo("Asia/Riyadh")
OFFICE = Calendar(
    RIYADH, dict.fromkeys((SUNDAY, THURSDAY), (Range(time(8), time(12)), Range(time(13), time(15))))
)


@pytest.fixture
def english(app: Sawt) -> Iterator[None]:
    with app.app_context(), speaking("en"):
        yield


@pytest.fixture
def country() -> Iterator[None]:
    yield
    proposals.use_country("AE")


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2026-03-01 08:00", "Open now, until 12:00"),
        ("2026-03-01 12:00", "Closed now. Opens today at 13:00"),
        ("2026-03-04 20:00", "Closed now. Opens tomorrow at 08:00"),
        ("2026-03-05 15:00", "Closed now. Opens on Sunday, 8 March 2026 at 08:00"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_page_says_whether_somebody_is_there_and_what_comes_next(at: str, sentence: str) -> None:
    state = words.open_or_closed(OFFICE, datetime.fromisoformat(at).replace(tzinfo=RIYADH))
    assert state == words.OpenOrClosed(sentence.startswith("Open"), sentence)


@pytest.mark.usefixtures("english")
def test_a_calendar_without_hours_says_so_instead_of_failing() -> None:
    now = datetime(2026, 3, 1, tzinfo=RIYADH)
    assert words.open_or_closed(Calendar(RIYADH, {}), now).words == "Closed until further notice"
    always = Calendar(RIYADH, dict.fromkeys(range(7), (Range(time(0), time(0)),)))
    assert words.open_or_closed(always, now).words == "Open now, around the clock"


@pytest.mark.usefixtures("english")
def test_the_hours_of_a_day_are_whole_words() -> None:
    assert (
        words.hours_of_day(OFFICE.ranges(date(2026, 3, 1))) == "from 08:00 to 12:00 and from 13:00 to 15:00"
    )
    assert words.hours_of_day([Range(time(21), time(2))]) == "from 21:00 to 02:00 the next day"
    assert words.hours_of_day([]) == "Day off"


def test_weekdays_are_named_in_arabic_in_the_order_of_the_countrys_week(app: Sawt) -> None:
    with app.app_context(), speaking("ar"):
        rows = words.week_rows(OFFICE.week)
    assert [name for name, _ in rows][:2] == ["الاثنين", "الثلاثاء"]
    assert len(rows) == 7


@pytest.mark.parametrize(
    ("code", "rest"), [("SA", {FRIDAY, SATURDAY}), ("AE", {SATURDAY, SUNDAY}), ("LY", {FRIDAY, SATURDAY})]
)
@pytest.mark.usefixtures("country")
def test_the_week_of_a_country_rests_on_its_days(code: str, rest: set[int]) -> None:
    proposals.use_country(code)
    assert set(range(7)) - set(proposals.usual_week()) == rest


@pytest.mark.usefixtures("country")
def test_holidays_have_both_names_and_are_estimated_until_the_moon_is_seen() -> None:
    proposals.use_country("AE")
    found = {holiday.day: holiday for holiday in proposals.holidays_of(2027)}
    assert found[date(2027, 12, 2)] == Holiday(date(2027, 12, 2), "اليوم الوطني", "National Day")
    assert found[date(2027, 5, 16)] == Holiday(date(2027, 5, 16), "عيد الأضحى", "Eid al-Adha", True)
    assert not any("estimated" in h.name_en or "تقديري" in h.name_ar for h in found.values())


@pytest.mark.usefixtures("country")
def test_a_country_nobody_has_collected_proposes_nothing() -> None:
    proposals.use_country("XX")
    assert proposals.holidays_of(2027) == []


def test_ramadan_comes_from_the_hijri_calendar_and_twice_in_2030() -> None:
    assert [(p.first, p.last) for p in proposals.ramadan(2026)] == [(date(2026, 2, 18), date(2026, 3, 19))]
    assert [p.first for p in proposals.ramadan(2030)] == [date(2030, 1, 5), date(2030, 12, 26)]
    assert proposals.ramadan(2090) == []
