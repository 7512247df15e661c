"""Figures over all features. Each says how many cases stand behind it; small numbers are not published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy import func, select

from app.agencies import queries as agencies
from app.agencies.hours import working_between
from app.agencies.models import Agency
from app.cases.models import Case
from app.core import clock, db

PERIOD = timedelta(days=90)
SMALLEST_SHOWN = 10
"""Below this a figure could point at a person."""

ANSWERS_MEASURED = 200
"""The latest first answers are enough for a median, and keep the home page quick at any size."""


@dataclass(frozen=True)
class Figures:
    """What the public sees of the last `PERIOD`; None: too few to be shown.

    `to_first_answer`: median working time by each agency's calendar, over `answers_measured` cases.
    """

    received: int | None
    answered: int | None
    to_first_answer: timedelta | None
    answers_measured: int

    @property
    def are_any(self) -> bool:
        return self.received is not None


def figures() -> Figures:
    """Three queries, whatever the size: counts, the latest first answers, the calendars."""
    received, answered = _counts()
    waits = _waits()
    return Figures(
        received=_shown(received),
        answered=_shown(answered),
        to_first_answer=_middle(waits) if len(waits) >= SMALLEST_SHOWN else None,
        answers_measured=len(waits),
    )


def _counts() -> tuple[int, int]:
    counted = select(func.count(), func.count(Case.answered_at)).where(Case.opened_at > clock.now() - PERIOD)
    row = db.session().execute(counted).one()
    return row[0], row[1]


def _shown(count: int) -> int | None:
    return count if count >= SMALLEST_SHOWN else None


def _waits() -> Sequence[timedelta]:
    """Working time from sending to the first answer, of the latest cases answered in the period."""
    latest = (
        select(Case.opened_at, Case.answered_at, Agency.key)
        .join(Agency, Agency.id == Case.agency_id)
        .where(Case.answered_at > clock.now() - PERIOD)
        .order_by(Case.answered_at.desc())
        .limit(ANSWERS_MEASURED)
    )
    calendars = agencies.calendars_of(agencies.all_of_them())
    rows = db.session().execute(latest).all()
    return [working_between(sent, done, calendars[key]) for sent, done, key in rows if done is not None]


def _middle(waits: Sequence[timedelta]) -> timedelta:
    """The median wait."""
    return timedelta(seconds=median(wait.total_seconds() for wait in waits))
