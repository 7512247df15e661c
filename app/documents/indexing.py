"""What search knows of the library: the articles of the newest public text, in each language."""

from collections.abc import Iterator

from app.core import search
from app.core.i18n import LANGUAGES
from app.core.search import Indexed
from app.documents import queries
from app.documents.articles import ArticleRow
from app.documents.models import Document, Version

KIND = "document"


def index_document(document: Document) -> None:
    """Put the newest public text into the index, and take out what is no longer in it."""
    things = {thing.id: thing for thing in _things(document)}
    ever = {_id(document, code, key) for code in LANGUAGES for key in queries.keys_ever(document.id)}
    for gone in ever - set(things):
        search.remove(KIND, gone)
    for thing in things.values():
        search.index(thing)


def everything() -> Iterator[Indexed]:
    """All that is to be found now."""
    seen = set()
    for version in queries.all_published():
        if version.document_id not in seen:
            seen.add(version.document_id)
            yield from _things(version.document)


def _things(document: Document) -> Iterator[Indexed]:
    pair = queries.published_pair(document.id, queries.current_number(document.id))
    for language, version in pair.items():
        if version is not None:
            for row in queries.article_rows({language: version}, language):
                yield _thing(document, version, row)


def _thing(document: Document, version: Version, row: ArticleRow) -> Indexed:
    title = Document.title.read(document, row.language).text
    return Indexed(
        kind=KIND,
        id=_id(document, row.language, row.key),
        title=f"{title}: {row.title}" if row.title else title,
        body=row.text,
        language=row.language,
        url_key=f"docs/{document.kind}/{document.year}/{document.number}#{row.key}",
        at=version.published_at,
        facets={
            "agency": document.agency.key,
            "year": str(document.year),
            "document_kind": document.kind,
        },
    )


def _id(document: Document, language: str, key: str) -> str:
    return f"{document.id}/{language}/{key}"
