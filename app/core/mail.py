"""The outbox: a mail is a row in the same transaction as the act, sent later by a job."""

from flask import Flask


def register(app: Flask) -> None:
    """Nothing of the app is needed yet."""
