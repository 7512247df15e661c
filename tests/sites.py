"""The real server in a process of its own, for tests that kill it, cut its lines or come with many browsers.

`running_site` is one served site, ready to answer; `fresh_database` gives it an empty database that is gone
afterwards. Databases are migrated by the site's own command, secrets lie in its own folder.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import sqlalchemy as sa

from config import Settings
from tests import servers

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN_SECONDS = 60
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotStarted(AssertionError):
    """A process of the site did not come up; the message is what it said."""


@dataclass
class Site:
    """A site of one folder and database. Kill and restart it as often as you like: address and data stay."""

    database: str
    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    serving: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.serving is not None, "the site is not running"
        return self.serving.pid

    @property
    def log(self) -> str:
        """Everything its processes have said so far."""
        return (self.folder / "log").read_text(errors="replace")

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `flask WORDS` of this site in the background; the caller ends it."""
        program = [sys.executable, "-m", "flask", "--app", "app.factory", *words]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(program, cwd=ROOT, env=self._environment(), stdout=log, stderr=log)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in Settings.model_fields}
        own = {"INSTANCE": str(self.folder), "DATABASE_URL": self.database, "PORT": str(self.port)}
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **own, **self.settings}

    def migrate(self) -> None:
        if self.command("migrate").wait(START_WITHIN_SECONDS):
            raise NotStarted(self.log)

    def start(self) -> None:
        """Serve, and return when the first answer has come."""
        self.serving = self.command("serve")
        until = time.monotonic() + START_WITHIN_SECONDS
        while not self.is_alive():
            if self.serving.poll() is not None or time.monotonic() > until:
                raise NotStarted(self.log)
            time.sleep(0.05)

    def is_alive(self) -> bool:
        try:
            with LOCAL.open(f"{self.url}/health/live", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """Take the process away without a word (SIGKILL), as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self.serving is None:
            return
        self.serving.send_signal(how)
        try:
            self.serving.wait(10)
        except subprocess.TimeoutExpired:
            self.serving.kill()
            self.serving.wait()
        self.serving = None

    def restart(self) -> None:
        """Start again after a kill (or kill first)."""
        self.kill()
        self.start()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def running_site(database: str, folder: Path, **settings: str) -> Iterator[Site]:
    """A migrated site that answers; `settings` are environment variables (`JOBS="worker"`, `REDIS_URL=…`).

    `database` is a SQLAlchemy address, `folder` its instance folder. Raises NotStarted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    site = Site(database, folder, free_port(), settings)
    try:
        site.migrate()
        site.start()
        yield site
    finally:
        site.kill()


@contextmanager
def fresh_database(kind: str, folder: Path) -> Iterator[str]:
    """Address of an empty database of this kind (`sqlite` or `postgresql`), gone afterwards."""
    if kind == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{folder / 'sawt.sqlite3'}"
        return
    name = f"sawt_site_{secrets.token_hex(6)}"
    _on_server(f'CREATE DATABASE "{name}"')
    try:
        yield sa.make_url(servers.postgresql()).set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    url = servers.postgresql().replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement.encode())
