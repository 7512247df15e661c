"""What somebody typed into the search box, as conditions that the index can answer.

A question is a list of groups, one for each word that says something: every group must be met. A group knows the
terms that meet it on each level: the word itself, any form of it, what is alike, its root. What people type is
data: terms are letters and digits alone, so that no operator of a database can stand in them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache
from itertools import chain, pairwise, product

from app.core import analysis, lexicon, misspelling
from app.core.analysis import SHORTEST_ANALYSED, Word
from app.core.lexicon import Phrases

MOST_GROUPS = 8
"""Words of a question that are looked for; a pasted page is not a question."""

MOST_ALIKE = 24
GENERAL = 0.2
BESIDE = 0.01
Words = tuple[Word, ...]
PhraseIndex = Mapping[str, list[tuple[tuple[str, ...], Phrases]]]
"""Each phrase of the lexicon with the group it stands in, by the stems of its first word."""

_COMPOUND = re.compile("[a-z]{5,}")
_LONG_COMPOUND = re.compile("[a-z]{8,}")


class Level(IntEnum):
    """How well a hit answers, best first; of equals those stand first whose title says it."""

    EXACT = 0
    FORM = 1
    ALIKE = 2
    TRANSLATED = 3
    NEAR = 4
    ROOT = 5
    MISSPELT = 6
    PARTLY = 7


@dataclass(frozen=True)
class Condition:
    """Terms joined by `and` or `or`; a term that ends in a star is the beginning of one."""

    joined_by: str
    parts: tuple["Condition | str", ...]

    def is_met_by(self, terms: Collection[str]) -> bool:
        """Asked of a thousand titles in a search: whole terms are compared at once."""
        if self.joined_by == "and":
            return self._whole.issubset(terms) and all(_is_met(part, terms) for part in self._others)
        return not self._whole.isdisjoint(terms) or any(_is_met(part, terms) for part in self._others)

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(part for part in self.parts if isinstance(part, str) and not part.endswith("*"))

    @cached_property
    def _others(self) -> tuple["Condition | str", ...]:
        return tuple(part for part in self.parts if part not in self._whole)


def _is_met(part: Condition | str, terms: Collection[str]) -> bool:
    if isinstance(part, Condition):
        return part.is_met_by(terms)
    return any(term.startswith(part[:-1]) for term in terms)


def all_of(parts: Iterable[Condition | str]) -> Condition:
    return Condition("and", tuple(parts))


def any_of(parts: Iterable[Condition | str]) -> Condition:
    return Condition("or", tuple(dict.fromkeys(parts)))


@dataclass(frozen=True)
class Group:
    """One word or phrase of the question. `alike`, `translated`, `near`: other phrases for it, each a list of words.

    `joined`: what it is as one word with its neighbour, for those who write `e book`.
    """

    words: tuple[Word, ...]
    alike: tuple[Words, ...] = ()
    translated: tuple[Words, ...] = ()
    near: tuple[Words, ...] = ()
    joined: tuple[Word, ...] = ()

    @property
    def others(self) -> tuple[tuple[Level, tuple[Words, ...]], ...]:
        """Other phrases for it, with the level from which on they count."""
        return (Level.ALIKE, self.alike), (Level.TRANSLATED, self.translated), (Level.NEAR, self.near)

    def weight(self, at: int) -> float:
        """How much it says about what is sought: a general word (service, request) little.

        Of equals the one decides that describes the other: in Arabic the later, in English the earlier.
        """
        general = all(word.exact in lexicon.standard().general for word in self.words)
        leaning = BESIDE if self.words[0].is_arabic else -BESIDE
        return len(self.words) * (GENERAL if general else 1) * (1 + leaning * at)

    def condition(self, level: Level) -> Condition:
        """What an entry must have to meet this group on this level or a better one."""
        own = all_of(_terms(word, level) for word in self.words)
        others = [phrase for first, phrases in self.others if level >= first for phrase in phrases]
        compounds = (_terms(word, min(level, Level.FORM)) for word in self.joined)
        phrases = map(_condition_of, others)
        spellings = sorted(self.other_spellings()) if level >= Level.MISSPELT else ()
        return any_of([own, *compounds, *phrases, *spellings])

    def condition_elsewhere(self) -> Condition:
        """What an entry in the other language must have: its name there, or the word itself where it has none."""
        if self.translated:
            return any_of(map(_condition_of, self.translated))
        is_arabic = self.words[0].is_arabic
        elsewhere = (_condition_of(phrase) for phrase in self.alike if phrase[0].is_arabic != is_arabic)
        return any_of([self.condition(Level.FORM), *elsewhere])

    def other_spellings(self) -> frozenset[str]:
        """Terms of what a word that stands alone may be misspelt for."""
        return misspelling.terms(self.words[0]) if len(self.words) == 1 else frozenset()


def _condition_of(phrase: Words) -> Condition:
    """Of a phrase of the lexicon: what it names is whole, no beginning of a word (the `e` of `e mail`)."""
    return all_of(_terms(word, Level.EXACT if _is_short(word) else Level.FORM) for word in phrase)


def _is_short(word: Word) -> bool:
    return len(word.exact) < SHORTEST_ANALYSED and not word.is_known


def _terms(word: Word, level: Level) -> Condition:
    found = [f"x{word.exact}"]
    if _is_short(word):
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
            Level.TRANSLATED: lambda group: bool(group.translated),
            Level.NEAR: lambda group: bool(group.near),
            Level.ROOT: lambda group: any(word.root and not word.is_known for word in group.words),
            Level.MISSPELT: lambda group: bool(group.other_spellings()),
        }.get(level)
        return is_more is None or any(map(is_more, self.groups))

    def condition(self, level: Level) -> Condition:
        return all_of(group.condition(level) for group in self.groups)

    @cached_property
    def by_word(self) -> "Question":
        """The same with its phrases taken apart, for entries that have a word of them alone."""
        words = [(group, word) for group in self.groups for word in group.words]
        return Question(
            tuple(
                group if len(group.words) == 1 else _group_at(0, [word], [frozenset()])
                for group, word in words
            )
        )

    def condition_elsewhere(self) -> Condition:
        """What answers it in the other language.

        Without its own words: PostgreSQL takes common ones for common in the other language, too, and looks for them
        among all entries, one after the other.
        """
        return all_of(group.condition_elsewhere() for group in self.groups)

    def stems(self, level: Level) -> frozenset[str]:
        """What is marked in hits of this level: the forms of its words, and of those alike."""
        phrases = [
            phrase
            for group in self.groups
            for phrase in (group.words, group.joined, *(one for _level, own in group.others for one in own))
        ]
        words = [word for phrase in phrases for word in phrase]
        spellings = (group.other_spellings() for group in self.groups if level is Level.MISSPELT)
        return frozenset(stem for word in words for stem in (*word.stems, *word.parts)).union(
            term[1:] for terms in spellings for term in terms
        )


def question(query: str) -> Question:
    """The question that the words ask."""
    said = [word for word in analysis.words(query) if word.exact]
    silent = lexicon.standard().silent
    telling = [at for at, word in enumerate(said) if word.exact not in silent] or list(range(len(said)))
    compounds = _compounds(said)
    asked = telling[:MOST_GROUPS]
    return Question(tuple(_grouped([said[at] for at in asked], [compounds[at] for at in asked])))


def _compounds(said: list[Word]) -> list[frozenset[Word]]:
    """For each word what it is as one with the word before or after it: e book is ebook, start up is startup."""
    silent = lexicon.standard().silent
    found: list[set[Word]] = [set() for _word in said]
    for at, (first, second) in enumerate(pairwise(said)):
        written = first.exact + second.exact
        if _COMPOUND.fullmatch(written) and first.exact not in silent:
            for place in (at, at + 1):
                found[place].add(analysis.word(written))
    return [frozenset(words) for words in found]


def _parts(word: Word) -> tuple[Words, ...]:
    """A long word that nobody knows as the two words it may be made of: jobseekers, job seekers."""
    if word.is_known or not _LONG_COMPOUND.fullmatch(word.exact):
        return ()
    silent = lexicon.standard().silent
    cuts = range(SHORTEST_ANALYSED, len(word.exact) - SHORTEST_ANALYSED + 1)
    pairs = ((word.exact[:cut], word.exact[cut:]) for cut in cuts)
    return tuple(
        (analysis.word(first), analysis.word(second))
        for first, second in pairs
        if not silent & {first, second}
    )


def _grouped(words: list[Word], compounds: list[frozenset[Word]]) -> Iterator[Group]:
    """Words that the lexicon knows as a phrase stay together."""
    at = 0
    while at < len(words):
        group = _group_at(at, words, compounds)
        yield group
        at += len(group.words)


def _group_at(at: int, words: list[Word], compounds: list[frozenset[Word]]) -> Group:
    """The longest phrase from here on. What is near to a part of it ("leave") is not near to it ("maternity leave")."""
    indexes = (_alike(), *map(_indexed_phrases, lexicon.added()))
    alike_length, alike = _longest_phrase(words, at, indexes)
    reach = words[: at + alike_length] if alike else words
    near_length, near = _longest_phrase(reach, at, (_near(),))
    translated_length, _named = _longest_phrase(words, at, (_translated(),))
    length = max(alike_length, near_length, translated_length)
    own = tuple(words[at : at + length])
    whole = alike if length == alike_length else ()
    by_word = _alike_by_word(own, indexes) if length > 1 else ()
    alike = tuple(dict.fromkeys((*whole, *by_word)))[:MOST_ALIKE]
    near = near[:MOST_ALIKE] if near_length == length else ()
    joined = frozenset.intersection(*compounds[at : at + length])
    return Group(
        own,
        alike,
        _translations(own, alike)[:MOST_ALIKE],
        near + (_parts(words[at]) if length == 1 else ()),
        tuple(sorted(joined, key=lambda word: word.exact)),
    )


def _alike_by_word(phrase: Words, indexes: Sequence[PhraseIndex]) -> tuple[Words, ...]:
    """A phrase with what is alike to one or more of its words in their place."""
    ways = [((word,), *_longest_phrase([word], 0, indexes)[1]) for word in phrase]
    return tuple(tuple(chain.from_iterable(way)) for way in product(*ways))[1:]


def _translations(own: Words, alike: Iterable[Words]) -> tuple[Words, ...]:
    """What the other language calls it, or what is alike to it; a phrase that has no name there, word by word."""
    named = [name for phrase in (own, *alike) for name in _names(phrase)]
    if not named and len(own) > 1:
        named = [tuple(chain.from_iterable(names)) for names in product(*(_names((word,)) for word in own))]
    others = [other for name in named for other in _known_for(name, _alike())]
    return tuple(dict.fromkeys([*named, *others]))


def _names(phrase: Words) -> list[Words]:
    """What the other language calls it; a group may have two names of one language (regulation, bylaw: لائحة)."""
    return [name for name in _known_for(phrase, _translated()) if name[0].is_arabic != phrase[0].is_arabic]


def _known_for(phrase: Words, known: PhraseIndex) -> tuple[Words, ...]:
    """What stands beside exactly this phrase in the groups."""
    length, others = _longest_phrase(list(phrase), 0, (known,))
    return others if length == len(phrase) else ()


@lru_cache(maxsize=1)
def _alike() -> PhraseIndex:
    return _by_first_stem(lexicon.standard().alike)


@lru_cache(maxsize=1)
def _translated() -> PhraseIndex:
    return _by_first_stem(lexicon.standard().translated)


@lru_cache(maxsize=1)
def _near() -> PhraseIndex:
    return _by_first_stem(lexicon.standard().near)


def _indexed_phrases(group: Phrases) -> PhraseIndex:
    return _by_first_stem([group])


def _by_first_stem(groups: Iterable[Phrases]) -> PhraseIndex:
    found: dict[str, list[tuple[tuple[str, ...], Phrases]]] = {}
    for group in groups:
        for phrase in group:
            for stem in analysis.word(phrase[0]).stems:
                found.setdefault(stem, []).append((phrase, group))
    return found


def _longest_phrase(
    words: list[Word], at: int, known: Iterable[PhraseIndex]
) -> tuple[int, tuple[Words, ...]]:
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
