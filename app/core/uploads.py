"""Files people send: checked, cleaned and kept under a random name."""

from flask import Flask


def register(app: Flask) -> None:
    """Nothing of the app is needed yet."""
