"""The one source of the present time, so that tests can stand still or travel."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_zone = ZoneInfo("UTC")


def use_zone(name: str) -> None:
    """Set the zone in which days are counted for citizens (setting TIME_ZONE)."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    return _zone


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def local(instant: datetime) -> datetime:
    """The instant as the country's clocks show it."""
    return instant.astimezone(_zone)


def today() -> date:
    """The day it is in the country."""
    return local(now()).date()
