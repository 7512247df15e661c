"""What production refuses to start with: the message names the setting and the cure, and nothing serves."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.production import Refused
from app.factory import create_app

FIT = {
    "ENV": "production",
    "DATABASE_URL": "",
    "SECRET_KEYS": "a secret of at least thirty-two characters",
    "PII_KEYS": "Y2hhbmdlLW1lLWZvci10ZXN0cy0wMDAwMDAwMDAwMDA=",
    "BASE_URL": "https://sawt.example",
}
MANY = {"WEB_CONCURRENCY": "2", "REDIS_URL": "redis://127.0.0.1:6379/15"}

REFUSED = {
    "SQLite and two processes": (MANY, "DATABASE_URL", "Use PostgreSQL"),
    "no secret": ({"SECRET_KEYS": ""}, "SECRET_KEYS", "32 random characters"),
    "a short secret": ({"SECRET_KEYS": FIT["SECRET_KEYS"] + ",short"}, "SECRET_KEYS", "32 random characters"),
    "no key for identities": ({"PII_KEYS": ""}, "PII_KEYS", "flask make-key"),
    "limits counted by each process alone": ({**MANY, "REDIS_URL": ""}, "REDIS_URL", "Give a Redis address"),
    "http": ({"BASE_URL": "http://sawt.example"}, "BASE_URL", "https"),
    "the debugger": ({"DEBUG": "true"}, "DEBUG", "DEBUG=false"),
    "an old schema": ({}, "DATABASE_URL", "flask migrate"),
    "a database that is away": (
        {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/none"},
        "DATABASE_URL",
        "whether the server runs",
    ),
}


@pytest.fixture(params=REFUSED, ids=lambda name: name.replace(" ", "-"))
def unfit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[str, str]:
    """An environment with one fault; the setting the refusal must name, and the cure."""
    fault, variable, cure = REFUSED[request.param]
    for name, value in {**FIT, "INSTANCE": str(tmp_path), **fault}.items():
        monkeypatch.setenv(name, value)
    return variable, cure


def test_the_application_is_refused_with_the_setting_and_the_cure(unfit: tuple[str, str]) -> None:
    variable, cure = unfit
    with pytest.raises(Refused) as refusal:
        create_app()
    assert variable in str(refusal.value)
    assert cure in str(refusal.value)


def _run(tmp_path: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **FIT, "INSTANCE": str(tmp_path), **variables}
    return subprocess.run([sys.executable, "-m", *command], env=environment, capture_output=True, text=True)


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_gunicorn_stops_with_the_reason(tmp_path: Path) -> None:
    unfit = {"SECRET_KEYS": "", "BASE_URL": "http://sawt.example"}
    stopped = _run(tmp_path, "gunicorn", PORT=_free_port(), **unfit)
    assert stopped.returncode != 0
    assert "SECRET_KEYS: is missing" in stopped.stderr
    assert "BASE_URL: is not https" in stopped.stderr


def test_gunicorn_opens_no_demo_to_the_public(tmp_path: Path) -> None:
    stopped = _run(tmp_path, "gunicorn", ENV="demo", PORT=_free_port())
    assert stopped.returncode != 0
    assert "set ENV=production" in stopped.stderr


def test_prod_check_reports_every_fault_at_once_and_fails(tmp_path: Path) -> None:
    report = _run(tmp_path, "flask", "--app", "app.factory", "prod-check", SECRET_KEYS="", PII_KEYS="")
    assert report.returncode == 1
    assert [line.split(":")[0] for line in report.stdout.splitlines()] == [
        "SECRET_KEYS",
        "PII_KEYS",
        "DATABASE_URL",
    ]


def test_a_migrated_site_with_good_settings_passes_prod_check(tmp_path: Path) -> None:
    assert _run(tmp_path, "flask", "--app", "app.factory", "migrate").returncode == 0
    report = _run(tmp_path, "flask", "--app", "app.factory", "prod-check")
    assert (report.returncode, report.stdout.strip()) == (0, "Nothing stands against a start in production.")
