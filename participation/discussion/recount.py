"""The counters of threads and posts, derived anew from the rows they count, and compared."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, Subquery, case, func, literal, or_, select, update

from app.core import db
from app.core.recounting import Difference
from participation.discussion import tallies
from participation.discussion.models import PUBLIC_STATES, Post, Reaction, Thread


def differences() -> Iterator[Difference]:
    """Every counter that has drifted. Two queries, whatever there is."""
    for found in db.session().execute(_threads()):
        yield from _compared("threads", found, ("post_count", "last_post_at", *tallies.COUNTERS.values()))
    for found in db.session().execute(_posts()):
        yield from _compared("posts", found, ("agree_count", "disagree_count", "disputed", "reply_count"))


def mend(difference: Difference) -> None:
    """Let the counter tell what the rows say."""
    model: Any = Thread if difference.table == "threads" else Post
    where = model.public_id == difference.public_id
    db.session().execute(update(model).where(where).values({difference.counter: difference.right}))


def _compared(table: str, found: Row[Any], counters: tuple[str, ...]) -> Iterator[Difference]:
    for counter in counters:
        told, right = getattr(found, counter), getattr(found, f"right_{counter}")
        if told != right:
            yield Difference(table, found.public_id, counter, told, right)


def _threads() -> Select[Any]:
    counted = (
        select(
            Post.thread_id,
            func.count().label("post_count"),
            func.max(Post.published_at).label("last_post_at"),
        )
        .where(Post.state.in_(PUBLIC_STATES))
        .group_by(Post.thread_id)
        .subquery()
    )
    sides = tallies.counted()
    right = {
        "post_count": func.coalesce(counted.c.post_count, 0),
        "last_post_at": counted.c.last_post_at,
        **{name: func.coalesce(sides.c[name], 0) for name in tallies.COUNTERS.values()},
    }
    return (
        _drifted(Thread, right)
        .outerjoin(counted, counted.c.thread_id == Thread.id)
        .outerjoin(sides, sides.c.thread_id == Thread.id)
    )


def _drifted(model: Any, right: dict[str, Any]) -> Select[Any]:
    """The rows whose counters tell something else than these values, with both."""
    told = [getattr(model, name) for name in right]
    counted = [value.label(f"right_{name}") for name, value in right.items()]
    drifted = or_(*(getattr(model, name).is_distinct_from(value) for name, value in right.items()))
    return select(model.public_id, *told, *counted).where(drifted)


def _posts() -> Select[Any]:
    reply = Post.__table__.alias("reply")
    replies = (
        select(reply.c.parent_id.label("post_id"), func.count().label("n"))
        .where(reply.c.state.in_(PUBLIC_STATES), reply.c.parent_id.is_not(None))
        .group_by(reply.c.parent_id)
        .subquery()
    )
    agree, disagree = _reactions("agree"), _reactions("disagree")
    agreeing, disagreeing = func.coalesce(agree.c.n, literal(0)), func.coalesce(disagree.c.n, literal(0))
    smaller = case((agreeing < disagreeing, agreeing), else_=disagreeing)
    right = {
        "agree_count": agreeing,
        "disagree_count": disagreeing,
        "disputed": smaller,
        "reply_count": func.coalesce(replies.c.n, literal(0)),
    }
    chosen = _drifted(Post, right)
    for table in (replies, agree, disagree):
        chosen = chosen.outerjoin(table, table.c.post_id == Post.id)
    return chosen


def _reactions(kind: str) -> Subquery:
    counted = select(Reaction.post_id, func.count().label("n")).where(Reaction.kind == kind)
    return counted.group_by(Reaction.post_id).subquery(kind)
