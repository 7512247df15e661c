"""The script of the demo country, read from `content/`: agencies, cast, and what they said to each other.

Everything is written by hand, in files a translator can read. Nothing here touches the database.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader  # ten times as fast, where PyYAML was built with it
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

from app.core import clock
from app.core.permissions import Grant, Role

CONTENT = Path(__file__).resolve().parent / "content"
COUNTRY = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.sawt.example")
STEP = timedelta(minutes=1)
Pair = tuple[str, str]
"""A text as (Arabic, English)."""


class BadScript(ValueError):
    """The content says something that cannot be played; the message names the place."""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the cast. `landing`: the endpoint of the page they work on; empty: not at the door."""

    key: str
    name: Pair
    role: Pair
    language: str
    level: int
    grants: tuple[Grant, ...]
    landing: str

    @property
    def id(self) -> uuid.UUID:
        """Fixed, so that demo people are known in any database, whatever its keys."""
        return uuid.uuid5(COUNTRY, self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@demo.sawt.example"


@dataclass(frozen=True)
class DemoFile:
    """A file somebody sends: a drawn picture, or a text."""

    name: str
    picture: str = ""
    text: str = ""


@dataclass(frozen=True)
class Guest:
    """Somebody without an account, with as much of an address as they gave."""

    name: str = ""
    email: str = ""
    language: str = "ar"


@dataclass(frozen=True)
class Step:
    """One act in the life of a case. `by`: key of a person; empty: whoever sent the case."""

    act: str
    at: datetime
    by: str = ""
    says: str = ""
    to: str = ""
    rating: int = 0
    files: tuple[DemoFile, ...] = ()


@dataclass(frozen=True)
class Story:
    """One inquiry from its first message on. `to`: key of the agency chosen; empty: the person knew none."""

    key: str
    at: datetime
    says: str
    by: str
    guest: Guest
    to: str
    is_urgent: bool
    files: tuple[DemoFile, ...]
    steps: tuple[Step, ...]

    @property
    def client_id(self) -> str:
        """A key that no form accepts, so that nobody but the demo can have sent it."""
        return f"demo:{self.key}"


@dataclass(frozen=True)
class DemoCanned:
    """A canned answer of one agency, written by its supervisor `by`."""

    agency: str
    by: str
    title: Pair
    body: Pair


def agencies() -> object:
    """The document of the agencies, as `flask agencies load` takes it."""
    return _read("agencies.yaml")


@cache
def cast() -> tuple[DemoPerson, ...]:
    return tuple(
        DemoPerson(
            key=p["key"],
            name=_pair(p["name"]),
            role=_pair(p["role"]),
            language=p["language"],
            level=p["level"],
            grants=tuple(_grants(p.get("grants", {}))),
            landing=p.get("landing", ""),
        )
        for p in _read("cast.yaml")
    )


def person(key: str) -> DemoPerson:
    """Somebody of the cast. Raises BadScript when nobody has this key."""
    found = next((one for one in cast() if one.key == key), None)
    if found is None:
        raise BadScript(f"nobody in the cast is called {key!r}")
    return found


def canned_answers() -> list[DemoCanned]:
    return [
        DemoCanned(c["agency"], c["by"], _pair(c["title"]), _pair(c["body"])) for c in _read("canned.yaml")
    ]


def stories(now: datetime) -> list[Story]:
    """Every inquiry, with its times counted back from `now`, oldest first."""
    files = sorted((CONTENT / "inquiries").glob("*.yaml"))
    told = [_story(raw, now) for file in files for raw in _read(f"inquiries/{file.name}")]
    return sorted(told, key=lambda story: story.at)


def _read(name: str) -> list[dict[str, Any]]:
    written = (CONTENT / name).read_text(encoding="utf-8")
    return yaml.load(written, Loader)  # type: ignore[no-any-return]  # one of the two safe ones


def _pair(texts: Mapping[str, str]) -> Pair:
    return texts["ar"].strip(), texts["en"].strip()


def _grants(raw: Mapping[str, Sequence[str] | None]) -> Iterator[Grant]:
    for role, keys in raw.items():
        for key in keys or (None,):
            yield Grant(Role(role), key)


STORY_KEYS = frozenset({"key", "by", "guest", "to", "at", "says", "files", "urgent", "then"})
STEP_KEYS = frozenset({"act", "at", "by", "says", "to", "rating", "files"})


def _require_known(raw: Mapping[str, Any], known: frozenset[str]) -> None:
    """A comma in an unquoted text would make a new key of what follows it."""
    if set(raw) - known:
        raise BadScript(f"{set(raw) - known} means nothing in {dict(raw)}")


def _story(raw: Mapping[str, Any], now: datetime) -> Story:
    _require_known(raw, STORY_KEYS)
    at = moment(raw["at"], now)
    return Story(
        key=raw["key"],
        at=at,
        says=dated(raw["says"], now),
        by=raw.get("by", ""),
        guest=Guest(**raw.get("guest", {})),
        to=raw.get("to", ""),
        is_urgent=raw.get("urgent", False),
        files=_files(raw),
        steps=tuple(_steps(raw.get("then", ()), at, now)),
    )


def _steps(raw: Sequence[Mapping[str, Any]], start: datetime, now: datetime) -> Iterator[Step]:
    """The steps in order: each a little after the one before, none in the future."""
    earlier = start
    for step in raw:
        _require_known(step, STEP_KEYS)
        at = min(max(moment(step["at"], now), earlier + STEP), now)
        earlier = at
        yield Step(
            act=step["act"],
            at=at,
            by=step.get("by", ""),
            says=dated(step.get("says", ""), now),
            to=step.get("to", ""),
            rating=step.get("rating", 0),
            files=_files(step),
        )


def _files(raw: Mapping[str, Any]) -> tuple[DemoFile, ...]:
    return tuple(DemoFile(**file) for file in raw.get("files", ()))


_AGO = re.compile(r"(?P<hours>\d+)h|(?P<days>\d+)d (?P<hour>\d\d):(?P<minute>\d\d)", re.ASCII)


def moment(written: str, now: datetime) -> datetime:
    """`3h`: three hours before now; `12d 09:40`: twelve days ago, at 9:40 on the country's clocks.

    Raises BadScript for anything else.
    """
    found = _AGO.fullmatch(written)
    if found is None:
        raise BadScript(f"{written!r} is no time: write 3h or 12d 09:40")
    if found["hours"]:
        return now - timedelta(hours=int(found["hours"]))
    day = clock.local(now) - timedelta(days=int(found["days"]))
    return day.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)


def dated(text: str, now: datetime) -> str:
    """The text with each `[[12d]]` as the date twelve days ago in ISO form (a minus: in days to come)."""

    def day(found: re.Match[str]) -> str:
        return (clock.local(now).date() - timedelta(days=int(found[1]))).isoformat()

    return re.sub(r"\[\[(-?\d+)d\]\]", day, text).strip()
