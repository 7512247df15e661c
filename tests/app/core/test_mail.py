"""The outbox: with the act or not at all, once, in the reader's language, without a way to add headers."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
import time_machine
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import delete, select

from app.core import clock, db, jobs, mail, rendering, sinks
from app.core.mail import Mail
from app.factory import Sawt
from tests.browser.test_stored_xss import foreign
from tests.client import Browser
from tests.factories import people
from tests.mail_server import MailServer
from tests.security.payloads import PAYLOADS

SUBJECT = "{{ _('Inquiry %(reference)s', reference=reference|isolate) }} {{ name }}"
LETTER = {
    "email/letter.subject.txt": SUBJECT,
    "email/letter.txt": '{% extends "email/base.txt" %}{% block main %}{{ name }}{% endblock %}',
    "email/letter.html": '{% extends "email/base.html" %}{% block main %}{{ name|bidi }}{% endblock %}',
}
FACTS = {"reference": "7K3M-9QXT-2WDR-5", "name": "هدى"}


@pytest.fixture(autouse=True)
def letter(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A mail template for these tests, and an application context as the worker has one."""
    loader = app.jinja_env.loader
    assert loader is not None
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader(LETTER), loader]))
    for old in _folder(app).glob("*.eml"):
        old.unlink()
    with app.app_context():
        yield


def _folder(app: Sawt) -> Path:
    return Path(app.config["INSTANCE"]) / "mail"


def _in_folder(app: Sawt) -> list[EmailMessage]:
    files = sorted(_folder(app).glob("*.eml"), key=lambda file: file.stat().st_mtime)
    return [message_from_bytes(file.read_bytes(), policy=SMTP) for file in files]


def _post(key: str = "k", to: str = "huda@example.org", language: str = "ar", **more: object) -> None:
    with db.transaction():
        mail.post(to, language, "letter", {**FACTS, **more.pop("facts", {})}, key, **more)  # type: ignore[arg-type,dict-item]


def _row(key: str = "k") -> Mail:
    with db.transaction(reading=True) as session:
        return session.scalars(select(Mail).where(Mail.dedup_key == key)).one()


