"""Routes and the kind of case of inquiries."""

from typing import Any

from flask import Flask

from app.cases.kinds import CaseKind, register_kind
from app.cases.models import Case
from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from feedback.inquiries import queries, views
from feedback.inquiries.models import Inquiry


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    register_kind(
        CaseKind(
            key="inquiry",
            model=Inquiry,
            label=lambda: _("Inquiry"),
            start_endpoint="inquiries.write",
            panel_template="inquiries/panel.html",
            panel_query=_panel,
        )
    )
    register_entry(Entry("main", 10, "inquiries.write", lambda: _("Ask or report")))


def _panel(case: Case) -> dict[str, Any]:
    return {"suggestion": queries.suggestion(case)}
