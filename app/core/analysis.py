"""The words of a text as terms of the search index; the same for what is put in and for what is asked.

A word gives three sorts of terms: the word as it stands (`x`), what stands for all its forms (`s`: its family in the
lexicon, or stems), and its root (`r`), which makes false friends and is asked last.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.core import arabic, english, lexicon
from app.core.normalising import TASHKEEL
from app.core.text import WORD, normalise

CODE_VERSION = "3"
"""Raise it when the same words begin to give other terms: what is indexed is then analysed anew by a job."""

LONGEST = 40
SHORTEST_ANALYSED = 3
_ARABIC = re.compile("[ء-ي]+")
_LATIN = re.compile("[a-z]+")
_PARTS = re.compile("[ء-ي]+|[a-z]+|[0-9]+")
_HYPHENED = re.compile(r"(?<![^\W_])(?=([a-z]+)[-\u2010]([a-z]+)(?![^\W_]))")
_MISSING_SPACE = re.compile(rf"(ة[{TASHKEEL}]*|ى[{TASHKEEL}]*(?=ال))(?=[ء-ي])")
"""What ends a word, and yet a letter follows."""


def version() -> str:
    """What made the terms: the code and the lexicon it was given."""
    return f"{CODE_VERSION}-{lexicon.standard().digest}"


@dataclass(frozen=True)
class Word:
    """What one word of a text stands for.

    `is_known`: the lexicon says what its forms are, so that no guess is needed; `parts`: the pieces of a mixed one,
    such as `2026م`.
    """

    exact: str
    stems: frozenset[str]
    root: str | None
    is_known: bool = False
    parts: tuple[str, ...] = ()

    @property
    def is_arabic(self) -> bool:
        """Whether it begins with an Arabic letter."""
        return _ARABIC.match(self.exact) is not None


def words(text: str) -> Iterator[Word]:
    """The words of a text, those between which a space was forgotten apart: المكتبةالمركزية."""
    for written in WORD.findall(normalise(_MISSING_SPACE.sub(r"\1 ", text))):
        yield word(written)


def joined(normalised: str) -> Iterator[tuple[int, int, Word]]:
    """Neighbours that a hyphen joins, as the one word they also are (e-book, ebook), with where they stand."""
    for found in _HYPHENED.finditer(normalised):
        yield found.start(1), found.end(2), word(found[1] + found[2])


@lru_cache(maxsize=1 << 16)
def word(written: str) -> Word:
    """The analysis of one normalised word."""
    exact = _plain(written)[:LONGEST]
    if _ARABIC.fullmatch(exact):
        return _arabic(exact)
    if _LATIN.fullmatch(exact):
        return _english(exact)
    parts = tuple(
        part for part in _PARTS.findall(exact) if part != exact and (len(part) > 1 or part.isdigit())
    )
    return Word(exact, frozenset({exact}), None, parts=parts)


def terms(text: str) -> set[str]:
    """Every term under which a text with these words is found."""
    compounds = (each for _start, _stop, each in joined(normalise(text)))
    return {term for each in (*words(text), *compounds) for term in _terms_of(each)}


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


def _arabic(exact: str) -> Word:
    """The families the word belongs to; for a word nobody knows its stems, and those of which it may be a form.

    Silent words (in it, and from) stand for nothing but themselves: they have too few letters to guess by.
    """
    standard = lexicon.standard()
    if exact in standard.silent and exact not in standard.arabic:
        return Word(exact, frozenset({exact}), None)
    bare = exact.removesuffix("ء") if exact.endswith("يء") else exact
    families = _families(exact) or _families(bare)
    if families:
        return Word(exact, families, arabic.root(bare), is_known=True)
    if len(bare) < SHORTEST_ANALYSED:
        return Word(exact, frozenset({exact}), None)
    return Word(exact, _unknown(bare), arabic.root(bare))


def _families(word: str) -> frozenset[str] | None:
    """Of the word without affixes, else of the verb, participle or broken plural that it follows from."""
    known = lexicon.standard().arabic
    for bare, candidate in _bases(word):
        if candidate in known:
            return known[candidate] | _other_readings(bare, candidate)
    return _known_relatives(word)


def _bases(word: str) -> Iterator[tuple[str, str]]:
    """What the word may be without affixes, the fewest taken off first, each beside the form with its ending."""
    own = [word, *arabic.without_article(word)]
    without_particle = list(arabic.without_particle(word))
    yield from ((bare, bare) for bare in own)
    yield from ((bare, base) for bare in own for base in arabic.without_ending(bare))
    yield from ((bare, bare) for bare in without_particle)
    yield from ((bare, base) for bare in without_particle for base in arabic.without_ending(bare))
    for bare in own:
        for once in arabic.without_ending(bare):
            yield from ((bare, base) for base in arabic.without_ending(once))


def _other_readings(bare: str, candidate: str) -> frozenset[str]:
    """What an ending that was taken off may hide: قطعان is no form of قطعة but the plural of قطيع."""
    return (
        frozenset() if candidate == bare else frozenset(arabic.light(one) for one in arabic.singulars(bare))
    )


def _known_relatives(word: str) -> frozenset[str] | None:
    known = lexicon.standard().arabic
    nouns = tuple(arabic.without_article(word))
    for bare in (word, *nouns, *arabic.without_particle(word)):
        bases = (bare, *arabic.without_ending(bare))
        for candidates in (
            () if bare in nouns else arabic.without_person(bare),
            *(arabic.singulars(base) for base in bases),
            *(arabic.masdars(base) for base in bases),
        ):
            found = [known[candidate] for candidate in candidates if candidate in known]
            if found:
                return frozenset().union(*found)
    return None


def _unknown(bare: str) -> frozenset[str]:
    stems = arabic.stems(bare)
    made = {
        made
        for stem in (*stems, bare, *arabic.without_owner(bare))
        for made in arabic.singulars(stem) | arabic.masdars(stem)
    }
    return frozenset(stems | {arabic.light(one) for one in made})


def _english(exact: str) -> Word:
    known = lexicon.standard().english
    families = known.get(exact) or known.get(english.stem(exact))
    if families:
        return Word(exact, families, english.root(exact), is_known=True)
    if len(exact) < SHORTEST_ANALYSED:
        return Word(exact, frozenset({exact}), None)
    return Word(exact, english.stems(exact), english.root(exact))