@pytest.fixture
def server(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A real mail server of this machine that notes what it gets."""
    running = MailServer()
    monkeypatch.setitem(app.extensions, "mail_sink", sinks.SmtpSink(running.url))
    running.start()
    yield running
    running.stop()


# With the act


def test_a_mail_leaves_only_when_the_act_is_committed(app: Sawt) -> None:
    with pytest.raises(ZeroDivisionError):
        _post_and_fail()
    jobs.work_off()
    assert _in_folder(app) == []
    _post()
    jobs.work_off()
    assert len(_in_folder(app)) == 1


def _post_and_fail() -> None:
    with db.transaction():
        mail.post("huda@example.org", "ar", "letter", FACTS, "k")
        raise ZeroDivisionError


def test_the_same_key_adds_no_second_mail(app: Sawt) -> None:
    _post()
    _post()
    with db.transaction():
        for _time in range(2):
            mail.post("huda@example.org", "ar", "letter", FACTS, "k")
    jobs.work_off()
    with db.transaction(reading=True) as session:
        assert len(session.scalars(select(Mail)).all()) == 1
    assert len(_in_folder(app)) == 1


def test_a_second_run_of_the_job_sends_nothing(server: MailServer) -> None:
    _post()
    jobs.work_off()
    mail.deliver(str(_row().id))
    assert len(server.received) == 1


def test_a_mail_in_another_worker_s_hands_is_left_to_it(server: MailServer) -> None:
    _post()
    assert mail._next_letter(_row().id) is not None
    mail.deliver(str(_row().id))
    assert server.received == []
    with time_machine.travel(clock.now() + mail.HELD + timedelta(seconds=1)):
        mail.deliver(str(_row().id))
    assert len(server.received) == 1


# What it says


def test_an_arabic_mail_is_arabic_right_to_left_and_isolates_its_reference(app: Sawt) -> None:
    _post()
    jobs.work_off()
    (sent,) = _in_folder(app)
    html = sent.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<html lang="ar" dir="rtl">' in html
    assert sent["Content-Language"] == "ar"
    assert "\u2068" + FACTS["reference"] + "\u2069" in sent["Subject"]
    assert sent.get_content_type() == "multipart/alternative"
    assert "هدى" in sent.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_language_of_the_mail_is_not_that_of_the_page(app: Sawt) -> None:
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        assert rendering.render("letter", "en", FACTS).html.count('lang="en"') == 2


def test_c04_no_mail_holds_an_element_that_somebody_wrote(app: Sawt) -> None:
    told = rendering.render("letter", "ar", {**FACTS, "name": "\n".join(PAYLOADS)})
    assert list(foreign(told.html, "letter")) == []
    loader = app.jinja_env.loader
    assert loader is not None
    pages = [name for name in loader.list_templates() if name.startswith("email/") and name.endswith(".html")]
    assert len(pages) > 10
    for name in pages:
        source, _file, _is_fresh = loader.get_source(app.jinja_env, name)
        assert not re.search(r"\|\s*safe\b|autoescape", source), name


def test_a_mail_names_its_kind_to_other_programs(app: Sawt) -> None:
    _post(unsubscribe_url="http://localhost/ar/unsubscribe/" + "x" * 200)
    jobs.work_off()
    (sent,) = _in_folder(app)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == f"<{_row().message_id}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    raw = next(_folder(app).glob("*.eml")).read_bytes()
    assert b"\r\nList-Unsubscribe: <http://localhost/ar/unsubscribe/" + b"x" * 200 + b">\r\n" in raw


@pytest.mark.parametrize(
    "evil", ["a\r\nBcc: all@example.org", "a\nBcc: b@c", "\u2028Bcc: x", "\x00\r\n\r\nbody"]
)
def test_c28_a_name_can_add_no_header(app: Sawt, evil: str) -> None:
    _post(facts={"name": evil})
    jobs.work_off()
    (sent,) = _in_folder(app)
    assert set(sent.keys()) == {
        "Message-ID", "Date", "From", "To", "Subject", "Content-Language", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize("evil", ["\u202egpj.exe", "\u2067abc", "abc\u2069\u2069", "\u2068\u2068x\u2069"])
def test_c28_a_name_cannot_turn_the_rest_of_the_subject(app: Sawt, evil: str) -> None:
    told = rendering.render("letter", "ar", {**FACTS, "name": evil})
    rest = told.subject.replace("\u2068" + FACTS["reference"] + "\u2069", "")
    assert not set(rest) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("address", ["x", "a@b\r\nBcc: c@d", "a b@c", "@", "a@@b", ""])
def test_an_address_that_is_none_fails_for_good(app: Sawt, address: str) -> None:
    _post(to=address)
    jobs.work_off()
    assert (_row().cause, _in_folder(app)) == ("address", [])


def test_the_database_holds_neither_address_nor_text_in_the_clear(app: Sawt) -> None:
    _post()
    with db.transaction(reading=True) as session:
        row = session.connection().exec_driver_sql("SELECT * FROM mails").one()
    seen = " ".join(bytes(v).decode("latin1") if isinstance(v, bytes | memoryview) else str(v) for v in row)
    assert "huda" not in seen
    assert "7K3M" not in seen


# When the line is bad


def test_without_a_line_it_is_tried_for_four_days_then_listed(app: Sawt, server: MailServer) -> None:
    server.stop()
    start = clock.now()
    waits: list[timedelta] = []
    with time_machine.travel(start, tick=False) as now:
        _post()
        while not _row().failed_at:
            jobs.work_off()
            row = _row()
            waits.append(row.next_try_at - clock.now())
            now.move_to(max(row.next_try_at, clock.now()))
    minutes = [wait / timedelta(minutes=1) for wait in waits]
    assert minutes[:6] == [1, 5, 15, 60, 60, 60]
    assert timedelta(days=4) <= sum(waits[:-1], timedelta()) < timedelta(days=4, hours=2)
    with db.transaction(reading=True):
        assert [m.dedup_key for m in mail.failed()] == ["k"]


def test_a_line_that_comes_back_gets_each_mail_once(app: Sawt, server: MailServer) -> None:
    server.stop()
    for number in range(5):
        _post(f"k{number}")
    jobs.work_off()
    server.start()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        jobs.work_off()
    assert len(server.received) == 5
    assert len({m["Message-ID"] for m in server.received}) == 5


def test_a_worker_that_was_off_for_three_days_sends_each_mail_once(app: Sawt, server: MailServer) -> None:
    for number in range(5):
        _post(f"k{number}")
    with time_machine.travel(clock.now() + timedelta(days=3)):
        jobs.work_off()
        jobs.schedule()
        jobs.work_off()
    assert len(server.received) == 5


@pytest.mark.parametrize(
    ("reply", "fails", "cause"),
    [
        ("550 5.1.1 no such user huda@example.org", True, "550 5.1.1"),
        ("554 refused", True, "554"),
        ("451 4.7.1 come back later", False, "451 4.7.1"),
    ],
)
def test_a_refusal_is_final_and_a_delay_is_not(
    app: Sawt, server: MailServer, reply: str, fails: bool, cause: str
) -> None:
    server.reply = reply
    _post()
    jobs.work_off()
    assert (bool(_row().failed_at), _row().cause) == (fails, cause)


def test_what_comes_too_late_is_dropped_and_marked(app: Sawt, server: MailServer) -> None:
    _post(not_after=clock.now() + timedelta(minutes=10))
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        jobs.work_off()
    assert server.received == []
    assert (_row().cause, _row().text) == (mail.TOO_LATE, None)
    with db.transaction(reading=True):
        assert mail.failed() == []


def test_no_page_fails_while_the_mail_server_is_away(app: Sawt, server: MailServer, client: Browser) -> None:
    assert client.get("/health/ready").get_json()["missing"] == []
    server.stop()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["missing"]) == (200, ["mail"])
    _post()
    jobs.work_off()
    assert client.enter(people.huda()).get("/ar/notices").status_code == 200
    assert (_row().sent_at, _row().failed_at) == (None, None)


def test_a_lost_job_is_taken_up_again(app: Sawt, server: MailServer) -> None:
    _post()
    with db.transaction() as session:
        session.execute(delete(jobs.Job))
    with time_machine.travel(clock.now() + timedelta(minutes=30)):
        with db.transaction():
            mail.sweep()
        jobs.work_off()
    assert len(server.received) == 1


# Afterwards


def test_texts_with_codes_go_as_soon_as_they_are_out(app: Sawt) -> None:
    _post("code", not_after=clock.now() + timedelta(hours=1))
    _post("other")
    jobs.work_off()
    assert _row("code").text is None
    assert _row("other").text is not None


def test_other_texts_go_after_thirty_days_and_the_row_stays(app: Sawt) -> None:
    _post()
    jobs.work_off()
    for days, is_kept in ((29, True), (31, False)):
        with time_machine.travel(_sent_at() + timedelta(days=days)), db.transaction():
            mail.forget()
        row = _row()
        assert (row.text is not None, row.to is not None, row.html is not None) == (is_kept,) * 3


def _sent_at() -> datetime:
    sent_at = _row().sent_at
    assert sent_at is not None
    return sent_at


def test_a_failed_mail_can_be_sent_again(app: Sawt, server: MailServer) -> None:
    server.reply = "550 no"
    _post()
    jobs.work_off()
    server.reply = ""
    failed = _row().id
    with db.transaction() as session:
        mail.retry(session.get_one(Mail, failed))
    jobs.work_off()
    assert (len(server.received), _row().sent_at is not None) == (1, True)
