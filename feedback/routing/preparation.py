"""What a text offers to the router: grams of four views, each tied to a word of the original.

Everything happens per word, so that a weight can be led back to the word the citizen typed.
The same grams serve training, prediction and explanation; there is no second path.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import snowballstemmer

from app.core.text import WORD, trace, trace_masked, variety_of
from feedback.routing import lexicon
from feedback.routing.sounds import skeleton

READ_AT_MOST = 6_000
"""Characters of a text that are read: about a thousand words, more than any agency needs to be found."""

Gram = tuple[str, tuple[int, ...]]
"""A feature and the indices of the words it was made from."""

_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_ARABIC_STEMMER = snowballstemmer.stemmer("arabic")
_ARABIC = re.compile("[ء-ي]")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The words of a text as the router reads them, and where each stood in the original.

    `words` are masked, normalised and without long runs; `spans[i]` is the original place of `words[i]`.
    """

    words: list[str]
    spans: list[tuple[int, int]]


def prepare(text: str) -> Prepared:
    """Personal data masked, then one spelling; only the first `READ_AT_MOST` characters are read."""
    masked = trace_masked(text[:READ_AT_MOST])
    traced = masked.then(trace(masked.text))
    found = list(WORD.finditer(traced.text))
    return Prepared(
        [_LONG_RUN.sub(r"\1\1", word[0]) for word in found],
        [traced.original_span(*word.span()) for word in found],
    )


def as_trained(text: str) -> str:
    """The one line that enters a training table: masked and normalised, nothing of the person left."""
    return " ".join(prepare(text).words)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The Snowball stem of an Arabic word; other words stay as they are."""
    return str(_ARABIC_STEMMER.stemWord(word)) if _ARABIC.search(word) else word


def word_grams(words: list[str]) -> list[Gram]:
    """Stemmed words and pairs of neighbours."""
    return _singles_and_pairs([stem(word) for word in words])


def character_grams(words: list[str]) -> list[Gram]:
    """Two to five characters inside a word and its blank edges."""
    return [(gram, (at,)) for at, word in enumerate(words) for gram in _inside(word, 2, 5)]


def skeleton_grams(words: list[str]) -> list[Gram]:
    """Two to four consonants: bridges dialect spellings and Arabizi."""
    return [(gram, (at,)) for at, word in enumerate(words) for gram in _inside(skeleton(word), 2, 4)]


def concept_grams(words: list[str]) -> list[Gram]:
    """Things named by the lexicon: one feature for all languages and dialects."""
    named = lexicon.concepts(tuple(words))
    if not all(map(str.isascii, words)) or variety_of(" ".join(words)) != "arabizi":
        return named
    known = {at for _, places in named for at in places}
    heard = [(lexicon.heard(word), (at,)) for at, word in enumerate(words) if at not in known]
    return named + [gram for gram in heard if gram[0]]


VIEWS: dict[str, Callable[[list[str]], list[Gram]]] = {
    "words": word_grams,
    "characters": character_grams,
    "skeleton": skeleton_grams,
    "concepts": concept_grams,
}


def _singles_and_pairs(tokens: list[str]) -> list[Gram]:
    singles: list[Gram] = [(token, (at,)) for at, token in enumerate(tokens)]
    pairs: list[Gram] = [
        (f"{first} {second}", (at, at + 1)) for at, (first, second) in enumerate(pairwise(tokens))
    ]
    return singles + pairs


@lru_cache(maxsize=1 << 15)
def _inside(word: str, shortest: int, longest: int) -> tuple[str, ...]:
    """The character grams of a word with a blank at both edges."""
    edged = f" {word} "
    if not word:
        return ()
    return tuple(
        edged[start : start + length]
        for length in range(shortest, min(longest, len(edged)) + 1)
        for start in range(len(edged) - length + 1)
    )


def same_text_key(prepared: Prepared) -> str:
    """Equal for texts that differ only in order, spelling variants or repeated words."""
    return " ".join(sorted({stem(word) for word in prepared.words}))
