"""Lists of the library: what is public, what one keeps, what is new; paged by key."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from app.agencies.models import Agency
from app.core import clock, db
from app.core.permissions import Actor
from app.documents.models import Document, DocumentEvent, Version
from app.documents.queries import documents, is_kept_by, is_public, standings
from app.documents.standing import Standing

PAGE = 20
FEED = 30


@dataclass(frozen=True)
class Filters:
    """What a reader wants to see of the library; empty: everything."""

    kind: str = ""
    agency: str = ""
    year: int | None = None
    in_force: bool = False


@dataclass(frozen=True)
class Listed:
    """A document as a list shows it."""

    document: Document
    standing: Standing


@dataclass(frozen=True)
class Page:
    rows: list[Listed]
    next_cursor: str | None


def library(actor: Actor, filters: Filters, after: str | None = None) -> Page:
    """What is public, newest year first."""
    wanted = documents().where(is_public(), *_conditions(filters))
    return _page(wanted, after)


def desk(actor: Actor, after: str | None = None) -> Page:
    """Everything the actor keeps, drafts too."""
    return _page(documents().where(is_kept_by(actor)), after)


def _page(wanted: Select[Document], after: str | None) -> Page:
    if (place := _place(after)) is not None:
        wanted = wanted.where(tuple_(Document.year, Document.id) < place)
    ordered = wanted.order_by(Document.year.desc(), Document.id.desc()).limit(PAGE + 1)
    found = list(db.session().scalars(ordered))
    shown = found[:PAGE]
    known = standings([each.id for each in shown], clock.today())
    more = f"{shown[-1].year}-{shown[-1].id.hex}" if len(found) > PAGE else None
    return Page([Listed(each, known[each.id]) for each in shown], more)


def _place(after: str | None) -> tuple[int, uuid.UUID] | None:
    """Where the page before ended; a cursor that is none begins anew."""
    year, _dash, last = (after or "").partition("-")
    try:
        return (int(year), uuid.UUID(last)) if len(year) <= 4 else None
    except ValueError:
        return None


def _conditions(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.kind:
        yield Document.kind == filters.kind
    if filters.agency:
        yield Document.agency_id.in_(select(Agency.id).where(Agency.key == filters.agency))
    if filters.year is not None:
        yield Document.year == filters.year
    if filters.in_force:
        yield _happened("commencement") & ~_happened("repeal")


def _happened(kind: str) -> ColumnElement[bool]:
    event = aliased(DocumentEvent)
    return exists().where(
        event.document_id == Document.id,
        event.kind == kind,
        event.article_key == "",
        event.day <= clock.today(),
    )


def years() -> list[int]:
    """The years of which something is public, newest first."""
    wanted = select(Document.year).where(is_public()).distinct()
    return list(db.session().scalars(wanted.order_by(Document.year.desc())))


@dataclass(frozen=True)
class News:
    """A version number that became public: what a feed tells once, whatever its languages."""

    document: Document
    versions: dict[str, Version]

    @property
    def any(self) -> Version:
        return next(iter(self.versions.values()))

    @property
    def published_at(self) -> datetime:
        return min(each.published_at for each in self.versions.values() if each.published_at)


def news(filters: Filters) -> list[News]:
    """The version numbers published last, newest first; without those withdrawn."""
    wanted = (
        select(Version)
        .join(Document)
        .where(Version.published_at.is_not(None), Version.withdrawn_at.is_(None), *_conditions(filters))
    )
    wanted = wanted.options(joinedload(Version.document).joinedload(Document.agency))
    newest = wanted.order_by(Version.published_at.desc(), Version.id.desc()).limit(2 * FEED)
    told: dict[tuple[uuid.UUID, int], dict[str, Version]] = {}
    for each in db.session().scalars(newest):
        told.setdefault((each.document_id, each.number), {})[each.language] = each
    return [News(next(iter(sides.values())).document, sides) for sides in list(told.values())[:FEED]]
