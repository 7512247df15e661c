"""Reading the files in `content/`: texts in both languages, and times counted back from now."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader  # ten times as fast, where PyYAML was built with it
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

from app.core import clock

CONTENT = Path(__file__).resolve().parents[1] / "content"
Pair = tuple[str, str]
"""A text as (Arabic, English)."""


class BadScript(ValueError):
    """The content says something that cannot be played; the message names the place."""


def read(name: str) -> Any:
    written = (CONTENT / name).read_text(encoding="utf-8")
    return yaml.load(written, Loader)  # one of the two safe ones


def pair(texts: Mapping[str, str]) -> Pair:
    return texts["ar"].strip(), texts["en"].strip()


def require_known(raw: Mapping[str, Any], known: frozenset[str]) -> None:
    """A comma in an unquoted text would make a new key of what follows it."""
    if set(raw) - known:
        raise BadScript(f"{set(raw) - known} means nothing in {dict(raw)}")


_AGO = re.compile(r"(?P<hours>\d+)h|(?P<days>-?\d+)d (?P<hour>\d\d):(?P<minute>\d\d)", re.ASCII)
_DATED = re.compile(r"(?P<date>\d{4}-\d\d-\d\d) (?P<hour>\d\d):(?P<minute>\d\d)", re.ASCII)


def moment(written: str, now: datetime) -> datetime:
    """An instant on the country's clocks.

    `3h`: three hours before now; `12d 09:40`: twelve days ago (a minus: in days to come), at 9:40;
    `2009-06-14 09:00`: what it says. Raises BadScript for anything else.
    """
    found = _AGO.fullmatch(written) or _DATED.fullmatch(written)
    if found is None:
        raise BadScript(f"{written!r} is no time: write 3h, 12d 09:40 or 2009-06-14 09:00")
    said = found.groupdict()
    if said.get("hours"):
        return now - timedelta(hours=int(said["hours"]))
    on = date.fromisoformat(said["date"]) if said.get("date") else _ago(int(said["days"]), now)
    return datetime.combine(on, time(int(said["hour"]), int(said["minute"])), clock.local(now).tzinfo)


def day(written: str | date, now: datetime) -> date:
    """`12d`: twelve days ago (a minus: in days to come); a date is itself. Raises BadScript for anything else."""
    if isinstance(written, date):
        return written
    found = re.fullmatch(r"(-?\d+)d", written, re.ASCII)
    if found is None:
        raise BadScript(f"{written!r} is no day: write 12d or 2009-06-14")
    return _ago(int(found[1]), now)


def _ago(days: int, now: datetime) -> date:
    return clock.local(now).date() - timedelta(days=days)


def dated(text: str, now: datetime) -> str:
    """The text with each `[[12d]]` as the date twelve days ago in ISO form (a minus: in days to come)."""
    return re.sub(r"\[\[(-?\d+)d\]\]", lambda found: _ago(int(found[1]), now).isoformat(), text).strip()
