"""What a version of a working calendar holds, as it is kept: hours of the week, holidays, special hours.

Pure values; every change makes a new one. `calendar()` turns it into what the clock of `hours` counts with.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from app.agencies.hours import Calendar, Range, SpecialHours, Week

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, order=True)
class Holiday:
    """A day on which nobody works. Estimated until the agency has confirmed it (the moon decides)."""

    day: date
    name_ar: str
    name_en: str
    is_estimated: bool = False


@dataclass(frozen=True, order=True)
class SpecialPeriod:
    """Other hours between two days, both included; its first day is its key."""

    first: date
    last: date
    name_ar: str
    name_en: str
    week: Week

    @property
    def key(self) -> str:
        return self.first.isoformat()

    def overlaps(self, other: "SpecialPeriod") -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Timetable:
    """One whole version of a working calendar."""

    week: Week
    holidays: tuple[Holiday, ...] = ()
    special: tuple[SpecialPeriod, ...] = ()

    def calendar(self, zone: ZoneInfo) -> Calendar:
        special = tuple(SpecialHours(period.first, period.last, period.week) for period in self.special)
        return Calendar(zone, self.week, frozenset(holiday.day for holiday in self.holidays), special)

    def holiday(self, day: date) -> Holiday | None:
        return next((holiday for holiday in self.holidays if holiday.day == day), None)

    def period(self, first: date) -> SpecialPeriod | None:
        return next((period for period in self.special if period.first == first), None)

    def with_week(self, week: Week) -> "Timetable":
        return replace(self, week=week)

    def with_holidays(self, *added: Holiday) -> "Timetable":
        """The days of `added` take the place of what stood on the same days."""
        kept = {holiday.day: holiday for holiday in (*self.holidays, *added)}
        return replace(self, holidays=tuple(sorted(kept.values())))

    def without_holiday(self, day: date) -> "Timetable":
        return replace(self, holidays=tuple(holiday for holiday in self.holidays if holiday.day != day))

    def with_period(self, period: SpecialPeriod) -> "Timetable":
        others = tuple(p for p in self.special if p.first != period.first)
        return replace(self, special=tuple(sorted((*others, period), key=lambda p: p.first)))

    def without_period(self, first: date) -> "Timetable":
        return replace(self, special=tuple(p for p in self.special if p.first != first))

    def as_document(self) -> dict[str, Any]:
        return {
            "week": _week_document(self.week),
            "holidays": [
                {"day": h.day.isoformat(), "ar": h.name_ar, "en": h.name_en, "estimated": h.is_estimated}
                for h in self.holidays
            ],
            "special": [
                {
                    "first": p.first.isoformat(),
                    "last": p.last.isoformat(),
                    "ar": p.name_ar,
                    "en": p.name_en,
                    "week": _week_document(p.week),
                }
                for p in self.special
            ],
        }


def from_document(document: dict[str, Any]) -> Timetable:
    return Timetable(
        _week(document["week"]),
        tuple(
            Holiday(date.fromisoformat(h["day"]), h["ar"], h["en"], h["estimated"])
            for h in document["holidays"]
        ),
        tuple(
            SpecialPeriod(
                date.fromisoformat(p["first"]),
                date.fromisoformat(p["last"]),
                p["ar"],
                p["en"],
                _week(p["week"]),
            )
            for p in document["special"]
        ),
    )


def _week_document(week: Week) -> dict[str, list[str]]:
    return {
        WEEKDAYS[day]: [f"{r.start:%H:%M}-{r.end:%H:%M}" for r in sorted(ranges)]
        for day, ranges in sorted(week.items())
        if ranges
    }


def _week(document: dict[str, list[str]]) -> Week:
    return {WEEKDAYS.index(name): tuple(map(_range, ranges)) for name, ranges in document.items()}


def _range(text: str) -> Range:
    start, end = text.split("-")
    return Range(time.fromisoformat(start), time.fromisoformat(end))
