"""How much people have said: posts and responses, counted by consultation."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from app.core import db
from participation.consultations.models import SUBJECT, Response
from participation.discussion.models import PUBLIC_STATES, Thread


def contribution_counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many posts of people and responses each has, confidential ones counted."""
    posts, sent = posts_of(ids), sent_counts(ids)
    return {each: posts.get(each, 0) + sent.get(each, 0) for each in posts | sent}


def sent_counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many responses each has, confidential ones counted."""
    sent = (
        select(Response.consultation_id, func.count())
        .where(Response.consultation_id.in_(ids), Response.state.in_(PUBLIC_STATES))
        .group_by(Response.consultation_id)
    )
    return {consultation_id: count for consultation_id, count in db.session().execute(sent)}


def posts_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Public posts, counted where the threads keep their number."""
    rows = db.session().execute(
        select(Thread.place_id, func.sum(Thread.post_count))
        .where(Thread.place_kind == SUBJECT, Thread.place_id.in_([str(each) for each in ids]))
        .group_by(Thread.place_id)
    )
    return {uuid.UUID(place_id): int(count) for place_id, count in rows}
