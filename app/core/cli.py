"""The operator's commands of the ground floor: migrate, work, serve, check, make keys."""

import logging
import signal
import sys
import threading
from collections.abc import Callable

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.cli import with_appcontext
from werkzeug.serving import run_simple

from app.core import jobs, migrations, production
from config import Settings

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    for command in (migrate, worker, serve, prod_check, make_key):
        app.cli.add_command(command)


@click.command()
@click.option("--revision", default="head", help="Where to go; the newest by default.")
@with_appcontext
def migrate(revision: str) -> None:
    """Bring the database to the newest schema."""
    migrations.upgrade(revision)


@click.command()
@with_appcontext
def worker() -> None:
    """Work on the job table until stopped."""
    _refuse_unfit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    hand = start_worker(app)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    log.info("the worker has started")
    stopped.wait()
    hand.stop()


def start_worker(app: Flask) -> jobs.Worker:
    """A worker thread with the app at hand (mails need its templates and languages)."""

    class AppWorker(jobs.Worker):
        def run(self) -> None:
            with app.app_context():
                super().run()

    hand = AppWorker()
    hand.start()
    return hand


def before_serving(app: Flask, act: Callable[[], object]) -> None:
    """Have this done in each process that serves, before its first request (a model is read)."""
    app.extensions.setdefault("before_serving", []).append(act)


def get_ready(app: Flask) -> None:
    """Do what the features want done before the first request."""
    for act in app.extensions.get("before_serving", ()):
        act()


_announcements: list[Callable[[], object]] = []


def announce(words: Callable[[], object]) -> None:
    """Have these words printed whenever the site begins to serve (the demo says as whom one can enter)."""
    if words not in _announcements:
        _announcements.append(words)


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the site from one process: the demo, or a small deployment behind a proxy."""
    settings: Settings = current_app.config["SETTINGS"]
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    _refuse_unfit()
    if settings.is_demo and settings.HOST not in {"127.0.0.1", "localhost", "::1"}:
        click.echo(f"WARNING: anybody who reaches {settings.HOST} can enter this demo as anybody.", err=True)
    if settings.JOBS == "thread":
        start_worker(app)
    get_ready(app)
    click.echo(f"Sawt is at {settings.base_url}/ar and {settings.base_url}/en")
    for words in _announcements:
        words()
    run_simple(settings.HOST, settings.PORT, app, threaded=True)


def _refuse_unfit() -> None:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.is_production:
        production.refuse(production.refusals_now(settings))


@click.command("prod-check")
@with_appcontext
def prod_check() -> None:
    """Say everything that would stop a start in production, without starting."""
    found = production.refusals_now(current_app.config["SETTINGS"])
    for refusal in found:
        click.echo(str(refusal))
    if found:
        sys.exit(1)
    click.echo("Nothing stands against a start in production.")


@click.command("make-key")
def make_key() -> None:
    """Print a new key for PII_KEYS."""
    click.echo(Fernet.generate_key().decode())
