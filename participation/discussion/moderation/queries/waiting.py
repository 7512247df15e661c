"""What waits for moderators: the queue, near-identical texts together.

A group stands where the most pressing of its texts stands, so a page is read along an index. Filtered by language or by
a reason, everything that waits is read once.
"""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.core import db, i18n
from app.core.i18n import LANGUAGES
from app.core.permissions import Actor, require
from app.identity.models import Person
from participation.discussion.models import Flag, Post, Review
from participation.discussion.moderation.permissions import may_moderate
from participation.discussion.moderation.words import WHYS

PAGE = 20
MOST_PLACES = 50
WITH_POST = (
    joinedload(Review.post).options(
        joinedload(Post.thread), joinedload(Post.author).load_only(Person.display_name, Person.created_at)
    ),
    joinedload(Review.claimed_by).load_only(Person.display_name),
)


@dataclass(frozen=True)
class Wanted:
    """What a moderator chooses of the queue. `place`: a `place_key`."""

    why: str = ""
    place: str = ""
    language: str = ""
    cursor: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.why or self.place or self.language)


@dataclass(frozen=True)
class Group:
    """Near-identical posts that wait together.

    `review`: the most pressing of them; `flags`: how often each reason was named for it.
    """

    review: Review
    count: int
    oldest: datetime
    flags: Counter[str]


@dataclass(frozen=True)
class Queue:
    groups: list[Group]
    next_cursor: str | None
    waiting: int
    oldest: datetime | None
    places: list[tuple[str, str]]


def queue(actor: Actor, wanted: Wanted) -> Queue:
    """What waits for this moderator, the most pressing first; one's own posts wait for others."""
    require(may_moderate(actor))
    found = list(db.session().scalars(_leading(actor, wanted).options(*WITH_POST).limit(PAGE + 1)))
    shown = found[:PAGE]
    waiting, oldest = _figures(actor)
    after = _cursor(shown[-1]) if len(found) > PAGE else None
    return Queue(_groups(actor, wanted, shown), after, waiting, oldest, _places(actor))


def waits_for(actor: Actor, reviews: type[Review] = Review) -> tuple[ColumnElement[bool], ...]:
    """The conditions of what waits for this moderator: it is open and not the moderator's own."""
    return reviews.is_open.is_(True), reviews.author_key != actor.key


def count_for(actor: Actor) -> int:
    """How many posts wait for this moderator; 0 for others."""
    return _figures(actor)[0] if may_moderate(actor) else 0


def in_all() -> int:
    waiting = select(func.count()).select_from(Review).where(Review.is_open.is_(True))
    return db.session().scalar(waiting) or 0


def _figures(actor: Actor) -> tuple[int, datetime | None]:
    """Asked by the menu and by the queue: once for each page."""
    asked = select(func.count(), func.min(Review.opened_at)).where(*waits_for(actor))
    count, oldest = db.once(f"moderation {actor.key}", lambda: db.session().execute(asked).one())
    return count, oldest


# groups


def _leading(actor: Actor, wanted: Wanted) -> Select[Review]:
    """The most pressing review of each group, from where the page begins."""
    chosen = select(Review).where(*waits_for(actor), *_filters(wanted, Review), *_from(wanted.cursor))
    is_filtered = wanted.why in WHYS or wanted.language in LANGUAGES
    leads = _is_first_of_some(actor, wanted) if is_filtered else _is_first(actor, wanted)
    return chosen.where(leads).order_by(*_pressing(Review))


