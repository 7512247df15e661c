"""Notices: told once, as the person wishes, in the person's language, and to nobody else."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, db, jobs, mail
from app.core.errors import Denied, Missing
from app.core.mail import Mail
from app.core.permissions import NOBODY, Actor
from app.core.text import isolate
from app.factory import Sawt
from app.identity.models import Person, actor_of
from app.notifications import actions, kinds, notices, queries
from app.notifications.actions import choose, follow, mute, unfollow, unmute
from app.notifications.kinds import ByMail, Facts, NoticeKind
from app.notifications.models import Notice
from app.notifications.quiet import QuietHours, end_of_quiet
from app.notifications.unsubscribing import read_token, unsubscribe_url
from tests.client import Browser
from tests.factories import people

REFERENCE = "7K3M-9QXT-2WDR-5"
CASE = ("case", "1")


def _sentence(facts: Facts) -> str:
    return f"رد جديد على {isolate(facts['reference'])}"


@pytest.fixture(autouse=True)
def kinds_of_the_test(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two kinds, one at once and one daily; an empty mail folder; the context the worker has."""
    monkeypatch.setattr(kinds, "_kinds", {})
    for key, default in (("answer", ByMail.NOW), ("news", ByMail.DAILY)):
        kinds.register_notice(
            NoticeKind(key, lambda: "كلمة", _sentence, lambda f: f"/ar/cases/{f['reference']}", None, default)
        )
    for old in (Path(app.config["INSTANCE"]) / "mail").glob("*.eml"):
        old.unlink()
    with app.app_context():
        yield


def _sent(app: Sawt) -> list[EmailMessage]:
    files = sorted((Path(app.config["INSTANCE"]) / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=SMTP) for file in files]


def _tell(
    *to: Person,
    kind: str = "answer",
    key: str = "e1",
    subject: tuple[str, str] = CASE,
    reference: str = REFERENCE,
) -> None:
    with db.transaction():
        notices.tell([person.id for person in to], kind, subject, {"reference": reference}, key)


def _actor(person: Person) -> Actor:
    return actor_of(person)


def _count(person: Person) -> int:
    with db.transaction(reading=True):
        return queries.unread_count(_actor(person))


# Once


def test_everybody_meant_is_told_once_however_often_it_is_said(app: Sawt) -> None:
    huda, yusuf = people.huda(), people.yusuf()
    for _time in range(3):
        _tell(huda, yusuf, huda)
    jobs.work_off()
    assert (_count(huda), _count(yusuf)) == (1, 1)
    assert sorted(str(m["To"]) for m in _sent(app)) == ["huda@example.org", "yusuf@example.org"]


def test_another_key_is_another_notice(app: Sawt) -> None:
    _tell(people.huda(), key="e1")
    _tell(people.huda(), key="e2")
    assert _count(people.huda()) == 2


def test_nobody_is_told_of_an_act_that_failed(app: Sawt) -> None:
    huda = people.huda()
    with pytest.raises(ZeroDivisionError):
        _tell_and_fail(huda)
    jobs.work_off()
    assert (_count(huda), _sent(app)) == (0, [])


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
        _tell(people.huda(), kind="forged")


# By mail


def test_a_mail_comes_in_the_person_s_language_and_leads_there(app: Sawt) -> None:
    _tell(people.huda(), people.yusuf())
    jobs.work_off()
    by_address = {str(m["To"]): m for m in _sent(app)}
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
    _tell(people.huda(**fields))
    jobs.work_off()
    assert _sent(app) == []


