"""Routes, jobs, listeners, places and names of consultations."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.core.search import Searchable, register_searchable
from app.core.subjects import SubjectKind, register_subject
from participation.consultations import (
    jobs,  # noqa: F401  # the jobs
    notices,
    places,
    preparation_views,
    queries,
    searching,
    taking_part_views,
    views,
)
from participation.consultations.actions import claiming  # noqa: F401  # what it listens to
from participation.consultations.permissions import may_prepare_any


def register(app: Flask) -> None:
    for pages in (views, taking_part_views, preparation_views):
        app.register_blueprint(pages.blueprint, url_prefix=f"{PREFIX}{pages.blueprint.url_prefix}")
    places.register()
    notices.register()
    register_searchable(
        Searchable(searching.KIND, lambda: _("Consultations"), searching.everything, order=10)
    )
    register_subject(
        SubjectKind(
            places.KEY,
            lambda: _("Consultation"),
            load=queries.find,
            title=lambda consultation: consultation.title,
            url=places.consultation_url,
            load_many=queries.find_many,
        )
    )
    _register_entries()


def _register_entries() -> None:
    register_entry(Entry("main", 5, "consultations.index", lambda: _("Consultations")))
    register_entry(
        Entry(
            "administration",
            25,
            "consultation_preparation.index",
            lambda: _("Prepare consultations"),
            may_prepare_any,
        )
    )
