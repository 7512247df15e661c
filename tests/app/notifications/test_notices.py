"""Notices: told once, as the person wishes, in the person's language, and to nobody else."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, db, jobs
from app.core.errors import Denied, Missing
from app.core.permissions import NOBODY
from app.factory import Sawt
from app.identity.models import Person
from app.notifications import actions, notices, queries
from app.notifications.actions import choose, follow, mute, unfollow, unmute
from app.notifications.kinds import ByMail
from app.notifications.models import Notice
from app.notifications.quiet import QuietHours, end_of_quiet
from tests.factories import people
from tests.factories.told import CASE, REFERENCE, actor, count, sent, tell

# Once


def test_everybody_meant_is_told_once_however_often_it_is_said(app: Sawt) -> None:
    huda, yusuf = people.huda(), people.yusuf()
    for _time in range(3):
        tell(huda, yusuf, huda)
    jobs.work_off()
    assert (count(huda), count(yusuf)) == (1, 1)
    assert sorted(str(m["To"]) for m in sent(app)) == ["huda@example.org", "yusuf@example.org"]


def test_another_key_is_another_notice(app: Sawt) -> None:
    tell(people.huda(), key="e1")
    tell(people.huda(), key="e2")
    assert count(people.huda()) == 2


def test_nobody_is_told_of_an_act_that_failed(app: Sawt) -> None:
    huda = people.huda()
    with pytest.raises(ZeroDivisionError):
        _tell_and_fail(huda)
    jobs.work_off()
    assert (count(huda), sent(app)) == (0, [])


def _tell_and_fail(person: Person) -> None:
    with db.transaction():
        notices.tell([person.id], "answer", CASE, {"reference": REFERENCE}, "e1")
        raise ZeroDivisionError


def test_a_thousand_followers_cost_few_statements(app: Sawt) -> None:
    persons = [db.new_id() for _ in range(1000)]
    with db.transaction() as session:
        rows = [
            {"id": p, "display_name": p.hex, "display_name_skeleton": p.hex, "language": "ar", "level": 0,
             "created_at": clock.now(), "recovery_codes": [], "prefers_hijri": False}
            for p in persons
        ]  # fmt: skip
        session.execute(sa.insert(Person), rows)
    statements: list[str] = []
    note = lambda *args: statements.append(args[2])  # noqa: E731
    sa.event.listen(db.engine(), "before_cursor_execute", note)
    try:
        with db.transaction():
            notices.tell(persons, "answer", CASE, {"reference": REFERENCE}, "e1")
    finally:
        sa.event.remove(db.engine(), "before_cursor_execute", note)
    assert len(statements) < 15
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1000


def test_a_kind_that_nobody_registered_is_a_mistake(app: Sawt) -> None:
    with pytest.raises(KeyError):
        tell(people.huda(), kind="forged")


# By mail


def test_a_mail_comes_in_the_person_s_language_and_leads_there(app: Sawt) -> None:
    tell(people.huda(), people.yusuf())
    jobs.work_off()
    by_address = {str(m["To"]): m for m in sent(app)}
    arabic, english = by_address["huda@example.org"], by_address["yusuf@example.org"]
    assert '<html lang="ar" dir="rtl">' in arabic.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<html lang="en" dir="ltr">' in english.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f"\u2068{REFERENCE}\u2069" in arabic["Subject"]
    for message in (arabic, english):
        text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert f"http://localhost/ar/cases/{REFERENCE}" in text
        assert message["List-Unsubscribe"].startswith("<http://localhost/")


@pytest.mark.parametrize(
    "fields",
    [{"email_confirmed_at": None}, {"suspended_at": datetime(2026, 1, 1, tzinfo=clock.zone())}],
    ids=["unconfirmed address", "suspended"],
)
def test_no_mail_goes_to_an_unconfirmed_address_or_a_suspended_person(
    app: Sawt, fields: dict[str, object]
) -> None:
    tell(people.huda(**fields))
    jobs.work_off()
    assert sent(app) == []


def test_quiet_hours_put_a_mail_off_to_their_end(app: Sawt) -> None:
    huda = people.huda()
    night = datetime(2026, 11, 25, 23, 30, tzinfo=clock.zone())
    with db.transaction():
        actions.choose_quiet_hours(actor(huda), QuietHours(22, 7))
    with time_machine.travel(night, tick=False) as now:
        tell(huda)
        for minutes, mails in ((0, 0), (7 * 60 + 29, 0), (7 * 60 + 31, 1)):
            now.move_to(night + timedelta(minutes=minutes))
            jobs.schedule()
            jobs.work_off()
            assert len(sent(app)) == mails, minutes


@pytest.mark.parametrize(
    ("hour", "until"), [(21, None), (22, 7), (3, 7), (6, 7), (7, None)], ids=lambda value: str(value)
)
def test_quiet_hours_reach_over_midnight(hour: int, until: int | None) -> None:
    instant = datetime(2026, 11, 25, hour, 20, tzinfo=clock.zone())
    end = end_of_quiet(instant, QuietHours(22, 7))
    assert (end == instant) == (until is None)
    assert until is None or (clock.local(end).hour, clock.local(end).minute) == (until, 0)


# Digests


def test_a_digest_gathers_by_subject_newest_first_and_comes_once_a_day(app: Sawt) -> None:
    huda = people.huda()
    morning = datetime(2026, 11, 26, 7, 5, tzinfo=clock.zone())
    with time_machine.travel(morning - timedelta(hours=3), tick=False) as now:
        for number, subject in enumerate((("case", "1"), ("topic", "2"), ("case", "1"))):
            tell(huda, kind="news", key=f"e{number}", subject=subject, reference=f"ABCD-{number}")
        for hours, mails in ((0, 0), (3, 1), (4, 1)):
            now.move_to(morning - timedelta(hours=3 - hours))
            jobs.schedule()
            jobs.work_off()
            assert len(sent(app)) == mails, hours
    text = sent(app)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    order = [text.index(f"/ar/cases/ABCD-{number}") for number in (2, 0, 1)]
    assert order == sorted(order)


def test_what_was_read_meanwhile_is_in_no_digest_and_an_empty_one_is_not_sent(app: Sawt) -> None:
    huda = people.huda()
    tell(huda, kind="news")
    with db.transaction():
        actions.mark_all_read(actor(huda))
    with time_machine.travel(clock.now() + timedelta(days=1)):
        noon = clock.local(clock.now()).replace(hour=12)
    with time_machine.travel(noon):
        jobs.schedule()
        jobs.work_off()
    assert sent(app) == []


def test_a_worker_that_was_off_for_three_days_sends_one_digest(app: Sawt) -> None:
    huda = people.huda()
    tell(huda, kind="news")
    with time_machine.travel((clock.local(clock.now()) + timedelta(days=3)).replace(hour=12)):
        for _time in range(3):
            jobs.schedule()
            jobs.work_off()
    assert len(sent(app)) == 1


# Wishes


def test_who_wants_no_mail_gets_none_and_who_wants_nothing_no_notice(app: Sawt) -> None:
    huda, yusuf = people.huda(), people.yusuf()
    with db.transaction():
        choose(actor(huda), "answer", True, ByMail.OFF)
        choose(actor(yusuf), "answer", False, ByMail.NOW)
    tell(huda, yusuf)
    jobs.work_off()
    assert (count(huda), count(yusuf)) == (1, 0)
    assert [str(m["To"]) for m in sent(app)] == ["yusuf@example.org"]


def test_a_mute_silences_also_what_concerns_oneself_and_following_ends_it(app: Sawt) -> None:
    huda = people.huda()
    with db.transaction():
        follow(actor(huda), *CASE)
        follow(actor(huda), *CASE)
        assert queries.followers(*CASE) == [huda.id]
        mute(actor(huda), *CASE)
        mute(actor(huda), *CASE)
        assert queries.followers(*CASE) == []
        assert queries.attention(actor(huda), *CASE).is_muting
    tell(huda)
    assert count(huda) == 0
    with db.transaction():
        follow(actor(huda), *CASE)
        assert queries.attention(actor(huda), *CASE) == queries.Attention(is_following=True)
    tell(huda)
    assert count(huda) == 1


def test_who_has_no_account_follows_mutes_and_chooses_nothing(app: Sawt) -> None:
    for act in (follow, unfollow, mute, unmute):
        with db.transaction(), pytest.raises(Denied):
            act(NOBODY, *CASE)
    with db.transaction(), pytest.raises(Denied):
        choose(NOBODY, "answer", True, ByMail.OFF)


# Reading


def test_seeing_the_thing_itself_reads_its_notices_alone(app: Sawt) -> None:
    huda = people.huda()
    tell(huda, key="e1")
    tell(huda, key="e2", subject=("case", "2"))
    with db.transaction():
        actions.note_seen(actor(huda), *CASE)
        actions.note_seen(NOBODY, *CASE)
    assert count(huda) == 1


def test_nobody_marks_another_s_notice(app: Sawt) -> None:
    huda = people.huda()
    tell(huda)
    with db.transaction(reading=True) as session:
        public_id = session.scalars(sa.select(Notice.public_id)).one()
    with db.transaction(), pytest.raises(Missing):
        actions.mark_read(actor(people.yusuf()), public_id)
    assert count(huda) == 1


def test_a_read_notice_leaves_the_list_after_a_year(app: Sawt) -> None:
    huda = people.huda()
    tell(huda)
    with db.transaction():
        actions.mark_all_read(actor(huda))
    for days, listed in ((364, 1), (366, 0)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            jobs.schedule()
            jobs.work_off()
        with db.transaction(reading=True):
            assert len(queries.page_of(actor(huda)).notices) == listed
