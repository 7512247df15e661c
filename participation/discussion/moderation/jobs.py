"""The rules, asked after each new or changed post; and one notice a day to moderators while something waits."""

import uuid
from datetime import timedelta

from app.core.jobs import job
from participation.discussion import queries
from participation.discussion.moderation import notices, reviewing


@job("moderation.look")
def look(post_id: str, is_edited: bool) -> None:
    """Run twice, it opens no second review and places no text twice."""
    post = queries.by_id(uuid.UUID(post_id))
    if post.state in {"published", "censored", "waiting"}:
        reviewing.look_at(post, is_edited)


@job("moderation.remind", every=timedelta(hours=6))
def remind() -> None:
    """At most one notice a day for each moderator, none when nothing waits."""
    notices.remind_moderators()
