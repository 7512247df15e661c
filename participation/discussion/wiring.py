"""Routes, jobs and rules of threads and posts."""

from flask import Flask

from app.core.i18n import PREFIX
from participation.discussion import api, showing, views


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    app.register_blueprint(api.blueprint, url_prefix=PREFIX)
    app.jinja_env.globals["thread_words"] = showing.ThreadWords
