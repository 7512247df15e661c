"""The words of a hit that answer the question, marked in the text as it was written.

A marked text is a list of pieces; joined they are the text itself, sign for sign.
"""

from collections.abc import Iterator

from app.core import analysis
from app.core.analysis import Word
from app.core.text import WORD, left_to_right_spans, trace

Marked = list[tuple[str, bool]]
SNIPPET = 240
BEFORE = 80
"""Characters shown before the first word that answers."""

SCANNED = 20_000


def marked(text: str, stems: frozenset[str]) -> Marked:
    """The whole text in pieces, each with whether it answers."""
    pieces: Marked = []
    end = 0
    for start, stop in _answering(text, stems):
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


def snippet(text: str, stems: frozenset[str]) -> Marked:
    """The part of the text around the first word that answers, else its beginning; whole words, with … where cut."""
    first = next(_answering(text[:SCANNED], stems), (0, 0))[0]
    start = _word_start(text, max(0, first - BEFORE))
    stop = _word_end(text, min(len(text), start + SNIPPET))
    pieces = marked(text[start:stop], stems)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if stop < len(text) else [])]


def _answering(text: str, stems: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand, in the original, that are a form of what was asked; an address or number is one word."""
    traced, whole, done = trace(text), left_to_right_spans(text), 0
    for begin, end, word in _words(traced.text):
        if word.stems & stems or word.exact in stems or not stems.isdisjoint(word.parts):
            start, stop = _uncut(traced.original_span(begin, end), whole)
            if start >= done:
                yield start, stop
                done = stop


def _words(normalised: str) -> Iterator[tuple[int, int, Word]]:
    """The words in their order, those that a hyphen joins before their parts."""
    single = ((found.start(), found.end(), analysis.word(found[0])) for found in WORD.finditer(normalised))
    yield from sorted((*single, *analysis.joined(normalised)), key=lambda one: (one[0], -one[1]))


def _uncut(span: tuple[int, int], whole: list[tuple[int, int]]) -> tuple[int, int]:
    """The piece that the span lies in, if it must be read from left to right as one."""
    return next((piece for piece in whole if piece[0] <= span[0] and span[1] <= piece[1]), span)


def _word_start(text: str, at: int) -> int:
    if at == 0:
        return 0
    blank = text.find(" ", at, at + BEFORE)
    return blank + 1 if blank >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", max(0, at - BEFORE), at)
    return blank if blank > 0 else at
