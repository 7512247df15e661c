"""Two threads become one: the posts keep their addresses, which lead to where they stand now."""

from sqlalchemy import func, select, update

from app.core import db
from participation.discussion import tallies
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.discussion.state import locked_thread


def merge(source: Thread, target: Thread) -> None:
    """Move every post of one thread into the other, and count both anew."""
    for thread_id in sorted((source.id, target.id)):
        locked_thread(thread_id)
    moving = update(Post).where(Post.thread_id == source.id).values(thread_id=target.id)
    db.session().execute(moving.execution_options(synchronize_session="fetch"))
    for thread in (source, target):
        _count_anew(thread)


def _count_anew(thread: Thread) -> None:
    public = (Post.thread_id == thread.id, Post.state.in_(PUBLIC_STATES))
    counted = select(func.count(), func.max(Post.published_at)).where(*public)
    thread.post_count, thread.last_post_at = db.session().execute(counted).one()
    tallies.count_anew(thread)
