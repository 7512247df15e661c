"""What the queue of moderators costs: as many posts wait as there are cases, every fourth a copy of another."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.cases.models import Case
from app.core import db
from app.core.references import new_public_id
from benchmarks import floors
from benchmarks.measuring import Operation, Prepare
from participation.discussion.actions import open_thread
from participation.discussion.models import Post, Review
from tests.client import Browser
from tests.factories import discussion, people

BATCH = 1000
WHYS = (["flagged"], ["first"], ["words"], ["copies"])


def operations(app: Flask) -> dict[str, Callable[[], Operation]]:
    return {
        "moderation queue": lambda: _measured(app, "/ar/moderation"),
        "moderation queue, copies alone": lambda: _measured(app, "/ar/moderation?why=copies"),
    }


def _measured(app: Flask, path: str) -> Operation:
    _have_reviews()
    moderator: Browser = app.test_client()  # type: ignore[assignment]
    moderator.inspects = False
    moderator.enter(people.lina())
    floor = floors.getting(floors.floor_client(), "/list")
    return Operation(_gets(moderator, path), floor, "25 rows by Core and Jinja")


def _gets(moderator: Browser, path: str) -> Prepare:
    def act() -> int:
        answer = moderator.get(path)
        assert answer.status_code == 200, answer.status
        return len(answer.data)

    return lambda: act


def _have_reviews() -> None:
    """One open review for each case."""
    with db.transaction() as session:
        thread = open_thread(discussion.KIND, "benchmark")
        wanted = session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0
        there = session.scalar(sa.select(sa.func.count()).select_from(Review)) or 0
        for start in range(there, wanted, BATCH):
            posts = list(_posts(thread.id, range(start, min(start + BATCH, wanted))))
            session.execute(sa.insert(Post), posts)
            session.execute(sa.insert(Review), [_review(at, post) for at, post in enumerate(posts, start)])


def _posts(thread_id: uuid.UUID, numbers: range) -> Iterator[dict[str, Any]]:
    for number in numbers:
        yield {
            "id": db.new_id(),
            "public_id": new_public_id(),
            "thread_id": thread_id,
            "author_key": f"browser:{number % 97}",
            "client_id": str(number),
            "body": f"{discussion.ARABIC} {number}",
            "language": "ar",
        }


def _review(number: int, post: dict[str, Any]) -> dict[str, Any]:
    return {
        "post_id": post["id"],
        "is_open": True,
        "why": WHYS[number % len(WHYS)],
        "score": number % 50,
        "likeness": post["public_id"] if number % 4 else f"campaign {number % 40}",
        "author_key": post["author_key"],
        "language": "ar",
        "place_key": f"{discussion.KIND}:benchmark",
        "place_ar": "مشروع قانون المياه",
        "place_en": "Draft water law",
    }
