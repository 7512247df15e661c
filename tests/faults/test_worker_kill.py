"""Workers that are killed in the middle of sending lose no mail and repeat none under another name."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.core import clock, db, jobs, mail
from app.core.mail import Mail
from app.factory import Sawt
from config import Settings
from tests.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]
LATER = mail.HELD + timedelta(minutes=2)
"""How far the clock of each next worker is ahead: the lease of what its killed forerunner held is over."""

WORKER = """
import sys
from datetime import timedelta
from app.core import clock, jobs
from app.factory import create_app

ahead, now = timedelta(seconds=float(sys.argv[1])), clock.now
clock.now = lambda: now() + ahead
app = create_app()
with app.app_context():
    print("ready", flush=True)
    jobs.work_off()
"""


class SlowServer(MailServer):
    """Takes a mail, says when it has, and then lets the sender wait for the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = threading.Semaphore(0)

    async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
        answer = await super().handle_DATA(server, session, envelope)
        self.taken.release()
        await asyncio.sleep(0.02)
        return answer


@pytest.fixture
def server() -> "SlowServer":
    running = SlowServer()
    running.start()
    return running


@pytest.mark.parametrize(
    ("mails", "kills"), [(12, 1), pytest.param(60, 3, marks=pytest.mark.long)], ids=["short", "full"]
)
def test_c11_killed_workers_lose_no_mail_and_repeat_none_under_another_name(
    app: Sawt, server: SlowServer, mails: int, kills: int
) -> None:
    try:
        _post(app, mails)
        for number in range(kills):
            _kill_while_sending(app, server, ahead=LATER * number)
        last = _start(app, server, ahead=LATER * kills)
        assert last.wait(timeout=90) == 0, last.stderr.read() if last.stderr else ""
        _close(last)
    finally:
        server.stop()
    times = Counter(str(message["Message-ID"]) for message in server.received)
    assert set(times) == {f"<{message_id}>" for message_id in _message_ids()}
    assert len(times) == mails
    assert sum(times.values()) - mails <= kills, "only what was in a killed hand may come twice"
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).where(Mail.sent_at.is_(None))) == 0


def test_c11_killed_between_sending_and_noting_the_repeat_has_the_same_id(
    app: Sawt, server: SlowServer
) -> None:
    try:
        _post(app, 1)
        _kill_while_sending(app, server, ahead=timedelta())
        last = _start(app, server, ahead=LATER)
        assert last.wait(timeout=60) == 0
        _close(last)
    finally:
        server.stop()
    assert [m["Message-ID"] for m in server.received] == [f"<{_message_ids()[0]}>"] * 2


def _post(app: Sawt, mails: int) -> None:
    with app.app_context():
        for number in range(mails):
            facts = {"sentence": f"رسالة {number}", "label": "إشعار", "action_url": "http://localhost/"}
            with db.transaction():
                mail.post(f"person{number}@example.org", "ar", "notice", facts, f"key {number}")


def _message_ids() -> list[str]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(Mail.message_id)))


def _start(app: Sawt, server: MailServer, ahead: timedelta) -> subprocess.Popen[str]:
    settings: Settings = app.config["SETTINGS"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "ENV": "test",
        "DATABASE_URL": settings.database_url,
        "INSTANCE": str(settings.INSTANCE),
        "BASE_URL": settings.base_url,
        "SECRET_KEYS": settings.SECRET_KEYS[0],
        "PII_KEYS": settings.PII_KEYS[0],
        "SMTP_URL": server.url,
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(ahead.total_seconds())],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n", worker.stderr and worker.stderr.read()
    return worker


def _kill_while_sending(app: Sawt, server: SlowServer, ahead: timedelta) -> None:
    """Kill a worker at the moment when a mail has arrived and the worker does not know it yet."""
    worker = _start(app, server, ahead)
    assert server.taken.acquire(timeout=30)
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(timeout=10) == -signal.SIGKILL
    _close(worker)
    time.sleep(0.1)
    while server.taken.acquire(blocking=False):
        pass


def _close(worker: subprocess.Popen[str]) -> None:
    for stream in (worker.stdout, worker.stderr):
        if stream is not None:
            stream.close()


def test_the_lease_of_a_mail_ends_before_that_of_its_job() -> None:
    """Otherwise the next worker would find the mail held, and the job would be over without it."""
    assert mail.HELD < jobs._kinds["mail.deliver"].lease
    assert clock.now() + LATER > clock.now() + jobs._kinds["mail.deliver"].lease
