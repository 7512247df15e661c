"""Reading boards and topics: lists of core rows by key, each with what is new to the reader."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from app.agencies.models import Agency
from app.core import db, finding, text
from app.core.errors import Missing
from app.core.i18n import DIRECTIONS
from app.core.permissions import Actor
from app.core.search import Indexed
from app.identity.models import Person
from participation.discussion import queries as discussion
from participation.discussion.models import PUBLIC_STATES, Post, Thread, Visit
from participation.forums.models import Board, Topic, TopicTag
from participation.forums.permissions import may_see

KEY = "topic"
"""Topics among places, subjects, searchable things."""

PAGE = 30
IN_FEED = 50
MOST_SIMILAR = 5

# boards


def boards() -> list[Board]:
    """Every board, in the order that the administrators gave them."""
    return [board for board, _latest in boards_and_latest()]


def boards_and_latest() -> list[tuple[Board, datetime | None]]:
    """Every board with the moment at which something was said there last."""
    latest = [
        select(func.max(Topic.last_post_at))
        .where(Topic.board_id == Board.id, Topic.is_public, Topic.is_pinned == is_pinned)
        .scalar_subquery()
        for is_pinned in (False, True)
    ]
    found = db.session().execute(_boards().add_columns(*latest).order_by(Board.position, Board.key))
    return [(board, max(filter(None, moments), default=None)) for board, *moments in found]


def find_board(key: str) -> Board:
    """Boards are everybody's to see, closed ones too. Raises Missing."""
    found = db.session().scalar(_boards().where(Board.key == key))
    if found is None:
        raise Missing
    return found


def boards_with(keys: Sequence[str]) -> dict[str, Board]:
    return {board.key: board for board in db.session().scalars(_boards().where(Board.key.in_(keys)))}


def _boards() -> Select[Board]:
    return select(Board).options(joinedload(Board.agency))


# one topic


def find_topic(actor: Actor, public_id: str) -> Topic:
    """The topic with its board, opening post, answer and tags, if it is the actor's to see. Raises Missing."""
    found = topic_named(public_id)
    if found is None or not may_see(actor, found):
        raise Missing
    return found


def topic_named(public_id: str) -> Topic | None:
    """The topic, whoever asks: for whoever asks `may_see` next. Read once in a page, all in one query."""
    wanted = _whole().where(Topic.public_id == public_id)
    return db.once(f"topic {public_id}", lambda: db.session().scalars(wanted).unique().one_or_none())


def topics_named(actor: Actor, public_ids: Sequence[str]) -> dict[str, Topic]:
    """Those of these topics that the actor may see."""
    found = db.session().scalars(_whole().where(Topic.public_id.in_(public_ids))).unique()
    return {topic.public_id: topic for topic in found if may_see(actor, topic)}


def _whole() -> Select[Topic]:
    return select(Topic).options(
        joinedload(Topic.board).joinedload(Board.agency),
        joinedload(Topic.opening),
        joinedload(Topic.answer).joinedload(Post.author),
        joinedload(Topic.author),
        joinedload(Topic.merged_into),
        joinedload(Topic.tags),
    )


# lists


@dataclass(frozen=True)
class Row:
    """A topic as lists show it. `replies`: public posts but the first; `is_new`: something was said since the visit."""

    public_id: str
    title: str
    language: str
    author: str
    board_key: str
    post_count: int
    created_at: datetime
    last_post_at: datetime
    is_pinned: bool
    is_locked: bool
    has_answer: bool
    tags: Sequence[str] = ()
    is_new: bool = False

    @property
    def replies(self) -> int:
        return max(0, self.post_count - 1)

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


@dataclass(frozen=True)
class TopicPage:
    topics: list[Row]
    next_cursor: str | None


def on_board(actor: Actor, board: Board, after: str = "") -> TopicPage:
    """The public topics of a board: pinned ones, then the others, those first in which something was said last."""
    keys = (Topic.is_pinned, Topic.last_post_at, Topic.id)
    return _page(actor, _listed().where(Topic.board_id == board.id), keys, after)


def with_tag(actor: Actor, tag: str, after: str = "") -> TopicPage:
    """The public topics under this word, however it is spelt."""
    tagged = _listed().join(TopicTag, TopicTag.topic_id == Topic.id)
    return _page(
        actor, tagged.where(TopicTag.normalised == text.normalise(tag)), (Topic.last_post_at, Topic.id), after
    )


def latest_on(board: Board) -> list[tuple[Row, str]]:
    """The newest public topics of a board with their opening texts, for everybody."""
    opening = aliased(Post)
    rows = _listed().add_columns(_public_body(opening)).join(opening, opening.id == Topic.opening_id)
    rows = rows.where(Topic.board_id == board.id).order_by(Topic.id.desc()).limit(IN_FEED)
    return [(_row(found), found.body) for found in db.session().execute(rows)]


def _public_body(opening: Any) -> Any:
    """The opening text while it is public: a topic with answers stays when its author takes the opening back."""
    return case((opening.state.in_(PUBLIC_STATES), opening.body), else_="").label("body")


LISTED = (
    *(
        getattr(Topic, name)
        for name in (
            "public_id", "title", "language", "post_count", "created_at", "last_post_at", "is_pinned",
            "is_locked", "answer_id",
        )
    ),
    Person.display_name,
    Board.key,
)  # fmt: skip


