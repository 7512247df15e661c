"""The counters of topics and boards, derived anew from threads and topics, and compared."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select, update

from app.core import db
from app.core.recounting import Difference
from participation.discussion.models import Thread
from participation.forums.models import Board, Topic
from participation.forums.queries import KEY


def differences() -> Iterator[Difference]:
    """Every counter that has drifted: two queries, whatever there is. Threads are counted by `discussion`."""
    for public_id, told, right in db.session().execute(_topics()):
        yield Difference("topics", public_id, "post_count", told, right)
    for key, told, right in db.session().execute(_boards()):
        yield Difference("boards", key, "topic_count", told, right)


def mend(difference: Difference) -> None:
    """Let the counter tell what the rows say."""
    model: Any = Topic if difference.table == "topics" else Board
    named = Topic.public_id if difference.table == "topics" else Board.key
    right = update(model).where(named == difference.public_id).values({difference.counter: difference.right})
    db.session().execute(right)


def _topics() -> Select[Any]:
    right: Any = func.coalesce(Thread.post_count, 0)
    chosen: Select[Any] = select(Topic.public_id, Topic.post_count, right)
    place = (Thread.place_kind == KEY) & (Thread.place_id == Topic.public_id) & (Thread.part == "")
    return chosen.outerjoin(Thread, place).where(Topic.post_count != right)


def _boards() -> Select[Any]:
    counted = select(func.count()).where(Topic.board_id == Board.id, Topic.is_public).scalar_subquery()
    return select(Board.key, Board.topic_count, counted).where(Board.topic_count != counted)
