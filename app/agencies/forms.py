"""What administrators fill in: an agency, its week, its days off, its special hours."""

import re
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.agencies.description import KEY, LONGEST_KEY, Description
from app.agencies.hours import Range, Week
from app.agencies.timetable import Holiday, SpecialPeriod
from app.agencies.writing import Overlapping, Unreadable, read_hours, written_hours
from app.core.forms import BodyField, Form, LineField, OptionalAddressField
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.i18n import weekday_name, weekdays_in_order
from app.core.text import isolate

WEBSITE = re.compile(r"https?://[^\s/@]+\.[^\s@]+")
PHONE = re.compile(r"\+?[0-9 ()/.-]{3,30}")
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST_PERIOD_DAYS = 366
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


class DescriptionForm(Form):
    """What people read about an agency, in both languages."""

    name_ar = LineField(_l("Name in Arabic"), [InputRequired(_l("Enter the name in Arabic."))], limit=120)
    name_en = LineField(_l("Name in English"), [InputRequired(_l("Enter the name in English."))], limit=120)
    remit_ar = BodyField(
        _l("What it answers for, in Arabic"),
        [InputRequired(_l("Say in Arabic what it answers for."))],
        limit=600,
    )
    remit_en = BodyField(
        _l("What it answers for, in English"),
        [InputRequired(_l("Say in English what it answers for."))],
        limit=600,
    )
    email = OptionalAddressField(_l("E-mail"))
    phone = LineField(_l("Telephone"), [Optional()], limit=30, digits=True)
    website = LineField(_l("Website"), [Optional()], limit=300)

    def validate_phone(self, field: LineField) -> None:
        if not PHONE.fullmatch(field.data or ""):
            raise ValidationError(_("Enter a telephone number in digits, or leave it empty."))

    def validate_website(self, field: LineField) -> None:
        if not WEBSITE.fullmatch(field.data or ""):
            raise ValidationError(_("Enter a full address such as https://example.org, or leave it empty."))

    @property
    def description(self) -> Description:
        fields = Description.__dataclass_fields__
        return Description(**{name: self[name].data or "" for name in fields})

    def refuse_name(self, language: str) -> None:
        """Show that the name of this language is taken."""
        self[f"name_{language}"].errors = [_("Another agency has this name or one that looks like it.")]


class NewAgencyForm(DescriptionForm):
    """As above, with the key, which never changes afterwards."""

    key = LineField(_l("Key"), [InputRequired(_l("Enter a key."))], limit=LONGEST_KEY, digits=True)

    def validate_key(self, field: LineField) -> None:
        if not KEY.fullmatch(field.data or ""):
            raise ValidationError(
                _("A key has small Latin letters, digits and single hyphens, such as civil-status.")
            )

    def refuse_key(self) -> None:
        self.key.errors = [_("Another agency has this key.")]


class DayField(LineField):
    """A date as people write it: 2026-03-20, 20/3/2026, in both sets of digits; `day` is its value."""

    day: date | None = None

    def __init__(self, *args: Any, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR, **kwargs: Any):
        super().__init__(*args, limit=20, digits=True, **kwargs)
        self._first_year, self._last_year = first_year, last_year

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        found = DAY.fullmatch(self.data)
        try:
            parts = [int(part) for part in found.groups() if part] if found else []
            self.day = date(*(parts if parts[0] > 31 else reversed(parts)))
        except (ValueError, IndexError):
            raise ValidationError(_("Enter a date like 20/3/2026.")) from None
        if not self._first_year <= self.day.year <= self._last_year:
            raise ValidationError(
                _(
                    "Enter a year from %(first)d to %(last)d.",
                    first=self._first_year,
                    last=self._last_year,
                )
            )


