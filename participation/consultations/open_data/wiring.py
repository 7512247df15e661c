"""Routes, jobs and commands of open data."""

from flask import Flask

from app.core.i18n import PREFIX
from participation.consultations.open_data import cli, jobs, views  # noqa: F401  # the jobs


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    cli.register(app)
