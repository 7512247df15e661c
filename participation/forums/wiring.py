"""Routes, places, notices and menu entries of forums."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.core.search import Searchable, register_searchable
from participation.forums import administration_views, cli, notices, places, queries, views
from participation.forums.models import Board
from participation.forums.permissions import may_create


def register(app: Flask) -> None:
    for blueprint in (views.blueprint, administration_views.blueprint):
        app.register_blueprint(blueprint, url_prefix=f"{PREFIX}{blueprint.url_prefix}")
    app.cli.add_command(cli.group)
    places.register()
    notices.register()
    register_searchable(Searchable(queries.KEY, lambda: _("Forum"), queries.everything, order=30))
    register_entry(Entry("main", 40, "forums.index", lambda: _("Forum")))
    register_entry(
        Entry(
            "administration",
            50,
            "board_administration.index",
            lambda: _("Boards of the forum"),
            lambda actor: may_create(actor, Board),
        )
    )
