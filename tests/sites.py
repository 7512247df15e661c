"""The real server in a process of its own, for tests that kill it, cut its lines or come with many browsers.

`running_site` is one served site, ready to answer; `fresh_database` gives it an empty database that is gone
afterwards; `Visitor` is one browser at some address of the world. The test looks into the site's database
after `site.look_inside()`.
"""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import sqlalchemy as sa

from app.core import crypto, db, migrations
from config import Settings
from tests import servers
from tests.conftest import KEYS

ROOT = Path(__file__).resolve().parents[1]
START_WITHIN_SECONDS = 60
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


LINE_FAULTS = (OSError, HTTPException)
"""What a visitor meets when the server is away or dies in the middle of an answer."""


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
        own |= {name: keys[0] for name, keys in KEYS.items()} | {"TRUSTED_PROXIES": "1"}
        return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **own, **self.settings}

    @contextmanager
    def look_inside(self) -> Iterator[None]:
        """Make the site's database and keys those of this process, too."""
        crypto.use_keys(KEYS["SECRET_KEYS"], KEYS["PII_KEYS"])
        engine = db.connect(self.database)
        db.use(engine)
        try:
            yield
        finally:
            engine.dispose()

    def migrate(self) -> None:
        with self.look_inside():
            migrations.upgrade()

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
            return Visitor(self).get("/health/live").status == 200
        except LINE_FAULTS:
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


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by lower-case name, body as text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Visitor:
    """One browser with its cookies, without redirects; `address` is what the site takes for its net."""

    site: Site
    address: str = "192.0.2.1"
    patience_seconds: float = 30
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form. Raises one of LINE_FAULTS when no whole answer came."""
        return self._ask("POST", path, urlencode(fields))

    def token(self, path: str) -> str:
        """The CSRF token of the form on this page."""
        found = TOKEN.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        line = HTTPConnection("127.0.0.1", self.site.port, timeout=self.patience_seconds)
        headers = {"X-Forwarded-For": self.address, "Cookie": self.cookies.output([], "", "; ").strip()}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            got = line.getresponse()
            text = got.read().decode()
        finally:
            line.close()
        for cookie in got.headers.get_all("Set-Cookie", []):
            self.cookies.load(cookie)
        return Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, text)


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
