"""Which phase of a consultation runs at an instant, and what it allows. The clock alone tells; nothing is stored.

Days are days of the country: a phase that ends on a day ends at 23:59 there, whatever the clocks do that week.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from participation.consultations.models import Consultation, Phase

KINDS = ("information", "comment", "analysis", "response")
LAST_MINUTE = time(23, 59)
LEAST_COMMENT_DAYS = 14
CLOSING_SOON = timedelta(days=3)

Act = Literal["posts", "reactions", "answers"]


class Standing(StrEnum):
    """Where a consultation stands for its readers."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Stretch(Protocol):
    """Anything that runs from one instant up to, not including, another."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


S = TypeVar("S", bound=Stretch)


def running(stretches: Iterable[S], now: datetime) -> S | None:
    """The first that runs at this instant. An opening instant is open, a closing one closed."""
    return next((each for each in stretches if each.starts_at <= now < each.ends_at), None)


def current(consultation: Consultation, now: datetime) -> Phase | None:
    """The phase that runs now; none before the first, after the last, or while nothing is published."""
    return running(consultation.phases, now) if consultation.state == "published" else None


def comment_phase(consultation: Consultation, now: datetime) -> Phase | None:
    """The phase in which people comment: the one that runs, else the next one, else the last one there was."""
    commenting = [phase for phase in consultation.phases if phase.kind == "comment"]
    coming = [phase for phase in commenting if phase.ends_at > now]
    return coming[0] if coming else commenting[-1] if commenting else None


def standing(consultation: Consultation, now: datetime) -> Standing:
    if consultation.state != "published":
        return Standing(consultation.state)
    phase = comment_phase(consultation, now)
    if phase is None or now >= phase.ends_at:
        return Standing.CLOSED
    return Standing.UPCOMING if now < phase.starts_at else Standing.OPEN


def allows(consultation: Consultation, act: Act, now: datetime) -> bool:
    """Whether the phase that runs takes posts, reactions or answers (survey, key points)."""
    phase = current(consultation, now)
    return phase is not None and bool(getattr(phase, f"takes_{act}"))


def has_run(consultation: Consultation, now: datetime) -> bool:
    """Whether people could comment and can no more: what is sent now is late."""
    phase = comment_phase(consultation, now)
    return consultation.state == "published" and phase is not None and now >= phase.ends_at


def days_left(phase: Stretch, now: datetime, zone: ZoneInfo) -> int:
    """Whole days of the country until the phase closes: 0 on its last day, negative afterwards."""
    if now >= phase.ends_at:
        return -1
    return (phase.ends_at.astimezone(zone).date() - now.astimezone(zone).date()).days


# Planning


@dataclass(frozen=True)
class Planned:
    """A phase as it is planned: its kind, and how many days it lasts."""

    kind: str
    days: int


@dataclass(frozen=True)
class Dated:
    """A planned phase with its instants."""

    kind: str
    starts_at: datetime
    ends_at: datetime


def opening_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) of a day of the country."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def closing_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a phase that ends on this day closes."""
    return datetime.combine(day, LAST_MINUTE, zone).astimezone(UTC)


def dated(plan: Sequence[Planned], first_day: date, zone: ZoneInfo) -> list[Dated]:
    """The plan with its instants, counted from the first day. Each phase opens when the one before closes."""
    found: list[Dated] = []
    opens, day = opening_of(first_day, zone), first_day
    for phase in plan:
        day += timedelta(days=phase.days)
        closes = closing_of(day - timedelta(days=1), zone)
        found.append(Dated(phase.kind, opens, closes))
        opens = closes
    return found


def plan_of(phases: Sequence[Phase], zone: ZoneInfo) -> list[Planned]:
    """How long each phase lasts, in days of the country: what a copy keeps."""
    days = [phase.ends_at.astimezone(zone).date() for phase in phases]
    before = [phases[0].starts_at.astimezone(zone).date() - timedelta(days=1), *days] if phases else []
    return [
        Planned(phase.kind, max(1, (last - earlier).days))
        for phase, last, earlier in zip(phases, days, before, strict=False)
    ]


def is_in_order(phases: Sequence[Stretch]) -> bool:
    """Each begins no earlier than the one before ends."""
    return all(earlier.ends_at <= later.starts_at for earlier, later in pairwise(phases))
