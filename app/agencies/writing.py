"""How people write office hours: "08:00-12:00, 12:30-15:00", read with every dash and both sets of digits."""

import re
from datetime import time
from itertools import pairwise

from app.agencies.hours import Range
from app.core.text import fold_digits

MOST_RANGES = 6

_TIME = r"(\d{1,2})(?:[:.٫](\d{2}))?"
_RANGE = re.compile(rf"(?:from|من)?\s*{_TIME}\s*(?:-|–|—|−|to|until|إلى|الى|حتى)\s*{_TIME}", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,،;؛/\n]\s*|\s+(?:and|و|ثم)\s*")


class Unreadable(ValueError):
    """A text that is no list of office hours; `part` is the piece that was not understood."""

    def __init__(self, part: str):
        super().__init__(part)
        self.part = part


class Overlapping(ValueError):
    """Two ranges of one day overlap."""


def read_hours(text: str) -> tuple[Range, ...]:
    """The ranges of one day, in order; an empty text is a rest day. "24:00" is the end of the day.

    Raises Unreadable or Overlapping.
    """
    parts = [part for part in _BETWEEN.split(fold_digits(text).strip()) if part]
    if len(parts) > MOST_RANGES:
        raise Unreadable(parts[MOST_RANGES])
    ranges = tuple(sorted(map(_read_range, parts)))
    if any(_overlap(one, other) for one, other in pairwise(ranges)):
        raise Overlapping
    return ranges


def _read_range(part: str) -> Range:
    found = _RANGE.fullmatch(part)
    if found is None:
        raise Unreadable(part)
    start_hour, start_minute, end_hour, end_minute = (int(number or 0) for number in found.groups())
    try:
        return Range(
            time(start_hour, start_minute), time(end_hour % 24 if end_minute == 0 else end_hour, end_minute)
        )
    except ValueError:
        raise Unreadable(part) from None


def _overlap(earlier: Range, later: Range) -> bool:
    return earlier.runs_past_midnight or later.start < earlier.end


def written_hours(ranges: tuple[Range, ...]) -> str:
    """The ranges as `read_hours` reads them, for a form field."""
    return ", ".join(f"{r.start:%H:%M}-{r.end:%H:%M}" for r in sorted(ranges))