def _is_first(actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """Whether it stands first in its group: looked up in the index for each review that is walked.

    A bare comparison would be taken for one that a single row fulfils: PostgreSQL would then sort them all.
    """
    other = aliased(Review)
    first = (
        select(other.public_id)
        .where(*waits_for(actor, other), *_filters(wanted, other), other.likeness == Review.likeness)
        .order_by(*_pressing(other))
        .limit(1)
        .scalar_subquery()
    )
    return case((Review.public_id == first, True), else_=False)


def _is_first_of_some(actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """The same in one walk: a group may hold thousands that are filtered out, and no index could skip them."""
    place = func.row_number().over(partition_by=Review.likeness, order_by=_pressing(Review)).label("place")
    placed = select(Review.id, place).where(*waits_for(actor), *_filters(wanted, Review)).subquery()
    return Review.id.in_(select(placed.c.id).where(placed.c.place == 1))


def _pressing(reviews: type[Review]) -> tuple[Any, ...]:
    return reviews.score.desc(), reviews.opened_at, reviews.public_id


def _filters(wanted: Wanted, reviews: type[Review]) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.why in WHYS:
        asked.append(cast(reviews.why, Text).contains(f'"{wanted.why}"', autoescape=True))
    if wanted.place:
        asked.append(reviews.place_key == wanted.place)
    if wanted.language in LANGUAGES:
        asked.append(reviews.language == wanted.language)
    return asked


def _from(cursor: str) -> list[ColumnElement[bool]]:
    start = _start(cursor)
    if start is None:
        return []
    score, since, public_id = start
    later = or_(Review.opened_at > since, and_(Review.opened_at == since, Review.public_id > public_id))
    return [Review.score <= score, or_(Review.score < score, later)]


def _cursor(review: Review) -> str:
    return f"{review.score}|{review.opened_at.isoformat()}|{review.public_id}"


def _start(cursor: str) -> tuple[int, datetime, str] | None:
    """Where the page begins; at the top for a cursor that is none of ours."""
    score, _bar, rest = cursor.partition("|")
    since, _bar, public_id = rest.partition("|")
    try:
        at = datetime.fromisoformat(since)
        return (int(score[:9]), at.astimezone(UTC), public_id) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _groups(actor: Actor, wanted: Wanted, leading: list[Review]) -> list[Group]:
    sizes = _sizes(actor, wanted, [review.likeness for review in leading])
    flags = _flags([review.post_id for review in leading])
    return [
        Group(
            review,
            *sizes.get(review.likeness, (1, review.opened_at)),
            flags.get(review.post_id, Counter()),
        )
        for review in leading
    ]


def _sizes(actor: Actor, wanted: Wanted, groups: list[str]) -> dict[str, tuple[int, datetime]]:
    """How many texts each of the groups has, and since when the first of them waits."""
    counted = (
        select(Review.likeness, func.count(), func.min(Review.opened_at))
        .where(*waits_for(actor), *_filters(wanted, Review), Review.likeness.in_(groups))
        .group_by(Review.likeness)
    )
    return {likeness: (count, oldest) for likeness, count, oldest in db.session().execute(counted)}


def _flags(post_ids: list[uuid.UUID]) -> dict[uuid.UUID, Counter[str]]:
    counted = select(Flag.post_id, Flag.reason, func.count()).where(Flag.post_id.in_(post_ids))
    found: dict[uuid.UUID, Counter[str]] = {}
    for post_id, reason, count in db.session().execute(counted.group_by(Flag.post_id, Flag.reason)):
        found.setdefault(post_id, Counter())[reason] = count
    return found


# places


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Key and name of the places where something waits: each is looked up behind the one before, not counted out."""
    keys = select(_next_place(actor, Review.place_key > "").label("key")).cte("places", recursive=True)
    keys = keys.union_all(
        select(_next_place(actor, Review.place_key > keys.c.key)).where(keys.c.key.is_not(None))
    )
    name = Review.place_ar if i18n.language() == "ar" else Review.place_en
    latest = select(name).where(*waits_for(actor), Review.place_key == keys.c.key)
    latest = latest.order_by(*_pressing(Review)).limit(1)
    named = select(keys.c.key, latest.scalar_subquery()).where(keys.c.key.is_not(None)).limit(MOST_PLACES)
    return [(key, name) for key, name in db.session().execute(named)]


def _next_place(actor: Actor, condition: ColumnElement[bool]) -> Any:
    return select(func.min(Review.place_key)).where(*waits_for(actor), condition).scalar_subquery()
