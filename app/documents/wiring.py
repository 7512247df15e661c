"""Routes, commands and rules of the library."""

from flask import Flask

from app.core.i18n import PREFIX
from app.documents import views


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
