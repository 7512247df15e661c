"""What `cases` needs of its upper neighbours: they fill it in when they register."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Characters [start, end) of the text as typed, and how much they speak for (+) or against (-)."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Advice:
    """Which agencies may answer a text: (agency key, probability), best first.

    `is_sure`: whether the first one is sure enough to be proposed; `spans`: the deciding words.
    """

    top: tuple[tuple[str, float], ...]
    is_sure: bool
    spans: tuple[Span, ...] = ()
    variety: str = ""
    model_version: str = ""
    is_urgent: bool = False


READ_AT_MOST = 20_000

Adviser = Callable[[str], Advice | None]
_adviser: Adviser = lambda text: None  # noqa: E731


def advise_with(adviser: Adviser) -> None:
    global _adviser
    _adviser = adviser


def routing_advice(text: str) -> Advice | None:
    """Advice for this text, or None while no model is in use: then everything goes to triage.

    A text too long to be sent is read in part: it comes back to its writer anyway.
    """
    return _adviser(text[:READ_AT_MOST])
