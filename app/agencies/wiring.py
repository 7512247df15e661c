"""Routes, commands, rules and names of agencies."""

from flask import Flask

from app.agencies import administration_views, cli, proposals, queries, views
from app.agencies.models import Agency
from app.agencies.permissions import may_administer
from app.core.i18n import LANGUAGES, PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.identity import ports
from app.identity.ports import AgencyName


def register(app: Flask) -> None:
    proposals.use_country(app.config["COUNTRY"])
    ports.know_agencies_by(_names)
    app.url_map.converters["day"] = administration_views.DayConverter
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    administration = administration_views.blueprint
    app.register_blueprint(administration, url_prefix=f"{PREFIX}{administration.url_prefix}")
    app.cli.add_command(cli.group)
    register_entry(Entry("main", 40, "agencies.index", lambda: _("Agencies")))
    register_entry(
        Entry("administration", 20, "agency_administration.index", lambda: _("Agencies"), may_administer)
    )


def _names() -> list[AgencyName]:
    """Every agency as the pages of people name it, in a stable order."""
    return [AgencyName(each.key, **_both(each)) for each in queries.known().values()]


def _both(agency: Agency) -> dict[str, str]:
    """The name in each language, without fallback."""
    return {code: getattr(agency, f"name_{code}") for code in LANGUAGES}
