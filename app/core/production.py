"""Why production must not start: what the settings say (config.refusals) and what the database shows."""

from collections.abc import Callable

from app.core import db, migrations
from config import Refusal, Settings, refusals

_checks: list[Callable[[], Refusal | None]] = []


def refuse_when(check: Callable[[], Refusal | None]) -> Callable[[], Refusal | None]:
    """Decorator: a feature adds a check of the database (the demo refuses its own people)."""
    _checks.append(check)
    return check


def refusals_now(settings: Settings) -> list[Refusal]:
    """Everything that stands against a start in production, settings first."""
    found = refusals(settings)
    if migrations.present() != migrations.newest():
        return [
            *found,
            Refusal("DATABASE_URL", "its schema is not the newest.", "Run: ./run flask migrate"),
        ]
    with db.transaction(reading=True):
        return found + [refusal for check in _checks if (refusal := check()) is not None]
