"""The clock of a working calendar: pure arithmetic over office hours, rest days, holidays and special hours.

Ranges are wall-clock times of the calendar's zone; all sums are made between instants in UTC, so a change of
the clocks neither adds nor loses an hour. A range that ends at or before its start runs past midnight and
belongs to the day on which it starts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_LOOK = 4000
"""Days after which a calendar counts as one that never opens (eleven years)."""

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
ONE_DAY = timedelta(days=1)


class CalendarNeverOpens(ValueError):
    """The calendar has no working time ahead: a deadline cannot be counted."""


@dataclass(frozen=True, order=True)
class Range:
    """One stretch of office hours in a day, wall-clock."""

    start: time
    end: time

    @property
    def runs_past_midnight(self) -> bool:
        return self.end <= self.start


Week = Mapping[int, tuple[Range, ...]]
"""Weekday (Monday 0 … Sunday 6) -> ranges; a weekday without ranges is a rest day."""


@dataclass(frozen=True)
class SpecialHours:
    """Other hours between two days, both included (Ramadan, summer)."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True)
class Calendar:
    """When an agency works. Where special hours overlap, those that began last count."""

    zone: ZoneInfo
    week: Week
    holidays: frozenset[date] = frozenset()
    special: tuple[SpecialHours, ...] = field(default=())

    def ranges(self, day: date) -> tuple[Range, ...]:
        """The office hours of a day, in order; none on rest days and holidays."""
        if day in self.holidays:
            return ()
        running = [hours for hours in self.special if hours.first <= day <= hours.last]
        week = max(running, key=lambda hours: hours.first).week if running else self.week
        return tuple(sorted(week.get(day.weekday(), ())))

    def is_working_day(self, day: date) -> bool:
        return bool(self.ranges(day))


Stretch = tuple[datetime, datetime]


def _stretches(calendar: Calendar, start: datetime) -> Iterator[Stretch]:
    """Opening and closing instants (UTC) from `start` on, in order, without overlaps."""
    local_day = start.astimezone(calendar.zone).date()
    cursor = start.astimezone(UTC)
    for offset in range(-1, LONGEST_LOOK):
        day = local_day + offset * ONE_DAY
        for opening, closing in _of_day(calendar, day):
            opening = max(opening, cursor)
            if opening < closing:
                yield opening, closing
                cursor = closing


def _of_day(calendar: Calendar, day: date) -> Iterator[Stretch]:
    for hours in calendar.ranges(day):
        last_day = day + ONE_DAY if hours.runs_past_midnight else day
        yield (
            datetime.combine(day, hours.start, calendar.zone).astimezone(UTC),
            datetime.combine(last_day, hours.end, calendar.zone).astimezone(UTC),
        )


def add_working(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """The instant (UTC) at which `amount` of working time has passed since `start`.

    Without any amount: the next instant at which somebody works. Raises CalendarNeverOpens.
    """
    left = amount
    for opening, closing in _stretches(calendar, start):
        if left <= closing - opening:
            return opening + left
        left -= closing - opening
    raise CalendarNeverOpens


def working_between(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Working time that passes between two instants; none if the second is not later."""
    worked = timedelta()
    for opening, closing in _stretches(calendar, start):
        if opening >= end:
            break
        worked += min(closing, end) - opening
    return worked


def is_open(at: datetime, calendar: Calendar) -> bool:
    """Whether somebody works at this instant. An opening instant is open, a closing one closed."""
    return closing_after(at, calendar) is not None


def closing_after(at: datetime, calendar: Calendar) -> datetime | None:
    """When the hours running at this instant end (UTC); None while closed."""
    running = None
    for opening, closing in _stretches(calendar, at):
        if opening > (running or at):
            break
        running = closing
    return running


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """The first instant (UTC) from `at` on at which somebody works; `at` itself while open.

    Raises CalendarNeverOpens.
    """
    return add_working(at, timedelta(), calendar)


def end_of_working_day(start: datetime, days: int, calendar: Calendar) -> datetime:
    """The closing instant (UTC) of the `days`-th working day after the day of `start`, which is day zero.

    Raises CalendarNeverOpens.
    """
    if days < 1:
        raise ValueError("the day of filing is day zero: a deadline lies at least one working day later")
    day, left = start.astimezone(calendar.zone).date(), days
    for _ in range(LONGEST_LOOK):
        day += ONE_DAY
        left -= calendar.is_working_day(day)
        if not left:
            return max(closing for _, closing in _of_day(calendar, day))
    raise CalendarNeverOpens
