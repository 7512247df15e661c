"""The counters say at every moment what a count would say, whatever happens in whatever order."""

import random
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import db
from app.core.errors import Denied
from app.factory import Sawt
from participation.discussion import actions, recount
from participation.discussion.actions import Change
from participation.discussion.models import Post, Thread
from participation.discussion.state import change_state
from tests.factories import discussion
from tests.factories.discussion import ARABIC
from tests.factories.people import huda, salma, yusuf


def differences() -> list[str]:
    with db.transaction(reading=True):
        return [str(each) for each in recount.differences()]


class Crowd:
    """Three people who do whatever a die says, in one thread."""

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.thread = discussion.thread(moderation=self.dice.choice(("before", "after")))
        self.people = [discussion.acting(who()) for who in (huda, yusuf, salma)]
        self.posts: list[Post] = []

    def act(self) -> None:
        doing = self.dice.choice((self.say, self.react, self.react, self.decide, self.remove, self.edit))
        if self.posts or doing == self.say:
            with suppress(Denied):
                doing()

    def say(self) -> None:
        above = self.dice.choice([None, *self.posts])
        text = f"{ARABIC} {self.dice.random()}"
        self.posts.append(discussion.said(self.thread, self.dice.choice(self.people), text, reply_to=above))

    def react(self) -> None:
        kind = self.dice.choice(("agree", "disagree", None))
        actions.react(self.dice.choice(self.people), self.one(), kind)

    def decide(self) -> None:
        change_state(self.one(), self.dice.choice(("published", "hidden", "censored", "waiting")), "قاعدة 3")

    def remove(self) -> None:
        actions.remove(self.dice.choice(self.people), self.one())

    def edit(self) -> None:
        actions.edit(self.dice.choice(self.people), self.one(), Change(f"نص آخر {self.dice.random()}"))

    def one(self) -> Post:
        return discussion.fresh(self.dice.choice(self.posts))


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_acts_makes_a_counter_drift(app: Sawt, seed: int) -> None:
    with db.transaction():
        crowd = Crowd(seed)
    for _act in range(60):
        with db.transaction():
            crowd.act()
    assert differences() == []


@pytest.mark.parametrize(
    ("model", "counter", "value"),
    [
        (Thread, "post_count", 7),
        (Thread, "last_post_at", None),
        (Post, "agree_count", 7),
        (Post, "disagree_count", 7),
        (Post, "disputed", 7),
        (Post, "reply_count", 7),
    ],
)
def test_the_recount_names_what_differs_and_mends_it(app: Sawt, model: Any, counter: str, value: Any) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda())
    discussion.said(thread, yusuf(), "رد", reply_to=root)
    with db.transaction() as session:
        session.execute(sa.update(model).values({counter: value}))
    run = app.test_cli_runner().invoke
    named = run(args=["discussion", "recount", "--check"])
    assert named.exit_code == 1
    assert counter in named.output
    assert run(args=["discussion", "recount"]).exit_code == 0
    assert run(args=["discussion", "recount", "--check"]).exit_code == 0
    assert discussion.fresh(root).reply_count == 1
