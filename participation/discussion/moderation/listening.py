"""What happens in threads and concerns moderators: a post waits, is new, is changed, is gone."""

from app.core import jobs, likeness
from app.core.events import on
from app.core.permissions import Actor
from app.identity.events import BrowserSignedIn
from participation.discussion import queries
from participation.discussion.events import PostEdited, PostPublished, PostRemoved, PostWaiting
from participation.discussion.families import scope_of
from participation.discussion.moderation import actions, reviewing


@on(PostWaiting)
def open_first_review(event: PostWaiting) -> None:
    reviewing.open_review(queries.by_id(event.post_id), "first")
    reviewing.begin_anew(event.post_id)
    jobs.enqueue("moderation.look", post_id=str(event.post_id), is_edited=True)


@on(PostPublished)
def look_at_new(event: PostPublished) -> None:
    """The rules need not hold up the author: they are asked in the background."""
    if event.is_first:
        jobs.enqueue("moderation.look", post_id=str(event.post_id), is_edited=False)


@on(PostEdited)
def look_at_edited(event: PostEdited) -> None:
    reviewing.begin_anew(event.post_id)
    jobs.enqueue("moderation.look", post_id=str(event.post_id), is_edited=True)


@on(BrowserSignedIn)
def claim(event: BrowserSignedIn) -> None:
    actions.become_known(event.browser_key, Actor(person_id=event.person_id).key, event.person_id)


@on(PostRemoved)
def forget(event: PostRemoved) -> None:
    post = queries.by_id(event.post_id)
    likeness.forget(scope_of(post.thread), post.public_id)
    actions.close_removed(event.post_id)
