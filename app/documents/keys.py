"""Stable keys of articles: made once, kept through every renumbering, never given to another article. Pure.

A new text finds the keys of an earlier one by its number and its words; when in doubt it is a new article, because
a comment under the wrong article says something its author never said.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from app.core.normalising import WORD, fold_digits, normalise
from app.documents.articles import PART, ArticleText
from app.documents.diff import Written

How = Literal["words", "number", "likeness", "new", "unsure"]

SAME_NUMBER_ENOUGH = 0.25
"""Likeness from which the same number means the same article."""
OTHER_NUMBER_ENOUGH = 0.6
"""Likeness from which another number means a renumbered article."""


@dataclass(frozen=True)
class Matched:
    """An article with its key, and how it was found; `likeness` 0-1 to the earlier text under that key."""

    article: ArticleText
    how: How
    likeness: float = 0.0


def base_of(kind: str, number: str) -> str:
    """`art_3`, `art_3a`, `art_3bis2`, `chp`: what a key is made of; ASCII whatever the language."""
    if kind == PART:
        return "chp"
    folded = fold_digits(number).replace("مكرر", "bis").lower()
    kept = re.sub(r"[^a-z0-9]", "", folded)
    return f"art_{kept}" if kept else "art_x"


def new_key(kind: str, number: str, taken: Collection[str]) -> str:
    """A key that nothing of this document has or ever had."""
    base = base_of(kind, number)
    if base not in taken and base not in ("chp", "art_x"):
        return base
    at = 1 if base in ("chp", "art_x") else 2
    while f"{base}_{at}" in taken:
        at += 1
    return f"{base}_{at}"


def matched(
    written: Sequence[ArticleText], earlier: Sequence[Written], ever: Collection[str] = ()
) -> list[Matched]:
    """The written articles under the keys of the earlier text. `ever`: keys that the document has had at all."""
    pairs = _pairs(written, earlier)
    taken = {*ever, *(each.key for each in earlier)}
    result = []
    for at, article in enumerate(written):
        if at in pairs:
            older, how, likeness = pairs[at]
            result.append(Matched(replace(article, key=older.key), how, likeness))
        else:
            key = new_key(article.kind, article.number, taken)
            taken.add(key)
            unsure = any(_same_number(article, older) for older in earlier)
            result.append(Matched(replace(article, key=key), "unsure" if unsure else "new"))
    return result


_Pairs = dict[int, tuple[Written, How, float]]


def _pairs(written: Sequence[ArticleText], earlier: Sequence[Written]) -> _Pairs:
    """Word for word first, then the same number, then the most similar words; each article once."""
    pairs: _Pairs = {}
    free = {older.key: older for older in earlier}
    left = dict(enumerate(written))

    def join(at: int, older: Written, how: How, likeness: float) -> None:
        pairs[at] = (older, how, likeness)
        del free[older.key], left[at]

    for how, candidates in (
        ("words", _same_words(left, free.values())),
        ("number", _same_numbers(left, free.values())),
        ("likeness", _most_alike(left, free.values())),
    ):
        for likeness, at, older in candidates:
            if at in left and older.key in free:
                join(at, older, how, likeness)  # type: ignore[arg-type]
    return pairs


_Candidate = tuple[float, int, Written]


def _same_words(left: dict[int, ArticleText], free: Iterable[Written]) -> list[_Candidate]:
    """Equal in every word; of several equal ones the one with the same number comes first."""
    by_words: dict[tuple[str, str], list[Written]] = {}
    for older in free:
        by_words.setdefault((older.kind, _words_of(older)), []).append(older)
    found = [
        (1.0, at, older)
        for at, article in left.items()
        if _words_of(article)
        for older in by_words.get((article.kind, _words_of(article)), ())
    ]
    return sorted(found, key=lambda each: not _same_number(left[each[1]], each[2]))


def _same_numbers(left: dict[int, ArticleText], free: Iterable[Written]) -> list[_Candidate]:
    """The same number, unless the words say it is another article."""
    by_number = {(older.kind, fold_digits(older.number)): older for older in free if older.number}
    found = []
    for at, article in left.items():
        older = by_number.get((article.kind, fold_digits(article.number)))
        if older is not None:
            found.append((_likeness(_shingles(article), _shingles(older)), at, older))
    return [each for each in found if each[0] >= SAME_NUMBER_ENOUGH]


def _most_alike(left: dict[int, ArticleText], free: Iterable[Written]) -> list[_Candidate]:
    olds = [(older, _shingles(older)) for older in free]
    found = []
    for at, article in left.items():
        own = _shingles(article)
        alike = ((_likeness(own, other), at, older) for older, other in olds if older.kind == article.kind)
        found += [each for each in alike if each[0] >= OTHER_NUMBER_ENOUGH]
    return sorted(found, key=lambda each: (-each[0], each[1]))


def paired(
    written: Sequence[ArticleText], sibling: Sequence[Written], ever: Collection[str] = ()
) -> list[Matched]:
    """The keys of the other language of the same version: by number, and parts by their order."""
    by_number = {older.number: older.key for older in sibling if older.number and older.kind != PART}
    parts = iter([older.key for older in sibling if older.kind == PART])
    unnumbered = iter([older.key for older in sibling if not older.number and older.kind != PART])
    taken, given, result = {*ever, *(each.key for each in sibling)}, set[str](), []
    for article in written:
        key = next(parts, "") if article.kind == PART else by_number.get(fold_digits(article.number), "")
        if article.kind != PART and not article.number:
            key = next(unnumbered, "")
        how: How = "number" if key and key not in given else "new"
        if how == "new":
            key = new_key(article.kind, article.number, taken)
        taken.add(key)
        given.add(key)
        result.append(Matched(replace(article, key=key), how))
    return result


def _same_number(article: ArticleText, older: Written) -> bool:
    return bool(article.number) and (article.kind, fold_digits(article.number)) == (
        older.kind,
        fold_digits(older.number),
    )


def _words_of(article: ArticleText | Written) -> str:
    return " ".join(WORD.findall(normalise(f"{article.heading} {article.text}")))


def _shingles(article: ArticleText | Written) -> frozenset[str]:
    """Its words and pairs of words."""
    words = _words_of(article).split()
    return frozenset([*words, *(f"{one} {two}" for one, two in pairwise(words))])


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of what both have in all that either has; 0-1."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0
