"""What a new calendar starts with, by country: rest days, holidays with both names, the days of Ramadan.

Only proposals: an officer confirms, moves or removes each. Sources: the `holidays` package for public
holidays, the Umm al-Qura calendar (`hijridate`) for Ramadan; the sighted moon may differ by a day.
"""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta

from hijridate import Gregorian, Hijri

from app.agencies.hours import FRIDAY, SATURDAY, SUNDAY, Range, Week
from app.agencies.timetable import Holiday, SpecialPeriod, Timetable

RAMADAN = 9
RAMADAN_NAMES = ("رمضان", "Ramadan")
USUAL_HOURS = (Range(time(8), time(15)),)
RAMADAN_HOURS = (Range(time(9), time(14)),)

REST_DAYS = {
    **dict.fromkeys("SA EG KW QA BH OM JO IQ SY YE DZ SD MR DJ LY PS".split(), (FRIDAY, SATURDAY)),
    **dict.fromkeys("AE LB MA TN KM SO".split(), (SATURDAY, SUNDAY)),
}

_country = "AE"
_ESTIMATED_ALONE = re.compile(r"\s*\((?:estimated|تقديري)\)")
_ESTIMATED_BESIDE = re.compile(r",?\s+(?:estimated|تقديري)\)")


def use_country(code: str) -> None:
    """Set the country whose usage is proposed (setting COUNTRY)."""
    global _country
    _country = code


def usual_week(ranges: tuple[Range, ...] = USUAL_HOURS) -> Week:
    """The same hours on every day but the country's rest days."""
    rest = REST_DAYS.get(_country, (SATURDAY, SUNDAY))
    return {day: ranges for day in range(7) if day not in rest}


def first_timetable(year: int) -> Timetable:
    """Of an agency that has not told its own: usual hours, holidays of this year and the next."""
    return Timetable(usual_week()).with_holidays(*holidays_of(year), *holidays_of(year + 1))


def holidays_of(year: int) -> list[Holiday]:
    """The country's public holidays of a Gregorian year; none for a country nobody has collected."""
    import holidays  # 1.7 s to import: only where holidays are proposed

    try:
        english = holidays.country_holidays(_country, years=year, language="en_US")
        arabic = holidays.country_holidays(_country, years=year, language=_arabic_of(holidays))
    except NotImplementedError:
        return []
    return [
        Holiday(day, _bare(arabic.get(day, name)), _bare(name), "estimated" in name)
        for day, name in sorted(english.items())
    ]


def _arabic_of(holidays: object) -> str:
    languages: Iterable[str] = holidays.list_localized_countries().get(_country, ())  # type: ignore[attr-defined]
    return next((language for language in languages if language.split("_")[0] == "ar"), "en_US")


def _bare(name: str) -> str:
    return _ESTIMATED_BESIDE.sub(")", _ESTIMATED_ALONE.sub("", name))


def ramadan(year: int) -> list[SpecialPeriod]:
    """Ramadan as far as it begins in this Gregorian year (in a few years twice), with shorter hours.

    None outside 1924-2077, where the Umm al-Qura calendar ends.
    """
    found = []
    for hijri_year in _hijri_years(year):
        try:
            first = Hijri(hijri_year, RAMADAN, 1)
        except OverflowError:
            continue
        begins = date(*first.to_gregorian().datetuple())
        if begins.year == year:
            last = begins + timedelta(days=first.month_length() - 1)
            found.append(SpecialPeriod(begins, last, *RAMADAN_NAMES, usual_week(RAMADAN_HOURS)))
    return found


def _hijri_years(year: int) -> range:
    try:
        return range(Gregorian(year, 1, 1).to_hijri().year, Gregorian(year, 12, 31).to_hijri().year + 1)
    except OverflowError:
        return range(0)
