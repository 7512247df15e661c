"""Routes, listeners and ports of agencies."""

from flask import Flask


def register(app: Flask) -> None:
    pass
