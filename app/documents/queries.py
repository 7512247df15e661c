"""Reading the library."""

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core import db
from app.core.errors import Missing
from app.core.i18n import LANGUAGES
from app.core.permissions import Actor
from app.documents.articles import ArticleRow
from app.documents.models import Article, Document, DocumentAlias, Version
from app.documents.permissions import may_edit


def by_id(document_id: uuid.UUID) -> Document:
    """The document, for a feature that holds its id. Raises Missing."""
    found = db.session().scalar(_documents().where(Document.id == document_id))
    if found is None:
        raise Missing
    return found


def find(actor: Actor, kind: str, year: int, number: int) -> Document:
    """The document at this address, or at this address of before. Raises Missing for what the actor may not see."""
    found = _at(kind, year, number)
    if found is None or not (newest_number(found.id) or may_edit(actor, found)):
        raise Missing
    return found


def _at(kind: str, year: int, number: int) -> Document | None:
    wanted = {"kind": kind, "year": year, "number": number}
    found = db.session().scalar(_documents().filter_by(**wanted))
    if found is None:
        of_before = select(DocumentAlias.document_id).filter_by(**wanted)
        found = db.session().scalar(_documents().where(Document.id.in_(of_before)))
    return found


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


def _documents() -> Select[Document]:
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
    public = Version.published_at.is_not(None), Version.withdrawn_at.is_(None)
    found = db.session().scalars(_of(document_id).where(Version.number == number, *public))
    return dict.fromkeys(LANGUAGES) | {each.language: each for each in found}


def draft_pair(document_id: uuid.UUID, number: int) -> dict[str, Version | None]:
    """Both languages of a version number as far as somebody has written them, published or not."""
    found = db.session().scalars(_of(document_id).where(Version.number == number))
    return dict.fromkeys(LANGUAGES) | {each.language: each for each in found}


def newest_number(document_id: uuid.UUID) -> int:
    """The highest version number that was ever published, also if it was withdrawn; 0 when there is none."""
    published = select(func.max(Version.number)).where(
        Version.document_id == document_id, Version.published_at.is_not(None)
    )
    return db.session().scalar(published) or 0


def _of(document_id: uuid.UUID) -> Select[Version]:
    return select(Version).where(Version.document_id == document_id).options(selectinload(Version.articles))


# Articles as a reader gets them


def article_rows(versions: Mapping[str, Version | None], language: str) -> list[ArticleRow]:
    """The articles in this language, each one that lacks in the other; in the order of the fuller text.

    `versions`: what `published_pair` gives.
    """
    ordered = sorted(filter(None, versions.values()), key=lambda each: each.language != language)
    sides = {each.language: {article.key: article for article in each.articles} for each in ordered}
    return [_row(key, sides, language) for key in _keys_in_order(sides.values())]


def _keys_in_order(sides: Iterable[Mapping[str, Article]]) -> list[str]:
    """All keys; one that stands on the second side alone follows the key it follows there."""
    order: list[str] = []
    for side in sides:
        at = 0
        for key in side:
            if key in order:
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
