"""Near-identical comments stand folded below the first of them, on every page of a thread."""

import re
from datetime import timedelta

import pytest

from app.core import clock, db
from participation.discussion import actions, families
from participation.discussion.actions import Change
from participation.discussion.models import Thread
from participation.discussion.state import change_state
from tests.client import Browser
from tests.factories import discussion
from tests.factories.campaigns import CAMPAIGNS, DISTINCT, near_copy
from tests.factories.discussion import acting, fresh, said
from tests.factories.moderation import after_the_rules
from tests.factories.people import huda, omar, settled, yusuf

LETTER = CAMPAIGNS["ar"][1]


def copied(square: Thread, times: int, first: int = 0, **fields: str) -> None:
    for number in range(first, first + times):
        said(square, settled(number), near_copy(LETTER, "ar", number), **fields)
    after_the_rules()


def page_of(client: Browser, square: Thread, query: str = "", language: str = "ar") -> str:
    return client.get(f"/{language}/threads/{square.public_id}{query}").text


def folds(page: str) -> list[int]:
    """How many posts each fold of the page holds."""
    found = re.findall(r'<details class="copies">(.*?)</details>', page, re.DOTALL)
    return [fold.count('<article class="comment') for fold in found]


def summary_of(page: str) -> str:
    """What the one fold of the page says while it is closed."""
    found: list[str] = re.findall(r'<details class="copies">\s*<summary>(.*?)</summary>', page, re.DOTALL)
    (summary,) = found
    return summary


def test_copies_stand_folded_below_the_first_and_none_is_left_out(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 3)
    said(square, yusuf(), DISTINCT["ar"][0])
    copied(square, 2, first=3)
    page = page_of(client, square)
    assert folds(page) == [4]
    assert page.count('<article class="comment') == 6
    assert "4 تعليقات أخرى بالنص نفسه تقريبًا" in page
    assert "4 more comments say nearly the same" in page_of(client, square, language="en")


def test_two_who_say_the_same_are_no_campaign(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 2)
    assert folds(page_of(client, square)) == []


def test_who_takes_another_stance_is_not_folded(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 3, stance="oppose")
    copied(square, 1, first=3, stance="partly")
    assert folds(page_of(client, square)) == [2]


def test_ones_own_post_and_one_with_replies_are_not_folded(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 4)
    own = said(square, huda(), LETTER)
    after_the_rules()
    said(square, yusuf(), DISTINCT["ar"][0], reply_to=own)
    assert folds(page_of(client, square)) == [3]
    copied(square, 1, first=4)
    assert folds(page_of(client.enter(settled(4)), square)) == [3]


def test_an_edited_copy_that_says_something_else_leaves_the_fold(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 3)
    other = said(square, settled(5), LETTER)
    after_the_rules()
    assert folds(page_of(client, square)) == [3]
    with db.transaction():
        actions.edit(acting(settled(5)), fresh(other), Change(DISTINCT["ar"][1]))
    after_the_rules()
    assert folds(page_of(client, square)) == [2]


def test_the_post_that_a_page_begins_with_stands_open(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 4)
    linked = said(square, omar(), LETTER)
    copied(square, 2, first=4)
    page = page_of(client, square, f"?at={linked.public_id}")
    assert page.index(f'id="post-{linked.public_id}"') < page.index('<details class="copies">')


def test_a_fold_says_when_something_in_it_is_new_to_the_reader(client: Browser) -> None:
    square = discussion.thread()
    client.enter(huda())
    now = clock.now()
    with clock.telling(now - timedelta(days=2)):
        copied(square, 3)
        assert "جديد منذ" not in summary_of(page_of(client, square))
    copied(square, 2, first=3)
    assert "جديد منذ زيارتك" in summary_of(page_of(client, square))
    assert "جديد منذ" not in summary_of(page_of(client.another(), square))


def test_a_copy_with_struck_words_is_not_folded_below_one_that_has_them(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 4)
    struck = said(square, omar(), LETTER)
    after_the_rules()
    assert folds(page_of(client, square)) == [4]
    with db.transaction():
        change_state(fresh(struck), "censored", "hate")
    assert folds(page_of(client, square)) == [3]


def test_a_copy_that_is_being_edited_stands_open_until_it_has_been_looked_at(client: Browser) -> None:
    square = discussion.thread()
    copied(square, 4)
    post = said(square, omar(), LETTER)
    after_the_rules()
    assert folds(page_of(client, square)) == [4]
    with db.transaction():
        changed = fresh(post)
        changed.body, changed.edited_at = DISTINCT["ar"][2], clock.now()
    assert folds(page_of(client, square)) == [3]


@pytest.mark.parametrize(
    ("names", "blocks"),
    [
        ("", ""),
        ("aba", "a b a"),
        ("abab", "a b a b"),
        ("abaca", "a+aa b c"),
        ("..a.aa", ". . a+aa ."),
        ("aabbba", "a+aa b+bb"),
    ],
)
def test_each_family_of_three_folds_at_its_first(names: str, blocks: str) -> None:
    shown = families.folded(names, lambda name: None if name == "." else name)
    told = [first + (f"+{''.join(copies)}" if copies else "") for first, copies in shown]
    assert " ".join(told) == blocks
