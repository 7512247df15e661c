"""Find what the reader may see: the same things in the same order on SQLite and PostgreSQL.

The database says which entries meet a condition; their order is made here: the word itself before its forms, forms
before words that are alike, the root and other spellings only when nothing else is found; what stands in a title
first; then by kind, what people wrote last; then the newest. Of a common word the newest `MOST_RANKED` entries are
put in order, so that a search costs the same at any size.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from math import log
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from app.core import asking, db, i18n, marking
from app.core.asking import Condition, Level, Question, written
from app.core.i18n import DIRECTIONS
from app.core.marking import Marked
from app.core.permissions import Actor
from app.core.search import PUBLIC, SearchEntry, filter_term, order_of

PAGE = 20
MOST_RANKED = 1_000
LEAST_SHARE = 0.5
IN_BODY = 0.9
"""What a word weighs that only the body has, where not all words are met: of two that are about as common the title
must have the one. With 1, of the first five hits of a set with bodies .92 were right instead of .95, and recall was .86
instead of .84; other sets stayed the same."""
UNMET = 2
"""A word that no entry has weighs like one that so many have. With 1, recall of two sets of the tests fell from .96 and
.94 to .91 and .92; with no weight at all, what has only the commoner half of a question was shown."""
_FULL_TEXT = sa.table("search_index", sa.column("rowid"), sa.column("search_index"))


@dataclass(frozen=True)
class Hit:
    """One thing that was found, in its own words, with the parts that answer marked."""

    kind: str
    id: str
    language: str
    url_key: str
    at: datetime
    level: Level
    title: Marked
    snippet: Marked

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


@dataclass(frozen=True)
class Found:
    """A page of hits. `count`: how many there are, at most `MOST_RANKED` (`is_more`: and there are more).

    `values`: how many hits have each value of each filter. `is_partly`: nothing meets all words; these meet most.
    `is_respelt`: nothing has a word as it was typed; these have one that is spelled almost so. `also_in`: the language
    that none of the hits is in, and in which there is something on what was asked.
    """

    hits: Sequence[Hit] = ()
    count: int = 0
    is_more: bool = False
    is_partly: bool = False
    is_respelt: bool = False
    also_in: str | None = None
    next_cursor: str | None = None
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Ranked:
    level: Level
    in_title: bool
    id: int
    at: datetime
    kind: str
    language: str
    facets: str
    url_key: str

    def place(self, own_language: str | None) -> tuple[int, bool, bool, int, float, int]:
        foreign = own_language is not None and self.language != own_language
        return (
            self.level,
            foreign,
            not self.in_title,
            order_of(self.kind),
            -self.at.timestamp(),
            -self.id,
        )


def find(
    actor: Actor,
    query: str,
    kinds: Collection[str] = (),
    language: str | None = None,
    facets: Mapping[str, str] | None = None,
    cursor: str | None = None,
    own_language: str | None = None,
) -> Found:
    """What this actor may find. `language`: only this one; `own_language`: this one first; `facets`: only these.

    At most eight questions to the database, whatever the size: the groups that administrators added; words; forms and
    alike; if these find something, whether the other language has more; if not, the other language, near and root at
    once, then other spellings, then words met in part; the page. `cursor`: the id of the last hit of the page before.
    """
    question = asking.question(query)
    if not question.groups:
        return Found()
    scope = _Scope(_audiences(actor), _filters(kinds, language, facets or {}))
    ranked = _ranked(question, scope)
    ordered = sorted(ranked, key=lambda hit: hit.place(own_language))[:MOST_RANKED]
    page, next_cursor = _page(ordered, cursor)
    return Found(
        hits=_shown(page, question),
        count=len(ordered),
        is_more=len(ordered) == MOST_RANKED,
        is_partly=bool(ordered) and ordered[0].level is Level.PARTLY,
        is_respelt=bool(ordered) and ordered[0].level is Level.MISSPELT,
        also_in=_also_in(question, scope, ordered) if language is None and not cursor else None,
        next_cursor=next_cursor,
        values=_values(ordered),
    )


def all_ids(actor: Actor, query: str) -> list[str]:
    """The ids of everything found, in order: for the measurement of search."""
    ranked = _ranked(asking.question(query), _Scope(_audiences(actor), ()))
    ids = [hit.id for hit in sorted(ranked, key=lambda hit: hit.place(None))]
    named = sa.select(SearchEntry.id, SearchEntry.thing_id).where(SearchEntry.id.in_(ids))
    names = {row.id: row.thing_id for row in db.session().execute(named)}
    return [names[one] for one in ids]


def is_found(actor: Actor, question: Question) -> bool:
    """Whether the actor would find anything by it; one statement."""
    scope = _Scope(_audiences(actor), ())
    found = scope.select(question.condition(Level.ALIKE), [SearchEntry.id]).limit(1)
    return db.session().scalar(found) is not None


@dataclass(frozen=True)
class _Scope:
    """Within what is searched: who may find it, and what the reader has filtered by."""

    audiences: Collection[str]
    filters: tuple[Condition | str, ...]

    def select(self, condition: Condition, columns: Sequence[Any]) -> sa.Select[Any]:
        """The newest entries that meet the condition, up to `MOST_RANKED`."""
        dialect = db.session().get_bind().dialect.name
        text = written(asking.all_of([condition, *self.filters]), dialect)
        return (
            _matching(text, dialect, columns)
            .where(SearchEntry.audience.in_(self.audiences))
            .limit(MOST_RANKED)
        )


def _matching(text: str, dialect: str, columns: Sequence[Any]) -> sa.Select[Any]:
    if dialect == "sqlite":
        joined = _FULL_TEXT.join(SearchEntry, SearchEntry.id == _FULL_TEXT.c.rowid)
        matching = sa.select(*columns).select_from(joined).where(_FULL_TEXT.c.search_index.op("MATCH")(text))
        return matching.order_by(_FULL_TEXT.c.rowid.desc())
    return (
        sa.select(*columns)
        .where(SearchEntry.terms.op("@@")(sa.cast(text, TSQUERY)))
        .order_by(SearchEntry.id.desc())
    )


def _audiences(actor: Actor) -> list[str]:
    own = [f"person:{actor.person_id}"] if actor.person_id else []
    return [PUBLIC, *(f"agency:{key}" for key in sorted(actor.agencies())), *own]


def _filters(
    kinds: Collection[str], language: str | None, facets: Mapping[str, str]
) -> tuple[Condition | str, ...]:
    chosen = dict(facets) | ({"language": language} if language else {})
    one_of = [asking.any_of(filter_term("kind", kind) for kind in sorted(kinds))] if kinds else []
    return (*one_of, *(filter_term(name, value) for name, value in sorted(chosen.items())))


def _ranked(question: Question, scope: _Scope) -> list[_Ranked]:
    """Everything that answers, on the best level on which it does."""
    if not question.groups:
        return []
    found: dict[int, _Ranked] = {}
    _plan("custom")
    for levels in ((Level.EXACT,), (Level.FORM, Level.ALIKE)):
        if len(found) < MOST_RANKED:
            _add(found, _asked(question, scope, levels))
    if not found:
        _add(found, _asked(question, scope, (Level.TRANSLATED, Level.NEAR, Level.ROOT)))
    if not found and question.says_more_on(Level.MISSPELT):
        _plan("generic")
        _add(found, _asked(question, scope, (Level.MISSPELT,)))
    if not found and len(question.by_word.groups) > 1:
        _plan("custom")
        _add(found, _partly(question.by_word, scope))
    return list(found.values())


def _plan(how: Literal["custom", "generic"]) -> None:
    """How PostgreSQL is to plan what follows in this transaction: by the terms that are asked for, or for any.

    A plan for any terms takes all for rare, and fetches and sorts every entry that has a common one. But by the terms
    it takes hundreds of rare ones, the other spellings, for half of the table, and reads all of it.
    """
    if db.session().get_bind().dialect.name == "postgresql":
        db.session().execute(sa.text(f"SET LOCAL plan_cache_mode = force_{how}_plan"))


def _also_in(question: Question, scope: _Scope, ranked: Sequence[_Ranked]) -> str | None:
    """The other language, if all hits are in one and pages beyond theirs answer in it; one statement."""
    languages = {hit.language for hit in ranked}
    if len(languages) != 1 or ranked[0].level > Level.ALIKE or not question.says_more_on(Level.TRANSLATED):
        return None
    language = i18n.other(*languages)
    there = _Scope(scope.audiences, (*scope.filters, filter_term("language", language)))
    pages = db.session().scalars(there.select(question.condition_elsewhere(), [SearchEntry.url_key]))
    shown = {hit.url_key for hit in ranked if hit.url_key}
    return language if any(page not in shown for page in pages) else None


def _partly(question: Question, scope: _Scope) -> list[_Ranked]:
    """What meets those words that weigh most, when nothing meets all; one statement.

    A rare word weighs more than a common one, a general one (service) little; one that is met nowhere is taken for one
    that `UNMET` entries have. An entry must have half of the words and of the weight, and of those the best are shown.
    """
    conditions = [group.condition(Level.ALIKE) for group in question.groups]
    parts = [
        scope.select(condition, [sa.literal(at), *_LISTED]).subquery()
        for at, condition in enumerate(conditions)
    ]
    rows = db.session().execute(sa.union_all(*(sa.select(part) for part in parts))).all()
    titles = {entry: set(title_terms.split()) for _at, entry, *_listed, title_terms in rows}
    met: dict[int, dict[int, float]] = {}
    for at, entry, *_listed in rows:
        met.setdefault(entry, {})[at] = 1 if conditions[at].is_met_by(titles[entry]) else IN_BODY
    counts = Counter(row[0] for row in rows)
    weights = {
        at: group.weight(at) * log(2 * MOST_RANKED / (counts[at] or UNMET))
        for at, group in enumerate(question.groups)
    }
    enough = {entry: places for entry, places in met.items() if 2 * len(places) >= len(question.groups)}
    scores = {
        entry: sum(weights[at] * share for at, share in sorted(places.items()))
        for entry, places in enough.items()
    }
    least = max(max(scores.values(), default=0), sum(weights.values()) * LEAST_SHARE)
    return [_Ranked(Level.PARTLY, False, *row[1:7]) for row in rows if scores.get(row[1], 0) >= least]


def _asked(question: Question, scope: _Scope, levels: Iterable[Level]) -> list[_Ranked]:
    """What meets the question on these levels, by one statement, and whether a title does by itself."""
    conditions = {level: question.condition(level) for level in levels if question.says_more_on(level)}
    if not conditions:
        return []
    parts = [
        scope.select(condition, [sa.literal(int(level)), *_LISTED]).subquery()
        for level, condition in conditions.items()
    ]
    rows = db.session().execute(sa.union_all(*(sa.select(part) for part in parts)))
    return [
        _Ranked(Level(level), conditions[level].is_met_by(set(title_terms.split())), *listed)
        for level, *listed, title_terms in rows
    ]


_LISTED = (
    SearchEntry.id,
    SearchEntry.at,
    SearchEntry.kind,
    SearchEntry.language,
    sa.cast(SearchEntry.facets, sa.Text).label("facets"),
    SearchEntry.url_key,
    SearchEntry.title_terms,
)
"""Facets as written: a thousand entries have few different ones, and reading each was half of a search."""

_facets_of = lru_cache(maxsize=4096)(json.loads)


def _add(found: dict[int, _Ranked], ranked: Iterable[_Ranked]) -> None:
    for one in ranked:
        known = found.get(one.id)
        if known is None or (one.level, not one.in_title) < (known.level, not known.in_title):
            found[one.id] = one


def _page(ordered: Sequence[_Ranked], cursor: str | None) -> tuple[Sequence[_Ranked], str | None]:
    start = next((at + 1 for at, hit in enumerate(ordered) if str(hit.id) == cursor), 0)
    page = ordered[start : start + PAGE]
    return page, str(page[-1].id) if start + PAGE < len(ordered) else None


def _values(ordered: Iterable[_Ranked]) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for hit in ordered:
        for name, value in {"kind": hit.kind, "language": hit.language, **_facets_of(hit.facets)}.items():
            counts = counted.setdefault(name, {})
            counts[value] = counts.get(value, 0) + 1
    return counted


def _shown(page: Sequence[_Ranked], question: Question) -> list[Hit]:
    """The entries of the page in its order, marked; one statement."""
    if not page:
        return []
    wanted = sa.select(SearchEntry).where(SearchEntry.id.in_([hit.id for hit in page]))
    entries = {entry.id: entry for entry in db.session().scalars(wanted)}
    stems = question.stems(page[0].level)
    return [_hit(entries[ranked.id], ranked, stems) for ranked in page if ranked.id in entries]


def _hit(entry: SearchEntry, ranked: _Ranked, stems: frozenset[str]) -> Hit:
    return Hit(
        entry.kind,
        entry.thing_id,
        entry.language,
        entry.url_key,
        entry.at.replace(tzinfo=entry.at.tzinfo or UTC),
        ranked.level,
        marking.marked(entry.title, stems),
        marking.snippet(entry.body, stems),
    )