def test_quiet_hours_put_a_mail_off_to_their_end(app: Sawt) -> None:
    huda = people.huda()
    night = datetime(2026, 11, 25, 23, 30, tzinfo=clock.zone())
    with db.transaction():
        actions.choose_quiet_hours(_actor(huda), QuietHours(22, 7))
    with time_machine.travel(night, tick=False) as now:
        _tell(huda)
        for minutes, mails in ((0, 0), (7 * 60 + 29, 0), (7 * 60 + 31, 1)):
            now.move_to(night + timedelta(minutes=minutes))
            jobs.schedule()
            jobs.work_off()
            assert len(_sent(app)) == mails, minutes


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
            _tell(huda, kind="news", key=f"e{number}", subject=subject, reference=f"ABCD-{number}")
        for hours, mails in ((0, 0), (3, 1), (4, 1)):
            now.move_to(morning - timedelta(hours=3 - hours))
            jobs.schedule()
            jobs.work_off()
            assert len(_sent(app)) == mails, hours
    text = _sent(app)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    order = [text.index(f"/ar/cases/ABCD-{number}") for number in (2, 0, 1)]
    assert order == sorted(order)


def test_what_was_read_meanwhile_is_in_no_digest_and_an_empty_one_is_not_sent(app: Sawt) -> None:
    huda = people.huda()
    _tell(huda, kind="news")
    with db.transaction():
        actions.mark_all_read(_actor(huda))
    with time_machine.travel(clock.now() + timedelta(days=1)):
        noon = clock.local(clock.now()).replace(hour=12)
    with time_machine.travel(noon):
        jobs.schedule()
        jobs.work_off()
    assert _sent(app) == []


def test_a_worker_that_was_off_for_three_days_sends_one_digest(app: Sawt) -> None:
    huda = people.huda()
    _tell(huda, kind="news")
    with time_machine.travel((clock.local(clock.now()) + timedelta(days=3)).replace(hour=12)):
        for _time in range(3):
            jobs.schedule()
            jobs.work_off()
    assert len(_sent(app)) == 1


# Wishes


def test_who_wants_no_mail_gets_none_and_who_wants_nothing_no_notice(app: Sawt) -> None:
    huda, yusuf = people.huda(), people.yusuf()
    with db.transaction():
        choose(_actor(huda), "answer", True, ByMail.OFF)
        choose(_actor(yusuf), "answer", False, ByMail.NOW)
    _tell(huda, yusuf)
    jobs.work_off()
    assert (_count(huda), _count(yusuf)) == (1, 0)
    assert [str(m["To"]) for m in _sent(app)] == ["yusuf@example.org"]


def test_a_mute_silences_also_what_concerns_oneself_and_following_ends_it(app: Sawt) -> None:
    huda = people.huda()
    with db.transaction():
        follow(_actor(huda), *CASE)
        follow(_actor(huda), *CASE)
        assert queries.followers(*CASE) == [huda.id]
        mute(_actor(huda), *CASE)
        mute(_actor(huda), *CASE)
        assert queries.followers(*CASE) == []
        assert queries.is_muting(_actor(huda), *CASE)
    _tell(huda)
    assert _count(huda) == 0
    with db.transaction():
        follow(_actor(huda), *CASE)
        assert queries.is_following(_actor(huda), *CASE)
        assert not queries.is_muting(_actor(huda), *CASE)
    _tell(huda)
    assert _count(huda) == 1


def test_who_has_no_account_follows_mutes_and_chooses_nothing(app: Sawt) -> None:
    for act in (follow, unfollow, mute, unmute):
        with db.transaction(), pytest.raises(Denied):
            act(NOBODY, *CASE)
    with db.transaction(), pytest.raises(Denied):
        choose(NOBODY, "answer", True, ByMail.OFF)


# Reading


def test_seeing_the_thing_itself_reads_its_notices_alone(app: Sawt) -> None:
    huda = people.huda()
    _tell(huda, key="e1")
    _tell(huda, key="e2", subject=("case", "2"))
    with db.transaction():
        actions.mark_read_about(_actor(huda), *CASE)
        actions.mark_read_about(NOBODY, *CASE)
    assert _count(huda) == 1


def test_nobody_marks_another_s_notice(app: Sawt) -> None:
    huda = people.huda()
    _tell(huda)
    with db.transaction(reading=True) as session:
        public_id = session.scalars(sa.select(Notice.public_id)).one()
    with db.transaction(), pytest.raises(Missing):
        actions.mark_read(_actor(people.yusuf()), public_id)
    assert _count(huda) == 1


