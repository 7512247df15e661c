"""One search over everything the reader may see, in Arabic and English, the same on SQLite and PostgreSQL.

Features put their things into the index in the transaction of the act that changes them, and say how to list
them all again (a later analyser re-indexes by a job). Who may find a row stands in the row (`audience`), so that
no page, count or suggestion can forget it. Confidential things never enter the index.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

PUBLIC = "public"
"""The audience of what everybody may find; `agency:<key>`: the officials of one agency alone."""


@dataclass(frozen=True)
class Indexed:
    """A thing as the index takes it. `facets`: what one can filter by, such as {"agency": "water", "year": "2026"}."""

    kind: str
    id: str
    title: str
    body: str
    language: str
    url_key: str = ""
    audience: str = PUBLIC
    at: datetime | None = None
    facets: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Searchable:
    """A kind of thing that can be found. Its key is that of its `SubjectKind`, which knows title and address.

    `everything`: all things of the kind as they are to be indexed now. `order`: place of its filter on the page.
    """

    kind: str
    label: Callable[[], str]
    everything: Callable[[], Iterator[Indexed]]
    order: int = 50


_searchables: dict[str, Searchable] = {}


def register_searchable(searchable: Searchable) -> None:
    _searchables[searchable.kind] = searchable


def index(thing: Indexed) -> None:
    """Put the thing into the index, or anew, in the transaction at hand."""
    raise NotImplementedError


def remove(kind: str, thing_id: str) -> None:
    """Take the thing out of the index; nothing happens when it is not there."""
    raise NotImplementedError
