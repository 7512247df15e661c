"""Opening reviews: by flags, by the rules, before publication. Nothing here changes a post."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from app.core import clock, db, likeness
from app.core.likeness import PlacedText
from app.identity.models import Person
from participation.discussion.families import scope_of
from participation.discussion.models import Post, Review
from participation.discussion.moderation import rules
from participation.discussion.moderation.queries import banned, places


def open_review(post: Post, why: str, score: int | None = None) -> Review:
    """Have the post looked at for this reason; an open review gets one reason, and some score, more."""
    added = rules.SCORES[why] if score is None else score
    row = {
        "post_id": post.id,
        "is_open": True,
        "why": [why],
        "score": added,
        "likeness": post.public_id,
        "author_key": post.author_key,
        "language": post.language,
        "place_key": f"{post.thread.place_kind}:{post.thread.place_id}",
        **places.place_names(post.thread),
    }
    is_new = bool(db.insert_new(Review, [row], "post_id", "is_open"))
    review = _locked_open(post.id)
    if not is_new:
        review.score += added
        review.why = [*review.why, why] if why not in review.why else review.why
        db.session().flush()
    return review


def begin_anew(post_id: uuid.UUID) -> None:
    """The text has changed: an open review is of the new one, and stands with no near copies until they are looked for.

    Whoever opened its page before decides on nothing: `opened_at` is later than what they have seen.
    """
    of_post = select(Post.public_id).where(Post.id == post_id).scalar_subquery()
    waiting = update(Review).where(Review.post_id == post_id, Review.is_open.is_(True))
    anew = {"opened_at": clock.now(), "likeness": of_post}
    db.session().execute(waiting.values(anew).execution_options(synchronize_session=False))


def _locked_open(post_id: uuid.UUID) -> Review:
    wanted = select(Review).where(Review.post_id == post_id, Review.is_open.is_(True)).with_for_update()
    return db.session().scalars(wanted.execution_options(populate_existing=True)).one()


# what the rules point at


@dataclass(frozen=True)
class _Author:
    """What the rules ask of an author. `is_fresh`: the account is very young, or there is none."""

    is_fresh: bool
    recent_posts: int


def look_at(post: Post, is_edited: bool = False) -> None:
    """Place the text among its near copies, and open a review for each rule that points at it.

    Harmless when done twice: a rule that has pointed at the post since its last wording does so no more.
    """
    scope, text = scope_of(post.thread), text_of(post)
    if is_edited:
        likeness.forget(scope, post.public_id)
    family = likeness.place(scope, post.public_id, text)
    if not post.is_official:
        author = _author_of(post)
        for why in _pointed_at(text, author):
            _point(post, why)
        if author.is_fresh:
            _mark_copies(scope, family)
    _stand_together(post, family)


def text_of(post: Post) -> str:
    return "\n\n".join(part for part in (post.wording, post.body) if part)


def _pointed_at(text: str, author: _Author) -> list[str]:
    rules_met = {
        "words": rules.holds_banned(text, banned.phrases()),
        "links": rules.has_many_links(text, author.is_fresh),
        "pace": author.recent_posts > rules.PACE,
    }
    return [why for why, is_met in rules_met.items() if is_met]


def _author_of(post: Post) -> _Author:
    since = clock.now() - rules.PACE_WITHIN
    recent = select(func.count()).where(Post.author_key == post.author_key, Post.created_at >= since)
    return _Author(_is_fresh(post), db.session().scalar(recent) or 0)


def _is_fresh(post: Post) -> bool:
    return post.author is None or post.author.created_at > post.created_at - rules.FRESH


def _point(post: Post, why: str) -> None:
    since = post.edited_at or post.created_at
    pointed = select(Review.why).where(Review.post_id == post.id, Review.opened_at >= since)
    if not any(why in named for named in db.session().scalars(pointed)):
        open_review(post, why)


def _mark_copies(scope: str, family: str) -> None:
    """Many near-identical texts of fresh accounts within the hour: each of them is looked at, none is touched."""
    since = clock.now() - rules.COPIES_WITHIN
    posts, authors = _copies_from_fresh(scope, family, since)
    if posts >= rules.COPIES and authors >= rules.COPIES_FROM_PEOPLE:
        for post in db.session().scalars(_not_marked(scope, family, since)):
            _point(post, "copies")
            _stand_together(post, family)


def _copies_from_fresh(scope: str, family: str, since: datetime) -> tuple[int, int]:
    fresh = _fresh_members(scope, family, since).with_only_columns(
        func.count(), func.count(Post.author_key.distinct())
    )
    posts, authors = db.session().execute(fresh).one()
    return posts, authors


def _fresh_members(scope: str, family: str, since: datetime):  # type: ignore[no-untyped-def]
    """The posts of a family, placed since then, whose authors have no account or a fresh one."""
    placed = select(PlacedText.text_id).where(
        PlacedText.scope == scope, PlacedText.family == family, PlacedText.placed_at >= since
    )
    young = or_(Post.author_id.is_(None), Person.created_at > since - rules.FRESH)
    wanted = select(Post).outerjoin(Person, Person.id == Post.author_id)
    return wanted.where(Post.public_id.in_(placed), young, Post.is_official.is_(False))


def _not_marked(scope: str, family: str, since: datetime):  # type: ignore[no-untyped-def]
    marked = select(Review.post_id).where(Review.post_id == Post.id)
    wanted = _fresh_members(scope, family, since).where(~marked.exists())
    return wanted.options(joinedload(Post.thread)).order_by(Post.id)


def _stand_together(post: Post, family: str) -> None:
    """Let an open review of the post stand with those of its near copies."""
    open_one = select(Review).where(Review.post_id == post.id, Review.is_open.is_(True))
    review = db.session().scalar(open_one)
    if review is not None:
        review.likeness, review.language = family, post.language
        db.session().flush()
