"""Routes, listeners and ports of cases."""

from flask import Flask


def register(app: Flask) -> None:
    pass
