"""Routes, listeners and ports of dashboards."""

from flask import Flask

from app.core.navigation import Entry, register_entry
from app.dashboards.views import accessibility_label, blueprint, context, privacy_label, root


def register(app: Flask) -> None:
    app.register_blueprint(root)
    app.register_blueprint(blueprint)
    app.context_processor(context)
    register_entry(Entry("footer", 10, "dashboards.accessibility", accessibility_label))
    register_entry(Entry("footer", 20, "dashboards.privacy", privacy_label))
