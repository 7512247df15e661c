"""Reading threads: pages of core rows, each with what this reader may see and do."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import joinedload

from app.agencies import queries as agencies
from app.core import clock, db
from app.core.errors import Missing
from app.core.i18n import DIRECTIONS
from app.core.permissions import NOBODY, Actor
from app.identity.models import Person
from participation.discussion import families, words
from participation.discussion.models import PUBLIC_STATES, Post, PostWording, Reaction, Thread, Visit
from participation.discussion.permissions import (
    OWN_STATES,
    counts,
    is_author,
    may_see,
    rights_in,
    speaks_for,
)
from participation.discussion.places import Rights, place_kind

PAGE = 50
FIRST_REPLIES = 3
MANY_REPLIES = 30
ONE_VISIT = timedelta(minutes=30)
"""Whoever comes back within this time is still on the same visit: what was new stays marked."""

STUBS = ("hidden", "removed")

SORTS: dict[str, tuple[Any, ...]] = {
    "newest": (),
    "oldest": (),
    "supported": (Post.agree_count,),
    "disputed": (Post.disputed,),
    "replies": (Post.reply_count,),
    "official": (Post.is_official,),
}
"""The six orders: what comes before the time of posting. All but `oldest` run downwards."""


@dataclass(frozen=True)
class Wanted:
    """What of a thread is asked for. `cursor`: the last post of the page before; `at`: the first one of this page."""

    sort: str = "newest"
    kind: str = ""
    stance: str = ""
    language: str = ""
    cursor: str = ""
    at: str = ""
    size: int = PAGE
    leave_out: uuid.UUID | None = None

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.stance or self.language)


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


@dataclass(frozen=True)
class ThreadPage:
    """One page of a thread. `speaks_for`: agencies (key, name) in whose name the reader may answer."""

    thread: Thread
    wanted: Wanted
    rights: Rights
    counts_at_once: bool
    rows: Sequence[Row] = ()
    next_cursor: str | None = None
    speaks_for: Sequence[tuple[str, str]] = ()
    best_for: Row | None = None
    best_against: Row | None = None
    new_since: datetime | None = None
    sorts: Sequence[str] = field(default=tuple(SORTS))

    @property
    def is_first(self) -> bool:
        return not (self.wanted.cursor or self.wanted.at)

    @property
    def blocks(self) -> list[tuple[Row, list[Row]]]:
        """The posts of the page, each with its near copies on this page that stand folded below it."""
        return families.folded(self.rows, lambda row: (row.family, row.stance) if row.may_be_folded else None)


# finding


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


# pages


def page(actor: Actor, thread: Thread, wanted: Wanted | None = None) -> ThreadPage:
    """One page of the thread as this reader sees it; the SQL does not grow with the thread. Raises Missing."""
    wanted = wanted or Wanted()
    rights = rights_in(actor, thread)
    if not rights.see:
        raise Missing
    reader = _Reader(actor, rights, _new_since(actor, thread))
    roots = _roots(actor, thread, wanted).add_columns(families.family_of(thread))
    found = reader.rows(roots.limit(wanted.size + 1))
    shown = reader.with_replies(found[: wanted.size], thread)
    last = shown[-1] if len(found) > wanted.size else None
    best = reader.best(thread) if rights.takes_stance and thread.post_count and not wanted.is_filtered else {}
    return ThreadPage(
        thread=thread,
        wanted=wanted,
        rights=rights,
        counts_at_once=counts(actor, rights),
        rows=shown,
        next_cursor=_cursor_after(last, wanted.sort) if last else None,
        speaks_for=[(key, agencies.named(key)) for key in sorted(speaks_for(actor, thread))],
        best_for=best.get("support"),
        best_against=best.get("oppose"),
        new_since=reader.new_since,
    )


def latest(thread: Thread) -> list[Row]:
    """The newest public posts and replies of a thread, for everybody."""
    chosen = _rows_for(NOBODY).where(Post.thread_id == thread.id, Post.state.in_(PUBLIC_STATES))
    return _Reader(NOBODY, Rights(see=True), None).rows(chosen.order_by(Post.published_at.desc()).limit(PAGE))


def row_of(actor: Actor, post: Post) -> Row:
    """One post as the actor sees it, for whoever has found it for the actor already."""
    reader = _Reader(actor, rights_in(actor, post.thread), None)
    return reader.rows(_rows_for(actor).where(Post.id == post.id))[0]


def replies(actor: Actor, post: Post, cursor: str = "", at: str = "") -> ThreadPage:
    """A post with a page of its replies, oldest first."""
    thread = post.thread
    rights = rights_in(actor, thread)
    wanted = Wanted("oldest", cursor=cursor, at=at)
    reader = _Reader(actor, rights, _new_since(actor, thread))
    root = reader.rows(_listed(actor).where(Post.id == (post.parent_id or post.id)))
    below = _listed(actor).where(Post.thread_id == thread.id, Post.parent_id == (post.parent_id or post.id))
    found = reader.rows(_from(below, thread, wanted).limit(PAGE + 1))
    more = len(found) > PAGE
    rows = [replace(each, replies=found[:PAGE]) for each in root]
    return ThreadPage(
        thread=thread,
        wanted=wanted,
        rights=rights,
        counts_at_once=counts(actor, rights),
        rows=rows,
        next_cursor=found[PAGE - 1].public_id if more else None,
        speaks_for=[(key, agencies.named(key)) for key in sorted(speaks_for(actor, thread))],
    )


def cursor_at(actor: Actor, post: Post, sort: str, size: int) -> str:
    """Where the page begins on which the post stands, in this order; empty when that is the first page."""
    keys = (*SORTS[sort], Post.id)
    row, here = tuple_(*keys), tuple_(*(getattr(post, key.key) for key in keys))
    before = _listed(actor).where(Post.thread_id == post.thread_id, Post.parent_id == post.parent_id)
    before = before.where(row < here if sort == "oldest" else row > here)
    ahead = select(func.count()).select_from(before.limit(size).subquery())
    is_on_first_page = (db.session().scalar(ahead) or 0) < size
    return "" if is_on_first_page else post.public_id


def root_of(post: Post) -> str:
    """Public id of the post under which a reply stands."""
    return db.session().scalars(select(Post.public_id).where(Post.id == post.parent_id)).one()


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


def _listed(actor: Actor) -> Select[Any]:
    """Every post that the actor finds in lists: public ones, own ones, and stubs that hold replies."""
    public = Post.state.in_(PUBLIC_STATES)
    stub = and_(Post.state.in_(STUBS), Post.reply_count > 0)
    own = and_(Post.state.in_(OWN_STATES), Post.author_key == actor.key)
    return _rows_for(actor).where(or_(public, stub, own))


def _rows_for(actor: Actor) -> Select[Any]:
    """Posts with the names of their authors and the actor's own reactions."""
    mine = and_(Reaction.post_id == Post.id, Reaction.author_key == actor.key)
    return select(*COLUMNS).outerjoin(Person, Person.id == Post.author_id).outerjoin(Reaction, mine)


