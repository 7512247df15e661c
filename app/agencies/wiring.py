"""Routes, listeners and ports of agencies."""

from flask import Flask

from app.agencies import queries
from app.agencies.models import Agency
from app.core.i18n import LANGUAGES
from app.identity import ports
from app.identity.ports import AgencyName


def register(app: Flask) -> None:
    ports.know_agencies_by(_names)


def _names() -> list[AgencyName]:
    """Every agency as the pages of people name it, in a stable order."""
    return [AgencyName(each.key, **_both(each)) for each in queries.all_of_them()]


def _both(agency: Agency) -> dict[str, str]:
    """The name in each language, without fallback."""
    return {code: getattr(agency, f"name_{code}") for code in LANGUAGES}
