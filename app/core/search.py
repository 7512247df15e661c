"""One search over everything the reader may see, in Arabic and English, the same on SQLite and PostgreSQL.

Features put their things into the index in the transaction of the act that changes them, and say how to list
them all again (a later analyser re-indexes by a job). Who may find a row stands in the row (`audience`), so that
no page, count or suggestion can forget it. Confidential things never enter the index.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Index, UniqueConstraint, delete, event, update
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from app.core import analysis, clock, db
from app.core.i18n import LANGUAGES
from app.core.privacy import INTERNAL, personal

PUBLIC = "public"
"""The audience of what everybody may find; `agency:<key>`: the officials of one agency alone."""


MOST_BODY = 50_000
"""Characters of a text that are searched; a longer one is put in by its parts (a law by its articles)."""


@dataclass(frozen=True)
class Indexed:
    """A thing as the index takes it.

    `facets`: what one can filter by, such as {"agency": "water", "year": "2026"}. `url_key`: the path of its page
    after the language (`forum/topics/k3x9`); one that is no path leads there through the thing's `SubjectKind`.
    `at`: when it was published; hits of equal worth stand newest first.
    """

    kind: str
    id: str
    title: str
    body: str
    language: str
    url_key: str = ""
    audience: str = PUBLIC
    at: datetime | None = None
    facets: dict[str, str] = field(default_factory=dict)


LAST = 50


@dataclass(frozen=True)
class Searchable:
    """A kind of thing that can be found. Its key is that of its `SubjectKind`, which knows title and address.

    `everything`: all things of the kind as they are to be indexed now. `order`: place of its filter on the page, and
    of its hits among equals. `headings`: for things without a title, what the page calls those with these ids, in the
    reader's language; in as many queries as for one.
    """

    kind: str
    label: Callable[[], str]
    everything: Callable[[], Iterator[Indexed]]
    order: int = LAST
    headings: Callable[[Collection[str]], Mapping[str, str]] | None = None


_searchables: dict[str, Searchable] = {}


def register_searchable(searchable: Searchable) -> None:
    _searchables[searchable.kind] = searchable


def order_of(kind: str) -> int:
    return _searchables[kind].order if kind in _searchables else LAST


def searchables() -> list[Searchable]:
    """Every kind that can be found, in the order of the page."""
    return sorted(_searchables.values(), key=lambda searchable: (searchable.order, searchable.kind))


class Terms(sa.types.TypeDecorator[str]):
    """Terms separated by blanks: a tsvector on PostgreSQL, a text that FTS5 indexes on SQLite.

    Terms are letters and digits alone, so that they need no quoting beyond the quotation marks.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return " ".join(f"'{term}'" for term in value.split())


class SearchEntry(db.Base):
    """One thing that can be found: its own words to show, its terms to look up.

    `title_terms`: those of the title alone, by which hits are put in order; `analyser`: which one made the terms.
    """

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "thing_id"),
        Index("ix_search_entries_analyser", "analyser"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(info=INTERNAL)
    thing_id: Mapped[str] = mapped_column(info=INTERNAL)
    title: Mapped[str] = mapped_column(info=personal("finding what was published"))
    body: Mapped[str] = mapped_column(info=personal("finding what was published"))
    language: Mapped[str] = mapped_column(info=INTERNAL)
    url_key: Mapped[str] = mapped_column(default="", info=INTERNAL)
    audience: Mapped[str] = mapped_column(default=PUBLIC, info=INTERNAL)
    at: Mapped[datetime]
    facets: Mapped[dict[str, Any]] = mapped_column(default=dict, info=INTERNAL)
    terms: Mapped[str] = mapped_column(Terms, deferred=True, info=personal("finding what was published"))
    title_terms: Mapped[str] = mapped_column(deferred=True, info=personal("finding what was published"))
    analyser: Mapped[str] = mapped_column(info=INTERNAL)


FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5"
        "(terms, content='search_entries', content_rowid='id', tokenize='ascii', detail='none', columnsize=0)",
        "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN"
        " INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END",
        "CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN"
        " INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms); END",
        "CREATE TRIGGER search_entries_changed AFTER UPDATE OF terms ON search_entries BEGIN"
        " INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms);"
        " INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END",
    ),
    "postgresql": (
        "CREATE INDEX ix_search_entries_terms ON search_entries USING gin (terms) WITH (fastupdate = off)",
        "ALTER TABLE search_entries ALTER COLUMN terms SET STATISTICS 1000",
    ),
}
"""What each database needs beside the table to look terms up; kept by the schema itself and never by code.

PostgreSQL: without a list of pending terms, which each search would read through, and with statistics fine enough
to tell a rare term from a common one: else it reads the whole table for a word that hardly any entry has.
"""


@event.listens_for(SearchEntry.__table__, "after_create")
def make_full_text(_table: object, connection: sa.Connection, **_options: object) -> None:
    for statement in FULL_TEXT[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def index(thing: Indexed) -> None:
    """Put the thing into the index, or anew, in the transaction at hand."""
    row = row_of(thing)
    if not db.insert_new(SearchEntry, [row], "kind", "thing_id"):
        same = (SearchEntry.kind == thing.kind, SearchEntry.thing_id == thing.id)
        db.session().execute(update(SearchEntry).where(*same).values(**row))


def remove(kind: str, thing_id: str) -> None:
    """Take the thing out of the index; nothing happens when it is not there."""
    same = (SearchEntry.kind == kind, SearchEntry.thing_id == thing_id)
    db.session().execute(delete(SearchEntry).where(*same))


def row_of(thing: Indexed) -> dict[str, Any]:
    assert thing.language in LANGUAGES, thing.language
    return {
        "kind": thing.kind,
        "thing_id": thing.id,
        "title": thing.title,
        "body": thing.body[:MOST_BODY],
        "language": thing.language,
        "url_key": thing.url_key,
        "audience": thing.audience,
        "at": thing.at or clock.now(),
        "facets": thing.facets,
        **analysed(thing),
    }


def analysed(thing: Indexed) -> dict[str, str]:
    """What the thing is found by: the words of its title and body, and what it can be filtered by."""
    filters = {"kind": thing.kind, "language": thing.language, **thing.facets}
    title = analysis.terms(thing.title)
    found = title | analysis.terms(thing.body[:MOST_BODY]) | {filter_term(*one) for one in filters.items()}
    return {
        "terms": " ".join(sorted(found)),
        "title_terms": " ".join(sorted(title)),
        "analyser": analysis.version(),
    }


def filter_term(name: str, value: str) -> str:
    """The term that stands for one value of a filter."""
    return "q" + hashlib.sha256(f"{name}={value}".encode()).hexdigest()[:16]
