"""The router's advice in plain words: how likely, and which of the person's own words decided."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.agencies import queries as agencies
from app.cases.ports import Advice, Span
from app.core.i18n import LocalText

VERY_LIKELY = 0.7
LIKELY = 0.35
EXCERPT_BEFORE = 30


@dataclass(frozen=True)
class Choice:
    """One suggested agency. `confidence`: high, medium or low; `reason`: pairs (text, is it a deciding word)."""

    value: str
    agency: str
    remit: LocalText
    confidence: str
    reason: Sequence[tuple[str, bool]]


def confidence(probability: float) -> str:
    return "high" if probability >= VERY_LIKELY else "medium" if probability >= LIKELY else "low"


def choices(advice: Advice | None, text: str) -> list[Choice]:
    """The agencies to choose from, best first; the words are shown with the first one only."""
    known = {agency.key: agency for agency in agencies.all_active()}
    shown = [(known[key], p) for key, p in (advice.top if advice else ()) if key in known]
    return [
        Choice(
            value=agency.key,
            agency=str(agency.name),
            remit=agency.remit,
            confidence=confidence(p),
            reason=highlighted(text, advice.spans) if advice and place == 0 else (),
        )
        for place, (agency, p) in enumerate(shown)
    ]


def highlighted(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """The text as typed, cut into plain pieces and deciding words (those that speak for the first agency)."""
    pieces, at = [], 0
    for span in sorted((s for s in spans if s.weight > 0), key=lambda s: s.start):
        if span.start < at or span.end > len(text):
            continue
        pieces += [(text[at : span.start], False), (text[span.start : span.end], True)]
        at = span.end
    pieces.append((text[at:], False))
    return _shortened([(piece, is_reason) for piece, is_reason in pieces if piece])


def _shortened(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Long plain stretches keep only what stands next to the deciding words."""
    if not any(is_reason for _piece, is_reason in pieces):
        return []
    short = []
    for place, (piece, is_reason) in enumerate(pieces):
        is_long = not is_reason and len(piece) > 2 * EXCERPT_BEFORE + 10
        if not is_long:
            short.append((piece, is_reason))
        elif place == 0:
            short.append(("… " + _tail(piece), False))
        elif place == len(pieces) - 1:
            short.append((_head(piece) + " …", False))
        else:
            short.append((f"{_head(piece)} … {_tail(piece)}", False))
    return short


def _tail(piece: str) -> str:
    return piece[-EXCERPT_BEFORE:].partition(" ")[2] + ""


def _head(piece: str) -> str:
    return piece[:EXCERPT_BEFORE].rpartition(" ")[0]
