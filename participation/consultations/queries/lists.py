"""Lists of consultations: for the pages, the home page, feed readers, the search and the reminders."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Function, ScalarSelect, Select, func, or_, select, tuple_

from app.agencies.models import Agency
from app.core import db
from app.core.paging import newest_first
from app.documents.models import Article, Version
from participation.consultations.models import Consultation, Phase
from participation.consultations.queries import contributions
from participation.consultations.queries.finding import whole

PAGE = 20
WORDS_A_MINUTE = 180
"""Reading pace for legal prose, below the 200-240 words of ordinary prose."""

Part = Literal["open", "upcoming", "closed"]


@dataclass(frozen=True)
class Listed:
    """One consultation of a list, with what its card says."""

    consultation: Consultation
    contributions: int
    words: int

    @property
    def minutes(self) -> int:
        return max(1, round(self.words / WORDS_A_MINUTE))


@dataclass(frozen=True)
class ConsultationPage:
    """`next_cursor`: the slug after which the next page begins."""

    rows: list[Listed]
    next_cursor: str | None


def page(part: Part, now: datetime, after: str | None = None, agency: str = "") -> ConsultationPage:
    """Published consultations: what closes or opens next first, of the closed ones the newest.

    Constant in queries, whatever the length of the list.
    """
    wanted = whole().where(Consultation.published_at.is_not(None), _stands(part, now))
    if agency:
        wanted = wanted.join(Agency, Agency.id == Consultation.agency_id).where(Agency.key == agency)
    if part == "closed":
        public = after if after and _is_public(after) else None
        shown, next_cursor = newest_first(wanted, Consultation.id, Consultation.slug, public, PAGE)
    else:
        shown, next_cursor = _soonest_first(wanted, _turn_in(part, now), after, PAGE)
    return ConsultationPage(_listed(shown), next_cursor)


def open_now(now: datetime, most: int = 3) -> list[Listed]:
    """What closes next comes first: for the home page."""
    wanted = whole().where(_stands("open", now))
    return _listed(_soonest_first(wanted, _turn_in("open", now), None, most)[0])


def opened_last(now: datetime) -> list[Consultation]:
    """What is open, what opened last first: for feed readers."""
    opened = _turn(func.max(Phase.starts_at), Phase.starts_at <= now, Phase.ends_at > now)
    wanted = whole().where(_stands("open", now)).order_by(opened.desc(), Consultation.id.desc())
    return list(db.session().scalars(wanted.limit(PAGE)))


def _turn_in(part: Part, now: datetime) -> ScalarSelect[datetime]:
    """When the comments of a consultation close, or open."""
    if part == "open":
        return _turn(func.min(Phase.ends_at), Phase.starts_at <= now, Phase.ends_at > now)
    return _turn(func.min(Phase.starts_at), Phase.starts_at > now)


def _turn(at: Function[datetime], *when: ColumnElement[bool]) -> ScalarSelect[datetime]:
    of_this = Phase.consultation_id == Consultation.id, Phase.kind == "comment"
    return select(at).where(*of_this, *when).correlate(Consultation).scalar_subquery()


def _soonest_first(
    wanted: Select[Consultation], turn: ScalarSelect[datetime], after: str | None, size: int
) -> tuple[list[Consultation], str | None]:
    """As `newest_first`, by the turn of each.

    A cursor whose turn is over shows the first page: what stood before it is over, too. So does that of a draft, whose
    place would tell when it opens.
    """
    place = tuple_(turn, Consultation.id)
    is_public = Consultation.published_at.is_not(None)
    start = select(turn, Consultation.id).where(Consultation.slug == after, is_public, turn.is_not(None))
    if found := db.session().execute(start).first() if after else None:
        wanted = wanted.where(place > tuple_(*found))
    rows = list(db.session().scalars(wanted.order_by(turn, Consultation.id).limit(size + 1)))
    return rows[:size], rows[size - 1].slug if len(rows) > size else None


def _is_public(slug: str) -> bool:
    """Whether there is one of this name; that of a draft is as one that nobody has."""
    found = select(Consultation.id).where(Consultation.slug == slug, Consultation.published_at.is_not(None))
    return db.session().scalar(found) is not None


def _stands(part: Part, now: datetime) -> ColumnElement[bool]:
    """`upcoming`: comments open later; `open`: now; `closed`: everything else that is public."""
    of_this = Phase.consultation_id == Consultation.id, Phase.kind == "comment"
    is_open = select(Phase.id).where(*of_this, Phase.starts_at <= now, Phase.ends_at > now).exists()
    comes = select(Phase.id).where(*of_this, Phase.starts_at > now).exists()
    runs = Consultation.state == "published"
    if part == "open":
        return runs & is_open
    if part == "upcoming":
        return runs & ~is_open & comes
    return or_(Consultation.state != "published", ~is_open & ~comes)


def _listed(found: Sequence[Consultation]) -> list[Listed]:
    if not found:
        return []
    counted, long = contributions.counts([each.id for each in found]), _words(found)
    return [Listed(each, counted.get(each.id, 0), long.get(each.id, 0)) for each in found]


def _words(found: Sequence[Consultation]) -> dict[uuid.UUID, int]:
    """About how many words the drafts have: their blanks, counted by the database."""
    blanks = func.length(Article.text) - func.length(func.replace(Article.text, " ", "")) + 1
    rows = db.session().execute(
        select(Consultation.id, func.sum(blanks))
        .join(
            Version,
            (Version.document_id == Consultation.document_id)
            & (Version.number == Consultation.version_number),
        )
        .join(Article, Article.version_id == Version.id)
        .where(Consultation.id.in_([each.id for each in found]), Version.published_at.is_not(None))
        .group_by(Consultation.id, Version.language)
    )
    words: dict[uuid.UUID, int] = {}
    for consultation_id, count in rows:
        words[consultation_id] = max(words.get(consultation_id, 0), int(count))
    return words


def all_public() -> Iterator[Consultation]:
    """Everything that everybody may read, for the index."""
    yield from db.session().scalars(whole().where(Consultation.published_at.is_not(None)))


def opened_between(start: datetime, end: datetime) -> list[tuple[Consultation, Phase]]:
    """Consultations whose comment phase opened in this time and runs."""
    return _with_phase(Phase.starts_at > start, Phase.starts_at <= end, Phase.ends_at > end)


def closing_between(start: datetime, end: datetime) -> list[tuple[Consultation, Phase]]:
    """Consultations whose comment phase runs and closes in this time."""
    return _with_phase(Phase.starts_at <= start, Phase.ends_at > start, Phase.ends_at <= end)


def _with_phase(*when: ColumnElement[bool]) -> list[tuple[Consultation, Phase]]:
    wanted = whole().join(Phase, Phase.consultation_id == Consultation.id).add_columns(Phase)
    wanted = wanted.where(Consultation.state == "published", Phase.kind == "comment", *when)
    return [(row[0], row[1]) for row in db.session().execute(wanted)]
