"""Routes, listeners and menu entries of cases."""

from flask import Flask

from app.cases import actions, inbox_views, notices, views
from app.cases.models import Case
from app.cases.permissions import may_open_inbox
from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.identity import rotation


def register(app: Flask) -> None:
    for blueprint in (views.blueprint, inbox_views.blueprint):
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    notices.register()
    rotation.register_indexing(Case.__tablename__, actions.index_name_anew)
    register_entry(
        Entry("main", 20, "cases.find", lambda: _("Find what you sent"), lambda actor: actor.is_anonymous)
    )
    register_entry(
        Entry("main", 20, "cases.mine", lambda: _("My requests"), lambda actor: not actor.is_anonymous)
    )
    register_entry(Entry("main", 50, "inbox.index", lambda: _("Inbox"), may_open_inbox))
    register_entry(
        Entry(
            "main",
            51,
            "inbox.canned_index",
            lambda: _("Canned answers"),
            lambda actor: bool(actor.agencies()),
        )
    )
