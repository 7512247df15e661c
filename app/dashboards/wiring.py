"""Routes, listeners and ports of dashboards."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.dashboards import search_views
from app.dashboards.permissions import may_tend_search
from app.dashboards.views import accessibility_label, blueprint, context, privacy_label, root


def register(app: Flask) -> None:
    app.register_blueprint(root)
    app.register_blueprint(blueprint)
    app.register_blueprint(search_views.blueprint, url_prefix=PREFIX)
    app.context_processor(context)
    register_entry(Entry("footer", 10, "dashboards.accessibility", accessibility_label))
    register_entry(Entry("footer", 20, "dashboards.privacy", privacy_label))
    register_entry(
        Entry("administration", 50, "search.in_vain", lambda: _("Searched in vain"), may_tend_search)
    )
