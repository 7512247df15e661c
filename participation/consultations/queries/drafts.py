"""Reading the draft of a consultation: its versions, articles and files, and the laws it became."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from app.core import db
from app.core.permissions import Actor
from app.documents import queries as documents
from app.documents.articles import ARTICLE, ArticleRow
from app.documents.models import Article, Document, DocumentFile, Version
from participation.consultations.models import Consultation


def adopted(actor: Actor, consultation: Consultation) -> list[Document]:
    """The laws and policies that its draft became."""
    return documents.adopted_from(actor, consultation.document) if consultation.document else []


def newest_version(document: Document) -> int | None:
    return documents.newest_number(document.id) or None


def published_numbers(consultation: Consultation) -> set[int]:
    """The numbers of all published versions of its document."""
    public = Version.document_id == consultation.document_id, Version.published_at.is_not(None)
    return set(db.session().scalars(select(Version.number).where(*public, Version.withdrawn_at.is_(None))))


def pair(consultation: Consultation) -> Mapping[str, Version | None]:
    """The version people comment on, in both languages, with its articles."""
    if consultation.document_id is None or consultation.version_number is None:
        return {}
    return documents.published_pair(consultation.document_id, consultation.version_number)


def articles(consultation: Consultation, language: str) -> list[ArticleRow]:
    """The articles in this language, each one that lacks in the other."""
    return documents.article_rows(pair(consultation), language)


def files(consultation: Consultation) -> list[DocumentFile]:
    """The files of the version that is open, in both languages."""
    if consultation.document_id is None:
        return []
    wanted = (
        select(DocumentFile)
        .join(Version, Version.id == DocumentFile.version_id)
        .where(Version.document_id == consultation.document_id, Version.number == consultation.version_number)
        .where(Version.published_at.is_not(None), Version.withdrawn_at.is_(None))
        .order_by(Version.language, DocumentFile.id)
    )
    return list(db.session().scalars(wanted))


class Stood(NamedTuple):
    """An article (or heading) as it stands in one published version."""

    number: int
    language: str
    is_withdrawn: bool
    article: Article


def history(consultation: Consultation, key: str) -> list[Stood]:
    """The article with this key in every published version, the newest first; asked once in a unit that reads."""
    published = (
        select(Version.number, Version.language, Version.withdrawn_at.is_not(None), Article)
        .join(Article, Article.version_id == Version.id)
        .where(Version.document_id == consultation.document_id, Version.published_at.is_not(None))
        .where(Article.key == key)
        .order_by(Version.number.desc())
    )

    def asked() -> list[Stood]:
        return [Stood(*row) for row in db.session().execute(published)]

    return db.once(f"history of {key} in {consultation.document_id}", asked) if db.is_reading() else asked()


def versions_with(consultation: Consultation, key: str) -> set[int]:
    """The numbers of the versions people comment or commented on that have an article (no heading) with this key."""
    newest = consultation.version_number or 0
    found = history(consultation, key)
    return {each.number for each in found if each.number <= newest and each.article.kind == ARTICLE}
