"""Office hours in whole sentences, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.agencies.hours import Calendar, CalendarNeverOpens, Range, Week, closing_after, next_opening
from app.agencies.timetable import Holiday, SpecialPeriod
from app.core import clock
from app.core.i18n import day as day_words
from app.core.i18n import gettext as _
from app.core.i18n import language, listed, time_of_day, weekday_name, weekdays_in_order


@dataclass(frozen=True)
class OpenOrClosed:
    """Whether somebody works now, and the sentence that says so with what comes next."""

    is_open: bool
    words: str


def open_or_closed(calendar: Calendar, at: datetime) -> OpenOrClosed:
    closing = closing_after(at, calendar)
    if closing is not None:
        if closing - at > timedelta(days=7):
            return OpenOrClosed(True, _("Open now, around the clock"))
        return OpenOrClosed(True, _("Open now, until %(time)s", time=_clock(closing, calendar)))
    try:
        return OpenOrClosed(False, _closed_until(next_opening(at, calendar), at, calendar))
    except CalendarNeverOpens:
        return OpenOrClosed(False, _("Closed until further notice"))


def _closed_until(opening: datetime, at: datetime, calendar: Calendar) -> str:
    opens, today = (instant.astimezone(calendar.zone).date() for instant in (opening, at))
    time = _clock(opening, calendar)
    if opens == today:
        return _("Closed now. Opens today at %(time)s", time=time)
    if opens == today + timedelta(days=1):
        return _("Closed now. Opens tomorrow at %(time)s", time=time)
    day = _("%(weekday)s, %(date)s", weekday=weekday_name(opens.weekday()), date=day_words(opens))
    return _("Closed now. Opens on %(day)s at %(time)s", day=day, time=time)


def _clock(instant: datetime, calendar: Calendar) -> str:
    return time_of_day(instant.astimezone(calendar.zone).time())


def hours_of_day(ranges: Sequence[Range]) -> str:
    """ "from 08:00 to 12:00 and from 12:30 to 15:00", or that the day is a day off."""
    if not ranges:
        return _("Day off")
    if any(one.start == one.end for one in ranges):
        return _("Around the clock")
    return listed([_range(one) for one in sorted(ranges)])


def _range(hours: Range) -> str:
    start, end = time_of_day(hours.start), time_of_day(hours.end)
    if hours.runs_past_midnight:
        return _("from %(start)s to %(end)s the next day", start=start, end=end)
    return _("from %(start)s to %(end)s", start=start, end=end)


def week_rows(week: Week) -> list[tuple[str, str]]:
    """(weekday, its hours) in the order of the country's week."""
    return [(weekday_name(day), hours_of_day(week.get(day, ()))) for day in weekdays_in_order()]


def days_from_to(first: date, last: date) -> str:
    if first == last:
        return day_words(first)
    return _("from %(first)s to %(last)s", first=day_words(first), last=day_words(last))


def name_of(named: Holiday | SpecialPeriod) -> str:
    """The name of a day off or of special hours, in the reader's language."""
    return named.name_ar if language() == "ar" else named.name_en


def today(calendar: Calendar) -> date:
    """The day it is where the agency works."""
    return clock.now().astimezone(calendar.zone).date()
