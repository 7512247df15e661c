"""Languages: address prefix, direction, bilingual columns, numbers and dates (Gregorian and Hijri).

The one module that knows Flask-Babel. Latin digits everywhere; the locale always carries a region, because
month names differ between Arab countries.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, overload
from urllib.parse import urlencode

import flask_babel
from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.dates import get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_app_context, request, session, url_for
from flask_babel import Babel, force_locale
from hijridate import Gregorian
from sqlalchemy import Text
from sqlalchemy.orm import mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL, PUBLIC

__all__ = ["Bilingual", "LocalText", "gettext", "lazy_gettext", "ngettext"]

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
lazy_gettext: Callable[..., Any] = flask_babel.lazy_gettext

LANGUAGES = ("ar", "en")
NAMES = {"ar": "العربية", "en": "English"}
DIRECTIONS = {code: Locale(code).text_direction for code in LANGUAGES}
PREFIX = "/<any(ar, en):lang>"
CATALOGUES = Path(__file__).resolve().parents[2] / "translations"


def other(code: str) -> str:
    return "en" if code == "ar" else "ar"


def register(app: Flask) -> None:
    """Give the app its catalogues, the language of each request, and the prefix of each address."""
    Babel(
        app,
        locale_selector=lambda: regional(language()),
        default_translation_directories=str(CATALOGUES),
        timezone_selector=lambda: clock.zone().key,
    )
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_add_language)


def regional(code: str) -> str:
    """The locale with its region: `ar_AE`, `en_GB`."""
    return f"ar_{current_app.config['COUNTRY']}" if code == "ar" else "en_GB"


def _take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Files have no language: asking the cookie for it would part them by cookie in every cache on the way."""
    if endpoint != "static":
        g.language = (values or {}).pop("lang", None) or _preferred()


def _add_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = language()


def _preferred() -> str:
    """The language of a page whose address names none: the prefix tried, cookie, browser, site default."""
    first = request.path.split("/")[1] if request.path.count("/") else ""
    if first in LANGUAGES:
        return first
    chosen = session.get("language")
    return chosen or request.accept_languages.best_match(LANGUAGES) or current_app.config["DEFAULT_LOCALE"]


def language() -> str:
    """`ar` or `en`: the language of the page or mail being made; in a job that speaks none, the site's own."""
    if has_app_context() and "language" in g:
        return str(g.language)
    return str(current_app.config["DEFAULT_LOCALE"]) if has_app_context() else LANGUAGES[0]


def direction(code: str | None = None) -> str:
    return DIRECTIONS[code or language()]


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Make texts in this language, whatever the page's is (mails, notices, PDFs). Outside of an application there is
    but one language."""
    if not has_app_context():
        yield
        return
    before = g.get("language")
    g.language = code
    try:
        with force_locale(regional(code)):
            yield
    finally:
        if before is None:
            g.pop("language")
        else:
            g.language = before


def same_page_in(code: str) -> str:
    """The address of the page being shown, with its query, in the other language."""
    if request.endpoint is None or not current_app.url_map.is_endpoint_expecting(request.endpoint, "lang"):
        return url_for("dashboards.home", lang=code)
    page = url_for(request.endpoint, **{**(request.view_args or {}), "lang": code})
    query = urlencode(list(request.args.items(multi=True)))
    return f"{page}?{query}" if query else page


def number(value: float | int) -> str:
    """As people of the country write it. Small whole numbers are as they are: pages count much and mostly little."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(int(value))
    return format_decimal(value, locale=regional(language()))


def file_size(octets: int) -> str:
    """`240 KB`, `1.1 MB`: with the unit in the reader's language."""
    if octets < 1_000_000:
        return gettext("%(num)s KB", num=number(max(1, round(octets / 1000))))
    return gettext("%(num)s MB", num=number(round(octets / 1_000_000, 1)))


def listed(items: list[str]) -> str:
    """`a, b and c` in the reader's language."""
    return format_list(items, locale=regional(language()))


def duration(value: timedelta) -> str:
    """`9 days and 2 hours`, to the nearest hour: for times that people wait. Arabic has it as it follows a
    preposition (`خلال يومين وساعتين`)."""
    days, hours = divmod(round(value / timedelta(hours=1)), 24)
    if not (days or hours):
        return gettext("less than an hour")
    counted = []
    if days:
        counted.append(ngettext("%(num)s day", "%(num)s days", days))
    if hours:
        counted.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    return listed(counted)


