"""What happens in threads and concerns moderators: a post waits, is new, is changed, is gone."""

from app.core import jobs, likeness
from app.core.events import on
from participation.discussion import queries
from participation.discussion.events import PostEdited, PostPublished, PostWaiting, PostWithdrawn
from participation.discussion.moderation import actions, reviewing


@on(PostWaiting)
def open_first_review(event: PostWaiting) -> None:
    reviewing.open_review(queries.by_id(event.post_id), "first")
    jobs.enqueue("moderation.look", post_id=str(event.post_id), is_edited=True)


@on(PostPublished)
def look_at_new(event: PostPublished) -> None:
    """The rules need not hold up the author: they are asked in the background."""
    if event.is_first:
        jobs.enqueue("moderation.look", post_id=str(event.post_id), is_edited=False)


@on(PostEdited)
def look_at_edited(event: PostEdited) -> None:
    jobs.enqueue("moderation.look", post_id=str(event.post_id), is_edited=True)


@on(PostWithdrawn)
def forget(event: PostWithdrawn) -> None:
    """A post that its author took back. One that waits after an edit keeps its review."""
    post = queries.by_id(event.post_id)
    if post.state == "removed":
        likeness.forget(reviewing.scope_of(post.thread), post.public_id)
        actions.close_removed(event.post_id)
