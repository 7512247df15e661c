"""Routes, listeners and ports of identity."""

from flask import Flask

from app.identity import models  # noqa: F401  # the tables


def register(app: Flask) -> None:
    pass
