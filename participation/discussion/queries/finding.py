"""Finding a thread or a post, for whoever may see it."""

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.errors import Missing
from app.core.permissions import Actor
from app.identity.models import Person
from participation.discussion.models import Post, PostWording, Thread
from participation.discussion.permissions import OWN_STATES, is_author, may_see, rights_in
from participation.discussion.places import place_kind
from participation.discussion.queries.rows import STUBS


def find_thread(actor: Actor, public_id: str) -> Thread:
    """Raises Missing when there is none with a page of its own, or its place is not the actor's to see."""
    found = db.session().scalar(select(Thread).where(Thread.public_id == public_id))
    if found is None or place_kind(found.place_kind).is_one_text or not rights_in(actor, found).see:
        raise Missing
    return found


def thread_of(kind: str, place_id: str, part: str = "") -> Thread | None:
    """The thread of a place, for whoever has found the place for the actor already."""
    return db.session().scalar(select(Thread).filter_by(place_kind=kind, place_id=place_id, part=part))


def find(actor: Actor, public_id: str) -> Post:
    """The post, if the actor may read it. Raises Missing."""
    found = db.session().scalar(_whole().where(Post.public_id == public_id))
    if found is None or not may_see(actor, found):
        raise Missing
    return found


def find_many(actor: Actor, public_ids: list[str]) -> dict[str, Post]:
    """Those of the posts that the actor may read, by public id."""
    found = db.session().scalars(_whole().where(Post.public_id.in_(public_ids))).all()
    return {post.public_id: post for post in found if may_see(actor, post)}


def find_listed(actor: Actor, public_id: str) -> Post:
    """The post, if it has a line on its page for this actor: also a stub. Raises Missing."""
    found = db.session().scalar(_whole().where(Post.public_id == public_id))
    if found is None or not rights_in(actor, found.thread).see:
        raise Missing
    holds_replies = found.state in STUBS and found.reply_count > 0
    own = is_author(actor, found.author_key) and found.state in OWN_STATES
    if not (found.is_public or holds_replies or own):
        raise Missing
    return found


def find_own(actor: Actor, public_id: str) -> Post:
    """The actor's own post, in whatever state. Raises Missing."""
    found = db.session().scalar(_whole().where(Post.public_id == public_id))
    if found is None or not is_author(actor, found.author_key) or not rights_in(actor, found.thread).see:
        raise Missing
    return found


def wordings(actor: Actor, post: Post) -> list[PostWording]:
    """What the post said before, latest first; words that a moderator struck out are nobody's to read."""
    earlier = select(PostWording).where(PostWording.post_id == post.id, PostWording.is_public)
    return list(db.session().scalars(earlier.order_by(PostWording.seq.desc())))


def by_id(post_id: uuid.UUID) -> Post:
    """For jobs and listeners, which act as the system."""
    return db.session().scalars(_whole().where(Post.id == post_id)).one()


def _whole() -> Select[Post]:
    return select(Post).options(
        joinedload(Post.thread), joinedload(Post.author).load_only(Person.display_name, Person.public_id)
    )


def threads_of(kind: str, place_id: str) -> dict[str, Thread]:
    """The threads of all parts of a place with their counters: one query for all articles of a draft."""
    found = db.session().scalars(select(Thread).filter_by(place_kind=kind, place_id=place_id))
    return {thread.part: thread for thread in found}
