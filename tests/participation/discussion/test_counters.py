"""The counters say at every moment what a count would say, whatever happens in whatever order."""

import random
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import db
from app.core.errors import Denied
from app.factory import Sawt
from app.identity.events import BrowserSignedIn
from participation.discussion import actions, recount
from participation.discussion.actions import Change
from participation.discussion.models import Post, Thread
from participation.discussion.places import STANCES
from participation.discussion.state import change_state
from participation.discussion.tallies import COUNTERS
from tests.factories import discussion
from tests.factories.discussion import ARABIC
from tests.factories.people import huda, omar, salma, yusuf


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
        stance = self.dice.choice((None, *STANCES))
        who = self.dice.choice(self.people)
        self.posts.append(discussion.said(self.thread, who, text, reply_to=above, stance=stance))

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
        (Thread, "support_count", 7),
        (Thread, "partly_count", 7),
        (Thread, "oppose_count", 7),
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


def standing(thread: Thread) -> dict[str, int]:
    with db.transaction(reading=True) as session:
        found = session.get_one(Thread, thread.id)
        return {stance: getattr(found, name) for stance, name in COUNTERS.items() if getattr(found, name)}


def test_a_person_stands_where_their_last_public_post_stands(app: Sawt) -> None:
    thread = discussion.thread()
    first = discussion.said(thread, huda(), "أؤيد", stance="support")
    last = discussion.said(thread, huda(), "غيّرت رأيي", stance="oppose")
    discussion.said(thread, huda(), "سؤال لا موقف فيه")
    assert standing(thread) == {"oppose": 1}
    with db.transaction():
        actions.remove(discussion.acting(huda()), discussion.fresh(last))
    assert standing(thread) == {"support": 1}
    with db.transaction():
        change_state(discussion.fresh(first), "hidden", "قاعدة 3")
    assert standing(thread) == {}
    with db.transaction():
        change_state(discussion.fresh(first), "published")
    assert standing(thread) == {"support": 1}


def test_officials_take_no_side(app: Sawt) -> None:
    thread = discussion.thread()
    discussion.said(thread, omar(), "نرد باسم المؤسسة", stance="support", agency_key="water")
    assert standing(thread) == {}


def test_whoever_signs_in_after_speaking_as_a_guest_stands_in_one_place(app: Sawt) -> None:
    thread = discussion.thread(least_level=0)
    discussion.said(thread, huda(), "أؤيد", stance="support")
    discussion.said(thread, discussion.guest("a browser"), "أعارض", stance="oppose")
    assert standing(thread) == {"support": 1, "oppose": 1}
    with db.transaction():
        actions.claim(BrowserSignedIn(discussion.guest("a browser").key, huda().id))
    assert standing(thread) == {"oppose": 1}
    assert differences() == []
