"""Feeds: what programs read is well-formed whatever people typed, and dated by its newest entry."""

from datetime import UTC, datetime
from xml.etree import ElementTree

from app.core.feeds import FeedEntry, atom
from app.factory import Sawt

ATOM = "{http://www.w3.org/2005/Atom}"
MARCH, MAY = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


def read(app: Sawt, *entries: FeedEntry) -> ElementTree.Element:
    with app.test_request_context("/ar/"):
        answer = atom(
            "urn:sawt:test", "الجديد", "http://localhost/feed", "http://localhost/", entries, since=MARCH
        )
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)


def entry(**fields: object) -> FeedEntry:
    told = {
        "id": "urn:1",
        "title": "موضوع",
        "url": "http://localhost/1",
        "author": "هدى",
        "published_at": MARCH,
    }
    return FeedEntry(**(told | fields))  # type: ignore[arg-type]


def test_a_text_with_what_xml_forbids_leaves_the_feed_readable(app: Sawt) -> None:
    feed = read(app, entry(title="<b>&\x0b\x00عنوان\ufffe", content="سطر\nآخر\x1f", language="ar"))
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "<b>&عنوان"
    assert feed.findtext(f"{ATOM}entry/{ATOM}content") == "سطر\nآخر"


def test_a_feed_is_as_new_as_its_newest_change(app: Sawt) -> None:
    feed = read(app, entry(), entry(id="urn:2", updated_at=MAY))
    assert feed.findtext(f"{ATOM}updated") == "2026-05-01T00:00:00+00:00"


def test_a_feed_without_entries_has_the_age_of_its_place(app: Sawt) -> None:
    assert read(app).findtext(f"{ATOM}updated") == "2026-03-01T00:00:00+00:00"
