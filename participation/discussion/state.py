"""The one place where a post becomes public or ceases to be: it dates, counts and tells.

Locks are taken in one order everywhere: the thread, then the post.
"""

import uuid
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.core import clock, db, events
from app.identity.events import CitizenTextPublished, CitizenTextWithdrawn
from participation.discussion import tallies
from participation.discussion.events import PostPublished, PostRemoved, PostWaiting, PostWithdrawn
from participation.discussion.models import PUBLIC_STATES, Post, Thread

TEXT_KIND = "post"
BY_MODERATORS = frozenset({"hidden"})


def locked_thread(thread_id: uuid.UUID) -> Thread:
    """The thread as it is now; nobody else publishes, withdraws or locks there before this unit ends."""
    wanted = select(Thread).where(Thread.id == thread_id).with_for_update(key_share=True)
    return db.session().scalars(wanted.execution_options(populate_existing=True)).one()


def locked(post: Post) -> Post:
    """The post as it is now, its thread and itself locked. Call it before changing anything of the post."""
    locked_thread(post.thread_id)
    return locked_alone(post)


def locked_alone(post: Post) -> Post:
    """The post as it is now, locked without its thread: for what changes no count of the thread."""
    wanted = select(Post).where(Post.id == post.id).options(joinedload(Post.thread))
    wanted = wanted.with_for_update(key_share=True, of=Post).execution_options(populate_existing=True)
    return db.session().scalars(wanted).one()


def change_state(post: Post, new_state: str, reason: str = "") -> None:
    """Let the post be in this state from now on, for this reason (a rule of the policy page, if a moderator did it).

    Counters of the thread and of the post above, dates and events follow from it. A post that was public and
    stays public reads differently from now on (words struck out, or restored): the index learns of it.
    """
    post = locked(post)
    was_public = post.is_public
    post.state, post.reason = new_state, reason
    is_first = post.is_public and post.published_at is None
    if is_first:
        post.published_at = clock.now()
    db.session().flush()
    if post.is_public and not was_public:
        _count(post, 1)
        events.publish(PostPublished(**_named(post), **_kind_of_post(post), is_first=is_first))
    elif was_public and not post.is_public:
        _count(post, -1)
        by = "moderator" if new_state in BY_MODERATORS else "author"
        events.publish(PostWithdrawn(**_named(post), by=by))
        events.publish(CitizenTextWithdrawn(TEXT_KIND, post.public_id))
    if post.is_public:
        publish_text(post)
    if new_state == "waiting":
        events.publish(PostWaiting(**_named(post)))
    if new_state == "removed":
        events.publish(PostRemoved(**_named(post)))


def publish_text(post: Post) -> None:
    """Tell search and the like how the public post reads now."""
    events.publish(CitizenTextPublished(TEXT_KIND, post.public_id, post.author_id, post.language))


def _named(post: Post) -> dict[str, Any]:
    thread = post.thread
    place = {"place_kind": thread.place_kind, "place_id": thread.place_id, "part": thread.part}
    return {"post_id": post.id, "thread_id": thread.id, **place}


def _kind_of_post(post: Post) -> dict[str, Any]:
    return {"parent_id": post.parent_id, "is_official": post.is_official}


def _count(post: Post, by: int) -> None:
    latest = (
        select(Post.published_at)
        .where(Post.thread_id == post.thread_id, Post.state.in_(PUBLIC_STATES))
        .order_by(Post.published_at.desc())
        .limit(1)
    )
    counts = {
        "post_count": Thread.post_count + by,
        "last_post_at": latest.scalar_subquery(),
        **tallies.steps(post, by),
    }
    db.session().execute(update(Thread).where(Thread.id == post.thread_id).values(counts))
    if post.parent_id is not None:
        replies = {"reply_count": Post.reply_count + by}
        db.session().execute(update(Post).where(Post.id == post.parent_id).values(replies))
