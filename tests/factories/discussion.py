"""A place to talk in that needs no other feature, and posts as people send them."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.i18n import LocalText
from app.core.permissions import Actor
from app.core.references import new_public_id
from app.identity.models import Person, actor_of
from participation.discussion import actions, tallies
from participation.discussion.actions import NewPost
from participation.discussion.models import Post, Thread
from participation.discussion.places import POST_KINDS, STANCES, PlaceKind, Rights, register_place
from tests.factories.people import unit, yusuf

KIND = "test square"
ARABIC = "أرى أن تُخفَّض الرسوم على الأسر الكبيرة، فالمادة 3 لا تراعي دخلها."
ENGLISH = "Please lower the fees for large families: Article 3 takes no account of their income."

OPEN = Rights(see=True, post=True, react=True, least_level=1, kinds=POST_KINDS, takes_stance=True)
_rights: dict[str, Rights] = {}


def _rights_of(actor: Actor, place_id: str, part: str, now: datetime) -> Rights:
    given = _rights.get(place_id, OPEN)
    return Rights() if place_id.startswith("secret") and not actor.is_staff else given


def show_in_order(sort: str) -> None:
    """Let the threads of the square stand in this order from now on."""
    register_place(
        PlaceKind(
            KIND,
            rights=_rights_of,
            title=lambda place_id, part: LocalText("مشروع قانون المياه", "ar"),
            url=lambda place_id, part: "/ar/",
            agencies=lambda place_id: frozenset({"water"}),
            sort=sort,
        )
    )


show_in_order("newest")


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
    if isinstance(who, Actor):
        return who
    with unit():
        return actor_of(db.session().merge(who))


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


def crowd(where: Thread, roots: int, replies: int = 0, **fields: Any) -> None:
    """Many public posts of Yusuf's at once: every fifth root official; stances, languages and counts mixed.

    The first root has all the replies. Counters are set as acts would have left them.
    """
    with unit():
        start = datetime(2026, 11, 1, 8, tzinfo=UTC)
        author = yusuf()
        rows = [_row(where, author, number, start, **fields) for number in range(roots)]
        for number in range(replies):
            reply = {"parent_id": rows[0]["id"], "stance": None, "is_official": False, "agency_key": ""}
            rows.append({**_row(where, author, roots + number, start, **fields), **reply})
        rows[0]["reply_count"] += replies
        db.session().execute(insert(Post), rows)
        counts = {"post_count": len(rows), "last_post_at": rows[-1]["published_at"]}
        db.session().execute(update(Thread).where(Thread.id == where.id).values(counts))
        tallies.count_anew(where)


def _row(where: Thread, author: Person, number: int, start: datetime, **fields: Any) -> dict[str, Any]:
    at = start + timedelta(minutes=number)
    agree, disagree = number * 7 % 13, number * 5 % 11
    official = number % 5 == 0
    text = f"{ENGLISH} ({number})" if number % 3 == 0 else f"{ARABIC} (رقم {number})"
    return {
        "id": db.new_id(),
        "public_id": new_public_id(),
        "thread_id": where.id,
        "parent_id": None,
        "author_id": author.id,
        "author_key": f"person:{author.id}",
        "client_id": str(uuid.uuid4()),
        "guest_name": "",
        "agency_key": "water" if official else "",
        "is_official": official,
        "kind": POST_KINDS[number % 3],
        "stance": STANCES[number % 3],
        "body": text,
        "language": "en" if number % 3 == 0 else "ar",
        "state": "published",
        "created_at": at,
        "published_at": at,
        "agree_count": agree,
        "disagree_count": disagree,
        "disputed": min(agree, disagree),
        "reply_count": 0,
        **fields,
    }
