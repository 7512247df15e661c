"""A place to talk in that needs no other feature, and posts as people send them."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import joinedload

from app.core import db
from app.core.i18n import LocalText
from app.core.permissions import Actor
from app.identity.models import Person, actor_of
from participation.discussion import actions
from participation.discussion.actions import NewPost
from participation.discussion.models import Post, Thread
from participation.discussion.places import POST_KINDS, PlaceKind, Rights, register_place
from tests.factories.people import unit

KIND = "test square"
ARABIC = "أرى أن تُخفَّض الرسوم على الأسر الكبيرة، فالمادة 3 لا تراعي دخلها."
ENGLISH = "Please lower the fees for large families: Article 3 takes no account of their income."

OPEN = Rights(see=True, post=True, react=True, least_level=1, kinds=POST_KINDS, takes_stance=True)
_rights: dict[str, Rights] = {}


def _rights_of(actor: Actor, place_id: str, part: str, now: datetime) -> Rights:
    given = _rights.get(place_id, OPEN)
    return Rights() if place_id.startswith("secret") and not actor.is_staff else given


register_place(
    PlaceKind(
        KIND,
        rights=_rights_of,
        title=lambda place_id, part: LocalText("مشروع قانون المياه", "ar"),
        url=lambda place_id, part: "/ar/",
        agencies=lambda place_id: frozenset({"water"}),
    )
)


def place(**rights: Any) -> str:
    """The id of a place that gives these rights; open in all that is not said."""
    place_id = str(uuid.uuid4())
    _rights[place_id] = replace(OPEN, **rights)
    return place_id


def change_rights(thread: Thread, **rights: Any) -> None:
    """From now on the place gives these instead."""
    _rights[thread.place_id] = replace(_rights[thread.place_id], **rights)


def thread(**rights: Any) -> Thread:
    """An empty thread at a new place that gives these rights."""
    with unit():
        return actions.open_thread(KIND, place(**rights))


def acting(who: Person | Actor) -> Actor:
    return actor_of(db.session().merge(who)) if isinstance(who, Person) else who


def guest(browser: str = "somebody's browser") -> Actor:
    return Actor(browser=browser)


def said(where: Thread, who: Person | Actor, body: str = ARABIC, **fields: Any) -> Post:
    """A post of this person or guest, through the action. `reply_to`: a post."""
    with unit():
        answered = fields.pop("reply_to", None)
        parent = fresh(answered) if answered is not None else None
        key = fields.pop("client_id", None) or str(uuid.uuid4())
        made = actions.post(acting(who), where, NewPost(body, key, parent=parent, **fields))
        return fresh(made)


def fresh(post: Post) -> Post:
    """The post as the database has it, with its thread."""
    with unit():
        options = (joinedload(Post.thread), joinedload(Post.author))
        return db.session().get_one(Post, post.id, options=options, populate_existing=True)