def _roots(actor: Actor, thread: Thread, wanted: Wanted) -> Select[Any]:
    chosen = _listed(actor).where(Post.thread_id == thread.id, Post.parent_id.is_(None))
    if wanted.leave_out is not None:
        chosen = chosen.where(Post.id != wanted.leave_out)
    if wanted.is_filtered:
        chosen = chosen.where(Post.state.not_in(STUBS), *_filters(wanted))
    return _from(chosen, thread, wanted)


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = ((Post.kind, wanted.kind), (Post.stance, wanted.stance), (Post.language, wanted.language))
    return [column == value for column, value in asked if value]


def _from(chosen: Select[Any], thread: Thread, wanted: Wanted) -> Select[Any]:
    """The rows in the order wanted, from where the page begins."""
    keys = (*SORTS[wanted.sort], Post.id)
    start = _start(thread, wanted)
    if start is not None:
        here, is_itself = start
        row = tuple_(*keys)
        if wanted.sort == "oldest":
            chosen = chosen.where(row >= here if is_itself else row > here)
        else:
            chosen = chosen.where(row <= here if is_itself else row < here)
    if wanted.sort == "oldest":
        return chosen.order_by(*keys)
    return chosen.order_by(*(key.desc() for key in keys))


def _start(thread: Thread, wanted: Wanted) -> tuple[Any, bool] | None:
    """The key at which the page begins, and whether the post of this key is its first; None: at the top.

    A cursor carries the value by which the last post stood there: posts that were voted up meanwhile shift no
    page. A cursor of another thread, or of nobody, begins at the top.
    """
    value, _dash, public_id = (wanted.at or wanted.cursor).rpartition("-")
    if not public_id:
        return None
    columns = SORTS[wanted.sort]
    known = select(Post.id, *columns).where(Post.public_id == public_id, Post.thread_id == thread.id)
    found = db.session().execute(known).one_or_none()
    if found is None:
        return None
    key = list(found)[1:]
    if key and not wanted.at and value.isdecimal():
        key = [type(key[0])(int(value[:9]))]
    return tuple_(*key, found.id), bool(wanted.at)


def _cursor_after(last: Row, sort: str) -> str:
    value = {
        "supported": last.agree_count,
        "disputed": min(last.agree_count, last.disagree_count),
        "replies": last.reply_count,
        "official": int(bool(last.agency_key)),
    }.get(sort)
    return last.public_id if value is None else f"{value}-{last.public_id}"


@dataclass
class _Reader:
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
        below = _listed(self.actor).where(Post.thread_id == thread.id)
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
                        _listed(self.actor)
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


# visits


def _new_since(actor: Actor, thread: Thread) -> datetime | None:
    """What is newer is new to this person; None at the first visit, and for nobody."""
    if actor.person_id is None:
        return None
    visit = db.session().get(Visit, (actor.person_id, thread.id))
    if visit is None:
        return None
    return visit.before if clock.now() - visit.seen_at < ONE_VISIT else visit.seen_at
