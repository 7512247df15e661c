"""Why production must not start: what the settings say (config.refusals) and what the database shows."""

from collections.abc import Callable, Sequence

import click
from sqlalchemy.exc import OperationalError

from app.core import db, migrations
from config import Refusal, Settings, refusals

_checks: list[Callable[[], Refusal | None]] = []


def refuse_when(check: Callable[[], Refusal | None]) -> Callable[[], Refusal | None]:
    """Decorator: a feature adds a check of the database (the demo refuses its own people)."""
    _checks.append(check)
    return check


class Refused(click.ClickException):
    """Production must not start; the message names each reason and its cure."""


def refuse(found: Sequence[Refusal]) -> None:
    """Raise Refused if anything stands against a start."""
    if found:
        raise Refused("\n".join(["Sawt refuses to start:", *(f"  {refusal}" for refusal in found)]))


def refusals_now(settings: Settings) -> list[Refusal]:
    """Everything that stands against a start in production, settings first."""
    found = refusals(settings)
    unfit = _unfit_schema()
    if unfit is not None:
        return [*found, unfit]
    with db.transaction(reading=True):
        return found + [refusal for check in _checks if (refusal := check()) is not None]


def _unfit_schema() -> Refusal | None:
    try:
        if migrations.present() == migrations.newest():
            return None
    except OperationalError:
        return Refusal("DATABASE_URL", "does not answer.", "Check the address, and whether the server runs.")
    return Refusal("DATABASE_URL", "its schema is not the newest.", "Run: ./run flask migrate")
