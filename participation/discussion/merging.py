"""Two threads become one: the posts keep their addresses, which lead to where they stand now."""

from sqlalchemy import func, select, update

from app.core import db
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.discussion.state import locked_thread


def merge(source: Thread, target: Thread) -> None:
    """Move every post of one thread into the other, and count both anew."""
    for thread_id in sorted((source.id, target.id)):
        locked_thread(thread_id)
    moving = update(Post).where(Post.thread_id == source.id).values(thread_id=target.id)
    db.session().execute(moving.execution_options(synchronize_session="fetch"))
    for thread in (source, target):
        recount(thread)


def recount(thread: Thread) -> bool:
    """Derive the counters of a thread from its posts; whether they were wrong. The caller holds its lock."""
    public = (Post.thread_id == thread.id, Post.state.in_(PUBLIC_STATES))
    count, latest = (
        db.session().execute(select(func.count(), func.max(Post.published_at)).where(*public)).one()
    )
    was_wrong = (thread.post_count, thread.last_post_at) != (count, latest)
    thread.post_count, thread.last_post_at = count, latest
    db.session().flush()
    return was_wrong