def day(value: date | datetime, hijri: bool = False) -> str:
    """`4 ديسمبر 2026`; with `hijri` the Umm al-Qura date follows in brackets, where its calendar reaches."""
    that_day = clock.local(value).date() if isinstance(value, datetime) else value
    shown = babel_date(that_day, "d MMMM y", locale=regional(language()))
    return f"{shown} ({hijri_day(that_day)})" if hijri and hijri_day(that_day) else shown


def hijri_day(value: date) -> str:
    try:
        converted = Gregorian(value.year, value.month, value.day).to_hijri()
    except (OverflowError, ValueError):
        return ""
    return f"{converted.day} {converted.month_name('ar' if language() == 'ar' else 'en')} {converted.year}"


def moment(value: datetime) -> str:
    """Date and time as the country's clocks show them: `4 ديسمبر 2026 (23:59)`."""
    return f"{day(value)} ({babel_time(clock.local(value), 'HH:mm', locale=regional(language()))})"


@dataclass(frozen=True)
class LocalText:
    """A text as a reader gets it; `is_fallback` when it had to come in the other language."""

    text: str
    language: str
    is_fallback: bool = False
    is_outdated: bool = False

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


class Bilingual:
    """Declares `<name>_ar`, `<name>_en` and `<name>_state` on a model; read as `thing.name`.

    The state holds, per language, `source | human | machine | missing` and the hash of the source text a
    translation was made from, so that an outdated translation is known.
    """

    def __init__(self, info: dict[str, Any] = PUBLIC):
        self._info = info

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        for code in LANGUAGES:
            setattr(owner, f"{name}_{code}", mapped_column(Text, default="", nullable=False, info=self._info))
        setattr(
            owner, f"{name}_state", mapped_column(db.Document, default=dict, nullable=False, info=INTERNAL)
        )

    @overload
    def __get__(self, thing: None, owner: type) -> "Bilingual": ...
    @overload
    def __get__(self, thing: object, owner: type) -> LocalText: ...
    def __get__(self, thing: object | None, owner: type) -> "Bilingual | LocalText":
        return self if thing is None else self.read(thing, language())

    def __set__(self, thing: object, pair: tuple[str, str]) -> None:
        """`thing.name = (arabic, english)`, both written by people."""
        for code, text in zip(LANGUAGES, pair, strict=True):
            self.write(thing, code, text)

    def read(self, thing: object, code: str) -> LocalText:
        """The text in this language, or the other one marked as a fallback."""
        text = getattr(thing, f"{self._name}_{code}")
        if text:
            return LocalText(text, code, is_outdated=self._is_outdated(thing, code))
        return LocalText(getattr(thing, f"{self._name}_{other(code)}"), other(code), is_fallback=True)

    def write(self, thing: object, code: str, text: str, status: str = "human") -> None:
        source = getattr(thing, f"{self._name}_{other(code)}") or ""
        setattr(thing, f"{self._name}_{code}", text)
        state = dict(getattr(thing, f"{self._name}_state") or {})
        state[code] = {"status": status if text else "missing", "source_hash": _digest(source)}
        setattr(thing, f"{self._name}_state", state)

    def _is_outdated(self, thing: object, code: str) -> bool:
        """Whether the other text was changed after this one was translated from it."""
        state = getattr(thing, f"{self._name}_state") or {}
        known = state.get(code, {})
        if (
            known.get("status") not in {"human", "machine"}
            or state.get(other(code), {}).get("status") != "source"
        ):
            return False
        return bool(known.get("source_hash") != _digest(getattr(thing, f"{self._name}_{other(code)}")))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def time_of_day(value: time) -> str:
    """`08:30`, as every clock of the site shows it."""
    return f"{value:%H:%M}"


def weekday_name(weekday: int) -> str:
    """Name of a weekday (Monday 0 … Sunday 6), as it stands alone."""
    return str(get_day_names("wide", "stand-alone", locale=regional(language()))[weekday])


def weekdays_in_order() -> list[int]:
    """The weekdays in the order in which the country's weeks run."""
    first = Locale.parse(f"ar_{current_app.config['COUNTRY']}").first_week_day
    return [(first + offset) % 7 for offset in range(7)]
