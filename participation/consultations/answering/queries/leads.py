"""The text that stands for a family: its earliest contribution."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.core import db
from app.core.i18n import DIRECTIONS
from participation.consultations.models import Contribution, Response
from participation.discussion.models import Post


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
        select(ranked.c.family_id, *text_columns())
        .outerjoin(Post, Post.id == ranked.c.post_id)
        .outerjoin(Response, Response.id == ranked.c.response_id)
        .where(ranked.c.place == 1)
    )
    return {row.family_id: lead_of(row) for row in db.session().execute(texts)}


def text_columns() -> tuple[Any, ...]:
    return (
        func.coalesce(Post.body, Response.own_body, "").label("body"),
        func.coalesce(Post.wording, "").label("wording"),
        func.coalesce(Post.language, Response.language, "ar").label("language"),
        func.coalesce(Post.kind, "comment").label("kind"),
        func.coalesce(Post.public_id, "").label("post_public_id"),
        func.coalesce(Response.organisation, "").label("organisation"),
    )


def lead_of(row: Any) -> Lead:
    return Lead(row.body, row.wording, row.language, row.kind, row.post_public_id, row.organisation)
