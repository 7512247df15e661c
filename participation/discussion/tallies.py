"""How many people stand where in a thread: the last stance of each person in a public post, counted once.

The counts stand in the thread (`Thread.stances`), so that reading them costs the same of ten posts as of ten thousand.
Officials who speak for their agency take no side.
"""

import uuid
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select, update

from app.core import db
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.discussion.places import STANCES

COUNTERS = {stance: f"{stance}_count" for stance in STANCES}


def taking_sides() -> Select[uuid.UUID, str | None]:
    """Of the posts whose stance may count: public, with a stance, by somebody who speaks for nobody else."""
    return select(Post.id, Post.stance).where(
        Post.state.in_(PUBLIC_STATES), Post.stance.is_not(None), Post.is_official.is_(False)
    )


def counted() -> Subquery:
    """Of every thread in which somebody takes a side, by `thread_id`: the counts, from the posts themselves."""
    newest = func.row_number().over(partition_by=(Post.thread_id, Post.author_key), order_by=Post.id.desc())
    last = taking_sides().add_columns(Post.thread_id, newest.label("place")).subquery()
    columns = (
        func.sum(case((last.c.stance == stance, 1), else_=0)).label(name) for stance, name in COUNTERS.items()
    )
    return select(last.c.thread_id, *columns).where(last.c.place == 1).group_by(last.c.thread_id).subquery()


def steps(post: Post, by: int) -> dict[str, Any]:
    """What changes in the counts of its thread when this post becomes public (1) or ceases to be (-1).

    The caller holds the lock of the thread, and the post stands in its new state already.
    """
    if post.stance is None or post.is_official:
        return {}
    others = taking_sides().where(
        Post.thread_id == post.thread_id, Post.author_key == post.author_key, Post.id != post.id
    )
    other = db.session().execute(others.order_by(Post.id.desc()).limit(1)).one_or_none()
    if other is not None and other.id > post.id:
        return {}
    change = dict.fromkeys(STANCES, 0)
    change[post.stance] += by
    if other is not None:
        change[other.stance] -= by
    return {name: getattr(Thread, name) + change[stance] for stance, name in COUNTERS.items()}


def count_anew(thread: Thread) -> None:
    """From the posts, after they got other authors or another thread. The caller holds the lock of the thread."""
    db.session().flush()
    found = counted()
    row = db.session().execute(select(found).where(found.c.thread_id == thread.id)).one_or_none()
    right = {name: getattr(row, name) if row is not None else 0 for name in COUNTERS.values()}
    db.session().execute(update(Thread).where(Thread.id == thread.id).values(right))
