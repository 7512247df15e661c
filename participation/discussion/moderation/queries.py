"""What moderators have before them, what became of a post, and the public log."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload

from app.core import db, i18n
from app.core.errors import Missing
from app.core.i18n import LANGUAGES, LocalText
from app.core.permissions import NOBODY, Actor, Role, require
from app.identity.models import Person, RoleGrant
from participation.discussion.models import (
    Appeal,
    BannedPhrase,
    Flag,
    ModerationAct,
    Post,
    PostWording,
    Review,
    Thread,
)
from participation.discussion.moderation.permissions import may_edit_words, may_moderate
from participation.discussion.moderation.words import WHYS
from participation.discussion.permissions import is_author, rights_in
from participation.discussion.places import place_kind

PAGE = 20
LOG_PAGE = 50
SHOWN_OF_GROUP = 20
MOST_PLACES = 50
MOST_IN_FILE = 10_000
WHOLE = (
    joinedload(Review.post).options(
        joinedload(Post.thread), joinedload(Post.author).load_only(Person.display_name, Person.created_at)
    ),
    joinedload(Review.claimed_by).load_only(Person.display_name),
)


# the queue


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
    """Near-identical posts that wait together. `review`: one of them; `flags`: how often each reason was named."""

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
    found = db.session().execute(_groups(actor, wanted).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    reviews = _reviews([row.sample for row in shown])
    flags = _flags([review.post_id for review in reviews.values()])
    groups = [
        Group(reviews[row.sample], row.size, row.oldest, flags.get(reviews[row.sample].post_id, Counter()))
        for row in shown
    ]
    waiting, oldest = _figures(actor)
    after = _cursor(shown[-1]) if len(found) > PAGE else None
    return Queue(groups, after, waiting, oldest, _places(actor))


def waiting_for(actor: Actor) -> int:
    """How many posts wait for this moderator; 0 for others."""
    return _figures(actor)[0] if may_moderate(actor) else 0


def _figures(actor: Actor) -> tuple[int, datetime | None]:
    """Asked by the menu and by the queue: once for each page."""
    asked = select(func.count(), func.min(Review.opened_at)).where(*_open(actor))
    count, oldest = db.once(f"moderation {actor.key}", lambda: db.session().execute(asked).one())
    return count, oldest


def _open(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Review.is_open.is_(True), Review.author_key != actor.key


def _groups(actor: Actor, wanted: Wanted) -> Any:
    top, oldest = func.max(Review.score), func.min(Review.opened_at)
    chosen = (
        select(
            Review.likeness,
            top.label("top"),
            oldest.label("oldest"),
            func.count().label("size"),
            func.min(Review.public_id).label("sample"),
        )
        .where(*_open(actor), *_filters(wanted))
        .group_by(Review.likeness)
        .order_by(top.desc(), oldest, Review.likeness)
    )
    start = _start(wanted.cursor)
    if start is not None:
        score, since, likeness = start
        later = or_(oldest > since, and_(oldest == since, Review.likeness > likeness))
        chosen = chosen.having(or_(top < score, and_(top == score, later)))
    return chosen


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.why in WHYS:
        asked.append(cast(Review.why, Text).contains(f'"{wanted.why}"', autoescape=True))
    if wanted.place:
        asked.append(Review.place_key == wanted.place)
    if wanted.language in LANGUAGES:
        asked.append(Review.language == wanted.language)
    return asked


def _cursor(row: object) -> str:
    return f"{row.top}|{row.oldest.isoformat()}|{row.likeness}"  # type: ignore[attr-defined]


def _start(cursor: str) -> tuple[int, datetime, str] | None:
    """Where the page begins; at the top for a cursor that is none of ours."""
    score, _bar, rest = cursor.partition("|")
    since, _bar, likeness = rest.partition("|")
    try:
        at = datetime.fromisoformat(since)
        return (int(score[:9]), at.astimezone(UTC), likeness) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _reviews(public_ids: list[str]) -> dict[str, Review]:
    found = db.session().scalars(select(Review).where(Review.public_id.in_(public_ids)).options(*WHOLE))
    return {review.public_id: review for review in found}


def _flags(post_ids: list[uuid.UUID]) -> dict[uuid.UUID, Counter[str]]:
    counted = select(Flag.post_id, Flag.reason, func.count()).where(Flag.post_id.in_(post_ids))
    found: dict[uuid.UUID, Counter[str]] = {}
    for post_id, reason, count in db.session().execute(counted.group_by(Flag.post_id, Flag.reason)):
        found.setdefault(post_id, Counter())[reason] = count
    return found


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Key and name of the places where something waits."""
    name = Review.place_ar if i18n.language() == "ar" else Review.place_en
    asked = (
        select(Review.place_key, func.min(name)).join(Post, Post.id == Review.post_id).where(*_open(actor))
    )
    named = db.session().execute(
        asked.group_by(Review.place_key).order_by(Review.place_key).limit(MOST_PLACES)
    )
    return [(key, name) for key, name in named]


