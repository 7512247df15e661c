"""A post as its reader sees it: one core row, with what this reader may do; of a stub hardly anything is told."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union_all

from app.agencies import queries as agencies
from app.core import db
from app.core.i18n import DIRECTIONS
from app.core.permissions import Actor
from app.identity.models import Person
from participation.discussion import words
from participation.discussion.models import PUBLIC_STATES, Post, Reaction, Thread
from participation.discussion.permissions import OWN_STATES, counts, is_author
from participation.discussion.places import Rights

FIRST_REPLIES = 3
MANY_REPLIES = 30

STUBS = ("hidden", "removed")


@dataclass(frozen=True)
class Row:
    """A post as this reader sees it. Of a stub only state, reason and dates are told.

    `author` is empty when the account is gone. `reaction`: the reader's own. `family`: of which near-identical
    posts it is one (told of the posts of a page, not of replies).
    """

    public_id: str
    parent_id: uuid.UUID | None
    id: uuid.UUID
    author: str
    author_public_id: str
    is_guest: bool
    agency_key: str
    agency: str
    kind: str
    stance: str | None
    body: str
    wording: str
    wording_state: str
    language: str
    state: str
    reason: str
    at: datetime
    edited_at: datetime | None
    agree_count: int
    disagree_count: int
    reply_count: int
    is_own: bool
    is_new: bool = False
    family: str | None = None
    reaction: str | None = None
    article_version: int | None = None
    may_edit: bool = False
    may_remove: bool = False
    may_react: bool = False
    may_reply: bool = False
    replies: Sequence["Row"] = ()

    @property
    def anchor(self) -> str:
        return f"post-{self.public_id}"

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    @property
    def is_stub(self) -> bool:
        return self.state in STUBS and not (self.body or self.wording)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES

    @property
    def may_be_folded(self) -> bool:
        """Whether it may stand folded below a near copy: no answer of an agency, not one's own, none with replies.

        One with struck words never: beside a copy that still has them, they could be read.
        """
        stands_out = self.is_own or bool(self.agency_key) or self.reply_count > 0 or bool(self.replies)
        return self.family is not None and self.state == "published" and not stands_out

    @property
    def has_more_replies(self) -> bool:
        return self.reply_count > sum(1 for reply in self.replies if reply.is_public)


COLUMNS = (
    *(
        getattr(Post, name)
        for name in (
            "id", "public_id", "parent_id", "author_key", "guest_name", "agency_key", "kind", "stance", "body",
            "wording", "wording_state", "article_version", "language", "state", "reason", "created_at",
            "published_at", "edited_at", "agree_count", "disagree_count", "reply_count",
        )
    ),
    Person.display_name,
    Person.public_id.label("author_public_id"),
    Reaction.kind.label("reaction"),
)  # fmt: skip


def listed(actor: Actor) -> Select[Any]:
    """Every post that the actor finds in lists: public ones, own ones, and stubs that hold replies."""
    public = Post.state.in_(PUBLIC_STATES)
    stub = and_(Post.state.in_(STUBS), Post.reply_count > 0)
    own = and_(Post.state.in_(OWN_STATES), Post.author_key == actor.key)
    return rows_for(actor).where(or_(public, stub, own))


def rows_for(actor: Actor) -> Select[Any]:
    """Posts with the names of their authors and the actor's own reactions."""
    mine = and_(Reaction.post_id == Post.id, Reaction.author_key == actor.key)
    return select(*COLUMNS).outerjoin(Person, Person.id == Post.author_id).outerjoin(Reaction, mine)


