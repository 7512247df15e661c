"""Times an act beside its floor: taken in turns, so that both meet the same noise of the machine."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.counting import counted

Act = Callable[[], int]
"""One operation; returns the bytes it has answered with."""
Prepare = Callable[[], Act]
"""Makes ready, untimed, and returns the act to be timed."""

WITHOUT_OWN = 40
"""Runs of a row that names no number of its own."""


@dataclass(frozen=True)
class Operation:
    """One row of the table. `held_against` says in words what the floor does."""

    ours: Prepare
    floor: Prepare
    held_against: str
    times: int | None = None


@dataclass(frozen=True)
class Figures:
    """What was measured. Milliseconds are of one thread; `statements` and `bytes` are of one run."""

    median_ms: float
    p95_ms: float
    best_ms: float
    floor_ms: float
    statements: int
    bytes: int
    held_against: str

    @property
    def ratio(self) -> float:
        """Speed as a share of the floor's: 1 is as fast as the bare thing."""
        return self.floor_ms / self.median_ms if self.median_ms else 0.0


def measure(operation: Operation) -> Figures:
    """Warm up once, count the statements of one run, then time ours and the floor in turns."""
    operation.ours()()
    operation.floor()()
    act = operation.ours()
    with counted() as statements:
        size = act()
    ours, floor = _in_turns(operation)
    return Figures(
        median(ours),
        sorted(ours)[max(0, round(len(ours) * 0.95) - 1)],
        min(ours),
        median(floor),
        len(statements),
        size,
        operation.held_against,
    )


def _in_turns(operation: Operation) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    floor: list[float] = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(operation.times or WITHOUT_OWN):
            ours.append(_milliseconds(operation.ours()))
            floor.append(_milliseconds(operation.floor()))
    finally:
        gc.enable()
    return ours, floor


def _milliseconds(act: Act) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
