"""Atom feeds (RFC 4287): what is new in one place, the same for everybody, in the language at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response

from app.core import clock, i18n

ATOM = "http://www.w3.org/2005/Atom"
FORBIDDEN_IN_XML = {code: None for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)}


@dataclass(frozen=True)
class FeedEntry:
    """One thing that is told. `id`: an address or URN that no renaming changes.

    `content`: the text itself, `summary`: words about it; either in `language`, or in that of the feed.
    `category`: a term for programs and its name for people.
    """

    id: str
    title: str
    url: str
    author: str
    published_at: datetime
    updated_at: datetime | None = None
    summary: str = ""
    content: str = ""
    language: str = ""
    category: tuple[str, str] | None = None

    @property
    def changed_at(self) -> datetime:
        return self.updated_at or self.published_at


def atom(
    feed_id: str,
    title: str,
    own_url: str,
    page_url: str,
    entries: Sequence[FeedEntry],
    since: datetime | None = None,
) -> Response:
    """`since`: the age of a feed that has no entry yet, where it is known."""
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": i18n.language()})
    _text(feed, "title", title)
    _text(feed, "id", feed_id)
    SubElement(feed, "link", rel="self", href=own_url)
    SubElement(feed, "link", rel="alternate", href=page_url)
    newest = max((entry.changed_at for entry in entries), default=since or clock.now())
    _text(feed, "updated", instant(newest))
    for entry in entries:
        _entry(feed, entry)
    xml = '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")
    return Response(xml, mimetype="application/atom+xml")


def _entry(feed: Element, told: FeedEntry) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "title", told.title)
    _text(entry, "id", told.id)
    _text(entry, "published", instant(told.published_at))
    _text(entry, "updated", instant(told.changed_at))
    _text(SubElement(entry, "author"), "name", told.author)
    SubElement(entry, "link", rel="alternate", href=told.url)
    if told.category:
        SubElement(entry, "category", term=told.category[0], label=told.category[1])
    language = {"xml:lang": told.language} if told.language else {}
    if told.summary:
        _text(entry, "summary", told.summary, language)
    if told.content:
        _text(entry, "content", told.content, {"type": "text", **language})


def _text(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, name, attributes or {}).text = text.translate(FORBIDDEN_IN_XML)


def instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
