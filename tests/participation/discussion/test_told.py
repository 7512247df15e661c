"""Who learns of a post: listeners, search, the feed, and whoever asks for it as a subject."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import db, events, subjects
from app.core.errors import Missing
from app.core.permissions import NOBODY
from app.core.search import SearchEntry
from app.factory import Sawt
from app.identity.events import CitizenTextPublished, CitizenTextWithdrawn
from participation.discussion import actions, searching
from participation.discussion.actions import Change
from participation.discussion.events import PostEdited, PostPublished, PostWaiting, PostWithdrawn
from participation.discussion.models import Post
from participation.discussion.state import change_state
from tests.client import Browser
from tests.factories import discussion
from tests.factories.discussion import ENGLISH
from tests.factories.people import huda, lina, yusuf

ATOM = "{http://www.w3.org/2005/Atom}"
HEARD = (PostPublished, PostWithdrawn, PostWaiting, PostEdited, CitizenTextPublished, CitizenTextWithdrawn)


@pytest.fixture
def heard(app: Sawt) -> Iterator[list[Any]]:
    """Every event told meanwhile."""
    told: list[Any] = []
    for kind in HEARD:
        events.on(kind)(told.append)
    yield told
    for kind in HEARD:
        events._listeners[kind].remove(told.append)


def names(told: list[Any]) -> list[str]:
    seen = [type(event).__name__ for event in told]
    told.clear()
    return seen


def moved(post: Post, state: str) -> None:
    with db.transaction():
        change_state(discussion.fresh(post), state, "قاعدة 3")


def found() -> list[str]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(SearchEntry.thing_id).where(SearchEntry.kind == "post")))


def test_each_step_of_a_post_is_told_once(heard: list[Any]) -> None:
    post = discussion.said(discussion.thread(moderation="before"), huda())
    assert names(heard) == ["PostWaiting"]
    moved(post, "published")
    first = heard[0]
    assert names(heard) == ["PostPublished", "CitizenTextPublished"]
    moved(post, "hidden")
    assert heard[0].by == "moderator"
    assert names(heard) == ["PostWithdrawn", "CitizenTextWithdrawn"]
    moved(post, "published")
    assert (first.is_first, heard[0].is_first) == (True, False)
    assert names(heard) == ["PostPublished", "CitizenTextPublished"]
    moved(post, "censored")
    assert names(heard) == ["CitizenTextPublished"]
    with db.transaction():
        actions.remove(discussion.acting(huda()), discussion.fresh(post))
    assert heard[0].by == "author"
    assert names(heard) == ["PostWithdrawn", "CitizenTextWithdrawn"]


def test_an_edit_is_told(heard: list[Any]) -> None:
    post = discussion.said(discussion.thread(), huda())
    heard.clear()
    with db.transaction():
        actions.edit(discussion.acting(huda()), discussion.fresh(post), Change("نص جديد"))
    assert names(heard) == ["PostEdited", "CitizenTextPublished"]


def test_what_waits_is_told_to_nobody(heard: list[Any]) -> None:
    discussion.said(discussion.thread(), discussion.guest())
    assert names(heard) == []


def test_public_posts_are_found_and_others_never(app: Sawt) -> None:
    post = discussion.said(discussion.thread(), huda())
    discussion.said(discussion.thread(moderation="before"), huda(), "ينتظر القراءة")
    discussion.said(discussion.thread(), discussion.guest(), "لم يُؤكَّد بعد")
    assert found() == [post.public_id]
    moved(post, "hidden")
    assert found() == []
    moved(post, "published")
    assert found() == [post.public_id]


def test_all_posts_can_be_listed_anew_for_the_index(app: Sawt) -> None:
    long = "كلمة " * 60
    post = discussion.said(discussion.thread(), huda(), long)
    secret = discussion.said(discussion.thread(), huda(), "في مسودة غير منشورة")
    discussion.change_rights(discussion.fresh(secret).thread, see=False)
    with db.transaction(reading=True):
        (indexed,) = searching.everything()
    assert (indexed.id, indexed.facets["agency"]) == (post.public_id, "water")
    assert (indexed.title, indexed.body) == ("", post.body)


def test_a_post_is_named_by_its_first_words(app: Sawt) -> None:
    name = searching.title_of(discussion.said(discussion.thread(), huda(), "كلمة " * 60))
    assert name.endswith("…")
    assert len(name) <= 91


@pytest.mark.parametrize(
    ("state", "may"), [("published", True), ("hidden", False), ("waiting", False), ("removed", False)]
)
def test_a_post_is_a_subject_for_whoever_may_read_it(app: Sawt, state: str, may: bool) -> None:
    post = discussion.said(discussion.thread(), huda())
    moved(post, state)
    moderator = discussion.acting(lina())
    with app.test_request_context("/ar/"), db.transaction(reading=True):
        several = subjects.find_many(NOBODY, [("post", post.public_id)])
        assert bool(several) == may
        if may:
            assert subjects.find(NOBODY, "post", post.public_id).url == f"/ar/posts/{post.public_id}"
        else:
            with pytest.raises(Missing):
                subjects.find(NOBODY, "post", post.public_id)
            assert bool(subjects.find_many(moderator, [("post", post.public_id)])) == (state != "removed")


def test_the_feed_holds_the_newest_posts_and_nothing_that_is_not_public(client: Browser) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda(), "الرسوم <b>مرتفعة</b> & كثيرة")
    discussion.said(thread, yusuf(), ENGLISH, reply_to=root)
    moved(discussion.said(thread, yusuf(), "كلام جارح"), "hidden")
    answer = client.enter(huda()).get(f"/ar/threads/{thread.public_id}/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}content") for entry in entries] == [
        ENGLISH,
        "الرسوم <b>مرتفعة</b> & كثيرة",
    ]
    links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    assert all(link.startswith("http://localhost/ar/") for link in links)


def test_a_feed_of_a_place_that_not_everybody_sees_is_not_there(client: Browser) -> None:
    thread = discussion.thread(see=False)
    assert client.get(f"/ar/threads/{thread.public_id}/feed.atom").status_code == 404
