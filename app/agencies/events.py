"""What agencies tell the others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CalendarChanged:
    """An agency works at other times from now on: open deadlines are to be counted again.

    `act` says what changed: "hours", "holiday-added", "holiday-changed", "holiday-removed", "special-hours".
    """

    agency_key: str
    version: int
    act: str
