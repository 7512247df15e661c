"""The working figures: stance by part, families by size, what is unanswered, how long until somebody read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.errors import Missing
from app.core.i18n import LocalText
from app.core.permissions import Actor
from participation.consultations.answering.permissions import may_see_register_figures
from participation.consultations.answering.queries.outcomes import part_titles
from participation.consultations.answering.queries.register import StateCount, state_counts
from participation.consultations.models import Consultation, Contribution, Family
from participation.consultations.permissions import may_read_confidential
from participation.consultations.queries.responses import confidential_count
from participation.consultations.shares import Share
from participation.discussion.places import STANCES

SIZES = ((1, 1), (2, 9), (10, 99), (100, None))


@dataclass(frozen=True)
class PartFigures:
    """One part of the draft. `stances`: of its public contributions that state one; `n`: how many do."""

    part: str
    title: LocalText | None
    stances: dict[str, Share]
    n: int
    contributions: int
    families: int
    unanswered: int


@dataclass(frozen=True)
class Reading:
    """How long people wait until an official has read what they sent; `median` of those read."""

    read: int
    unread: int
    median: timedelta | None


@dataclass(frozen=True)
class Figures:
    """`sizes`: how many families have a size from … to …; `by_state`: families and contributions by decision.

    `confidential`: None where they are too few for this reader, who then has them in none of the other numbers either.
    """

    parts: Sequence[PartFigures]
    sizes: Sequence[tuple[int, int | None, int]]
    by_state: dict[str, StateCount]
    reading: Reading
    confidential: int | None

    @property
    def contributions(self) -> int:
        return sum(count.contributions for count in self.by_state.values())

    @property
    def families(self) -> int:
        return sum(count.families for count in self.by_state.values())

    @property
    def unanswered(self) -> int:
        return self.by_state.get("open", StateCount()).families


def figures(actor: Actor, consultation: Consultation) -> Figures:
    """Of what the officials who answer read; of what is public for policymakers. Raises Missing for everybody else."""
    if not may_see_register_figures(actor, consultation):
        raise Missing
    reads_all = may_read_confidential(actor, consultation)
    families = () if reads_all else (Family.is_public,)
    return Figures(
        parts=_parts(consultation, *families),
        sizes=_sizes(consultation, *families),
        by_state=state_counts(consultation, public_only=not reads_all),
        reading=_reading(consultation, *(() if reads_all else (Contribution.is_public,))),
        confidential=_in_confidence(consultation) if reads_all else confidential_count(consultation),
    )


def _parts(consultation: Consultation, *which: ColumnElement[bool]) -> list[PartFigures]:
    stances, families = _stances(consultation), _families(consultation, *which)
    titles = part_titles(consultation)
    order = {key: place for place, key in enumerate(titles)}
    keys = sorted(families, key=lambda key: (order.get(key, -1), key))
    return [_part(key, titles.get(key), stances.get(key, {}), families[key]) for key in keys]


def _part(
    key: str, title: LocalText | None, stances: dict[str, int], families: tuple[int, int, int]
) -> PartFigures:
    n = sum(stances.values())
    shares = {stance: Share(stances.get(stance, 0), n) for stance in STANCES}
    contributions, count, unanswered = families
    return PartFigures(key, title, shares, n, contributions, count, unanswered)


def _stances(consultation: Consultation) -> dict[str, dict[str, int]]:
    """Each author once per part, with the stance of the latest contribution; confidential ones are left out."""
    place = func.row_number().over(
        partition_by=(Contribution.part, Contribution.author_key), order_by=Contribution.id.desc()
    )
    latest = (
        select(Contribution.part, Contribution.stance, place.label("place"))
        .where(Contribution.consultation_id == consultation.id)
        .where(Contribution.is_public, Contribution.stance.is_not(None))
        .subquery()
    )
    counted = (
        select(latest.c.part, latest.c.stance, func.count())
        .where(latest.c.place == 1)
        .group_by(latest.c.part, latest.c.stance)
    )
    found: dict[str, dict[str, int]] = {}
    for part, stance, count in db.session().execute(counted):
        found.setdefault(part, {})[stance] = count
    return found


def _families(consultation: Consultation, *which: ColumnElement[bool]) -> dict[str, tuple[int, int, int]]:
    """By part: contributions, families, families without an answer."""
    counted = (
        select(Family.part, Family.decision, func.sum(Family.size), func.count())
        .where(Family.consultation_id == consultation.id, Family.size > 0, *which)
        .group_by(Family.part, Family.decision)
    )
    found: dict[str, tuple[int, int, int]] = {}
    for part, decision, size, count in db.session().execute(counted):
        before = found.get(part, (0, 0, 0))
        unanswered = count if decision == "open" else 0
        found[part] = (before[0] + size, before[1] + count, before[2] + unanswered)
    return found


def _sizes(consultation: Consultation, *which: ColumnElement[bool]) -> list[tuple[int, int | None, int]]:
    counted = (
        select(Family.size, func.count())
        .where(Family.consultation_id == consultation.id, Family.size > 0, *which)
        .group_by(Family.size)
    )
    sizes = [(size, count) for size, count in db.session().execute(counted)]
    return [
        (least, most, sum(count for size, count in sizes if size >= least and (most is None or size <= most)))
        for least, most in SIZES
    ]


def _reading(consultation: Consultation, *which: ColumnElement[bool]) -> Reading:
    """The time from their arrival to an official's first reading."""
    times = select(Contribution.registered_at, Contribution.read_at).where(
        Contribution.consultation_id == consultation.id, *which
    )
    rows = [(sent, read) for sent, read in db.session().execute(times)]
    waits = [(read - sent).total_seconds() for sent, read in rows if read is not None]
    return Reading(len(waits), len(rows) - len(waits), timedelta(seconds=median(waits)) if waits else None)


def _in_confidence(consultation: Consultation) -> int:
    """How many contributions only the officials of the agency read."""
    counted = select(func.count(Contribution.id)).where(
        Contribution.consultation_id == consultation.id, ~Contribution.is_public
    )
    return db.session().scalar(counted) or 0


@dataclass(frozen=True)
class Overview:
    """A consultation in the list of those that an official answers or a policymaker reads."""

    consultation: Consultation
    families: int
    unanswered: int


def overviews(actor: Actor) -> list[Overview]:
    """The published consultations whose figures the actor may see, the newest first: two queries.

    What was sent in confidence is counted for those who read it alone.
    """
    published = (
        select(Consultation)
        .options(joinedload(Consultation.agency))
        .where(Consultation.published_at.is_not(None), Consultation.state != "cancelled")
        .order_by(Consultation.published_at.desc())
        .limit(200)
    )
    seen = [one for one in db.session().scalars(published) if may_see_register_figures(actor, one)]
    read = [one.id for one in seen if may_read_confidential(actor, one)]
    counted = (
        select(Family.consultation_id, Family.decision, func.count())
        .where(Family.consultation_id.in_([one.id for one in seen]), Family.size > 0)
        .where(or_(Family.is_public, Family.consultation_id.in_(read)))
        .group_by(Family.consultation_id, Family.decision)
    )
    counts: dict[object, dict[str, int]] = {}
    for key, decision, count in db.session().execute(counted):
        counts.setdefault(key, {})[decision] = count
    return [
        Overview(one, sum(counts.get(one.id, {}).values()), counts.get(one.id, {}).get("open", 0))
        for one in seen
    ]
