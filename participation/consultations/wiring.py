"""Routes, jobs, places and rules of consultations."""

from flask import Flask

from app.core.i18n import PREFIX
from participation.consultations import models, places, views  # noqa: F401  # the tables


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=f"{PREFIX}{views.blueprint.url_prefix}")
    places.register()
