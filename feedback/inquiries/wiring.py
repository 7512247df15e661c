"""Routes, listeners and ports of inquiries."""

from flask import Flask


def register(app: Flask) -> None:
    pass