class HoursField(LineField):
    """The office hours of one weekday; `ranges` is their value."""

    ranges: tuple[Range, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, limit=120, digits=True, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            self.ranges = read_hours(self.data or "")
        except Unreadable as unreadable:
            words = _(
                "We cannot read “%(part)s”. Write hours like %(example)s.",
                part=isolate(unreadable.part),
                example=isolate("08:00-12:00, 12:30-15:00"),
            )
            raise ValidationError(words) from None
        except Overlapping:
            raise ValidationError(_("Two of these ranges overlap.")) from None


class CalendarForm(Form):
    """Base of every change of a calendar: it carries the version that was looked at."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """0 when the field was tampered with: such a form is stale, never an error page."""
        text = self.seen.data or ""
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


class WeekForm(CalendarForm):
    """One line for each weekday; an empty one is a rest day."""

    day_0 = HoursField()
    day_1 = HoursField()
    day_2 = HoursField()
    day_3 = HoursField()
    day_4 = HoursField()
    day_5 = HoursField()
    day_6 = HoursField()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for number in range(7):
            self[f"day_{number}"].label.text = weekday_name(number)

    @property
    def days(self) -> list[HoursField]:
        """The fields in the order of the country's week."""
        return [self[f"day_{number}"] for number in weekdays_in_order()]

    @property
    def week(self) -> Week:
        return {number: self[f"day_{number}"].ranges for number in range(7) if self[f"day_{number}"].ranges}


def written_week(week: Week) -> dict[str, str]:
    """What the form shows first."""
    return {f"day_{number}": written_hours(week.get(number, ())) for number in range(7)}


class HolidayForm(CalendarForm):
    """A day off, with its names."""

    day = DayField(_l("Day"), [InputRequired(_l("Enter the day."))])
    name_ar = LineField(_l("Name in Arabic"), [InputRequired(_l("Enter the name in Arabic."))], limit=120)
    name_en = LineField(_l("Name in English"), [InputRequired(_l("Enter the name in English."))], limit=120)
    is_estimated = BooleanField(_l("The day is estimated and not confirmed yet"))

    @property
    def holiday(self) -> Holiday:
        assert self.day.day is not None, "only asked of a valid form"
        return Holiday(
            self.day.day, self.name_ar.data or "", self.name_en.data or "", bool(self.is_estimated.data)
        )


def written_holiday(holiday: Holiday) -> dict[str, object]:
    return {
        "day": holiday.day.isoformat(),
        "name_ar": holiday.name_ar,
        "name_en": holiday.name_en,
        "is_estimated": holiday.is_estimated,
    }


class PeriodForm(WeekForm):
    """Special hours between two days."""

    first = DayField(_l("First day"), [InputRequired(_l("Enter the first day."))])
    last = DayField(_l("Last day"), [InputRequired(_l("Enter the last day."))])
    name_ar = LineField(_l("Name in Arabic"), [InputRequired(_l("Enter the name in Arabic."))], limit=120)
    name_en = LineField(_l("Name in English"), [InputRequired(_l("Enter the name in English."))], limit=120)

    def validate_last(self, field: DayField) -> None:
        if field.day is None or self.first.day is None:
            return
        if field.day < self.first.day:
            raise ValidationError(_("The last day lies before the first."))
        if (field.day - self.first.day).days >= LONGEST_PERIOD_DAYS:
            raise ValidationError(_("Special hours last a year at most."))

    @property
    def period(self) -> SpecialPeriod:
        assert self.first.day is not None, "only asked of a valid form"
        assert self.last.day is not None, "only asked of a valid form"
        names = (self.name_ar.data or "", self.name_en.data or "")
        return SpecialPeriod(self.first.day, self.last.day, *names, self.week)


def written_period(period: SpecialPeriod) -> dict[str, object]:
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "name_ar": period.name_ar,
        "name_en": period.name_en,
        **written_week(period.week),
    }


class YearForm(CalendarForm):
    """The year of which holidays are proposed."""

    year = LineField(_l("Year"), [InputRequired(_l("Enter a year."))], limit=4, digits=True)

    def validate_year(self, field: LineField) -> None:
        year = field.data or ""
        if not re.fullmatch(r"[0-9]{4}", year) or not FIRST_YEAR <= int(year) <= LAST_YEAR:
            raise ValidationError(
                _("Enter a year from %(first)d to %(last)d.", first=FIRST_YEAR, last=LAST_YEAR)
            )
