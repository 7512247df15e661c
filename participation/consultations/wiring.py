"""Routes, jobs, places and rules of consultations."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from participation.consultations import models, places, preparation_views, taking_part_views, views  # noqa: F401
from participation.consultations.actions import claiming  # noqa: F401  # what it listens to
from participation.consultations.permissions import may_prepare_any


def register(app: Flask) -> None:
    for pages in (views, taking_part_views, preparation_views):
        app.register_blueprint(pages.blueprint, url_prefix=f"{PREFIX}{pages.blueprint.url_prefix}")
    places.register()
    register_entry(Entry("main", 5, "consultations.index", lambda: _("Consultations")))
    register_entry(
        Entry(
            "administration",
            30,
            "consultation_preparation.index",
            lambda: _("Consultations"),
            may_prepare_any,
        )
    )
