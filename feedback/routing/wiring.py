"""Routes, listeners and ports of routing."""

from flask import Flask


def register(app: Flask) -> None:
    pass
