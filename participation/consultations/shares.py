"""Shares with their uncertainty, and tables in which no small number of people can be recognised."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

FEWEST = 10
"""Numbers of people below this are not shown where they could point to somebody."""

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """`count` of `n`, as percent with the 95 % interval of Wilson (1927)."""

    count: int
    n: int

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.n) if self.n else 0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.count, self.n)

    @property
    def low(self) -> int:
        return round(100 * self.interval[0])

    @property
    def high(self) -> int:
        return round(100 * self.interval[1])


def wilson(count: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score; (0, 1) when nobody was asked."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = count / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def shown_count(count: int) -> int | None:
    """The number as everybody may know it: None where it stands for few people. Zero says there is nobody."""
    return None if 0 < count < FEWEST else count


def suppressed(counts: Mapping[str, int], fewest: int = FEWEST) -> dict[str, int | None]:
    """The counts of one row without those of few people, and without what would give them away.

    A row of fewer than `fewest` is hidden whole. A single hidden count could be found by subtraction from the
    total: then the next smallest is hidden with it. Zeros say that nobody chose it and stay.
    """
    if sum(counts.values()) < fewest:
        return dict.fromkeys(counts)
    small = {key for key, count in counts.items() if 0 < count < fewest}
    if len(small) == 1 and len(counts) > 1:
        others = [key for key in counts if key not in small]
        small.add(min(others, key=lambda key: (counts[key], key)))
    return {key: None if key in small else count for key, count in counts.items()}
