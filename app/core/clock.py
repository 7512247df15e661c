"""The one source of the present time, so that tests can stand still or travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_zone = ZoneInfo("UTC")
_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def use_zone(name: str) -> None:
    """Set the zone in which days are counted for citizens (setting TIME_ZONE)."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    return _zone


def now() -> datetime:
    """The present instant, in UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def telling(instant: datetime) -> Iterator[None]:
    """Let what happens inside happen at this instant: for the history of the demo country, and for tests."""
    token = _told.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def local(instant: datetime) -> datetime:
    """The instant as the country's clocks show it."""
    return instant.astimezone(_zone)


def today() -> date:
    """The day it is in the country."""
    return local(now()).date()
