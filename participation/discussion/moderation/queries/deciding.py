"""What a decision needs: one review with all about it, and what became of a post."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.errors import Missing
from app.core.permissions import Actor
from participation.discussion.models import Appeal, Flag, ModerationAct, Post, PostWording, Review
from participation.discussion.moderation.permissions import may_moderate
from participation.discussion.moderation.queries.waiting import WITH_POST, waits_for
from participation.discussion.permissions import is_author

SHOWN_OF_GROUP = 20


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
    found = select(Review).where(Review.public_id == public_id).options(*WITH_POST)
    review = db.session().scalar(found) if may_moderate(actor) else None
    if review is None or review.post.author_key == actor.key or review.post.state == "removed":
        raise Missing
    return review


def whole(actor: Actor, review: Review) -> Whole:
    post = review.post
    group = select(Review).where(*waits_for(actor), *_alike(review))
    others = list(db.session().scalars(group.order_by(Review.id).limit(SHOWN_OF_GROUP).options(*WITH_POST)))
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
    wanted = wanted.where(*waits_for(actor), *_alike(review), Review.opened_at <= until)
    return list(db.session().scalars(wanted.order_by(Post.thread_id, Post.id).options(*WITH_POST)))


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


def flag_by(actor: Actor, post: Post) -> Flag | None:
    """The flag of this person or browser on the post, if there is one."""
    return db.session().scalar(select(Flag).where(Flag.post_id == post.id, Flag.author_key == actor.key))


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
