"""Reading the register: the officials' inbox of families, and the numbers of each."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, distinct, exists, func, select, tuple_
from sqlalchemy.orm import load_only

from app.core import db
from app.core.errors import Missing
from app.core.i18n import DIRECTIONS
from app.core.permissions import Actor
from app.identity.models import Person
from participation.consultations.answering.queries.fates import STATES
from participation.consultations.answering.queries.leads import Lead, leads
from participation.consultations.models import Consultation, Contribution, Family
from participation.consultations.permissions import may_answer, may_read_confidential
from participation.discussion.models import Post
from participation.discussion.places import STANCES

PAGE = 25
MOST_AT_ONCE = 1_000


@dataclass(frozen=True)
class Filters:
    """What an official looks for. `state`: `open` (all without an answer), `unread`, or a decision; "" for all."""

    state: str = "open"
    part: str | None = None
    language: str = ""
    stance: str = ""
    theme: str = ""
    is_mine: bool = False


@dataclass(frozen=True)
class Tally:
    """What the members of a family are: how many unread, how many of each stance."""

    unread: int = 0
    stances: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FamilyRow:
    """A family as the inbox shows it."""

    family: Family
    lead: Lead
    tally: Tally
    assignee: str

    @property
    def token(self) -> str:
        return token_of(self.family)


@dataclass(frozen=True)
class RegisterPage:
    rows: Sequence[FamilyRow]
    next_cursor: str | None


def token_of(family: Family) -> str:
    """Names the family and the answer it had on the page: by it an answer of a colleague meanwhile is noticed."""
    return f"{family.public_id}~{family.revision}"


def register_page(
    actor: Actor, consultation: Consultation, filters: Filters, cursor: str | None = None
) -> RegisterPage:
    """Families that an official of the agency answers, those first that most people stand behind and that are new."""
    wanted = matching(actor, consultation, filters)
    before = _parsed(cursor)
    if before is not None:
        wanted = wanted.where(tuple_(Family.rank, Family.id) < tuple_(*before))
    ordered = wanted.order_by(Family.rank.desc(), Family.id.desc()).limit(PAGE + 1)
    found = list(db.session().scalars(ordered))
    shown = found[:PAGE]
    more = f"{shown[-1].rank}~{shown[-1].id.hex}" if len(found) > PAGE else None
    return RegisterPage(rows_of(shown), more)


def matching(actor: Actor, consultation: Consultation, filters: Filters) -> Select[Family]:
    """Raises Missing for everybody who does not answer here."""
    if not may_answer(actor, consultation):
        raise Missing
    conditions: list[Any] = [
        Family.consultation_id == consultation.id,
        Family.size > 0,
        *_in_state(filters.state),
        *_equal(filters),
    ]
    if filters.stance in STANCES:
        conditions.append(_has_member(Contribution.stance == filters.stance))
    if filters.is_mine:
        conditions.append(Family.assignee_id == actor.person_id)
    if not may_read_confidential(actor, consultation):
        conditions.append(Family.is_public)
    return select(Family).where(*conditions)


def _in_state(state: str) -> list[ColumnElement[bool]]:
    if state == "unread":
        return [Family.decision == "open", _has_member(Contribution.read_at.is_(None))]
    if state == "read":
        return [Family.decision == "open", ~_has_member(Contribution.read_at.is_(None))]
    return [Family.decision == state] if state in {"open", *STATES} else []


def _equal(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.part is not None:
        conditions.append(Family.part == filters.part)
    if filters.language in DIRECTIONS:
        conditions.append(Family.language == filters.language)
    if filters.theme:
        conditions.append(Family.theme == filters.theme)
    return conditions


def _has_member(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Contribution.family_id == Family.id, condition)


def _parsed(cursor: str | None) -> tuple[int, uuid.UUID] | None:
    """A forged cursor starts at the first page."""
    try:
        rank, _sep, key = (cursor or "").partition("~")
        return max(0, min(int(rank), 2**31 - 1)), uuid.UUID(key)
    except ValueError:
        return None


def rows_of(families: Sequence[Family]) -> list[FamilyRow]:
    """The families with what a list shows of them: three queries, whatever the number."""
    ids = [family.id for family in families]
    first, counted = leads(ids), tallies(ids)
    names = _names({family.assignee_id for family in families} - {None})
    return [
        FamilyRow(
            family,
            first.get(family.id, Lead(language=family.language)),
            counted.get(family.id, Tally()),
            names.get(family.assignee_id, ""),
        )
        for family in families
    ]


def _names(person_ids: Collection[Any]) -> dict[Any, str]:
    if not person_ids:
        return {}
    named = select(Person.id, Person.display_name).where(Person.id.in_(person_ids))
    return {row.id: row.display_name for row in db.session().execute(named)}


def tallies(family_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Tally]:
    if not family_ids:
        return {}
    counted = (
        select(
            Contribution.family_id,
            _number_of(Contribution.read_at.is_(None)).label("unread"),
            *[_number_of(Contribution.stance == stance).label(stance) for stance in STANCES],
        )
        .where(Contribution.family_id.in_(family_ids))
        .group_by(Contribution.family_id)
    )
    return {
        row.family_id: Tally(row.unread, {stance: row._mapping[stance] for stance in STANCES})
        for row in db.session().execute(counted)
    }


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def counts_of(family_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int, int]]:
    """Of each family that has members: contributions, distinct authors, and authors with those who agree."""
    counted = (
        select(
            Contribution.family_id,
            func.count(Contribution.id).label("size"),
            func.count(distinct(Contribution.author_key)).label("people"),
            func.coalesce(func.sum(Post.agree_count), 0).label("agreeing"),
        )
        .outerjoin(Post, Post.id == Contribution.post_id)
        .where(Contribution.family_id.in_(family_ids))
        .group_by(Contribution.family_id)
    )
    return {
        row.family_id: (row.size, row.people, row.people + row.agreeing)
        for row in db.session().execute(counted)
    }


@dataclass(frozen=True)
class StateCount:
    """How many families and contributions are in one state."""

    families: int = 0
    contributions: int = 0


def state_counts(consultation: Consultation, public_only: bool = False) -> dict[str, StateCount]:
    """By decision: for the tabs, and for the figures of those who may know of public families alone."""
    found: dict[str, StateCount] = {}
    for decision, _theme, families, size in _counted(consultation, public_only):
        before = found.get(decision, StateCount())
        found[decision] = StateCount(before.families + families, before.contributions + size)
    return found


def themes_of(consultation: Consultation) -> list[str]:
    """The themes that officials have given so far."""
    return sorted({theme for _decision, theme, _families, _size in _counted(consultation) if theme})


def _counted(consultation: Consultation, public_only: bool = False) -> list[tuple[str, str, int, int]]:
    """Families and contributions by decision and theme: one query for all that a page says of them."""
    counted = (
        select(Family.decision, Family.theme, func.count(Family.id), func.sum(Family.size))
        .where(Family.consultation_id == consultation.id, Family.size > 0)
        .group_by(Family.decision, Family.theme)
    )
    question = f"families of {consultation.id}"
    if public_only:
        counted, question = counted.where(Family.is_public), f"public {question}"
    return db.once(question, lambda: [(a, b, c, d) for a, b, c, d in db.session().execute(counted)])


def officials_of(agency_key: str) -> list[Person]:
    """Who can be given families: the officials and supervisors of the agency, by name."""
    from_grants = Person.grants.any(agency_key=agency_key)
    them = select(Person).where(from_grants, Person.suspended_at.is_(None)).order_by(Person.display_name)
    return list(db.session().scalars(them.options(load_only(Person.public_id, Person.display_name))))
