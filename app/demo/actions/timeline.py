"""What happened, in the order in which it happened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from app.core import clock


@dataclass(frozen=True)
class Act:
    at: datetime
    do: Callable[[], object]


def perform(acts: Iterable[Act]) -> None:
    """Each at its time, the earliest first: lists go by keys that are made as one goes."""
    for act in sorted(acts, key=lambda act: act.at):
        with clock.telling(act.at):
            act.do()
