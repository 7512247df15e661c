"""Reading the register: the officials' inbox of families, one family with its wordings, what a person sent."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, load_only

from app.core import db
from app.core.errors import Missing
from app.core.i18n import DIRECTIONS
from app.core.permissions import Actor
from app.identity.models import Person
from participation.consultations.models import Consultation, Contribution, Family, FamilyAnswer, Response
from participation.consultations.permissions import may_answer, may_read_confidential
from participation.discussion.models import Post
from participation.discussion.places import STANCES

PAGE = 25
MOST_AT_ONCE = 1_000
MOST_WORDINGS = 60
STATES = ("unread", "read", "considered", "accepted", "partly", "rejected")
"""What a contribution can be: unread and read while its family is open, then as its family was decided."""


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
class Lead:
    """The earliest text of a family. `post_id`: public id of the post, if it is one; `wording`: its suggestion."""

    body: str = ""
    wording: str = ""
    language: str = "ar"
    kind: str = "comment"
    post_id: str = ""
    organisation: str = ""

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


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
        return min(int(rank), 2**31 - 1), uuid.UUID(key)
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


def leads(family_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Lead]:
    """The earliest contribution of each family, with its text."""
    if not family_ids:
        return {}
    place = func.row_number().over(partition_by=Contribution.family_id, order_by=Contribution.id)
    ranked = (
        select(Contribution.family_id, Contribution.post_id, Contribution.response_id, place.label("place"))
        .where(Contribution.family_id.in_(family_ids))
        .subquery()
    )
    texts = (
        select(ranked.c.family_id, *_text_columns())
        .outerjoin(Post, Post.id == ranked.c.post_id)
        .outerjoin(Response, Response.id == ranked.c.response_id)
        .where(ranked.c.place == 1)
    )
    return {row.family_id: _lead(row) for row in db.session().execute(texts)}


def _text_columns() -> tuple[Any, ...]:
    return (
        func.coalesce(Post.body, Response.body, "").label("body"),
        func.coalesce(Post.wording, "").label("wording"),
        func.coalesce(Post.language, Response.language, "ar").label("language"),
        func.coalesce(Post.kind, "comment").label("kind"),
        func.coalesce(Post.public_id, "").label("post_public_id"),
        func.coalesce(Response.organisation, "").label("organisation"),
    )


def _lead(row: Any) -> Lead:
    return Lead(row.body, row.wording, row.language, row.kind, row.post_public_id, row.organisation)


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


def state_counts(consultation: Consultation) -> dict[str, StateCount]:
    """By decision: for the tabs and the figures."""
    found: dict[str, StateCount] = {}
    for decision, _theme, families, size in _counted(consultation):
        before = found.get(decision, StateCount())
        found[decision] = StateCount(before.families + families, before.contributions + size)
    return found


def themes_of(consultation: Consultation) -> list[str]:
    """The themes that officials have given so far."""
    return sorted({theme for _decision, theme, _families, _size in _counted(consultation) if theme})


def _counted(consultation: Consultation) -> list[tuple[str, str, int, int]]:
    """Families and contributions by decision and theme: one query for all that a page says of them."""
    counted = (
        select(Family.decision, Family.theme, func.count(Family.id), func.sum(Family.size))
        .where(Family.consultation_id == consultation.id, Family.size > 0)
        .group_by(Family.decision, Family.theme)
    )
    question = f"families of {consultation.id}"
    return db.once(question, lambda: [(a, b, c, d) for a, b, c, d in db.session().execute(counted)])


# One family


def find_family(actor: Actor, consultation: Consultation, public_id: str) -> Family:
    """Raises Missing also for a confidential one, of which nobody but the agency's officials knows."""
    wanted = select(Family).where(Family.consultation_id == consultation.id, Family.public_id == public_id)
    found = db.session().scalar(wanted)
    if found is None or not (found.is_public or may_read_confidential(actor, consultation)):
        raise Missing
    return found


@dataclass(frozen=True)
class Wording:
    """One wording of a family and how many sent it so. `posts`: public ids of some of its posts."""

    lead: Lead
    count: int
    posts: tuple[str, ...]


