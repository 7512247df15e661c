"""Keeping order: pin, lock, move, merge, and the official answer; by whom, and what becomes of posts and counters."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import update

from app.core import db, jobs
from app.core.errors import Denied, Missing, WrongState
from app.factory import Sawt
from app.identity.models import Person
from app.notifications import queries as notified
from participation.discussion import queries as discussion
from participation.discussion import state
from participation.discussion.models import Thread
from participation.forums import actions, queries, recount
from participation.forums.models import Board, Topic
from tests.client import Browser
from tests.factories import forums, people
from tests.factories.agencies import roads
from tests.factories.discussion import fresh


def wrong_counters() -> list[str]:
    with db.transaction(reading=True):
        return [str(each) for each in recount.differences()]


def page(client: Browser, topic: Topic, language: str = "ar") -> str:
    return client.get(f"/{language}/forum/topics/{topic.public_id}").text


# Who may


RULES: dict[str, tuple[Callable[..., object], set[str]]] = {
    "pin": (actions.pin, {"lina", "adam"}),
    "unpin": (actions.unpin, {"lina", "adam"}),
    "lock": (partial(actions.lock, reason="خرج عن موضوعه"), {"lina", "adam"}),
    "unlock": (actions.unlock, {"lina", "adam"}),
    "unmark": (actions.unmark_answer, {"lina", "omar", "salma"}),
}


@pytest.mark.parametrize("who", people.CAST, ids=lambda make: make.__name__)
@pytest.mark.parametrize("rule", RULES)
def test_order_is_kept_by_moderators_and_answers_are_marked_by_the_agency(
    app: Sawt, rule: str, who: Callable[[], Person]
) -> None:
    act, allowed = RULES[rule]
    topic = forums.topic()
    if who.__name__ in allowed:
        forums.act(act, who(), topic)
    else:
        with pytest.raises(Denied):
            forums.act(act, who(), topic)


@pytest.mark.parametrize("who", people.CAST, ids=lambda make: make.__name__)
def test_only_administrators_make_change_and_close_boards(
    app: Sawt, client: Browser, who: Callable[[], Person]
) -> None:
    forums.board()
    client.enter(who())
    expected = 200 if who is people.adam else 403
    for path in ("", "/new", "/water"):
        assert client.get(f"/ar/administration/boards{path}").status_code == expected


def test_an_official_of_any_agency_marks_the_answer_where_the_board_has_none(app: Sawt) -> None:
    roads()
    topic = forums.topic(on=forums.board("all", agency=None))
    post = forums.posted(topic, people.karim(), "نصلحها غدًا.", agency_key="roads")
    assert forums.act(actions.mark_answer, people.omar(), topic, post).answer_id == post.id


# Boards


BOARD = {
    "title_ar": "الطرق والنقل", "title_en": "Roads and transport", "description_ar": "الشوارع والحافلات.",
    "description_en": "Streets and buses.", "agency": "water", "least_level": "2", "moderation": "before",
    "position": "3",
}  # fmt: skip


def test_an_administrator_adds_a_board_changes_and_closes_it(app: Sawt, client: Browser) -> None:
    forums.board()
    client.enter(people.adam())
    assert client.send("/ar/administration/boards/new", {**BOARD, "key": "roads"}).status_code == 303
    assert "الطرق والنقل" in client.get("/ar/forum").text
    changed = {**BOARD, "title_en": "Streets", "agency": "", "least_level": "1", "moderation": "after"}
    assert client.send("/ar/administration/boards/roads", changed).status_code == 303
    with db.transaction(reading=True):
        board = queries.find_board("roads")
        assert (board.title_en, board.agency, board.least_level) == ("Streets", None, 1)  # type: ignore[attr-defined]
    client.send("/ar/administration/boards/roads/closure")
    assert "مغلق" in client.get("/ar/forum/boards/roads").text
    client.send("/ar/administration/boards/roads/reopening")
    assert "مغلق" not in client.get("/ar/forum/boards/roads").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "water"},
        {"key": "new"},
        {"key": "Ro ads"},
        {"title_ar": ""},
        {"position": "x"},
        {"agency": "none"},
    ],
)
def test_a_board_with_something_wrong_comes_back_with_what_was_typed(
    app: Sawt, client: Browser, wrong: dict[str, str]
) -> None:
    forums.board()
    client.enter(people.adam())
    answer = client.send("/ar/administration/boards/new", {**BOARD, "key": "roads", **wrong})
    assert answer.status_code == 422
    assert "الشوارع والحافلات." in answer.text


# Locking


def test_a_locked_topic_says_why_and_takes_nothing_until_it_is_unlocked(app: Sawt, client: Browser) -> None:
    topic = forums.topic()
    client.enter(people.lina())
    base = f"/ar/forum/topics/{topic.public_id}"
    assert client.send(f"{base}/lock", {"reason": ""}).status_code == 422
    assert client.send(f"{base}/lock", {"reason": "انتهى النقاش"}).status_code == 303
    client.leave().enter(people.yusuf())
    assert "انتهى النقاش" in page(client, topic)
    assert "composer-post" not in page(client, topic)
    with pytest.raises(Denied):
        forums.posted(topic, people.yusuf())
    forums.act(actions.unlock, people.lina(), topic)
    assert "composer-post" in page(client, topic)


# Moving and merging


def test_a_moved_topic_keeps_its_address_and_counts_on_its_new_board(app: Sawt, client: Browser) -> None:
    topic, target = forums.topic(), forums.board("roads", agency=None)
    client.enter(people.lina())
    answer = client.send(f"/ar/forum/topics/{topic.public_id}/move", {"board": "roads"})
    assert answer.location == f"/ar/forum/topics/{topic.public_id}"
    assert topic.public_id in client.get("/ar/forum/boards/roads").text
    assert topic.public_id not in client.get("/ar/forum/boards/water").text
    with db.transaction(reading=True):
        counts = {board.key: board.topic_count for board in queries.boards()}
    assert counts == {"water": 0, target.key: 1}
    assert wrong_counters() == []


def test_a_merged_topic_leads_to_the_other_where_its_posts_keep_their_addresses(
    app: Sawt, client: Browser
) -> None:
    into, topic = (
        forums.topic(),
        forums.topic(people.yusuf(), title="Water is cut again", body="Every day at noon."),
    )
    post = forums.posted(topic, people.huda(), "وعندنا أيضًا في الشارع المجاور.")
    forums.posted(into, people.huda())
    client.enter(people.lina())
    address = f"http://localhost/ar/forum/topics/{into.public_id}?sort=newest#post-1"
    assert client.send(f"/ar/forum/topics/{topic.public_id}/merge", {"into": address}).status_code == 303
    client.leave()
    answer = client.get(f"/ar/forum/topics/{topic.public_id}")
    assert (answer.status_code, answer.location) == (301, f"/ar/forum/topics/{into.public_id}")
    assert "Every day at noon." in page(client, into)
    led = client.get(f"/ar/posts/{post.public_id}")
    assert led.location == f"/ar/forum/topics/{into.public_id}#post-{post.public_id}"
    assert forums.fresh(into).post_count == 4
    assert topic.public_id not in client.get("/ar/forum/boards/water").text
    assert wrong_counters() == []
    with db.transaction(reading=True):
        followers = notified.followers("topic", into.public_id)
        assert set(followers) == {people.huda().id, people.yusuf().id}
        assert notified.followers("topic", topic.public_id) == []


def test_what_was_merged_twice_leads_to_the_last_one_at_once(app: Sawt, client: Browser) -> None:
    first, second, third = (forums.topic(title=f"موضوع {n}", body=f"نص الموضوع رقم {n}") for n in range(3))
    forums.act(actions.merge, people.lina(), first, second)
    forums.act(actions.merge, people.lina(), second, third)
    assert client.get(f"/ar/forum/topics/{first.public_id}").location.endswith(third.public_id)


def test_a_topic_is_not_merged_with_itself_nor_twice(app: Sawt, client: Browser) -> None:
    topic, into, other = (forums.topic(title=f"موضوع {n}", body=f"نص الموضوع رقم {n}") for n in range(3))
    with pytest.raises(WrongState):
        forums.act(actions.merge, people.lina(), topic, topic)
    forums.act(actions.merge, people.lina(), topic, into)
    with pytest.raises(WrongState):
        forums.act(actions.merge, people.lina(), topic, other)
    with pytest.raises(WrongState):
        forums.act(actions.merge, people.lina(), other, topic)
    client.enter(people.lina())
    for address in ("x", "", f"/ar/forum/topics/{topic.public_id}", f"/ar/forum/topics/{other.public_id}"):
        answer = client.send(f"/ar/forum/topics/{other.public_id}/merge", {"into": address})
        assert answer.status_code == 422


def test_hiding_the_old_opening_post_after_a_merge_leaves_the_other_topic_public(
    app: Sawt, client: Browser
) -> None:
    into, topic = forums.topic(), forums.topic(title="موضوع آخر", body="نص موضوع آخر")
    opening_id = topic.opening_id
    assert opening_id is not None
    forums.act(actions.merge, people.lina(), topic, into)
    with db.transaction():
        state.change_state(discussion.by_id(opening_id), "hidden", "insult")
    assert client.get(f"/ar/forum/topics/{into.public_id}").status_code == 200
    assert wrong_counters() == []


# The official answer


def test_the_official_answer_stands_on_top_and_is_named_in_the_list(app: Sawt, client: Browser) -> None:
    topic = forums.topic()
    post = forums.answered(topic)
    client.enter(people.omar())
    assert "أي مشاركة هي الرد الرسمي؟" in page(client, topic)
    answer = client.send(f"/ar/forum/topics/{topic.public_id}/answer", {"post": post.public_id})
    assert answer.status_code == 303
    client.leave()
    assert 'id="answer-title"' in page(client, topic)
    assert "عليه رد رسمي" in client.get("/ar/forum/boards/water").text
    client.enter(people.omar())
    client.send(f"/ar/forum/topics/{topic.public_id}/answer/removal")
    assert 'id="answer-title"' not in page(client, topic)


def test_only_a_public_post_of_an_official_in_this_topic_is_its_answer(app: Sawt) -> None:
    topic, other = forums.topic(), forums.topic(title="موضوع آخر", body="نص موضوع آخر")
    with pytest.raises(WrongState):
        forums.act(actions.mark_answer, people.lina(), topic, forums.posted(topic, people.yusuf()))
    with pytest.raises(Missing):
        forums.act(actions.mark_answer, people.lina(), topic, forums.answered(other))


def test_an_answer_that_is_taken_back_is_no_longer_the_answer(app: Sawt, client: Browser) -> None:
    topic = forums.topic()
    post = forums.answered(topic)
    forums.act(actions.mark_answer, people.omar(), topic, post)
    with db.transaction():
        state.change_state(fresh(post), "hidden", "insult")
    assert forums.fresh(topic).answer_id is None


def test_followers_are_told_of_an_official_answer_once(app: Sawt, client: Browser) -> None:
    topic = forums.topic(people.huda())
    post = forums.answered(topic)
    for _time in range(2):
        forums.act(actions.mark_answer, people.omar(), topic, post)
        forums.act(actions.unmark_answer, people.omar(), topic)
    jobs.work_off()
    told = client.enter(people.huda()).get("/ar/notices").text
    assert told.count("notification is-unread") == 1
    assert "رسميًا" in told


# Counters


def test_a_counter_that_is_wrong_is_named_and_put_right(app: Sawt) -> None:
    topic = forums.topic()
    forums.posted(topic, people.yusuf())
    assert wrong_counters() == []
    with db.transaction() as session:
        session.execute(update(Topic).values(post_count=9))
        session.execute(update(Board).values(topic_count=7))
    assert len(wrong_counters()) == 2
    run = app.test_cli_runner().invoke
    assert run(args=["forums", "recount", "--check"]).exit_code == 1
    assert run(args=["forums", "recount"]).exit_code == 0
    assert wrong_counters() == []
    with db.transaction(reading=True) as session:
        assert session.query(Thread).one().post_count == forums.fresh(topic).post_count == 2
