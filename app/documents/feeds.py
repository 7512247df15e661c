"""New versions as Atom (RFC 4287) and JSON Feed 1.1; a version is told once, a correction says so."""

import json
from collections.abc import Iterable
from typing import Any

from flask import Response

from app.core import feeds
from app.core.feeds import FeedEntry, instant
from app.core.i18n import gettext as _
from app.core.i18n import language, other
from app.core.rendering import absolute_url
from app.documents import words
from app.documents.listing import Filters, News, news
from app.documents.models import ManifestHead
from app.documents.queries import manifest_heads


def atom(filters: Filters, own_url: str) -> Response:
    entries = [_entry(item) for item in news(filters)]
    return feeds.atom(
        own_url,
        _("New in the library of laws and policies"),
        own_url,
        absolute_url("documents.index"),
        entries,
    )


def _entry(item: News) -> FeedEntry:
    return FeedEntry(
        id=_id(item),
        title=_title(item),
        url=words.permalink(item.document, item.any.number),
        author=str(item.document.agency.name),
        published_at=item.published_at,
        summary=_summary(item),
        category=(item.document.kind, words.kind_name(item.document.kind)),
    )


def json_feed(filters: Filters, own_url: str) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("New in the library of laws and policies"),
        "home_page_url": absolute_url("documents.index"),
        "feed_url": own_url,
        "language": language(),
        "_sawt": {"manifest": [_head(head) for head in manifest_heads(most=1)]},
        "items": list(_items(news(filters))),
    }
    return json.dumps(feed, ensure_ascii=False)


def manifest_json(head: ManifestHead, lines: list[str]) -> str:
    """A signed day. The signature is Ed25519 over `sawt library <day> <root>`, the root SHA-256 over the lines."""
    return json.dumps({**_head(head), "lines": lines}, indent=1)


def _head(head: ManifestHead) -> dict[str, str]:
    return {
        "day": head.day.isoformat(),
        "root": head.root,
        "key_id": head.key_id,
        "public_key": head.public_key,
        "signature": head.signature,
    }


def _items(items: Iterable[News]) -> Iterable[dict[str, Any]]:
    for item in items:
        yield {
            "id": _id(item),
            "url": words.permalink(item.document, item.any.number),
            "title": _title(item),
            "content_text": _summary(item),
            "date_published": instant(item.published_at),
            "authors": [{"name": str(item.document.agency.name)}],
            "tags": [item.document.kind],
            "_sawt": {"digests": {code: each.digest for code, each in sorted(item.versions.items())}},
        }


def _title(item: News) -> str:
    names = {"title": item.document.title.text, "number": item.any.number}
    if any(each.is_correction for each in item.versions.values()):
        return str(_("%(title)s: version %(number)d, a correction", **names))
    return str(_("%(title)s: version %(number)d", **names))


def _summary(item: News) -> str:
    side = item.versions.get(language()) or item.versions[other(language())]
    return side.changes or item.document.summary.text or words.name_of(item.document)


def _id(item: News) -> str:
    """An address that no renaming changes."""
    return f"urn:uuid:{item.versions.get('ar', item.any).id}"
