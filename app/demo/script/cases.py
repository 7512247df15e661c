"""The inquiries of the demo country: what people asked, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.demo.script.reading import CONTENT, Pair, dated, moment, pair, read, require_known

STEP = timedelta(minutes=1)


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


def canned_answers() -> list[DemoCanned]:
    return [DemoCanned(c["agency"], c["by"], pair(c["title"]), pair(c["body"])) for c in read("canned.yaml")]


def stories(now: datetime) -> list[Story]:
    """Every inquiry, with its times counted back from `now`, oldest first."""
    files = sorted((CONTENT / "inquiries").glob("*.yaml"))
    told = [_story(raw, now) for file in files for raw in read(f"inquiries/{file.name}")]
    return sorted(told, key=lambda story: story.at)


STORY_KEYS = frozenset({"key", "by", "guest", "to", "at", "says", "files", "urgent", "then"})
STEP_KEYS = frozenset({"act", "at", "by", "says", "to", "rating", "files"})


def _story(raw: Mapping[str, Any], now: datetime) -> Story:
    require_known(raw, STORY_KEYS)
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
        require_known(step, STEP_KEYS)
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
