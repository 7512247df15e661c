"""Pages of a thread: its posts in one of six orders, read by key, and the replies to one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from app.agencies import queries as agencies
from app.core import clock, db
from app.core.errors import Missing
from app.core.permissions import NOBODY, Actor
from participation.discussion import families
from participation.discussion.models import PUBLIC_STATES, Post, Thread, Visit
from participation.discussion.permissions import counts, rights_in, speaks_for
from participation.discussion.places import Rights
from participation.discussion.queries.rows import STUBS, Reader, Row, listed, rows_for

PAGE = 50
ONE_VISIT = timedelta(minutes=30)
"""Whoever comes back within this time is still on the same visit: what was new stays marked."""

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


def page(actor: Actor, thread: Thread, wanted: Wanted | None = None) -> ThreadPage:
    """One page of the thread as this reader sees it; the SQL does not grow with the thread. Raises Missing."""
    wanted = wanted or Wanted()
    rights = rights_in(actor, thread)
    if not rights.see:
        raise Missing
    reader = Reader(actor, rights, _new_since(actor, thread))
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
    chosen = rows_for(NOBODY).where(Post.thread_id == thread.id, Post.state.in_(PUBLIC_STATES))
    return Reader(NOBODY, Rights(see=True), None).rows(chosen.order_by(Post.published_at.desc()).limit(PAGE))


def row_of(actor: Actor, post: Post) -> Row:
    """One post as the actor sees it, for whoever has found it for the actor already."""
    reader = Reader(actor, rights_in(actor, post.thread), None)
    return reader.rows(rows_for(actor).where(Post.id == post.id))[0]


def replies(actor: Actor, post: Post, cursor: str = "", at: str = "") -> ThreadPage:
    """A post with a page of its replies, oldest first."""
    thread = post.thread
    rights = rights_in(actor, thread)
    wanted = Wanted("oldest", cursor=cursor, at=at)
    reader = Reader(actor, rights, _new_since(actor, thread))
    root = reader.rows(listed(actor).where(Post.id == (post.parent_id or post.id)))
    below = listed(actor).where(Post.thread_id == thread.id, Post.parent_id == (post.parent_id or post.id))
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
    before = listed(actor).where(Post.thread_id == post.thread_id, Post.parent_id == post.parent_id)
    before = before.where(row < here if sort == "oldest" else row > here)
    ahead = select(func.count()).select_from(before.limit(size).subquery())
    is_on_first_page = (db.session().scalar(ahead) or 0) < size
    return "" if is_on_first_page else post.public_id


def root_of(post: Post) -> str:
    """Public id of the post under which a reply stands."""
    return db.session().scalars(select(Post.public_id).where(Post.id == post.parent_id)).one()


def _roots(actor: Actor, thread: Thread, wanted: Wanted) -> Select[Any]:
    chosen = listed(actor).where(Post.thread_id == thread.id, Post.parent_id.is_(None))
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


def _new_since(actor: Actor, thread: Thread) -> datetime | None:
    """What is newer is new to this person; None at the first visit, and for nobody."""
    if actor.person_id is None:
        return None
    visit = db.session().get(Visit, (actor.person_id, thread.id))
    if visit is None:
        return None
    return visit.before if clock.now() - visit.seen_at < ONE_VISIT else visit.seen_at
