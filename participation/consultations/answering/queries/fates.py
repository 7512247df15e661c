"""What became of a contribution: for whoever sent it, and beside the post itself."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.core import db
from app.core.permissions import Actor
from participation.consultations.answering.queries.leads import Lead, lead_of, text_columns
from participation.consultations.models import Consultation, Contribution, Family, Response
from participation.discussion.models import Post

MOST = 1_000
STATES = ("unread", "read", "considered", "accepted", "partly", "rejected")
"""What a contribution can be: unread and read while its family is open, then as its family was decided."""


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
        select(Contribution, Family, *text_columns())
        .join(Family, Family.id == Contribution.family_id)
        .outerjoin(Post, Post.id == Contribution.post_id)
        .outerjoin(Response, Response.id == Contribution.response_id)
        .where(Contribution.consultation_id == consultation.id, Contribution.person_id == actor.person_id)
        .order_by(Contribution.id.desc())
        .limit(MOST)
    )
    return [
        Fate(
            state_of(row.Family, row.Contribution.read_at),
            row.Family,
            lead_of(row),
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
