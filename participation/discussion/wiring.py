"""Routes, jobs and rules of threads and posts."""

from flask import Flask

from participation.discussion import models  # noqa: F401  # the tables


def register(app: Flask) -> None:
    pass
