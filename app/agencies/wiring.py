"""Routes, listeners and ports of agencies."""

from flask import Flask

from app.agencies import models  # noqa: F401  # the tables


def register(app: Flask) -> None:
    pass
