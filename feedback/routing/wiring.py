"""Routing in the application: its command line, and the advice that cases ask for."""

from pathlib import Path

from flask import Flask

from app.cases.ports import advise_with
from app.core.cli import before_serving
from feedback.routing.advice import Adviser
from feedback.routing.cli import routing


def register(app: Flask) -> None:
    """Called once by the factory; the model is read when the server gets ready, or for the first text."""
    app.cli.add_command(routing)
    adviser = Adviser(Path(app.config["INSTANCE"]))
    advise_with(adviser)
    before_serving(app, adviser.warm_up)
