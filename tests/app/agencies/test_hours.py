"""The working clock, against counts by hand and a minute-by-minute oracle."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agencies.hours import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    Calendar,
    CalendarNeverOpens,
    Range,
    SpecialHours,
    Week,
    add_working,
    closing_after,
    end_of_working_day,
    is_open,
    next_opening,
    working_between,
)

RIYADH = ZoneInfo("Asia/Riyadh")
NEW_YORK = ZoneInfo("America/New_York")
BEIRUT = ZoneInfo("Asia/Beirut")
MINUTE = timedelta(minutes=1)


def hours(*pairs: tuple[str, str]) -> tuple[Range, ...]:
    return tuple(Range(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def sunday_to_thursday(*pairs: tuple[str, str]) -> Week:
    return dict.fromkeys((SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY), hours(*pairs))


def riyadh(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=RIYADH)


EID_2026 = frozenset(date(2026, 3, day) for day in range(19, 25))
OFFICE = Calendar(RIYADH, sunday_to_thursday(("08:00", "14:30")), EID_2026)
RAMADAN = SpecialHours(date(2026, 2, 18), date(2026, 3, 19), sunday_to_thursday(("10:00", "15:00")))
OFFICE_IN_RAMADAN = Calendar(RIYADH, OFFICE.week, EID_2026, (RAMADAN,))


def test_26_working_hours_over_the_eid_end_as_counted_by_hand() -> None:
    assert add_working(riyadh("2026-03-16 13:00"), timedelta(hours=26), OFFICE) == riyadh("2026-03-26 13:00")


def test_ramadan_hours_move_the_same_deadline_past_the_weekend() -> None:
    end = add_working(riyadh("2026-03-16 13:00"), timedelta(hours=26), OFFICE_IN_RAMADAN)
    assert end == riyadh("2026-03-29 09:00")


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-03-01 08:00", timedelta(hours=6.5), "2026-03-01 14:30"),  # exactly one day: its closing
        ("2026-03-01 14:30", timedelta(minutes=1), "2026-03-02 08:01"),  # a start at closing time
        ("2026-03-01 14:30", timedelta(0), "2026-03-02 08:00"),  # nothing, asked while closed
        ("2026-03-01 09:15", timedelta(0), "2026-03-01 09:15"),  # nothing, asked while open
        ("2026-03-05 14:00", timedelta(hours=1), "2026-03-08 08:30"),  # Thursday into Sunday
        ("2026-03-06 10:00", timedelta(hours=1), "2026-03-08 09:00"),  # asked on a Friday
        ("2026-03-18 14:00", timedelta(hours=1), "2026-03-25 08:30"),  # over the holidays
    ],
)
def test_working_time_ends_when_a_careful_clerk_says(start: str, amount: timedelta, end: str) -> None:
    assert add_working(riyadh(start), amount, OFFICE) == riyadh(end)


def test_breaks_are_not_worked() -> None:
    shifts = Calendar(RIYADH, sunday_to_thursday(("08:00", "12:00"), ("12:30", "15:00")))
    assert add_working(riyadh("2026-03-01 11:30"), timedelta(hours=1), shifts) == riyadh("2026-03-01 13:00")
    assert not is_open(riyadh("2026-03-01 12:15"), shifts)


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    nights = Calendar(RIYADH, {THURSDAY: hours(("21:00", "02:00"))}, frozenset({date(2026, 3, 12)}))
    assert is_open(riyadh("2026-03-06 01:59"), nights)  # Friday, in the shift of Thursday
    assert not is_open(riyadh("2026-03-06 02:00"), nights)
    assert not is_open(riyadh("2026-03-13 01:00"), nights)  # its Thursday was a holiday
    assert closing_after(riyadh("2026-03-05 22:00"), nights) == riyadh("2026-03-06 02:00")


def test_round_the_clock_is_open_at_midnight_and_has_no_gap() -> None:
    always = Calendar(RIYADH, dict.fromkeys(range(7), hours(("00:00", "00:00"))))
    start = riyadh("2026-03-01 13:20")
    assert is_open(riyadh("2026-03-02 00:00"), always)
    assert working_between(start, start + timedelta(days=3), always) == timedelta(days=3)


def test_ranges_that_overlap_are_counted_once() -> None:
    double = Calendar(RIYADH, {SUNDAY: hours(("20:00", "04:00")), MONDAY: hours(("02:00", "06:00"))})
    worked = working_between(riyadh("2026-03-01 00:00"), riyadh("2026-03-03 00:00"), double)
    assert worked == timedelta(hours=10)


def test_the_hour_that_the_clocks_skip_is_not_worked_and_the_repeated_one_is() -> None:
    nights = Calendar(NEW_YORK, dict.fromkeys(range(7), hours(("00:00", "06:00"))))
    spring, autumn = (datetime(2026, *day, tzinfo=NEW_YORK) for day in ((3, 8), (11, 1)))
    assert working_between(spring, spring + timedelta(days=1), nights) == timedelta(hours=5)
    assert working_between(autumn, autumn + timedelta(days=1), nights) == timedelta(hours=7)


def test_a_calendar_that_never_opens_fails_loudly() -> None:
    with pytest.raises(CalendarNeverOpens):
        add_working(riyadh("2026-03-01 08:00"), MINUTE, Calendar(RIYADH, {}))
    with pytest.raises(CalendarNeverOpens):
        end_of_working_day(riyadh("2026-03-01 08:00"), 1, Calendar(RIYADH, {}))


@pytest.mark.parametrize(
    ("filed", "days", "end"),
    [
        ("2026-03-01 09:00", 1, "2026-03-02 14:30"),
        ("2026-03-01 23:59", 1, "2026-03-02 14:30"),  # the hour of filing does not matter
        ("2026-03-05 09:00", 1, "2026-03-08 14:30"),  # Friday and Saturday do not count
        ("2026-03-06 09:00", 1, "2026-03-08 14:30"),  # filed on a rest day
        ("2026-03-16 09:00", 3, "2026-03-25 14:30"),  # holidays do not count
    ],
)
def test_the_day_of_filing_is_day_zero(filed: str, days: int, end: str) -> None:
    assert end_of_working_day(riyadh(filed), days, OFFICE) == riyadh(end)


# The oracle: walk through the minutes; of each, ask whether it lies in a range of its day or the day before.


def oracle_is_open(at: datetime, calendar: Calendar) -> bool:
    local_day = at.astimezone(calendar.zone).date()
    for day in (local_day - timedelta(days=1), local_day):
        for one in calendar.ranges(day):
            end_day = day + timedelta(days=1) if one.end <= one.start else day
            start = datetime.combine(day, one.start, calendar.zone).astimezone(UTC)
            end = datetime.combine(end_day, one.end, calendar.zone).astimezone(UTC)
            if start <= at.astimezone(UTC) < end:
                return True
    return False


def oracle_add(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    at = start.astimezone(UTC)
    while minutes or not oracle_is_open(at, calendar):
        minutes -= oracle_is_open(at, calendar)
        at += MINUTE
        if not minutes and oracle_is_open(at - MINUTE, calendar):
            return at
    return at


def minutes_of(week: Week) -> int:
    """Minutes a week, overlaps counted twice: a calendar must open often enough to be walked through."""
    lengths = (
        (r.end.hour - r.start.hour) * 60 + r.end.minute - r.start.minute for r in sum(week.values(), ())
    )
    return sum(length % (24 * 60) or 24 * 60 for length in lengths)


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
some_ranges = st.lists(st.builds(Range, times, times), max_size=3).map(tuple)
days = st.dates(date(2026, 3, 1), date(2026, 3, 31))
weeks = st.dictionaries(st.integers(0, 6), some_ranges, min_size=1).filter(
    lambda week: minutes_of(week) >= 120
)
calendars = st.builds(
    Calendar,
    st.sampled_from([RIYADH, NEW_YORK, BEIRUT, ZoneInfo("Africa/Casablanca"), ZoneInfo("Asia/Kathmandu")]),
    weeks,
    st.frozensets(days, max_size=4),
    st.lists(st.builds(SpecialHours, days, days, weeks), max_size=1).map(tuple),
)
starts = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 5), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@settings(max_examples=40)
@given(calendars, starts, st.integers(0, 600))
def test_adding_agrees_with_walking_minute_by_minute(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    assert add_working(start, minutes * MINUTE, calendar) == oracle_add(start, minutes, calendar)


@settings(max_examples=40)
@given(calendars, starts, st.integers(0, 4000))
def test_measuring_agrees_with_counting_minutes(calendar: Calendar, start: datetime, minutes: int) -> None:
    opened = sum(oracle_is_open(start + at * MINUTE, calendar) for at in range(minutes))
    assert working_between(start, start + minutes * MINUTE, calendar) == opened * MINUTE


@given(calendars, starts)
def test_being_open_agrees_with_the_oracle(calendar: Calendar, at: datetime) -> None:
    assert is_open(at, calendar) == oracle_is_open(at, calendar)
    assert oracle_is_open(next_opening(at, calendar), calendar)


@given(calendars, starts, st.integers(0, 5000))
def test_what_was_added_is_what_is_measured(calendar: Calendar, start: datetime, minutes: int) -> None:
    end = add_working(start, minutes * MINUTE, calendar)
    assert working_between(start, end, calendar) == minutes * MINUTE


@given(calendars, starts)
def test_the_running_hours_end_where_the_oracle_says(calendar: Calendar, at: datetime) -> None:
    closing = closing_after(at, calendar)
    if closing is None:
        assert not oracle_is_open(at, calendar)
    else:
        assert oracle_is_open(closing - MINUTE, calendar)
        if closing - at < timedelta(days=4000):
            assert not oracle_is_open(closing, calendar)


@pytest.mark.parametrize("day", [FRIDAY, SUNDAY])
def test_a_rest_day_is_a_weekday_without_ranges(day: int) -> None:
    assert OFFICE.is_working_day(date(2026, 3, 2) + timedelta(days=day)) == (day == SUNDAY)
