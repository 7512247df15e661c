"""Everything that changes the library."""

import html
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select

from app.agencies.models import Agency
from app.core import audit, clock, db, events
from app.core.errors import DomainError, Missing, WrongState
from app.core.permissions import Actor, require
from app.core.text import clean_body, clean_line
from app.documents import articles, queries
from app.documents.articles import ArticleText
from app.documents.events import VersionPublished
from app.documents.models import Article, Document, DocumentEvent, Version
from app.documents.permissions import may_add_document, may_edit

Pair = tuple[str, str]


class AddressTaken(DomainError):
    """Another document has this kind, year and number, or had it once."""

    status = 409


def create_document(
    actor: Actor,
    agency: Agency,
    kind: str,
    title: Pair,
    year: int | None = None,
    number: int | None = None,
    *,
    summary: Pair = ("", ""),
    keywords: Pair = ("", ""),
    licence: str = "CC-BY-4.0",
    authentic_language: str = "ar",
) -> Document:
    """Add a work without any text yet: nobody but its keepers sees it. `title`: Arabic and English.

    Without a number it gets the next one of its kind and year. Raises AddressTaken.
    """
    require(may_add_document(actor, agency))
    year = year or clock.today().year
    number = number or queries.next_number(kind, year)
    if queries.is_taken(kind, year, number):
        raise AddressTaken
    document = Document(
        kind=kind,
        year=year,
        number=number,
        agency=agency,
        licence=licence,
        authentic_language=authentic_language,
        created_by=actor.key,
    )
    document.title, document.summary, document.keywords = title, summary, keywords
    db.session().add(document)
    db.session().flush()
    audit.record(actor, "document.create", "document", document.id)
    return document


def write_version(
    actor: Actor,
    document: Document,
    language: str,
    number: int,
    dated: date,
    articles: Sequence[ArticleText],
    changes: str = "",
    is_correction: bool = False,
) -> Version:
    """Write the draft of a version in one language, or write it anew. Raises WrongState once it is published.

    `changes`: what is new in it, in its own language.
    """
    require(may_edit(actor, document))
    lock(document)
    version = _draft(actor, document, language, number)
    version.dated, version.changes, version.is_correction = dated, clean_body(changes), is_correction
    _put_articles(version, articles)
    db.session().flush()
    return version


def lock(document: Document) -> None:
    """Whoever decides on this document now waits for whoever does so already."""
    db.session().execute(select(Document.id).where(Document.id == document.id).with_for_update())


def _draft(actor: Actor, document: Document, language: str, number: int) -> Version:
    version = queries.draft_pair(document.id, number)[language]
    if version is None:
        version = Version(
            document=document, language=language, number=number, created_by=actor.key, articles=[]
        )
        db.session().add(version)
    if version.is_published:
        raise WrongState
    return version


def _put_articles(version: Version, written: Sequence[ArticleText]) -> None:
    db.session().flush()
    db.session().execute(delete(Article).where(Article.version_id == version.id))
    db.session().expire(version, ["articles"])
    db.session().refresh(version, ["articles"])
    for position, article in enumerate(written):
        version.articles.append(_kept(article, position))


def _kept(written: ArticleText, position: int) -> Article:
    text = clean_body(written.text)
    return Article(
        key=written.key or f"art_{written.number}",
        kind=written.kind,
        position=position,
        number=written.number,
        heading=clean_line(written.heading),
        html=written.html or "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line),
        text=text,
    )


def publish(actor: Actor, document: Document, number: int) -> list[Version]:
    """Make a version public, both languages at once; from now on nobody changes it.

    Raises Missing when nothing is written under this number, WrongState when all of it is public already.
    """
    require(may_edit(actor, document))
    lock(document)
    written = [each for each in queries.draft_pair(document.id, number).values() if each]
    fresh = [each for each in written if not each.is_published]
    if not written:
        raise Missing
    if not fresh:
        raise WrongState
    for version in fresh:
        _publish(actor, version)
    record_event(actor, document, "publication", clock.today(), version_number=number)
    return fresh


def _publish(actor: Actor, version: Version) -> None:
    version.digest = digest_of(version)
    version.published_at, version.published_by = clock.now(), actor.key
    db.session().flush()
    audit.record(
        actor,
        "document.publish",
        "document",
        version.document_id,
        number=version.number,
        language=version.language,
        digest=version.digest,
    )
    events.publish(VersionPublished(version.document_id, version.id, version.language, version.number))


def digest_of(version: Version) -> str:
    """What the digest of this version must be."""
    rows = [(each.key, each.kind, each.number, each.heading, each.html) for each in version.articles]
    return articles.digest(version.language, version.number, version.dated, rows)


def record_event(
    actor: Actor,
    document: Document,
    kind: str,
    day: date,
    article_key: str = "",
    version_number: int | None = None,
    source: Document | None = None,
) -> DocumentEvent:
    """Note what happened to the document, or to one article of it, on a day."""
    require(may_edit(actor, document))
    last = select(func.max(DocumentEvent.seq)).where(DocumentEvent.document_id == document.id)
    event = DocumentEvent(
        document_id=document.id,
        seq=(db.session().scalar(last) or 0) + 1,
        kind=kind,
        day=day,
        article_key=article_key,
        version_number=version_number,
        source_id=source.id if source else None,
    )
    db.session().add(event)
    db.session().flush()
    return event
