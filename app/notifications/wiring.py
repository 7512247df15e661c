"""Routes, listeners and ports of notifications."""

from flask import Flask


def register(app: Flask) -> None:
    pass
