"""Reading one family: its wordings and its answers."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from app.core import db
from app.core.errors import Missing
from app.core.permissions import Actor
from participation.consultations.answering.queries.leads import Lead
from participation.consultations.models import Consultation, Contribution, Family, FamilyAnswer, Response
from participation.consultations.permissions import may_read_confidential
from participation.discussion.models import Post

MOST_WORDINGS = 60
MOST_POSTS = 1_000


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
    text = func.coalesce(Post.body, Response.own_body)
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
        .limit(MOST_POSTS)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for body, wording, public_id in db.session().execute(rows):
        found.setdefault((body, wording), []).append(public_id)
    return {key: ids[:5] for key, ids in found.items()}


def answers_of(family: Family) -> list[FamilyAnswer]:
    """Every answer it was given, the newest first."""
    given = select(FamilyAnswer).where(FamilyAnswer.family_id == family.id)
    return list(db.session().scalars(given.order_by(FamilyAnswer.seq.desc())))


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
