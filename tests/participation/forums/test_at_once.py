"""Several at the same moment: on a topic, on its counters, with the same form."""

from concurrent.futures import ThreadPoolExecutor

from app.core.errors import DomainError
from app.factory import Sawt
from participation.forums import actions
from tests.factories import forums, people
from tests.participation.forums.test_order import wrong_counters


def test_the_counters_are_right_after_many_posts_at_once(app: Sawt) -> None:
    topic, huda, yusuf = forums.topic(), people.huda(), people.yusuf()

    def say(number: int) -> None:
        with app.app_context():
            forums.posted(topic, (huda, yusuf)[number % 2], f"مشاركة رقم {number} في الموضوع")

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(say, range(16)))
    assert forums.fresh(topic).post_count == 17
    assert wrong_counters() == []


def test_two_moderators_who_merge_two_topics_into_each_other_lose_neither(app: Sawt) -> None:
    first, second = (forums.topic(title=f"موضوع {n}", body=f"نص الموضوع رقم {n}") for n in range(2))
    lina, adam = people.lina(), people.adam()

    def merge(which: int) -> bool:
        topic, into, who = ((first, second, lina), (second, first, adam))[which]
        with app.app_context():
            try:
                forums.act(actions.merge, who, topic, into)
            except DomainError:
                return False
        return True

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(merge, range(2)))
    assert sorted(done) == [False, True]
    merged = [forums.fresh(each) for each in (first, second)]
    assert sorted(each.is_public for each in merged) == [False, True]
    assert sorted(each.post_count for each in merged) == [0, 2]
    assert wrong_counters() == []


def test_a_form_sent_twice_at_once_opens_one_topic(app: Sawt) -> None:
    board, huda = forums.board(), people.huda()

    def open_it(_number: int) -> None:
        with app.app_context():
            try:
                forums.topic(huda, board, client_id="7a0c3f8e-41c1-4a36-9f40-0d3a1d9d7d11")
            except DomainError:
                pass  # the second is told that it changed meanwhile, and finds the first

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(open_it, range(4)))
    with app.app_context():
        assert forums.fresh_board(board).topic_count == 1
    assert wrong_counters() == []
