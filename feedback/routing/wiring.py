"""Routing in the application: its command line, and the advice that cases ask for."""

from pathlib import Path

from flask import Flask

from app.cases.ports import advise_with
from feedback.routing.advice import Adviser
from feedback.routing.cli import routing


def register(app: Flask) -> None:
    """Called once by the factory; no model is read before the first text."""
    app.cli.add_command(routing)
    advise_with(Adviser(Path(app.config["INSTANCE"])))