def test_a_read_notice_leaves_the_list_after_a_year(app: Sawt) -> None:
    huda = people.huda()
    _tell(huda)
    with db.transaction():
        actions.mark_all_read(_actor(huda))
    for days, listed in ((364, 1), (366, 0)):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            jobs.schedule()
            jobs.work_off()
        with db.transaction(reading=True):
            assert len(queries.page_of(_actor(huda)).notices) == listed


# Links that end mails


def test_a_sealed_link_names_its_person_and_kind_and_no_other_passes(app: Sawt) -> None:
    person_id = uuid.uuid4()
    token = unsubscribe_url(person_id, "answer").rpartition("/")[2]
    read = read_token(token)
    assert read is not None
    assert (read.person_id, read.kind) == (person_id, "answer")
    from app.core import crypto

    for forged in ("", "x", token[:-2] + "AA", "x" * 100_000, "ش", crypto.encrypt("other purpose").decode()):
        assert read_token(forged) is None


def test_one_click_ends_a_kind_of_mail_without_sign_in_and_a_look_does_not(
    app: Sawt, client: Browser
) -> None:
    huda = people.huda()
    path = unsubscribe_url(huda.id, "answer").removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    with db.transaction(reading=True):
        assert queries.wishes_about("answer", [huda.id])[huda.id].by_mail == ByMail.NOW
    for _time in range(2):
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with db.transaction(reading=True):
        assert queries.wishes_about("answer", [huda.id])[huda.id].by_mail == ByMail.OFF
        assert queries.wishes_about("news", [huda.id])[huda.id].by_mail == ByMail.DAILY
    assert client.post("/ar/unsubscribe/forged").status_code == 404


