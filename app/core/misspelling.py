"""What a word may be that nothing has as it is spelled: a letter too many, one missing, two exchanged, one mistaken.

A mistaken letter is put right only to a word of the lexicon: any other letter would make too many words. Only ض and ظ,
which many speak alike, stand for each other in any word.

The spellings are made and looked up, so that it costs the same whatever the index holds, and no word of a text that
the reader may not see can show.
"""

from collections.abc import Iterator
from functools import lru_cache

from app.core import arabic, english, lexicon
from app.core.analysis import Word

LEAST_LETTERS = 6
"""Of the longer of the two words: shorter ones have too many neighbours that mean something else."""

_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويء"
_SPOKEN_ALIKE = {"ض": "ظ", "ظ": "ض"}
_LATIN = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=256)
def terms(word: Word) -> frozenset[str]:
    """The terms of all words that differ from this unknown one by one slip of the hand or by ض for ظ."""
    if word.is_known or word.parts or not word.exact.isalpha():
        return frozenset()
    is_arabic = word.exact[0] in _ARABIC
    base = next(arabic.without_article(word.exact), word.exact) if is_arabic else word.exact
    meant = {other for other in _slips(base, _ARABIC if is_arabic else _LATIN) if other != base}
    meant |= {
        other for other in _mistaken(base, _ARABIC if is_arabic else _LATIN) if _is_known(other, is_arabic)
    }
    meant |= set(_spoken_alike(base))
    return frozenset(
        term for other in meant for term in (_arabic_terms(other) if is_arabic else _english_terms(other))
    )


def _slips(word: str, letters: str) -> Iterator[str]:
    size = len(word)
    if size + 1 >= LEAST_LETTERS:
        yield from (word[:at] + letter + word[at:] for at in range(size + 1) for letter in letters)
    if size >= LEAST_LETTERS:
        yield from (word[:at] + word[at + 1 :] for at in range(size))
        yield from (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(size - 1))


def _spoken_alike(word: str) -> Iterator[str]:
    yield from (
        word[:at] + _SPOKEN_ALIKE[letter] + word[at + 1 :]
        for at, letter in enumerate(word)
        if letter in _SPOKEN_ALIKE
    )


def _mistaken(word: str, letters: str) -> Iterator[str]:
    if len(word) + 1 >= LEAST_LETTERS:
        yield from (
            word[:at] + letter + word[at + 1 :]
            for at, own in enumerate(word)
            for letter in letters
            if letter != own
        )


def _is_known(word: str, is_arabic: bool) -> bool:
    standard = lexicon.standard()
    return word in standard.arabic if is_arabic else word in standard.english


def _arabic_terms(word: str) -> Iterator[str]:
    families = lexicon.standard().arabic.get(word)
    yield from (f"x{word}", f"xال{word}")
    yield from (f"s{stem}" for stem in families or (arabic.light(word),))


def _english_terms(word: str) -> Iterator[str]:
    stem = english.stem(word)
    known = lexicon.standard().english
    yield f"x{word}"
    yield from (f"s{one}" for one in known.get(word) or known.get(stem) or (stem,))
