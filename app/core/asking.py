"""What somebody typed into the search box, as conditions that the index can answer.

A question is a list of groups, one for each word that says something: every group must be met. A group knows the
terms that meet it on each level: the word itself, any form of it, what is alike, its root. What people type is
data: terms are letters and digits alone, so that no operator of a database can stand in them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from app.core import analysis, lexicon
from app.core.analysis import SHORTEST_ANALYSED, Word
from app.core.lexicon import Phrases
from app.core.text import WORD, normalise

MOST_GROUPS = 8
"""Words of a question that are looked for; a pasted page is not a question."""

MOST_ALIKE = 24
GENERAL = 0.2
BESIDE = 0.01
Words = tuple[Word, ...]


class Level(IntEnum):
    """How well a hit answers, best first; of equals those stand first whose title says it."""

    EXACT = 0
    FORM = 1
    ALIKE = 2
    NEAR = 3
    ROOT = 4
    PARTLY = 5


@dataclass(frozen=True)
class Condition:
    """Terms joined by `and` or `or`; a term that ends in a star is the beginning of one."""

    joined_by: str
    parts: tuple["Condition | str", ...]

    def is_met_by(self, terms: Collection[str]) -> bool:
        joined = all if self.joined_by == "and" else any
        return joined(_is_met(part, terms) for part in self.parts)


def _is_met(part: Condition | str, terms: Collection[str]) -> bool:
    if isinstance(part, Condition):
        return part.is_met_by(terms)
    if part.endswith("*"):
        return any(term.startswith(part[:-1]) for term in terms)
    return part in terms


def all_of(parts: Iterable[Condition | str]) -> Condition:
    return Condition("and", tuple(parts))


def any_of(parts: Iterable[Condition | str]) -> Condition:
    return Condition("or", tuple(dict.fromkeys(parts)))


@dataclass(frozen=True)
class Group:
    """One word or phrase of the question. `alike`, `near`: other phrases for it, each a list of words."""

    words: tuple[Word, ...]
    alike: tuple[Words, ...] = ()
    near: tuple[Words, ...] = ()

    def weight(self, at: int) -> float:
        """How much it says about what is sought: a general word (service, request) little.

        Of equals the one decides that describes the other: in Arabic the later, in English the earlier.
        """
        general = all(word.exact in lexicon.standard().general for word in self.words)
        leaning = BESIDE if self.words[0].exact > "z" else -BESIDE
        return (GENERAL if general else 1) * (1 + leaning * at)

    def condition(self, level: Level) -> Condition:
        """What an entry must have to meet this group on this level or a better one."""
        own = all_of(_terms(word, level) for word in self.words)
        others = (*(self.alike if level >= Level.ALIKE else ()), *(self.near if level >= Level.NEAR else ()))
        return any_of([own, *(all_of(_terms(word, Level.FORM) for word in phrase) for phrase in others)])


def _terms(word: Word, level: Level) -> Condition:
    found = [f"x{word.exact}"]
    if len(word.exact) < SHORTEST_ANALYSED and not word.is_known:
        return any_of([*found, f"x{word.exact}*"] if level >= Level.FORM else found)
    if word.parts and level >= Level.FORM:
        return any_of([*found, all_of(_terms(analysis.word(part), level) for part in word.parts)])
    if level >= Level.FORM:
        found += sorted(f"s{stem}" for stem in word.stems)
    if level >= Level.ROOT and word.root and not word.is_known:
        found.append(f"r{word.root}")
    return any_of(found)


@dataclass(frozen=True)
class Question:
    groups: tuple[Group, ...]

    def says_more_on(self, level: Level) -> bool:
        """Whether anything can meet it on this level that does not on a better one."""
        is_more = {
            Level.ALIKE: lambda group: bool(group.alike),
            Level.NEAR: lambda group: bool(group.near),
            Level.ROOT: lambda group: any(word.root and not word.is_known for word in group.words),
        }.get(level)
        return is_more is None or any(map(is_more, self.groups))

    def condition(self, level: Level) -> Condition:
        return all_of(group.condition(level) for group in self.groups)

    def stems(self) -> frozenset[str]:
        """What is marked in hits: the forms of its words, and of those alike."""
        phrases = [phrase for group in self.groups for phrase in (group.words, *group.alike, *group.near)]
        words = [word for phrase in phrases for word in phrase]
        return frozenset(stem for word in words for stem in (*word.stems, *word.parts))


def question(query: str) -> Question:
    """The question that the words ask."""
    words = [analysis.word(written) for written in WORD.findall(normalise(query))]
    said = [word for word in words if word.exact]
    telling = [word for word in said if word.exact not in lexicon.standard().silent] or said
    return Question(tuple(_grouped(telling[:MOST_GROUPS])))


def _grouped(words: list[Word]) -> Iterator[Group]:
    """Words that the lexicon knows as a phrase stay together."""
    at = 0
    while at < len(words):
        length, alike = _longest_phrase(words, at, (*_alike(), *map(_indexed_phrases, lexicon.added())))
        reach = words[: at + length] if alike else words
        near_length, near = _longest_phrase(reach, at, (_near(),))
        length = max(length, near_length)
        yield Group(tuple(words[at : at + length]), alike[:MOST_ALIKE], near[:MOST_ALIKE])
        at += length


Known = Mapping[str, list[tuple[tuple[str, ...], Phrases]]]


@lru_cache(maxsize=1)
def _alike() -> tuple[Known]:
    return (_by_first_stem(lexicon.standard().alike),)


@lru_cache(maxsize=1)
def _near() -> Known:
    return _by_first_stem(lexicon.standard().near)


def _indexed_phrases(group: Phrases) -> Known:
    return _by_first_stem([group])


def _by_first_stem(groups: Iterable[Phrases]) -> Known:
    """Each phrase with its group, by the stems of its first word."""
    found: dict[str, list[tuple[tuple[str, ...], Phrases]]] = {}
    for group in groups:
        for phrase in group:
            for stem in analysis.word(phrase[0]).stems:
                found.setdefault(stem, []).append((phrase, group))
    return found


def _longest_phrase(words: list[Word], at: int, known: Iterable[Known]) -> tuple[int, tuple[Words, ...]]:
    """How many words from here on the lexicon knows together, and what is alike to them."""
    met = [
        (phrase, group)
        for phrases in known
        for stem in sorted(words[at].stems)
        for phrase, group in phrases.get(stem, ())
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


def written(condition: Condition | str, dialect: str) -> str:
    """The condition in the language of the database: FTS5 or tsquery."""
    if isinstance(condition, str):
        return _WRITE[dialect](condition)
    joined = _JOIN[dialect, condition.joined_by].join(written(part, dialect) for part in condition.parts)
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
