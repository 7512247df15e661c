"""Playing the forum: boards, topics and what is said there."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app.core import clock, db
from app.demo.actions.people import actor_called, agency
from app.demo.actions.talk import Talk, new_post
from app.demo.actions.timeline import Act, perform
from app.demo.script.forums import DemoBoard, DemoTopic
from app.demo.script.talk import DemoPost
from participation.forums import actions
from participation.forums.models import Board, Topic
from participation.forums.places import KEY

FOUNDER = "adam"


def play(told: DemoBoard, position: int, now: datetime) -> bool:
    """The board with all its topics, unless it is there; says whether it was missing."""
    if db.session().scalar(select(Board.id).where(Board.key == told.key)) is not None:
        return False
    with clock.telling(told.topics[0].opening.at):
        board = _founded(told, position)
    perform([act for topic in told.topics for act in _Topic(board, topic, now).acts()])
    return True


def _founded(told: DemoBoard, position: int) -> Board:
    speaks = agency(told.agency) if told.agency else None
    rules = actions.BoardRules(told.title, told.description, speaks, position=position)
    return actions.create_board(actor_called(FOUNDER), told.key, rules)


class _Topic:
    """One topic while it is played: its talk begins when it is opened."""

    def __init__(self, board: Board, told: DemoTopic, now: datetime) -> None:
        self.board, self.told, self.now = board, told, now
        self.talk = Talk(KEY, "", now)
        self.topic: Topic

    def acts(self) -> Iterator[Act]:
        yield Act(self.told.opening.at, self._open)
        yield from self.talk.following("", self.told.opening)
        for post in self.told.posts:
            yield from self.talk.acts("", post)
            if post.is_answer:
                yield Act(post.at, partial(self._mark, post))

    def _open(self) -> None:
        opening = self.told.opening
        new = actions.NewTopic(self.told.title, new_post(opening), self.told.tags)
        self.topic = actions.open_topic(actor_called(opening.by), self.board, new)
        if self.topic.opening is not None:
            self.talk.opens_with(self.topic.public_id, opening, self.topic.opening)

    def _mark(self, post: DemoPost) -> None:
        actions.mark_answer(actor_called(post.by), self.topic, self.talk.post(post))