# one review


@dataclass(frozen=True)
class Whole:
    """A review with all that a decision needs. `others`: near-identical ones that wait, some of `size` - 1.

    `contested`: the act that the author has appealed, with the appeal. `wordings`: what the post said before,
    what was struck out included.
    """

    review: Review
    others: list[Review]
    size: int
    flags: list[Flag]
    acts: list[ModerationAct]
    contested: ModerationAct | None
    appeal: Appeal | None
    wordings: list[PostWording]
    published_before: int
    hidden_before: int


def find_review(actor: Actor, public_id: str) -> Review:
    """The review, open or decided, for a moderator; Missing for everybody else and for one's own post."""
    found = select(Review).where(Review.public_id == public_id).options(*WHOLE)
    review = db.session().scalar(found) if may_moderate(actor) else None
    if review is None or review.post.author_key == actor.key or review.post.state == "removed":
        raise Missing
    return review


def whole(actor: Actor, review: Review) -> Whole:
    post = review.post
    group = select(Review).where(*_open(actor), *_alike(review))
    others = list(db.session().scalars(group.order_by(Review.id).limit(SHOWN_OF_GROUP).options(*WHOLE)))
    size = db.session().scalar(select(func.count()).select_from(group.subquery())) or 0
    flags = select(Flag).where(Flag.post_id == post.id).order_by(Flag.id.desc()).limit(SHOWN_OF_GROUP)
    contested, appeal = open_appeal(post)
    wordings = select(PostWording).where(PostWording.post_id == post.id).order_by(PostWording.seq.desc())
    published, hidden = _history(post)
    return Whole(
        review=review,
        others=[other for other in others if other.id != review.id],
        size=size,
        flags=list(db.session().scalars(flags)),
        acts=acts_on(post),
        contested=contested,
        appeal=appeal,
        wordings=list(db.session().scalars(wordings.limit(SHOWN_OF_GROUP))),
        published_before=published,
        hidden_before=hidden,
    )


def group_of(actor: Actor, review: Review, until: datetime) -> list[Review]:
    """The open reviews of near-identical posts that had come by then, this one among them, in the order of locking."""
    wanted = select(Review).join(Post, Post.id == Review.post_id)
    wanted = wanted.where(*_open(actor), *_alike(review), Review.opened_at <= until)
    return list(db.session().scalars(wanted.order_by(Post.thread_id, Post.id).options(*WHOLE)))


def _alike(review: Review) -> tuple[ColumnElement[bool], ...]:
    return (Review.likeness == review.likeness,) if review.likeness else (Review.id == review.id,)


def _history(post: Post) -> tuple[int, int]:
    """How many other posts of the author are public, and how many a moderator hid."""
    counted = select(Post.state, func.count()).where(Post.author_key == post.author_key, Post.id != post.id)
    states = {state: count for state, count in db.session().execute(counted.group_by(Post.state))}
    return states.get("published", 0) + states.get("censored", 0), states.get("hidden", 0)


def acts_on(post: Post) -> list[ModerationAct]:
    """The acts on a post, the latest first."""
    acts = select(ModerationAct).where(ModerationAct.post_id == post.id)
    return list(db.session().scalars(acts.order_by(ModerationAct.id.desc()).limit(SHOWN_OF_GROUP)))


def open_appeal(post: Post) -> tuple[ModerationAct | None, Appeal | None]:
    """The act on this post that its author contests, with the appeal that waits for a decision."""
    asked = select(ModerationAct, Appeal).join(Appeal, Appeal.act_id == ModerationAct.id)
    asked = asked.where(ModerationAct.post_id == post.id, Appeal.decided_at.is_(None))
    found = db.session().execute(asked.limit(1)).first()
    return (found[0], found[1]) if found else (None, None)


