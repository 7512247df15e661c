"""Routes, listeners and ports of dashboards."""

from flask import Flask


def register(app: Flask) -> None:
    pass
