"""Playing what people say in threads: posts, replies, what others think of them, and what moderators do."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from app.core.permissions import Actor
from app.demo import script
from app.demo.actions.people import actor_called
from app.demo.actions.timeline import Act
from app.demo.script.talk import DemoPost
from participation.discussion import actions as discussion
from participation.discussion.actions import NewPost
from participation.discussion.models import Post

SOON = timedelta(minutes=50)


class Talk:
    """The talk at one place while it is played. `now`: nothing happens later."""

    def __init__(self, place_kind: str, place_id: str, now: datetime) -> None:
        self.place_kind, self.place_id = place_kind, place_id
        self.now = now
        self.posts: dict[str, Post] = {}

    def begin(self, place_id: str, opening: DemoPost, post: Post) -> None:
        """The place is known only now, and somebody has spoken there."""
        self.place_id = place_id
        self.posts[opening.client_id] = post

    def acts(self, part: str, told: DemoPost, parent: DemoPost | None = None) -> Iterator[Act]:
        """What is said, and all that follows from it."""
        yield Act(told.at, partial(self._say, part, told, parent))
        yield from self.following(part, told)

    def following(self, part: str, told: DemoPost) -> Iterator[Act]:
        """All that follows from a post that is there."""
        if told.agree or told.disagree:
            yield Act(min(told.at + SOON, self.now), partial(self._react, told))
        for reply in told.replies:
            yield from self.acts(part, reply, told)

    def post(self, told: DemoPost) -> Post:
        return self.posts[told.client_id]

    def _say(self, part: str, told: DemoPost, parent: DemoPost | None) -> None:
        thread = discussion.open_thread(self.place_kind, self.place_id, part)
        new = new_post(told, self.post(parent) if parent else None)
        self.posts[told.client_id] = discussion.post(actor_called(told.by), thread, new)

    def _react(self, told: DemoPost) -> None:
        for kind, actor in _reacting(told):
            discussion.react(actor, self.post(told), kind)


def new_post(told: DemoPost, parent: Post | None = None) -> NewPost:
    return NewPost(
        body=told.says,
        client_id=told.client_id,
        kind=told.kind,
        stance=told.stance,
        wording=told.wording,
        parent=parent,
        agency_key=told.speaks_for,
    )


def _reacting(told: DemoPost) -> Iterator[tuple[str, Actor]]:
    """Which residents agree and disagree: always the same ones, never the author."""
    others = [person for person in script.crowd() if person.key != told.by]
    chosen = random.Random(told.client_id).sample(others, told.agree + told.disagree)  # noqa: S311  # no secret
    for place, person in enumerate(chosen):
        yield "agree" if place < told.agree else "disagree", actor_called(person.key)
