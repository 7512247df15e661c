"""Contributions that lost their article, and where they moved."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.core import db
from app.core.i18n import DIRECTIONS
from app.core.paging import newest_first
from participation.consultations.models import Consultation, Contribution
from participation.discussion.models import PUBLIC_STATES, Post

PAGE = 20


@dataclass(frozen=True)
class Orphan:
    """A public post on an article that is gone."""

    part: str
    version_number: int | None
    public_id: str
    body: str
    language: str

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


def merged_into(consultation: Consultation, key: str) -> list[str]:
    """The articles, now gone, whose public contributions moved to this one: none while there is one version."""
    if (consultation.version_number or 0) < 2:
        return []
    came = (
        select(Contribution.part)
        .where(Contribution.consultation_id == consultation.id, Contribution.moved_to == key)
        .where(Contribution.part != key, Contribution.is_public)
        .group_by(Contribution.part)
        .order_by(Contribution.part)
    )
    return list(db.session().scalars(came))


def count(consultation: Consultation) -> int:
    """How many public contributions stand at articles that are gone."""
    return db.session().scalar(_orphaned(consultation).with_only_columns(func.count())) or 0


@dataclass(frozen=True)
class OrphanPage:
    """`next_cursor`: the public id of the post after which the next page begins."""

    rows: list[Orphan]
    next_cursor: str | None


def page(consultation: Consultation, after: str | None = None) -> OrphanPage:
    """Public posts on articles that are no longer in the draft, the newest first."""
    posts, cursor = newest_first(_orphaned(consultation), Post.id, Post.public_id, after, PAGE)
    wanted = select(Contribution).where(Contribution.post_id.in_([post.id for post in posts]))
    registered = {each.post_id: each for each in db.session().scalars(wanted)}
    return OrphanPage([_orphan(post, registered[post.id]) for post in posts], cursor)


def _orphan(post: Post, registered: Contribution) -> Orphan:
    return Orphan(registered.part, registered.version_number, post.public_id, post.body, post.language)


def _orphaned(consultation: Consultation) -> Select[Post]:
    return (
        select(Post)
        .join(Contribution, Contribution.post_id == Post.id)
        .where(Contribution.consultation_id == consultation.id, Contribution.moved == "orphaned")
        .where(Contribution.is_public, Post.state.in_(PUBLIC_STATES))
    )
