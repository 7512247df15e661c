"""Routes, commands and rules of agencies."""

from flask import Flask

from app.agencies import administration_views, cli, proposals, views
from app.agencies.permissions import may_administer
from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry


def register(app: Flask) -> None:
    proposals.use_country(app.config["COUNTRY"])
    app.url_map.converters["day"] = administration_views.DayConverter
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    administration = administration_views.blueprint
    app.register_blueprint(administration, url_prefix=f"{PREFIX}{administration.url_prefix}")
    app.cli.add_command(cli.group)
    register_entry(Entry("main", 40, "agencies.index", lambda: _("Agencies")))
    register_entry(
        Entry("administration", 20, "agency_administration.index", lambda: _("Agencies"), may_administer)
    )
