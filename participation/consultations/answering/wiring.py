"""Routes, listeners and menu entries of answering."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.documents import ports
from participation.consultations.answering import (
    adopting,
    jobs,  # noqa: F401  # the jobs
    notes,
    notices,
    views,
)
from participation.consultations.answering.permissions import may_see_any_figures
from participation.consultations.models import SUBJECT
from participation.discussion.ports import register_notes


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    notices.register()
    ports.check_publishing_with(adopting.objections_to)
    register_notes(SUBJECT, notes.notes_on)
    register_entry(Entry("main", 55, "answering.index", lambda: _("What people say"), may_see_any_figures))
