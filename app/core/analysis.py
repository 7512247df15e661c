"""The words of a text as terms of the search index; the same for what is put in and for what is asked.

A word gives three sorts of terms: the word as it stands (`x`), what stands for all its forms (`s`: its family in the
lexicon, or stems), and its root (`r`), which makes false friends and is asked last. Those of a title are there
twice, once marked with `t`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.core import arabic, english, lexicon
from app.core.text import WORD, normalise

CODE_VERSION = "1"
"""Raise it when the same words begin to give other terms: what is indexed is then analysed anew by a job."""

LONGEST = 40
SHORTEST_ANALYSED = 3
_ARABIC = re.compile("[ء-ي]+")
_LATIN = re.compile("[a-z]+")
_PARTS = re.compile("[ء-ي]+|[a-z]+|[0-9]+")


def version() -> str:
    """What made the terms: the code and the lexicon it was given."""
    return f"{CODE_VERSION}-{lexicon.standard().digest}"


@dataclass(frozen=True)
class Word:
    """What one word of a text stands for. `parts`: the pieces of a mixed one, such as `2026م`."""

    exact: str
    stems: frozenset[str]
    root: str | None
    parts: tuple[str, ...] = ()


def words(text: str) -> Iterator[Word]:
    for written in WORD.findall(normalise(text)):
        yield word(written)


@lru_cache(maxsize=1 << 16)
def word(written: str) -> Word:
    """The analysis of one normalised word."""
    exact = _plain(written)[:LONGEST]
    if len(exact) < SHORTEST_ANALYSED:
        return Word(exact, frozenset({exact}), None)
    if _ARABIC.fullmatch(exact):
        return Word(exact, _arabic_stems(exact), arabic.root(exact))
    if _LATIN.fullmatch(exact):
        return Word(exact, _english_stems(exact), english.root(exact))
    parts = tuple(
        part for part in _PARTS.findall(exact) if part != exact and (len(part) > 1 or part.isdigit())
    )
    return Word(exact, frozenset({exact}), None, parts)


def terms(text: str, in_title: bool = False) -> set[str]:
    """Every term under which a text with these words is found."""
    found = {term for each in words(text) for term in _terms_of(each)}
    return found | {f"t{term}" for term in found} if in_title else found


@lru_cache(maxsize=1 << 16)
def _terms_of(each: Word) -> frozenset[str]:
    found = {f"x{each.exact}", *(f"s{stem}" for stem in each.stems)}
    if each.root:
        found.add(f"r{each.root}")
    return frozenset(found.union(*(_terms_of(word(part)) for part in each.parts)))


def _plain(written: str) -> str:
    """Without accents on Latin letters, and without anything that is neither letter nor digit."""
    if written.isascii() or _ARABIC.fullmatch(written):
        return written
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", written)))


def _arabic_stems(exact: str) -> frozenset[str]:
    """The families the word belongs to; for a word nobody knows its stems, and those of which it may be a form."""
    known = lexicon.standard().arabic
    for bare in arabic.without_front(exact):
        for candidate in _bases(bare):
            if candidate in known:
                return known[candidate]
    return _known_relatives(exact) or _unknown(exact)


def _bases(bare: str) -> Iterator[str]:
    """The word without endings, one by one, up to two of them (قانونيات, قانونية, قانون)."""
    once = list(arabic.without_ending(bare))
    yield from once
    for shorter in once[1:]:
        yield from arabic.without_ending(shorter)


def _known_relatives(exact: str) -> frozenset[str]:
    """The families of verbs, participles and broken plurals that stand in no list but follow from one that does."""
    known = lexicon.standard().arabic
    for bare in arabic.without_front(exact):
        for candidates in (
            arabic.without_person(bare),
            *(arabic.singulars(base) for base in arabic.without_ending(bare)),
            *(arabic.masdars(base) for base in arabic.without_ending(bare)),
        ):
            found = [known[candidate] for candidate in candidates if candidate in known]
            if found:
                return frozenset().union(*found)
    return frozenset()


def _unknown(exact: str) -> frozenset[str]:
    bare = arabic.stems(exact)
    made = {made for stem in bare for made in arabic.singulars(stem) | arabic.masdars(stem)}
    return frozenset(bare | {one.removesuffix("ه") for one in made})


def _english_stems(exact: str) -> frozenset[str]:
    known = lexicon.standard().english
    return known.get(exact) or known.get(english.stem(exact)) or frozenset({english.stem(exact)})
