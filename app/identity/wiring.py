"""Routes, listeners and ports of identity."""

from flask import Flask


def register(app: Flask) -> None:
    pass
