"""Routes and rules of forums."""

from flask import Flask

from participation.forums import models  # noqa: F401  # the tables


def register(app: Flask) -> None:
    pass