def wordings(family: Family) -> list[Wording]:
    """The different texts of a family, the most frequent first."""
    text = func.coalesce(Post.body, Response.body)
    suggestion = func.coalesce(Post.wording, "")
    counted = (
        select(text.label("body"), suggestion.label("wording"), func.count().label("times"))
        .select_from(Contribution)
        .outerjoin(Post, Post.id == Contribution.post_id)
        .outerjoin(Response, Response.id == Contribution.response_id)
        .where(Contribution.family_id == family.id)
        .group_by(text, suggestion)
        .order_by(func.count().desc(), func.min(Contribution.registered_at))
        .limit(MOST_WORDINGS)
    )
    posts = _posts_by_text(family)
    return [
        Wording(
            Lead(row.body, row.wording, family.language),
            row.times,
            tuple(posts.get((row.body, row.wording), ())),
        )
        for row in db.session().execute(counted)
    ]


def _posts_by_text(family: Family) -> dict[tuple[str, str], list[str]]:
    """Some posts of each text, the earliest first."""
    rows = (
        select(Post.body, Post.wording, Post.public_id)
        .join(Contribution, Contribution.post_id == Post.id)
        .where(Contribution.family_id == family.id)
        .order_by(Contribution.id)
        .limit(MOST_AT_ONCE)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for body, wording, public_id in db.session().execute(rows):
        found.setdefault((body, wording), []).append(public_id)
    return {key: ids[:5] for key, ids in found.items()}


def answers_of(family: Family) -> list[FamilyAnswer]:
    """Every answer it was given, the newest first."""
    given = select(FamilyAnswer).where(FamilyAnswer.family_id == family.id)
    return list(db.session().scalars(given.order_by(FamilyAnswer.seq.desc())))


def officials_of(agency_key: str) -> list[Person]:
    """Who can be given families: the officials and supervisors of the agency, by name."""
    from_grants = Person.grants.any(agency_key=agency_key)
    them = select(Person).where(from_grants, Person.suspended_at.is_(None)).order_by(Person.display_name)
    return list(db.session().scalars(them.options(load_only(Person.public_id, Person.display_name))))


# What became of it


@dataclass(frozen=True)
class Fate:
    """What became of one contribution. `state`: one of STATES."""

    state: str
    family: Family
    lead: Lead
    sent_at: datetime
    read_at: datetime | None


def state_of(family: Family, read_at: datetime | None) -> str:
    if family.decision != "open":
        return family.decision
    return "unread" if read_at is None else "read"


def mine(actor: Actor, consultation: Consultation) -> list[Fate]:
    """What the actor sent to this consultation, the newest first, and what became of each."""
    if actor.person_id is None:
        return []
    own = (
        select(Contribution, Family, *_text_columns())
        .join(Family, Family.id == Contribution.family_id)
        .outerjoin(Post, Post.id == Contribution.post_id)
        .outerjoin(Response, Response.id == Contribution.response_id)
        .where(Contribution.consultation_id == consultation.id, Contribution.person_id == actor.person_id)
        .order_by(Contribution.id.desc())
        .limit(MOST_AT_ONCE)
    )
    return [
        Fate(
            state_of(row.Family, row.Contribution.read_at),
            row.Family,
            _lead(row),
            row.Contribution.registered_at,
            row.Contribution.read_at,
        )
        for row in db.session().execute(own)
    ]


@dataclass(frozen=True)
class PostFate:
    """What became of a post: its state, and where its family is shown."""

    state: str
    slug: str
    family_id: str


def fates_of_posts(post_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PostFate]:
    """Of those posts that stand in the register and that an official has at least read: a public fact."""
    if not post_ids:
        return {}
    rows = (
        select(Contribution.post_id, Contribution.read_at, Family, Consultation.slug)
        .join(Family, Family.id == Contribution.family_id)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .where(Contribution.post_id.in_(post_ids))
        .where(or_(Contribution.read_at.is_not(None), Family.decision != "open"))
    )
    return {
        row.post_id: PostFate(state_of(row.Family, row.read_at), row.slug, row.Family.public_id)
        for row in db.session().execute(rows)
        if row.post_id is not None
    }


def only_author_of(person_id: uuid.UUID | None, family_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the families in which nobody but this person wrote."""
    if person_id is None:
        return set()
    other = aliased(Contribution)
    alone = select(Contribution.family_id).where(
        Contribution.family_id.in_(family_ids),
        Contribution.person_id == person_id,
        ~exists().where(
            and_(other.family_id == Contribution.family_id, other.person_id.is_distinct_from(person_id))
        ),
    )
    return set(db.session().scalars(alone))
