"""Routes, jobs, listeners, places and names of consultations."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.core.search import Searchable, register_searchable
from app.core.subjects import SubjectKind, register_subject
from app.documents import ports
from participation.consultations import (
    document_links,
    jobs,  # noqa: F401  # the jobs
    notices,
    places,
    queries,
    response_places,
    searching,
)
from participation.consultations.actions import claiming  # noqa: F401  # what it listens to
from participation.consultations.models import SUBJECT
from participation.consultations.permissions import may_prepare_any
from participation.consultations.views import preparation, reading, taking_part


def register(app: Flask) -> None:
    for pages in (reading, taking_part, preparation):
        app.register_blueprint(pages.blueprint, url_prefix=f"{PREFIX}{pages.blueprint.url_prefix}")
    places.register()
    response_places.register()
    notices.register()
    ports.give_links_with(document_links.links_of)
    register_searchable(Searchable(SUBJECT, lambda: _("Consultations"), searching.everything, order=10))
    register_subject(
        SubjectKind(
            SUBJECT,
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
