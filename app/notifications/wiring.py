"""Routes, jobs and menu entries of notifications."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.notifications import jobs, models, queries, views  # noqa: F401  # the jobs and the tables
from app.notifications.permissions import may_have_notices, may_tend_mails


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    register_entry(
        Entry(
            "account",
            10,
            "notifications.index",
            lambda: _("Notices"),
            may_have_notices,
            count=queries.unread_count,
        )
    )
    register_entry(
        Entry("account", 20, "notifications.follows", lambda: _("What you follow"), may_have_notices)
    )
    register_entry(
        Entry("administration", 60, "notifications.failed_mails", lambda: _("Failed e-mails"), may_tend_mails)
    )
