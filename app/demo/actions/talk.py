"""Playing what people say in threads: posts, replies, what others think of them, and what moderators do."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from app.core.permissions import Actor
from app.demo import script
from app.demo.actions.people import actor_called
from app.demo.actions.timeline import Act
from app.demo.script.talk import DemoAppeal, DemoFlag, DemoModeration, DemoPost
from participation.discussion import actions as discussion
from participation.discussion.actions import NewPost
from participation.discussion.models import Post
from participation.discussion.moderation import actions as moderation
from participation.discussion.moderation.actions import Decision

SOON = timedelta(minutes=50)


class Talk:
    """The talk at one place while it is played. `now`: nothing happens later."""

    def __init__(self, place_kind: str, place_id: str, now: datetime) -> None:
        self.place_kind, self.place_id = place_kind, place_id
        self.now = now
        self.posts: dict[str, Post] = {}

    def opens_with(self, place_id: str, opening: DemoPost, post: Post) -> None:
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
        yield from self._moderation(told)
        for reply in told.replies:
            yield from self.acts(part, reply, told)

    def _moderation(self, told: DemoPost) -> Iterator[Act]:
        for flag in told.flags:
            yield Act(flag.at, partial(self._flag, told, flag))
        if told.moderation is not None:
            yield Act(told.moderation.at, partial(self._decide, told, told.moderation))
        if told.appeal is not None:
            yield Act(told.appeal.at, partial(self._appeal, told, told.appeal))

    def post(self, told: DemoPost) -> Post:
        return self.posts[told.client_id]

    def _say(self, part: str, told: DemoPost, parent: DemoPost | None) -> None:
        thread = discussion.open_thread(self.place_kind, self.place_id, part)
        new = new_post(told, self.post(parent) if parent else None)
        self.posts[told.client_id] = discussion.post(actor_called(told.by), thread, new)

    def _react(self, told: DemoPost) -> None:
        for kind, actor in _reacting(told):
            discussion.react(actor, self.post(told), kind)

    def _flag(self, told: DemoPost, flag: DemoFlag) -> None:
        moderation.flag(actor_called(flag.by), self.post(told), flag.reason, flag.note)

    def _decide(self, told: DemoPost, decided: DemoModeration) -> None:
        moderator = actor_called(decided.by)
        review = moderation.look_again(moderator, self.post(told))
        act = "censored" if decided.strike else "hidden"
        moderation.decide(moderator, review, Decision(act, decided.reason, decided.note, decided.strike))

    def _appeal(self, told: DemoPost, appeal: DemoAppeal) -> None:
        moderation.appeal(actor_called(told.by), self.post(told), appeal.says)


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
