"""How much people have said: posts and responses, counted by consultation."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.core import db
from participation.consultations.models import SUBJECT, Response
from participation.consultations.shares import shown_count
from participation.discussion.models import PUBLIC_STATES, Thread


@dataclass(frozen=True)
class Sent:
    """How many responses there are. `confidential`: None where fewer than `FEWEST` people wrote in confidence."""

    public: int = 0
    confidential: int | None = 0

    @property
    def shown(self) -> int:
        """All that may be told: whoever counts the public ones knows by subtraction how many the others are."""
        return self.public + (self.confidential or 0)


def counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many posts of people and responses each has, as everybody may know it."""
    posts, responses = posts_of(ids), sent(ids)
    return {each: posts.get(each, 0) + responses.get(each, Sent()).shown for each in posts | responses}


def sent(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Sent]:
    """The responses of each. People are counted for what is hidden: one alone may send ten."""
    kind = (Response.consultation_id, Response.is_confidential)
    rows = db.session().execute(
        select(*kind, func.count(), func.count(Response.author_key.distinct()))
        .where(Response.consultation_id.in_(ids), Response.state.in_(PUBLIC_STATES))
        .group_by(*kind)
    )
    found: dict[uuid.UUID, Sent] = {}
    for consultation_id, is_confidential, count, people in rows:
        before = found.get(consultation_id, Sent())
        found[consultation_id] = (
            replace(before, confidential=None if shown_count(people) is None else count)
            if is_confidential
            else replace(before, public=count)
        )
    return found


def posts_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Public posts, counted where the threads keep their number."""
    rows = db.session().execute(
        select(Thread.place_id, func.sum(Thread.post_count))
        .where(Thread.place_kind == SUBJECT, Thread.place_id.in_([str(each) for each in ids]))
        .group_by(Thread.place_id)
    )
    return {uuid.UUID(place_id): int(count) for place_id, count in rows}