@dataclass
class Reader:
    """Who reads, with what rights, and since when things are new to them."""

    actor: Actor
    rights: Rights
    new_since: datetime | None

    def rows(self, chosen: Select[Any] | Any) -> list[Row]:
        return [self._row(found) for found in db.session().execute(chosen)]

    def with_replies(self, roots: list[Row], thread: Thread) -> list[Row]:
        """The roots with the first replies of each."""
        below: dict[uuid.UUID, list[Row]] = {}
        found = self.rows(self._first_replies(roots, thread)) if roots else []
        for reply in sorted(found, key=lambda reply: reply.id):
            below.setdefault(reply.parent_id, []).append(reply)  # type: ignore[arg-type]
        return [replace(root, replies=below.get(root.id, ())) for root in roots]

    def _first_replies(self, roots: list[Row], thread: Thread) -> Any:
        """One statement. Below a root with very many replies only the first are walked, by the index."""
        few = [root.id for root in roots if root.reply_count <= MANY_REPLIES]
        many = [root.id for root in roots if root.reply_count > MANY_REPLIES]
        below = listed(self.actor).where(Post.thread_id == thread.id)
        place = func.row_number().over(partition_by=Post.parent_id, order_by=Post.id).label("place")
        placed = below.where(Post.parent_id.in_(few)).add_columns(place).subquery()
        first = select(*placed.columns).where(placed.columns.place <= FIRST_REPLIES)
        walks = [
            below.add_columns(literal(0).label("place"))
            .where(Post.parent_id == root_id)
            .order_by(Post.id)
            .limit(FIRST_REPLIES)
            .subquery()
            for root_id in many
        ]
        return union_all(first, *(select(*walk.columns) for walk in walks))

    def best(self, thread: Thread) -> dict[str, Row]:
        """The post most agreed with on each side, by its stance."""
        found = self.rows(
            union_all(
                *(
                    select(
                        listed(self.actor)
                        .where(
                            Post.thread_id == thread.id,
                            Post.parent_id.is_(None),
                            Post.stance == stance,
                            Post.state == "published",
                            Post.agree_count > 0,
                        )
                        .order_by(Post.agree_count.desc(), Post.id.desc())
                        .limit(1)
                        .subquery()
                    )
                    for stance in ("support", "oppose")
                )
            )
        )
        return {str(row.stance): row for row in found}

    def _row(self, found: Any) -> Row:
        own = is_author(self.actor, found.author_key)
        hidden_from = found.state in STUBS and not (own and found.state == "hidden")
        at = found.published_at or found.created_at
        told = _nothing_told() if hidden_from else _told(found)
        public = found.state in PUBLIC_STATES
        return Row(
            id=found.id,
            public_id=found.public_id,
            parent_id=found.parent_id,
            state=found.state,
            reason=found.reason,
            at=at,
            language=found.language,
            reply_count=found.reply_count,
            is_own=own,
            reaction=found.reaction,
            family=getattr(found, "family", None),
            article_version=found.article_version,
            is_new=public and not own and self.new_since is not None and at > self.new_since,
            may_edit=own and self.rights.post and found.state in {"unconfirmed", "waiting", "published"},
            may_remove=own and found.state in {"unconfirmed", "waiting", "published", "censored"},
            may_react=public and not own and self.rights.react and counts(self.actor, self.rights),
            may_reply=public and self.rights.post,
            **told,
        )


def _told(found: Any) -> dict[str, Any]:
    return {
        "author": found.display_name or found.guest_name or words.pseudonym_name(found.author_key),
        "author_public_id": found.author_public_id or "",
        "is_guest": bool(found.guest_name) and not found.display_name,
        "agency_key": found.agency_key,
        "agency": agencies.named(found.agency_key) if found.agency_key else "",
        "kind": found.kind,
        "stance": found.stance,
        "body": found.body,
        "wording": found.wording,
        "wording_state": found.wording_state,
        "edited_at": found.edited_at,
        "agree_count": found.agree_count,
        "disagree_count": found.disagree_count,
    }


def _nothing_told() -> dict[str, Any]:
    """A stub: neither text nor name, stance or reactions."""
    empty = dict.fromkeys(
        ("author", "author_public_id", "agency_key", "agency", "kind", "body", "wording", "wording_state"), ""
    )
    return {
        **empty,
        "is_guest": False,
        "stance": None,
        "edited_at": None,
        "agree_count": 0,
        "disagree_count": 0,
    }
