"""What somebody typed into the search box, as conditions that the index can answer.

A question is a list of groups, one for each word that says something: every group must be met. A group knows the
terms that meet it on each level: the word itself, any form of it, what is alike, its root. What people type is
data: terms are letters and digits alone, so that no operator of a database can stand in them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from app.core import analysis, lexicon
from app.core.analysis import SHORTEST_ANALYSED, Word
from app.core.text import WORD, normalise

MOST_GROUPS = 8
"""Words of a question that are looked for; a pasted page is not a question."""

MOST_ALIKE = 24


class Level(IntEnum):
    """How well a hit answers, best first; of equals those stand first whose title says it."""

    EXACT = 0
    FORM = 1
    ALIKE = 2
    ROOT = 3
    PARTLY = 4


@dataclass(frozen=True)
class Condition:
    """Terms joined by `and` or `or`; a term that ends in a star is the beginning of one."""

    joined_by: str
    parts: tuple["Condition | str", ...]


def all_of(parts: Iterable[Condition | str]) -> Condition:
    return Condition("and", tuple(parts))


def any_of(parts: Iterable[Condition | str]) -> Condition:
    return Condition("or", tuple(dict.fromkeys(parts)))


@dataclass(frozen=True)
class Group:
    """One word or phrase of the question. `alike`: other phrases for it, each a list of words."""

    words: tuple[Word, ...]
    alike: tuple[tuple[Word, ...], ...] = ()

    @property
    def is_general(self) -> bool:
        """Whether it says little about what is sought (service, request)."""
        return all(word.exact in lexicon.standard().general for word in self.words)

    def condition(self, level: Level) -> Condition:
        """What an entry must have to meet this group on this level or a better one."""
        own = all_of(_terms(word, level) for word in self.words)
        others = self.alike if level >= Level.ALIKE else ()
        return any_of([own, *(all_of(_terms(word, Level.FORM) for word in phrase) for phrase in others)])


def _terms(word: Word, level: Level) -> Condition:
    found = [f"x{word.exact}"]
    if len(word.exact) < SHORTEST_ANALYSED:
        return any_of([*found, f"x{word.exact}*"] if level >= Level.FORM else found)
    if word.parts and level >= Level.FORM:
        return any_of([*found, all_of(_terms(analysis.word(part), level) for part in word.parts)])
    if level >= Level.FORM:
        found += sorted(f"s{stem}" for stem in word.stems)
    if level >= Level.ROOT and word.root:
        found.append(f"r{word.root}")
    return any_of(found)


@dataclass(frozen=True)
class Question:
    groups: tuple[Group, ...]

    def condition(self, level: Level) -> Condition:
        return all_of(group.condition(level) for group in self.groups)

    def stems(self) -> frozenset[str]:
        """What is marked in hits: the forms of its words, and of those alike."""
        words = [word for group in self.groups for phrase in (group.words, *group.alike) for word in phrase]
        return frozenset(stem for word in words for stem in (*word.stems, *word.parts))

    def without(self, unknown: frozenset[int]) -> "Condition | None":
        """All but a few words, for the last resort; None when too little would be left to mean the same.

        `unknown`: places of groups that no entry meets. A general word may be missing, and of three or more that
        say something one may: never so many that a single chance word decides.
        """
        telling = [at for at, group in enumerate(self.groups) if not group.is_general]
        known = [at for at in telling if at not in unknown]
        allowed = max(0, len(telling) - 2) if len(telling) > 2 else 0
        may_lack = min(allowed, 1 + len(telling) // 4) - (len(telling) - len(known))
        if not known or may_lack < 0:
            return None
        kept = combinations(known, len(known) - may_lack)
        return any_of(all_of(self.groups[at].condition(Level.ROOT) for at in places) for places in kept)


def question(query: str) -> Question:
    """The question that the words ask."""
    words = [analysis.word(written) for written in WORD.findall(normalise(query))]
    said = [word for word in words if word.exact]
    telling = [word for word in said if word.exact not in lexicon.standard().silent] or said
    return Question(tuple(_grouped(telling[:MOST_GROUPS])))


def _grouped(words: list[Word]) -> Iterator[Group]:
    """Words that the lexicon knows as a phrase stay together."""
    groups = (*lexicon.standard().alike, *lexicon.added())
    known = _by_first_stem(groups)
    at = 0
    while at < len(words):
        length, alike = _longest_phrase(words, at, known)
        yield Group(tuple(words[at : at + length]), alike[:MOST_ALIKE])
        at += length


Phrases = tuple[tuple[str, ...], ...]


def _by_first_stem(groups: Iterable[Phrases]) -> dict[str, list[tuple[tuple[str, ...], Phrases]]]:
    found: dict[str, list[tuple[tuple[str, ...], Phrases]]] = {}
    for group in groups:
        for phrase in group:
            for stem in analysis.word(phrase[0]).stems:
                found.setdefault(stem, []).append((phrase, group))
    return found


def _longest_phrase(
    words: list[Word], at: int, known: dict[str, list[tuple[tuple[str, ...], Phrases]]]
) -> tuple[int, tuple[tuple[Word, ...], ...]]:
    """How many words from here on the lexicon knows together, and what is alike to them."""
    met = [
        (phrase, group)
        for stem in sorted(words[at].stems)
        for phrase, group in known.get(stem, ())
        if _stands_at(phrase, words, at)
    ]
    if not met:
        return 1, ()
    length = max(len(phrase) for phrase, _group in met)
    alike = {other for phrase, group in met if len(phrase) == length for other in group if other != phrase}
    return length, tuple(tuple(map(analysis.word, other)) for other in sorted(alike))


def _stands_at(phrase: tuple[str, ...], words: list[Word], at: int) -> bool:
    there = words[at : at + len(phrase)]
    return len(there) == len(phrase) and all(
        analysis.word(part).stems & word.stems for part, word in zip(phrase, there, strict=True)
    )


def written(condition: Condition | str, title: bool, dialect: str) -> str:
    """The condition in the language of the database: FTS5 or tsquery. `title`: the title alone must meet it."""
    if isinstance(condition, str):
        return _WRITE[dialect](f"{'t' if title else ''}{condition}")
    joined = _JOIN[dialect, condition.joined_by].join(
        written(part, title, dialect) for part in condition.parts
    )
    return f"({joined})" if len(condition.parts) > 1 else joined


_WRITE: dict[str, Callable[[str], str]] = {
    "sqlite": lambda term: f'"{term[:-1]}" *' if term.endswith("*") else f'"{term}"',
    "postgresql": lambda term: f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'",
}
_JOIN = {
    ("sqlite", "and"): " AND ",
    ("sqlite", "or"): " OR ",
    ("postgresql", "and"): " & ",
    ("postgresql", "or"): " | ",
}
