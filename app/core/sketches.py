"""What is compared of a text to find near copies, in Arabic and English; pure, without database.

A copy has the same digest of its normalised words. A near copy has much the same pieces: runs of `PIECE`
characters. A sketch holds, for each of `HASHES` hash functions, the smallest hash of the text's pieces (MinHash,
Broder 1997): the share of equal places in two sketches estimates the share of pieces that both texts have. Sketches
are cut into bands; texts without a common band need no comparing.

One answer may go to a whole family, so different opinions in like words must stay apart: who opposes is
never like who supports, and short texts must agree almost wholly, and in their numbers.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.text import WORD, language_of, normalise

COMMON_FROM = 0.36
"""Share of common pieces from which texts are alike; measured in tests/app/core/test_likeness.py."""

CONTAINED_FROM = 0.85
"""Of short texts, the longer (a greeting added, say) must contain this share of the shorter."""

FEWEST_WORDS, SHORT_WORDS = 5, 12
"""Texts under five words have only exact copies; under twelve, one word more or less is another opinion."""

LONGEST = 20_000
"""Characters of a text that are looked at."""

PIECE, HASHES, BANDS, ROWS = 5, 128, 42, 3

_SUPPORTING = """
    support supports supporting agree agrees favour favor approve endorse welcome
    أؤيد نؤيد يؤيد مؤيد مؤيدون أوافق نوافق موافق موافقون أدعم ندعم أرحب نرحب"""
_OPPOSING = """
    oppose opposes opposing opposed reject rejects disagree disagrees against object
    أعارض نعارض يعارض معارض معارضون أرفض نرفض يرفض ضد أعترض نعترض"""
_NEGATING = "not no never t cannot لا لم لن لست لسنا ليس غير"
_SIDES = {word: "for" for word in normalise(_SUPPORTING).split()}
_SIDES |= {word: "against" for word in normalise(_OPPOSING).split()}
_SIDES |= {f"و{word}": side for word, side in _SIDES.items()}
_NEGATIONS = frozenset(normalise(_NEGATING).split()) | {"ولا"}
_OTHER_SIDE = {"for": "against", "against": "for"}

Sketch = np.ndarray[Any, np.dtype[np.uint32]]
Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_numbers = np.random.Generator(np.random.PCG64(20_261_128))  # fixed: sketches are kept for years
_FACTORS = _numbers.integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
_SUMMANDS = _numbers.integers(0, 2**63, HASHES, dtype=np.uint64)
_POWERS = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, PIECE + 1, dtype=np.uint64)
_PIECES_AT_ONCE = 1024


@dataclass(frozen=True)
class Sketched:
    """A text as it is compared.

    `side`: "for", "against" or neither; `figures`: its numbers; `pieces`: how many different ones it has;
    `sketch`: uint32 array (HASHES,), empty for a text that has only exact copies.
    """

    language: str
    digest: str
    side: str
    figures: str
    words: int
    pieces: int
    sketch: Sketch


def look_at(text: str) -> Sketched:
    language = language_of(text[:LONGEST])
    words = WORD.findall(normalise(text[:LONGEST]))
    pieces = _pieces(words)
    return Sketched(
        language=language,
        digest=_digest(f"{language} {' '.join(words)}"),
        side=_side(words),
        figures=" ".join(sorted(word for word in words if word.isdecimal())),
        words=len(words),
        pieces=len(pieces),
        sketch=_sketch(pieces),
    )


def likeness(one: Sketched, two: Sketched) -> float:
    """The share of pieces that both texts have, 0 to 1; 0 for texts that are not near copies."""
    common = share_in_common(one, two)
    return common if _may_be_alike(one, two) and _have_enough(common, one, two) else 0.0


def share_in_common(one: Sketched, two: Sketched) -> float:
    return float(np.mean(one.sketch == two.sketch)) if one.pieces and two.pieces else 0.0


def bands(scope: str, sketched: Sketched) -> list[int]:
    """A signed 64-bit number for each band, with scope, language and place hashed in."""
    parts = (sketched.sketch[at * ROWS : (at + 1) * ROWS].tobytes() for at in range(BANDS))
    named = (f"{sketched.language} {at} {scope} ".encode() + part for at, part in enumerate(parts))
    return [number_of(content) for content in named] if sketched.pieces else []


def number_of(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), signed=True)


def _may_be_alike(one: Sketched, two: Sketched) -> bool:
    return one.language == two.language and {one.side, two.side} != {"for", "against"}


def _have_enough(common: float, one: Sketched, two: Sketched) -> bool:
    if min(one.words, two.words) >= SHORT_WORDS:
        return common >= COMMON_FROM
    in_both = common * (one.pieces + two.pieces) / (1 + common)
    return one.figures == two.figures and in_both >= CONTAINED_FROM * min(one.pieces, two.pieces)


def _side(words: list[str]) -> str:
    """ "for" or "against", when the text is openly one of them; "I do not agree" is against."""
    found = {
        _turned(side, words[max(0, at - 2) : at])
        for at, word in enumerate(words)
        if (side := _SIDES.get(word))
    }
    return found.pop() if len(found) == 1 else ""


def _turned(side: str, before: list[str]) -> str:
    return _OTHER_SIDE[side] if _NEGATIONS.intersection(before) else side


def _digest(joined: str) -> str:
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _pieces(words: list[str]) -> Hashes:
    """The different pieces of the text as 64-bit hashes; none of a text that is too short."""
    if len(words) < FEWEST_WORDS:
        return np.empty(0, dtype=np.uint64)
    codes = np.frombuffer(f" {' '.join(words)} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = len(codes) - PIECE + 1
    hashed = np.zeros(count, dtype=np.uint64)
    for at, power in enumerate(_POWERS):
        hashed += codes[at : at + count].astype(np.uint64) * power
    return np.unique(_mixed(hashed))


def _mixed(hashed: Hashes) -> Hashes:
    """Spread near numbers over all 64 bits (the finaliser of SplitMix64)."""
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashed ^ (hashed >> np.uint64(31))


def _sketch(pieces: Hashes) -> Sketch:
    smallest = np.full(HASHES if len(pieces) else 0, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(pieces), _PIECES_AT_ONCE):
        some = pieces[None, start : start + _PIECES_AT_ONCE] * _FACTORS[:, None] + _SUMMANDS[:, None]
        smallest = np.minimum(smallest, some.min(axis=1))
    return (smallest >> np.uint64(32)).astype(np.uint32)
