"""One spelling for Arabic and English, with the way back to the original.

Search, near copies and classifiers compare normalised text; people always see the original.
The steps, in this order: NFKC, marks and invisible characters out, Arabic letter forms folded, digits to
ASCII, lower case.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

TASHKEEL = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08ca-\u08ff"
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
INVISIBLE = (
    "\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2065\u206a-\u206f\ufeff\ufe00-\ufe0f\U000e0000-\U000e01ef"
)
TATWEEL = "\u0640\ufcf2-\ufcf4\ufe71\ufe77\ufe79\ufe7b\ufe7d\ufe7f"
DIGITS = "0-9٠-٩۰-۹"

WORD = re.compile(rf"(?:[^\W_]|[{TASHKEEL}{TATWEEL}\u200c\u200d])+")
"""A word as people write it: an Arabic mark or a joiner does not end it, as it would with ``\\w+``."""

MARKS_KEPT = 8
"""Combining marks kept on one letter; the most that real text carries is four.

More are decoration at best. Ordering them is quadratic in Unicode normalisation, so an unlimited
heap of marks would be a cheap way to stop the server.
"""

_DIGIT_FOLDS = {
    ord(digit): str(value) for row in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(row)
}
_LETTER_FOLDS = dict(zip(map(ord, "أإآٱىةؤئکیہھەۀ"), "ااااي\u0647ويكي\u0647\u0647\u0647\u0647", strict=True))
_FOLDS = {**_LETTER_FOLDS, **_DIGIT_FOLDS}
_CAPITALS = {capital: chr(capital + 32) for capital in range(ord("A"), ord("Z") + 1)}


def _combining_ranges() -> str:
    """The combining marks of Unicode as ranges for a character class (no assigned ones lie above U+1F000)."""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    starts = [code for code in marks if unicodedata.category(chr(code - 1))[0] != "M"]
    ends = [code for code in marks if unicodedata.category(chr(code + 1))[0] != "M"]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))


COMBINING = _combining_ranges()
_DROPPED = re.compile(f"[{TASHKEEL}{TATWEEL}{BIDI_CONTROLS}{INVISIBLE}]")
# Hangul vowels and finals are letters, yet melt into what stands before them; half-width sound marks too.
_MELTING = "\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7ff\uff9e-\uffdc"
_CONTINUES = f"[{COMBINING}{_MELTING}{TASHKEEL}{TATWEEL}{BIDI_CONTROLS}{INVISIBLE}]"
_SIMPLE = f"[\t\n !-~ء-غف-ي{DIGITS}،؛؟]"
# Runs of letters that never melt with a neighbour, or one character with all that clings to it.
_CLUSTERS = re.compile(
    f"(?P<simple>(?:{_SIMPLE}(?!{_CONTINUES}))+)|(?P<base>.{_CONTINUES}{{0,30}}){_CONTINUES}*", re.DOTALL
)
_TRAILING_MARKS = re.compile(f"(?<=[{COMBINING}]{{{MARKS_KEPT}}})[{COMBINING}]+")
_SIMPLE_FOLDS = {**_FOLDS, **_CAPITALS}


@dataclass(frozen=True, slots=True)
class Traced:
    """A changed text that still knows where each of its characters came from.

    `offsets[i]` is the index in the original of the character that `text[i]` was made from.
    """

    text: str
    offsets: list[int] = field(repr=False)
    original_length: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that `text[start:end]` stands for, marks and joiners included."""
        if start >= end or start >= len(self.offsets):
            return self.original_length, self.original_length
        last = self.offsets[min(end, len(self.offsets)) - 1]
        following = min(end, len(self.offsets))
        while following < len(self.offsets) and self.offsets[following] == last:
            following += 1
        after = self.offsets[following] if following < len(self.offsets) else self.original_length
        return self.offsets[start], after

    def then(self, later: "Traced") -> "Traced":
        """`later` was made from this text: the same text, traced to the first original."""
        return Traced(later.text, [self.offsets[at] for at in later.offsets], self.original_length)


def normalise(text: str) -> str:
    """The one spelling under which search, near copies and classifiers compare texts; idempotent."""
    return "".join(piece for piece, _, _ in _pieces(text))


def trace(text: str) -> Traced:
    """`normalise(text)` with the way back to the characters of `text`."""
    offsets: list[int] = []
    pieces: list[str] = []
    for piece, start, one_to_one in _pieces(text):
        pieces.append(piece)
        offsets.extend(range(start, start + len(piece)) if one_to_one else [start] * len(piece))
    return Traced("".join(pieces), offsets, len(text))


def fold_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as 0-9, the rest untouched. Call it before validating a number."""
    return text.translate(_DIGIT_FOLDS)


def limit_marks(text: str) -> str:
    """The text with at most `MARKS_KEPT` combining marks on a letter; looking for them takes .3 s a megabyte."""
    return text if text.isascii() else _TRAILING_MARKS.sub("", text)


def _pieces(text: str) -> Iterator[tuple[str, int, bool]]:
    """Normalised pieces with their start in `text` and whether they map to it character by character."""
    for found in _CLUSTERS.finditer(text):
        simple = found["simple"]
        if simple is not None:
            yield simple.translate(_SIMPLE_FOLDS), found.start(), True
        else:
            yield _normalised_cluster(found["base"]), found.start(), False


@lru_cache(maxsize=1 << 16)
def _normalised_cluster(cluster: str) -> str:
    """One character and what clings to it. Lower-casing can make a new composition, hence the second NFKC."""
    kept = _DROPPED.sub("", unicodedata.normalize("NFKC", _DROPPED.sub("", cluster)))
    lowered = "".join(character.lower() for character in kept)
    folded = unicodedata.normalize("NFKC", lowered).translate(_FOLDS)
    return limit_marks(_DROPPED.sub("", folded))
