"""How much people have said: posts and responses, counted by consultation."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from app.core import db
from participation.consultations.models import SUBJECT, Response
from participation.consultations.shares import shown_count
from participation.discussion.models import PUBLIC_STATES, Thread


def counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many posts of people and responses each has, confidential ones as in `sent_counts`."""
    posts, sent = posts_of(ids), sent_counts(ids)
    return {each: posts.get(each, 0) + sent.get(each, 0) for each in posts | sent}


def sent_counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many responses each has, confidential ones only where their number is shown (`shown_count`).

    Who counts the public ones would know by subtraction how few sent one in confidence.
    """
    kind = (Response.consultation_id, Response.is_confidential)
    sent = (
        select(*kind, func.count())
        .where(Response.consultation_id.in_(ids), Response.state.in_(PUBLIC_STATES))
        .group_by(*kind)
    )
    found: dict[uuid.UUID, int] = {}
    for consultation_id, is_confidential, count in db.session().execute(sent):
        shown = shown_count(count) or 0 if is_confidential else count
        found[consultation_id] = found.get(consultation_id, 0) + shown
    return found


def posts_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Public posts, counted where the threads keep their number."""
    rows = db.session().execute(
        select(Thread.place_id, func.sum(Thread.post_count))
        .where(Thread.place_kind == SUBJECT, Thread.place_id.in_([str(each) for each in ids]))
        .group_by(Thread.place_id)
    )
    return {uuid.UUID(place_id): int(count) for place_id, count in rows}
