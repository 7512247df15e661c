"""Quiet hours: the part of the day in which a person wants no mail. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.core import clock

DIGEST_FROM = time(7)
"""Local time from which daily digests leave."""


@dataclass(frozen=True)
class QuietHours:
    """From one full hour to another (0-23) on the country's clocks; over midnight if `until` is earlier."""

    start: int
    until: int

    def covers(self, instant: datetime) -> bool:
        hour = clock.local(instant).hour
        if self.start <= self.until:
            return self.start <= hour < self.until
        return hour >= self.start or hour < self.until


def end_of_quiet(instant: datetime, quiet: QuietHours | None) -> datetime:
    """The instant itself, or the end of the quiet hours it falls into."""
    if quiet is None or not quiet.covers(instant):
        return instant
    local = clock.local(instant)
    end = local.replace(hour=quiet.until, minute=0, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)