def _listed() -> Select[Any]:
    listed = select(*LISTED).join(Board, Board.id == Topic.board_id)
    return listed.outerjoin(Person, Person.id == Topic.author_id).where(Topic.is_public)


def _page(
    actor: Actor, listed: Select[Any], keys: tuple[ColumnElement[Any] | Any, ...], after: str
) -> TopicPage:
    """A page from the topic `after` on; a cursor that is none shows the first page."""
    start = (
        db.session().execute(select(*keys).where(Topic.public_id == after)).one_or_none() if after else None
    )
    if start is not None:
        listed = listed.where(tuple_(*keys) < tuple_(*start))
    found = db.session().execute(listed.order_by(*(key.desc() for key in keys)).limit(PAGE + 1)).all()
    rows = _marked(actor, _tagged([_row(each) for each in found[:PAGE]]))
    return TopicPage(rows, rows[-1].public_id if len(found) > PAGE else None)


def _row(found: Any) -> Row:
    return Row(
        public_id=found.public_id,
        title=found.title,
        language=found.language,
        author=found.display_name or "",
        board_key=found.key,
        post_count=found.post_count,
        created_at=found.created_at,
        last_post_at=found.last_post_at,
        is_pinned=found.is_pinned,
        is_locked=found.is_locked,
        has_answer=found.answer_id is not None,
    )


def _tagged(rows: list[Row]) -> list[Row]:
    """The rows with their tags: one query."""
    tags: dict[str, list[str]] = {}
    ids = [row.public_id for row in rows]
    chosen = select(Topic.public_id, TopicTag.tag).join(TopicTag, TopicTag.topic_id == Topic.id)
    for public_id, tag in db.session().execute(chosen.where(Topic.public_id.in_(ids)).order_by(TopicTag.tag)):
        tags.setdefault(public_id, []).append(tag)
    return [replace(row, tags=tags.get(row.public_id, ())) for row in rows]


def _marked(actor: Actor, rows: list[Row]) -> list[Row]:
    """The rows with what is new since the reader was there: one query, none for somebody without an account."""
    if actor.person_id is None or not rows:
        return rows
    seen = (
        select(Thread.place_id, Visit.seen_at)
        .join(Visit, Visit.thread_id == Thread.id)
        .where(Visit.person_id == actor.person_id, Thread.place_kind == KEY)
        .where(Thread.place_id.in_([row.public_id for row in rows]), Thread.part == "")
    )
    visits = {public_id: at for public_id, at in db.session().execute(seen)}
    return [
        replace(row, is_new=row.public_id in visits and row.last_post_at > visits[row.public_id])
        for row in rows
    ]


def similar(actor: Actor, title: str, language: str) -> list[Row]:
    """Public topics whose words are those of this title, in the same language: most alike first."""
    found = finding.find(actor, title, kinds=(KEY,), language=language)
    ids = [hit.id for hit in found.hits[:MOST_SIMILAR]]
    rows = db.session().execute(_listed().where(Topic.public_id.in_(ids)))
    return sorted((_row(each) for each in rows), key=lambda row: ids.index(row.public_id))


def tag_as_written(tag: str) -> str:
    """The spelling under which a tag is used, for its page. Raises Missing for one that no public topic has."""
    used = select(TopicTag.tag).join(Topic, Topic.id == TopicTag.topic_id).where(Topic.is_public)
    found = db.session().scalar(used.where(TopicTag.normalised == text.normalise(tag)).limit(1))
    if found is None:
        raise Missing
    return found


def answers_on(page: discussion.ThreadPage, topic: Topic) -> list[discussion.Row]:
    """The public posts of officials on this page of the topic's talk that could be marked as its answer."""
    said = [each for row in page.rows for each in (row, *row.replies)]
    return [each for each in said if each.agency_key and each.is_public and each.id != topic.answer_id]


# the index


def indexed(public_id: str) -> Indexed:
    """The topic as the index takes it: its title and opening text."""
    wanted = _indexed().where(Topic.public_id == public_id)
    return _as_indexed(db.session().execute(wanted).one())


def everything() -> Iterator[Indexed]:
    """Every public topic, for indexing them all anew."""
    for found in db.session().execute(_indexed().where(Topic.is_public).order_by(Topic.id)):
        yield _as_indexed(found)


def _indexed() -> Select[Any]:
    columns: tuple[Any, ...] = (Topic.public_id, Topic.title, Topic.language, Topic.created_at)
    chosen = select(*columns, _public_body(Post), Board.key, Agency.key.label("agency_key"))
    chosen = chosen.join(Board, Board.id == Topic.board_id).outerjoin(Agency, Agency.id == Board.agency_id)
    return chosen.join(Post, Post.id == Topic.opening_id)


def _as_indexed(found: Any) -> Indexed:
    agency = {"agency": found.agency_key} if found.agency_key else {}
    return Indexed(
        KEY,
        found.public_id,
        found.title,
        found.body,
        found.language,
        url_key=f"forum/topics/{found.public_id}",
        at=found.created_at,
        facets={"board": found.key, "year": str(found.created_at.year), **agency},
    )