def latest_act(post: Post) -> tuple[ModerationAct | None, Appeal | None]:
    """The last act that changed how the post reads, with the appeal against it, if any."""
    asked = select(ModerationAct, Appeal).outerjoin(Appeal, Appeal.act_id == ModerationAct.id)
    asked = asked.where(
        ModerationAct.post_id == post.id, ModerationAct.act.in_(("hidden", "censored", "restored"))
    )
    found = db.session().execute(asked.order_by(ModerationAct.id.desc()).limit(1)).first()
    return (found[0], found[1]) if found else (None, None)


def own_decided(actor: Actor, public_id: str) -> Post:
    """A post of one's own that a moderator has decided on. Raises Missing."""
    wanted = select(Post).where(Post.public_id == public_id).options(joinedload(Post.thread))
    post = db.session().scalar(wanted)
    if post is None or not is_author(actor, post.author_key) or latest_act(post)[0] is None:
        raise Missing
    return post


def any_post(actor: Actor, public_id: str) -> Post:
    """A post as a moderator finds it, whatever its state but removed. Raises Missing."""
    wanted = select(Post).where(Post.public_id == public_id, Post.state != "removed")
    post = db.session().scalar(wanted.options(joinedload(Post.thread))) if may_moderate(actor) else None
    if post is None or post.author_key == actor.key:
        raise Missing
    return post


# the public log


@dataclass(frozen=True)
class LogPage:
    acts: list[ModerationAct]
    next_cursor: str | None


def log_page(cursor: str = "") -> LogPage:
    """Every act of moderators, the latest first; neither names nor texts."""
    acts = select(ModerationAct).order_by(ModerationAct.id.desc()).limit(LOG_PAGE + 1)
    if cursor:
        start = select(ModerationAct.id).where(ModerationAct.public_id == cursor).scalar_subquery()
        acts = acts.where(ModerationAct.id < start)
    found = list(db.session().scalars(acts))
    more = len(found) > LOG_PAGE
    return LogPage(found[:LOG_PAGE], found[LOG_PAGE - 1].public_id if more else None)


def log_rows() -> list[list[str]]:
    """The same as rows of a table, the head first: times to the minute, in UTC."""
    acts = select(ModerationAct).order_by(ModerationAct.id.desc()).limit(MOST_IN_FILE)
    head = ["id", "at", "act", "reason", "place_ar", "place_en"]
    rows = [
        [act.public_id, f"{act.at:%Y-%m-%d %H:%M}", act.act, act.reason, act.place_ar, act.place_en]
        for act in db.session().scalars(acts)
    ]
    return [head, *rows]


def place_names(thread: Thread) -> dict[str, str]:
    """How the place is called in both languages."""
    kind = place_kind(thread.place_kind)
    names = {}
    for code in LANGUAGES:
        with i18n.speaking(code):
            names[f"place_{code}"] = str(kind.title(thread.place_id, thread.part))
    return names


def public_place_names(thread: Thread) -> dict[str, str]:
    """The same for the log: nothing of a place that not everybody sees."""
    return place_names(thread) if rights_in(NOBODY, thread).see else {}


def place_of(thing: Review | ModerationAct) -> LocalText:
    """The place in the reader's language."""
    here = i18n.language()
    return LocalText(thing.place_ar if here == "ar" else thing.place_en, here)


# words and people


def banned_phrases() -> list[str]:
    return list(db.session().scalars(select(BannedPhrase.phrase)))


@dataclass(frozen=True)
class PhrasePage:
    phrases: list[BannedPhrase]
    next_cursor: str | None


def phrase_page(actor: Actor, after: str = "") -> PhrasePage:
    require(may_edit_words(actor) or may_moderate(actor))
    wanted = select(BannedPhrase).where(BannedPhrase.phrase > after).order_by(BannedPhrase.phrase)
    found = list(db.session().scalars(wanted.limit(LOG_PAGE + 1)))
    more = len(found) > LOG_PAGE
    return PhrasePage(found[:LOG_PAGE], found[LOG_PAGE - 1].phrase if more else None)


def moderators() -> list[uuid.UUID]:
    on_duty = select(RoleGrant.person_id).join(Person).where(Person.suspended_at.is_(None))
    return list(db.session().scalars(on_duty.where(RoleGrant.role == Role.MODERATOR)))


def waiting_in_all() -> int:
    waiting = select(func.count()).select_from(Review).where(Review.is_open.is_(True))
    return db.session().scalar(waiting) or 0
