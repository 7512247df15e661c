"""Reading the library."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.agencies.models import Agency
from app.core import clock, db
from app.core.errors import Missing
from app.core.i18n import LANGUAGES
from app.core.permissions import Actor, Role
from app.documents import articles
from app.documents.articles import ArticleRow
from app.documents.models import (
    Article,
    Document,
    DocumentAlias,
    DocumentEvent,
    DocumentFile,
    ManifestHead,
    Relation,
    Version,
)
from app.documents.permissions import KEEPERS, may_edit
from app.documents.standing import Standing, standing

MOST_RELATIONS = 100


# One document


def by_id(document_id: uuid.UUID) -> Document:
    """The document, for a feature that holds its id. Raises Missing."""
    found = db.session().scalar(documents().where(Document.id == document_id))
    if found is None:
        raise Missing
    return found


def loaded(actor: Actor, document_id: str) -> Document:
    """The document with this id as it comes from an address. Raises Missing for what the actor may not see."""
    known = _uuid(document_id)
    if known is None:
        raise Missing
    return _visible(actor, by_id(known))


def loaded_many(actor: Actor, document_ids: list[str]) -> dict[str, Document]:
    """The same for a list, by id, without those that are missing."""
    known = [each for each in map(_uuid, document_ids) if each is not None]
    wanted = documents().where(Document.id.in_(known), is_seen_by(actor))
    return {str(found.id): found for found in db.session().scalars(wanted)}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def named(document_id: str) -> Document:
    """The document that a notice is about, read once in the unit at hand."""
    return db.once(f"document {document_id}", lambda: by_id(uuid.UUID(document_id)))


def find(actor: Actor, kind: str, year: int, number: int) -> Document:
    """The document at this address, or at this address of before. Raises Missing for what the actor may not see."""
    found = _at(kind, year, number)
    if found is None:
        raise Missing
    return _visible(actor, found)


def to_edit(actor: Actor, kind: str, year: int, number: int) -> Document:
    """The same for its keepers; everybody else does not learn that it exists on the desk."""
    found = _at(kind, year, number)
    if found is None or not may_edit(actor, found):
        raise Missing
    return found


def _visible(actor: Actor, document: Document) -> Document:
    if not (may_edit(actor, document) or newest_number(document.id)):
        raise Missing
    return document


LARGEST = 2**31 - 1
"""What a year or a number in an address may be at most: PostgreSQL refuses to compare with more."""


def _at(kind: str, year: int, number: int) -> Document | None:
    if not (0 < year <= LARGEST and 0 < number <= LARGEST):
        return None
    wanted = {"kind": kind, "year": year, "number": number}
    found = db.session().scalar(documents().filter_by(**wanted))
    if found is None:
        of_before = select(DocumentAlias.document_id).filter_by(**wanted)
        found = db.session().scalar(documents().where(Document.id.in_(of_before)))
    return found


def event(document_id: uuid.UUID, seq: int) -> DocumentEvent:
    """The event of this number. Raises Missing."""
    same = select(DocumentEvent).filter_by(document_id=document_id, seq=seq)
    found = db.session().scalar(same) if 0 < seq <= LARGEST else None
    if found is None:
        raise Missing
    return found


def made_by(actor: Actor, client_id: str) -> Document | None:
    """The document that the actor made with this form."""
    return db.session().scalar(documents().filter_by(created_by=actor.key, client_id=client_id))


def is_taken(kind: str, year: int, number: int) -> bool:
    """Whether a document has this address, or had it once."""
    return _at(kind, year, number) is not None


def next_number(kind: str, year: int) -> int:
    """The number after the highest that a document of this kind and year has or had."""
    highest = (
        db.session().scalar(select(func.max(model.number)).where(model.kind == kind, model.year == year))
        for model in (Document, DocumentAlias)
    )
    return max(number or 0 for number in highest) + 1


def documents() -> Select[Document]:
    return select(Document).options(joinedload(Document.agency))


# Versions


def version(document_id: uuid.UUID, number: int, language: str) -> Version:
    """The published version with its articles. Raises Missing; also for one that was withdrawn."""
    found = published_pair(document_id, number).get(language)
    if found is None:
        raise Missing
    return found


def published_pair(document_id: uuid.UUID, number: int) -> dict[str, Version | None]:
    """Both languages of a version number with their articles, as far as they are published and not withdrawn."""
    pair = draft_pair(document_id, number)
    return {code: each if each and each.is_public else None for code, each in pair.items()}


def draft_pair(document_id: uuid.UUID, number: int) -> dict[str, Version | None]:
    """Both languages of a version number as far as somebody has written them, published or not."""
    if not 0 < number <= LARGEST:
        return dict.fromkeys(LANGUAGES)
    wanted = select(Version).where(Version.document_id == document_id, Version.number == number)
    found = db.session().scalars(wanted.options(joinedload(Version.articles))).unique()
    return dict.fromkeys(LANGUAGES) | {each.language: each for each in found}


def newest_number(document_id: uuid.UUID) -> int:
    """The highest version number that was ever published, also if it was withdrawn; 0 when there is none."""
    published = select(func.max(Version.number)).where(
        Version.document_id == document_id, Version.published_at.is_not(None)
    )
    return db.session().scalar(published) or 0


def current_number(document_id: uuid.UUID) -> int:
    """The highest version number whose text may be read; 0 when there is none."""
    public = select(func.max(Version.number)).where(
        Version.document_id == document_id, Version.published_at.is_not(None), Version.withdrawn_at.is_(None)
    )
    return db.session().scalar(public) or 0


def draft_number(document_id: uuid.UUID) -> int:
    """The number of the version that is being written; 0 when there is none."""
    written = select(func.max(Version.number)).where(
        Version.document_id == document_id, Version.published_at.is_(None)
    )
    return db.session().scalar(written) or 0


def history(document_id: uuid.UUID, with_drafts: bool = False) -> list[Version]:
    """All versions without their articles, newest first."""
    wanted = select(Version).where(Version.document_id == document_id)
    if not with_drafts:
        wanted = wanted.where(Version.published_at.is_not(None))
    return list(db.session().scalars(wanted.order_by(Version.number.desc(), Version.language)))


def digest_of(version: Version) -> str:
    """What the digest of this version must be."""
    rows = [(each.key, each.kind, each.number, each.heading, each.html) for each in version.articles]
    return articles.digest(version.language, version.number, version.dated, rows)


def keys_ever(document_id: uuid.UUID) -> set[str]:
    """Every key that an article of this document has or had, in any version and language."""
    used = select(Article.key).join(Version).where(Version.document_id == document_id).distinct()
    return set(db.session().scalars(used))


def keys_in(versions: Iterable[Version | None]) -> set[str]:
    return {article.key for each in versions if each for article in each.articles}


def mark_of(versions: Mapping[str, Version | None], key: str) -> str:
    """A short mark of both sides of an article: it changes when anybody changes one of them."""
    sides = [
        (code, article.number, article.heading, article.html)
        for code, each in sorted(versions.items())
        for article in (each.articles if each else ())
        if article.key == key
    ]
    return hashlib.sha256(repr(sides).encode()).hexdigest()[:16]


# Articles as a reader gets them


def article_rows(versions: Mapping[str, Version | None], language: str) -> list[ArticleRow]:
    """The articles in this language, each one that lacks in the other; in the order of the text of this language.

    `versions`: what `published_pair` gives.
    """
    ordered = sorted(filter(None, versions.values()), key=lambda each: each.language != language)
    sides = {each.language: {article.key: article for article in each.articles} for each in ordered}
    return [_row(key, sides, language) for key in _keys_in_order(sides.values())]


def _keys_in_order(sides: Iterable[Mapping[str, Article]]) -> list[str]:
    """All keys; one that stands on the second side alone follows the key it follows there."""
    order: dict[str, None] = {}
    for side in sides:
        if not set(side) <= set(order):
            order = dict.fromkeys(_woven(list(order), list(side)))
    return list(order)


def _woven(order: list[str], side: list[str]) -> list[str]:
    present, at = set(order), 0
    for key in side:
        if key in present:
            at = order.index(key) + 1
        else:
            order.insert(at, key)
            at += 1
    return order


def _row(key: str, sides: Mapping[str, Mapping[str, Article]], language: str) -> ArticleRow:
    own = key in sides.get(language, {})
    spoken = language if own else next(code for code, side in sides.items() if key in side)
    article = sides[spoken][key]
    return ArticleRow(
        key=key,
        kind=article.kind,
        number=article.number,
        heading=article.heading,
        html=article.html,
        text=article.text,
        language=spoken,
        is_fallback=not own,
    )


# What is in force


def events_of(document_id: uuid.UUID) -> list[DocumentEvent]:
    """What happened, in order."""
    wanted = select(DocumentEvent).where(DocumentEvent.document_id == document_id)
    wanted = wanted.options(joinedload(DocumentEvent.source))
    return list(db.session().scalars(wanted.order_by(DocumentEvent.day, DocumentEvent.seq)))


def standings(document_ids: Collection[uuid.UUID], day: date) -> dict[uuid.UUID, Standing]:
    """The standing of several documents on a day; one question for all of them."""
    wanted = select(DocumentEvent).where(DocumentEvent.document_id.in_(document_ids))
    happened: dict[uuid.UUID, list[DocumentEvent]] = {each: [] for each in document_ids}
    for event in db.session().scalars(wanted):
        happened[event.document_id].append(event)
    return {each: standing(events, day) for each, events in happened.items()}


# Files and relations


def files_of(version_ids: Collection[uuid.UUID]) -> list[DocumentFile]:
    wanted = select(DocumentFile).where(DocumentFile.version_id.in_(version_ids))
    return list(db.session().scalars(wanted.order_by(DocumentFile.id)))


def file_of(document_id: uuid.UUID, public_id: str) -> tuple[DocumentFile, Version]:
    """A file form of this document, with its version. Raises Missing."""
    wanted = select(DocumentFile, Version).join(Version, DocumentFile.version_id == Version.id)
    found = (
        db.session()
        .execute(wanted.where(Version.document_id == document_id, DocumentFile.file_public_id == public_id))
        .first()
    )
    if found is None:
        raise Missing
    return found[0], found[1]


@dataclass(frozen=True)
class Related:
    """One relation as a page tells it: the other document, and the articles on both sides."""

    relation: Relation
    document: Document
    is_inverse: bool

    @property
    def own_key(self) -> str:
        return self.relation.target_key if self.is_inverse else self.relation.article_key

    @property
    def other_key(self) -> str:
        return self.relation.article_key if self.is_inverse else self.relation.target_key


def relations_of(actor: Actor, document: Document) -> list[Related]:
    """What the document does to others, and what others do to it, as far as the actor may see them."""
    given = _related(actor, Relation.document_id == document.id, Relation.target_id, False)
    taken = _related(actor, Relation.target_id == document.id, Relation.document_id, True)
    return given + taken


def _related(
    actor: Actor, which: ColumnElement[bool], other_id: ColumnElement[uuid.UUID] | object, is_inverse: bool
) -> list[Related]:
    wanted = select(Relation, Document).join(Document, Document.id == other_id)
    wanted = wanted.where(which, is_seen_by(actor)).options(joinedload(Document.agency))
    rows = db.session().execute(wanted.order_by(Relation.predicate, Relation.id).limit(MOST_RELATIONS))
    return [Related(relation, document, is_inverse) for relation, document in rows]


def drafts_of(document: Document) -> list[uuid.UUID]:
    """The drafts that became this law or policy."""
    adopted = select(Relation.target_id).filter_by(document_id=document.id, predicate="adopts")
    return list(db.session().scalars(adopted))


def adopted_from(actor: Actor, draft: Document) -> list[Document]:
    """The laws and policies that this draft became, as far as the actor may see them; the newest first."""
    became = select(Relation.document_id).filter_by(target_id=draft.id, predicate="adopts")
    wanted = documents().where(Document.id.in_(became), is_seen_by(actor))
    return list(db.session().scalars(wanted.order_by(Document.id.desc()).limit(MOST_RELATIONS)))


def relation(document_id: uuid.UUID, relation_id: str) -> Relation:
    """A relation that this document has to another. Raises Missing."""
    try:
        found = db.session().get(Relation, uuid.UUID(relation_id))
    except ValueError:
        raise Missing from None
    if found is None or found.document_id != document_id:
        raise Missing
    return found


# Who sees what, as conditions


def is_public() -> ColumnElement[bool]:
    """Some version was published: the document has its page for everybody."""
    return exists().where(Version.document_id == Document.id, Version.published_at.is_not(None))


def is_kept_by(actor: Actor) -> ColumnElement[bool]:
    """`may_edit` as a condition."""
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return Document.id.is_not(None)
    return Document.agency_id.in_(select(Agency.id).where(Agency.key.in_(actor.agencies(*KEEPERS))))


def is_seen_by(actor: Actor) -> ColumnElement[bool]:
    return is_public() | is_kept_by(actor)


# Everything


def all_published() -> Iterable[Version]:
    """Every published version with document and articles, one after the other: for checking and indexing."""
    ids = (
        db.session()
        .scalars(select(Version.id).where(Version.published_at.is_not(None)).order_by(Version.id))
        .all()
    )
    for version_id in ids:
        yield db.session().get_one(
            Version, version_id, options=[selectinload(Version.articles), joinedload(Version.document)]
        )


# The manifest


def manifest_lines(day: date) -> list[str]:
    """One line for each text and file that was public at the end of this day, oldest first.

    They name versions by their ids, which no renaming changes; what was withdrawn stays in.
    """
    end = datetime.combine(day + timedelta(days=1), time(), clock.zone())
    texts = select(Version.id, Version.language, Version.number, Version.digest).where(
        Version.published_at < end
    )
    files = (
        select(DocumentFile.version_id, DocumentFile.sha256, DocumentFile.size)
        .join(Version)
        .where(Version.published_at < end, DocumentFile.added_at < end)
    )
    written = db.session().execute(texts.order_by(Version.id))
    kept = db.session().execute(files.order_by(DocumentFile.id))
    return [f"text urn:uuid:{row.id} {row.language} {row.number} sha256:{row.digest}" for row in written] + [
        f"file urn:uuid:{row.version_id} sha256:{row.sha256} {row.size}" for row in kept
    ]


def manifest_heads(most: int | None = None) -> list[ManifestHead]:
    """The signed days, newest first."""
    return list(db.session().scalars(select(ManifestHead).order_by(ManifestHead.day.desc()).limit(most)))
