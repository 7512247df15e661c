"""What identity asks of the features above it: the names of the agencies."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.i18n import language


@dataclass(frozen=True)
class AgencyName:
    """An agency as the pages of people show it."""

    key: str
    ar: str
    en: str

    @property
    def name(self) -> str:
        """In the reader's language, or in the only one there is."""
        return (self.ar or self.en) if language() == "ar" else (self.en or self.ar)


_agencies: Callable[[], list[AgencyName]] = list


def know_agencies_by(source: Callable[[], list[AgencyName]]) -> None:
    """Set how the agencies are found (the feature `agencies` does)."""
    global _agencies
    _agencies = source


def agencies() -> list[AgencyName]:
    return _agencies()


def what_agencies_are_called() -> list[str]:
    """The names of all agencies, in every language."""
    return [name for agency in agencies() for name in (agency.ar, agency.en) if name]


def agency_name(key: str) -> str:
    """The agency's name, or its key when the agency is gone."""
    return next((agency.name for agency in agencies() if agency.key == key), key)
