"""Routes, listeners and ports of demo."""

from flask import Flask


def register(app: Flask) -> None:
    pass
