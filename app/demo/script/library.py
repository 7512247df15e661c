"""The documents of the demo country: laws, drafts, reports and a form, in both languages, version by version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.demo.script.reading import CONTENT, Pair, day, moment, pair, read, require_known

NOTHING: Pair = ("", "")


@dataclass(frozen=True)
class DemoArticle:
    """An article, or the heading of a part, in both languages. One paragraph per line."""

    key: str
    kind: str
    number: str
    heading: Pair
    text: Pair = NOTHING


@dataclass(frozen=True)
class DemoVersion:
    number: int
    dated: date
    published: datetime
    takes_effect: date | None
    changes: Pair
    articles: tuple[DemoArticle, ...]


@dataclass(frozen=True)
class DemoEvent:
    """What happened to a document on a day. `by`: key of the document that did it."""

    kind: str
    day: date
    article: str = ""
    version: int | None = None
    by: str = ""


@dataclass(frozen=True)
class DemoRelation:
    """What the document (its article `source`) does to another (its article `target`)."""

    predicate: str
    to: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class DemoBecomes:
    """The law that the newest text of the draft becomes when its consultation has ended."""

    kind: str
    number: int
    at: datetime
    events: tuple[DemoEvent, ...]


@dataclass(frozen=True)
class DemoDocument:
    """A document, kept by `by`. What follows its first version waits for its consultation, where it has one."""

    key: str
    kind: str
    year: int
    number: int
    agency: str
    by: str
    authentic: str
    title: Pair
    summary: Pair
    keywords: Pair
    versions: tuple[DemoVersion, ...]
    events: tuple[DemoEvent, ...]
    relations: tuple[DemoRelation, ...]
    becomes: DemoBecomes | None


def documents(now: datetime) -> dict[str, DemoDocument]:
    """Every document by its key, with its days counted back from `now`; the one published first comes first."""
    files = sorted((CONTENT / "documents").glob("*.yaml"))
    written = [raw for file in files for raw in _listed(read(f"documents/{file.name}"))]
    found = sorted((_document(raw, now) for raw in written), key=lambda each: each.versions[0].published)
    return {each.key: each for each in found}


def _listed(raw: Any) -> list[Mapping[str, Any]]:
    """A file holds one document or a list of them."""
    return raw if isinstance(raw, list) else [raw]


DOCUMENT_KEYS = frozenset(
    "key kind year number agency by authentic title summary keywords versions events relations becomes".split()
)
VERSION_KEYS = frozenset({"number", "dated", "published", "takes_effect", "changes", "articles"})
ARTICLE_KEYS = frozenset({"key", "kind", "number", "heading", "text"})


def _document(raw: Mapping[str, Any], now: datetime) -> DemoDocument:
    require_known(raw, DOCUMENT_KEYS)
    return DemoDocument(
        key=raw["key"],
        kind=raw["kind"],
        year=raw["year"],
        number=raw["number"],
        agency=raw["agency"],
        by=raw["by"],
        authentic=raw["authentic"],
        title=pair(raw["title"]),
        summary=pair(raw["summary"]),
        keywords=pair(raw["keywords"]),
        versions=tuple(_versions(raw["versions"], now)),
        events=tuple(_event(each, now) for each in raw.get("events", ())),
        relations=tuple(_relation(each) for each in raw.get("relations", ())),
        becomes=_becomes(raw["becomes"], now) if "becomes" in raw else None,
    )


def _versions(raw: Sequence[Mapping[str, Any]], now: datetime) -> Iterator[DemoVersion]:
    known: dict[str, DemoArticle] = {}
    for each in raw:
        require_known(each, VERSION_KEYS)
        articles = tuple(_article(written, known) for written in each["articles"])
        known |= {article.key: article for article in articles}
        yield DemoVersion(
            number=each["number"],
            dated=day(each["dated"], now),
            published=moment(each["published"], now),
            takes_effect=each.get("takes_effect"),
            changes=pair(each["changes"]),
            articles=articles,
        )


def _article(raw: str | Mapping[str, Any], known: Mapping[str, DemoArticle]) -> DemoArticle:
    """As it is written here; a key alone, or with a number alone, stands for the article of the version before."""
    if isinstance(raw, str):
        return known[raw]
    require_known(raw, ARTICLE_KEYS)
    if set(raw) == {"key", "number"}:
        return replace(known[raw["key"]], number=raw["number"])
    text = pair(raw["text"]) if "text" in raw else NOTHING
    return DemoArticle(raw["key"], raw.get("kind", "article"), raw["number"], pair(raw["heading"]), text)


def _event(raw: Mapping[str, Any], now: datetime) -> DemoEvent:
    return DemoEvent(**{**raw, "day": day(raw["day"], now)})


def _relation(raw: Mapping[str, str]) -> DemoRelation:
    return DemoRelation(raw["predicate"], raw["to"], raw.get("from", ""), raw.get("target", ""))


def _becomes(raw: Mapping[str, Any], now: datetime) -> DemoBecomes:
    events = tuple(_event(each, now) for each in raw["events"])
    return DemoBecomes(raw["kind"], raw["number"], moment(raw["at"], now), events)
