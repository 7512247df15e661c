"""Routes, commands and rules of the library."""

from flask import Flask

from app.documents import models  # noqa: F401  # the tables


def register(app: Flask) -> None:
    pass
