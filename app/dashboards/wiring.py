"""Routes, listeners and ports of dashboards."""

from flask import Flask

from app.dashboards.views import blueprint


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
