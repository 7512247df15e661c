"""One line for one thing: on the list, in the digest and by mail, however much happens there."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, db, jobs
from app.factory import Sawt
from app.identity.models import Person
from app.notifications import actions, kinds, notices, queries
from app.notifications.actions import choose
from app.notifications.jobs import APART
from app.notifications.kinds import ByMail, Facts, NoticeKind
from app.notifications.models import Notice
from app.notifications.notices import GATHERED
from app.notifications.quiet import QuietHours
from tests.client import Browser
from tests.factories import people
from tests.factories.told import actor, count, sent, tell

ARTICLE, OTHER = ("article", "4"), ("article", "9")
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=clock.zone())
STORM = 40
"""Events in the ordinary storm; the long one has a thousand."""


def _sentence(facts: Facts) -> str:
    return f"تعليق جديد {facts['reference']}"


@pytest.fixture(autouse=True)
def comments(kinds_of_the_test: None) -> None:
    """Two kinds of which several about one thing are one line: mailed soon, and daily."""
    for key, default in (("comment", ByMail.NOW), ("talk", ByMail.DAILY)):
        kinds.register_notice(
            NoticeKind(
                key, lambda: "تعليقات", _sentence, lambda facts: "/ar/", None, default,
                many=lambda number, facts: f"{number} تعليقات جديدة",
            )
        )  # fmt: skip


@pytest.fixture
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def comment(*to: Person, number: int = 1, about: tuple[str, str] = ARTICLE, kind: str = "comment") -> None:
    for one in range(number):
        key = f"{about} {clock.now().isoformat()} {one}"
        tell(*to, kind=kind, key=key, subject=about, reference=f"C-{one}")


def work() -> None:
    jobs.schedule()
    jobs.work_off()


def shown(person: Person) -> list[str]:
    with db.transaction(reading=True):
        return [line.sentence for line in queries.page_of(actor(person)).lines]


# On the list


def test_several_about_one_thing_are_one_line_and_count_once_in_the_badge(app: Sawt) -> None:
    huda = people.huda()
    comment(huda, number=3)
    comment(huda, about=OTHER)
    tell(huda, key="answer")
    assert shown(huda) == ["رد جديد على \u20687K3M-9QXT-2WDR-5\u2069", "تعليق جديد C-0", "3 تعليقات جديدة"]
    assert count(huda) == 3


def test_news_of_a_thing_brings_its_line_to_the_top(app: Sawt) -> None:
    huda = people.huda()
    comment(huda, number=2)
    comment(huda, about=OTHER)
    tell(huda, kind="comment", key="later", subject=ARTICLE)
    assert shown(huda) == ["3 تعليقات جديدة", "تعليق جديد C-0"]


def test_reading_a_line_reads_all_it_stands_for_and_the_next_news_starts_a_new_one(
    app: Sawt, client: Browser
) -> None:
    huda = people.huda()
    comment(huda, number=3)
    client.enter(huda)
    with db.transaction(reading=True):
        (line,) = queries.page_of(actor(huda)).lines
    client.send("/ar/notices/readings", {"notice": line.notice.public_id})
    assert count(huda) == 0
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).where(Notice.read_at.is_(None))) == 0
    tell(huda, kind="comment", key="later", subject=ARTICLE, reference="C-9")
    assert shown(huda) == ["تعليق جديد C-9", "3 تعليقات جديدة"]
    assert "3 تعليقات جديدة" in client.get("/ar/notices").text


def test_the_list_asks_as_much_for_many_lines_as_for_one(app: Sawt) -> None:
    from tests.counting import counted

    huda, costs = people.huda(), []
    for subject in range(20):
        comment(huda, number=2, about=("article", str(subject)))
        with db.transaction(reading=True), counted() as statements:
            queries.page_of(actor(huda))
        costs.append(len(statements))
    assert set(costs) == {2}


def test_telling_the_same_again_leaves_the_line_as_it_is(app: Sawt) -> None:
    huda = people.huda()
    for _time in range(3):
        tell(huda, kind="comment", key="published", subject=ARTICLE, reference="C-1")
    assert shown(huda) == ["تعليق جديد C-1"]
    assert count(huda) == 1


# By mail


@pytest.mark.parametrize("events", [STORM, pytest.param(1000, marks=pytest.mark.long)])
def test_a_storm_on_one_thing_is_one_mail(app: Sawt, now: time_machine.Traveller, events: int) -> None:
    """The worker runs all through the storm, which lasts as long as mails wait for more to come."""
    huda = people.huda()
    for number in range(events):
        now.move_to(NOON + GATHERED / events * number)
        tell(huda, kind="comment", key=f"e{number}", subject=ARTICLE)
        if number % (events // 10) == 0:
            work()
    now.move_to(NOON + GATHERED)
    work()
    assert [message["Subject"] for message in sent(app)] == [f"{events} تعليقات جديدة"]
    assert count(huda) == 1


def test_a_storm_that_goes_on_sends_its_next_mail_hours_later(app: Sawt, now: time_machine.Traveller) -> None:
    huda, end = people.huda(), NOON + APART + GATHERED
    for minutes in range(0, 230, 10):
        now.move_to(NOON + timedelta(minutes=minutes))
        tell(huda, kind="comment", key=f"e{minutes}", subject=ARTICLE)
        work()
    assert len(sent(app)) == 1
    now.move_to(end)
    work()
    assert len(sent(app)) == 2
    work()
    assert len(sent(app)) == 2


def test_news_of_different_things_does_not_wait_for_each_other(
    app: Sawt, now: time_machine.Traveller
) -> None:
    huda = people.huda()
    comment(huda, number=2)
    comment(huda, about=OTHER)
    now.shift(GATHERED)
    work()
    assert sorted(message["Subject"] for message in sent(app)) == ["2 تعليقات جديدة", "تعليق جديد C-0"]


def test_what_was_read_before_its_mail_is_not_mailed(app: Sawt, now: time_machine.Traveller) -> None:
    huda = people.huda()
    comment(huda, number=2)
    with db.transaction():
        actions.note_seen(actor(huda), *ARTICLE)
    now.shift(GATHERED)
    work()
    assert sent(app) == []


def test_publishing_twice_tells_nobody_twice(app: Sawt, now: time_machine.Traveller) -> None:
    huda = people.huda()
    with db.transaction():
        actions.follow(actor(huda), *ARTICLE)
    for _time in range(2):
        with db.transaction():
            notices.tell_followers(ARTICLE, "comment", {"reference": "C"}, "published")
        now.shift(GATHERED)
        work()
    now.shift(timedelta(days=8))  # the finished job of the first time is forgotten by now
    with db.transaction():
        notices.tell_followers(ARTICLE, "comment", {"reference": "C"}, "published")
    work()
    now.shift(GATHERED)
    work()
    assert (count(huda), len(sent(app))) == (1, 1)


def test_a_worker_that_was_away_for_three_days_tells_each_once_and_keeps_the_quiet_hours(
    app: Sawt, now: time_machine.Traveller
) -> None:
    huda, yusuf = people.huda(), people.yusuf()
    with db.transaction():
        actions.choose_quiet_hours(actor(huda), QuietHours(22, 7))
        for person in (huda, yusuf):
            actions.follow(actor(person), *ARTICLE)
    for day in range(3):
        now.move_to(NOON + timedelta(days=day))
        with db.transaction():
            notices.tell_followers(ARTICLE, "comment", {"reference": "C"}, f"day {day}")
    back = NOON + timedelta(days=3, hours=11)  # an hour into Huda's quiet hours
    now.move_to(back)
    work()
    now.shift(GATHERED)
    work()
    assert [str(message["To"]) for message in sent(app)] == ["yusuf@example.org"]
    now.move_to(back + timedelta(hours=8, minutes=1))
    for _time in range(2):
        work()
    assert sorted(str(message["To"]) for message in sent(app)) == ["huda@example.org", "yusuf@example.org"]
    assert {message["Subject"] for message in sent(app)} == {"3 تعليقات جديدة"}
    assert (count(huda), count(yusuf)) == (1, 1)


def test_a_mail_that_became_due_while_the_worker_was_away_still_waits_for_the_quiet_hours(
    app: Sawt, now: time_machine.Traveller
) -> None:
    huda = people.huda()
    with db.transaction():
        actions.choose_quiet_hours(actor(huda), QuietHours(22, 7))
    comment(huda)
    now.move_to(NOON + timedelta(hours=11))
    work()
    assert sent(app) == []
    now.move_to(NOON + timedelta(hours=19, minutes=1))
    work()
    assert len(sent(app)) == 1


@pytest.mark.parametrize("kind", ["comment", "talk", "answer"])
def test_every_mail_about_notices_can_be_ended_with_one_click(
    app: Sawt, now: time_machine.Traveller, client: Browser, kind: str
) -> None:
    """RFC 8058: both headers, and the address that they name takes the post of a mail program."""
    huda = people.huda()
    tell(huda, kind=kind, subject=ARTICLE)
    now.shift(timedelta(days=1))
    work()
    (message,) = sent(app)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(huda, kind=kind, key="later", subject=OTHER)
    now.shift(timedelta(days=1))
    work()
    assert len(sent(app)) == 1


# In the digest


def test_the_digest_has_one_line_for_each_thing(app: Sawt, now: time_machine.Traveller) -> None:
    huda = people.huda()
    comment(huda, number=12, kind="talk")
    comment(huda, about=OTHER, kind="talk")
    now.shift(timedelta(days=1))
    work()
    (message,) = sent(app)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "12 تعليقات جديدة" in text
    assert text.index("تعليق جديد C-0") < text.index("12 تعليقات جديدة"), "newest first"
    assert "إشعاران" in message["Subject"]


def test_a_digest_in_which_everything_was_read_or_stopped_is_not_sent(
    app: Sawt, now: time_machine.Traveller
) -> None:
    huda, yusuf = people.huda(), people.yusuf()
    with db.transaction():
        choose(actor(yusuf), "talk", True, ByMail.OFF)
    comment(huda, yusuf, number=5, kind="talk")
    with db.transaction():
        actions.note_seen(actor(huda), *ARTICLE)
    now.shift(timedelta(days=1))
    work()
    assert sent(app) == []
