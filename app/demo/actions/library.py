"""Playing the library: documents, their versions, and what happened to them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from app.core import clock
from app.core.permissions import SYSTEM
from app.demo.actions.people import actor_called, agency
from app.demo.script.library import NOTHING, DemoDocument, DemoEvent, DemoVersion
from app.documents import actions as documents
from app.documents import queries
from app.documents.articles import ArticleText
from app.documents.models import Document

LANGUAGES = ("ar", "en")
BEFORE = timedelta(days=1)


def play(told: Mapping[str, DemoDocument], waiting: Collection[str]) -> int:
    """Bring in the documents that are not there; says how many. `waiting`: keys of those in consultation."""
    missing = [each for each in told.values() if not queries.is_taken(each.kind, each.year, each.number)]
    for each in missing:
        _create(each)
        for version in each.versions[: 1 if each.key in waiting else None]:
            publish(each, version)
    for each in missing:
        _relate(each, told)
        if each.key not in waiting:
            _record(each, found(each), each.events, told)
    return len(missing)


def _create(told: DemoDocument) -> None:
    with clock.telling(told.versions[0].published - BEFORE):
        _make(told, told.kind, told.number)


def _make(told: DemoDocument, kind: str, number: int) -> Document:
    return documents.create_document(
        actor_called(told.by),
        agency(told.agency),
        kind,
        told.title,
        told.year,
        number,
        summary=told.summary,
        keywords=told.keywords,
        authentic_language=told.authentic,
    )


def found(told: DemoDocument) -> Document:
    return queries.find(SYSTEM, told.kind, told.year, told.number)


def publish(told: DemoDocument, version: DemoVersion) -> None:
    """Write both languages of the version and publish them."""
    with clock.telling(version.published):
        _publish(told, found(told), version)


def _publish(told: DemoDocument, document: Document, version: DemoVersion) -> None:
    actor = actor_called(told.by)
    for side, language in enumerate(LANGUAGES):
        articles = _articles(version, side)
        documents.write_version(
            actor, document, language, version.number, version.dated, articles, version.changes[side]
        )
    documents.publish(actor, document, version.number, version.takes_effect)


def _articles(version: DemoVersion, side: int) -> list[ArticleText]:
    return [
        ArticleText(each.key, each.kind, each.number, each.heading[side], text=each.text[side])
        for each in version.articles
    ]


def _relate(told: DemoDocument, every: Mapping[str, DemoDocument]) -> None:
    with clock.telling(told.versions[0].published):
        for each in told.relations:
            target = found(every[each.to])
            documents.relate(
                actor_called(told.by), found(told), each.predicate, target, each.source, each.target
            )


def _record(
    told: DemoDocument, document: Document, happened: Iterable[DemoEvent], every: Mapping[str, DemoDocument]
) -> None:
    """What happened to the document beside its publication."""
    for each in happened:
        documents.record_event(
            actor_called(told.by),
            document,
            each.kind,
            each.day,
            each.article,
            each.version,
            found(every[each.by]) if each.by else None,
        )


def become(told: DemoDocument, every: Mapping[str, DemoDocument]) -> None:
    """Publish the law that the newest text of the draft becomes; it says which draft it came from."""
    becomes = told.becomes
    if becomes is None:
        return
    with clock.telling(becomes.at):
        law = _make(told, becomes.kind, becomes.number)
        documents.adopt(actor_called(told.by), law, found(told))
        _publish(told, law, replace(told.versions[-1], number=1, changes=NOTHING))
        _record(told, law, becomes.events, every)
