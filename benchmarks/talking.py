"""The rows of public talk: a thread with as many comments as the database has cases, each beside its floor."""

import uuid
from collections.abc import Callable
from functools import cache

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.cases.models import Case
from app.core import db
from benchmarks import floors
from benchmarks.measuring import Act, Operation, Prepare
from participation.consultations.models import SUBJECT
from participation.discussion.actions import open_thread
from participation.discussion.models import Thread
from tests.client import Browser
from tests.factories import discussion
from tests.factories.consultations import open_consultation

DEEP_ORDER = "disputed"


def operations(visitor: Browser, resident: Browser, pages: FlaskClient) -> dict[str, Callable[[], Operation]]:
    """Pages of 50 and 500 comments, for a visitor and for somebody signed in; and saying something."""

    def page(browser: Browser, query: str, posts: int) -> Operation:
        path = f"/ar/threads/{_thread().public_id}?{query}"
        floor = floors.getting(pages, f"/posts?size={posts}")
        return Operation(_gets(browser, path), floor, f"{posts} comments by Core and Jinja")

    def article(browser: Browser) -> Operation:
        path = f"/ar/consultations/{_discussed(_size())}/articles/art_3"
        return Operation(_gets(browser, path), floors.getting(pages, "/posts?size=50"), "50 comments by Core")

    return {
        "article page": lambda: article(visitor),
        "article page, signed in": lambda: article(resident),
        "thread, 50 comments": lambda: page(visitor, "", 50),
        "thread, 500 comments": lambda: page(visitor, "size=500", 500),
        "thread, 500 comments, signed in": lambda: page(resident, "size=500", 500),
        "thread, most disputed first": lambda: page(visitor, f"sort={DEEP_ORDER}", 50),
        "comment": lambda: Operation(
            _says(resident), floors.posting(pages, "/filing"), "two statements and a commit"
        ),
    }


def _thread() -> Thread:
    return _crowded(_size())


def _size() -> int:
    """As many as there are cases."""
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0


@cache
def _crowded(posts: int) -> Thread:
    """A thread of so many comments, a tenth of them replies to the first."""
    thread = discussion.thread()
    discussion.crowd(thread, roots=posts - posts // 10, replies=posts // 10)
    return thread


@cache
def _discussed(posts: int) -> str:
    """The slug of a consultation on whose third article so many comments were made."""
    consultation = open_consultation()
    with db.transaction():
        thread = open_thread(SUBJECT, str(consultation.id), "art_3")
    discussion.crowd(thread, roots=posts - posts // 10, replies=posts // 10)
    return consultation.slug


def _gets(browser: FlaskClient, path: str) -> Prepare:
    def act() -> int:
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status
        return len(answer.data)

    return lambda: act


def _says(resident: Browser) -> Prepare:
    """Say something new: post, counters, events, the search index, limits."""
    path = f"/ar/threads/{_thread().public_id}/posts"

    def prepare() -> Act:
        resident.application.extensions["limiters"].memory.storage.reset()
        fields = {"client_id": str(uuid.uuid4()), "csrf_token": resident.token()}
        fields["body"] = f"{discussion.ARABIC} {uuid.uuid4()}"

        def act() -> int:
            answer = resident.post(path, data=fields, headers={"Origin": "http://localhost"})
            assert "#post-" in answer.location, answer.status
            return len(answer.data)

        return act

    return prepare
