"""Routes, jobs and rules of consultations."""

from flask import Flask

from participation.consultations import models  # noqa: F401  # the tables


def register(app: Flask) -> None:
    pass