def test_the_link_of_a_digest_ends_all_that_comes_daily(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    path = unsubscribe_url(huda.id, "digest").removeprefix("http://localhost")
    assert client.post(path).status_code == 200
    with db.transaction(reading=True):
        wished = {wish.kind.key: wish.by_mail for wish in queries.wishes(huda.id)}
    assert wished == {"answer": ByMail.NOW, "news": ByMail.OFF}


# Pages


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_list_shows_newest_first_a_page_at_a_time(app: Sawt, client: Browser, language: str) -> None:
    huda = people.huda()
    for number in range(queries.PAGE + 2):
        _tell(huda, key=f"e{number}", reference=f"ABCD-{number:03}")
    client.enter(huda)
    first = client.get(f"/{language}/notices").text
    assert first.index(f"ABCD-{queries.PAGE + 1:03}") < first.index("ABCD-002")
    assert "ABCD-001" not in first
    with db.transaction(reading=True):
        cursor = queries.page_of(_actor(huda)).next_cursor
    second = client.get(f"/{language}/notices?before={cursor}").text
    assert "ABCD-001" in second
    assert "ABCD-002" not in second
    assert client.get(f"/{language}/notices?before=forged").status_code == 200


def test_the_badge_counts_to_ninety_nine_and_costs_one_query(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    for number in range(101):
        _tell(huda, key=f"e{number}")
    client.enter(huda)
    assert '<span class="counter">99+</span>' in client.get("/ar/notices").text
    counted: list[str] = []
    note = lambda *args: counted.append(args[2]) if "notices" in args[2] else None  # noqa: E731
    sa.event.listen(db.engine(), "before_cursor_execute", note)
    try:
        with db.transaction(reading=True):
            assert queries.unread_count(_actor(huda)) == queries.MOST_COUNTED
    finally:
        sa.event.remove(db.engine(), "before_cursor_execute", note)
    assert len(counted) == 1


def test_a_reader_marks_one_notice_or_all(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    for key in ("e1", "e2", "e3"):
        _tell(huda, key=key)
    client.enter(huda)
    with db.transaction(reading=True):
        public_id = queries.page_of(_actor(huda)).notices[0].public_id
    assert (
        client.post("/ar/notices/readings", data={"notice": public_id, **_token(client)}).status_code == 303
    )
    assert _count(huda) == 2
    assert client.post("/ar/notices/readings", data={"notice": "forged", **_token(client)}).status_code == 404
    assert client.post("/ar/notices/readings", data=_token(client)).status_code == 303
    assert _count(huda) == 0
    assert client.post("/ar/notices/readings").status_code == 400, "without the token of the page"


def _token(client: Browser, path: str = "/ar/notices/wishes") -> dict[str, str]:
    page = client.get(path).text
    return {"csrf_token": page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]}


def test_wishes_are_kept_by_the_form(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    client.enter(huda)
    wish = {
        "by_mail_answer": "daily",
        "by_mail_news": "off",
        "in_site_news": "y",
        "quiet_start": "22",
        "quiet_until": "7",
    }
    answer = client.post("/ar/notices/wishes", data={**wish, **_token(client)})
    assert answer.status_code == 303
    with db.transaction(reading=True):
        kept = [(w.kind.key, w.in_site, w.by_mail) for w in queries.wishes(huda.id)]
        assert queries.quiet_hours([huda.id]) == {huda.id: QuietHours(22, 7)}
    assert kept == [("answer", False, ByMail.DAILY), ("news", True, ByMail.OFF)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_start": "22"},
        {"quiet_start": "5", "quiet_until": "5"},
        {"quiet_start": "99"},
        {"by_mail_answer": "x"},
    ],
)
def test_a_wrong_wish_comes_back_with_a_word(app: Sawt, client: Browser, wrong: dict[str, str]) -> None:
    huda = people.huda()
    client.enter(huda)
    right = {"by_mail_answer": "daily", "by_mail_news": "off", "quiet_start": "", "quiet_until": ""}
    answer = client.post("/en/notices/wishes", data={**right, **wrong, **_token(client)})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    with db.transaction(reading=True):
        assert queries.wishes(huda.id)[0].by_mail == ByMail.NOW


def test_who_is_not_signed_in_has_no_notices_page(client: Browser) -> None:
    for path in ("/ar/notices", "/ar/notices/wishes", "/ar/administration/mails"):
        assert client.get(path).status_code in {302, 401, 403}


# Failed mails


def _failed(address: str = "no\naddress") -> str:
    with db.transaction():
        facts = {"sentence": "سر", "label": "x", "action_url": ""}
        mail.post(address, "ar", "notice", facts, f"k {address}")
    jobs.work_off()
    with db.transaction(reading=True) as session:
        return session.scalars(sa.select(Mail)).one().public_id


def test_an_administrator_sends_or_discards_what_failed(app: Sawt, client: Browser) -> None:
    public_id = _failed("huda@@example.org")
    client.enter(people.adam())
    page = client.get("/ar/administration/mails").text
    assert "h***@example.org" in page
    assert "سر" not in page
    assert client.post(f"/ar/administration/mails/{public_id}/tries", data=_token(client)).status_code == 303
    assert "h***@" not in client.get("/ar/administration/mails").text
    jobs.work_off()
    assert "h***@" in client.get("/ar/administration/mails").text
    discarding = f"/ar/administration/mails/{public_id}/discarding"
    assert client.post(discarding, data=_token(client)).status_code == 303
    assert client.post(discarding, data=_token(client)).status_code == 409
    assert "h***@" not in client.get("/ar/administration/mails").text
    assert client.post("/ar/administration/mails/forged/tries", data=_token(client)).status_code == 404


@pytest.mark.parametrize("who", [people.huda, people.omar, people.lina, people.nour])
def test_nobody_else_tends_the_mails(app: Sawt, client: Browser, who) -> None:  # type: ignore[no-untyped-def]
    public_id = _failed("huda@@example.org")
    client.enter(who())
    assert client.get("/ar/administration/mails").status_code == 403
    path = f"/ar/administration/mails/{public_id}/discarding"
    assert client.post(path, data=_token(client)).status_code == 403
