"""The topic as a place of talk, and boards and topics as things that are followed, flagged and found."""

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from app.agencies import queries as agencies_of_all
from app.core import db
from app.core.errors import Missing
from app.core.i18n import LocalText
from app.core.i18n import gettext as _
from app.core.permissions import Actor
from app.core.subjects import SubjectKind, register_subject
from app.core.text import isolate
from participation.discussion.permissions import ANSWERING
from participation.discussion.places import PlaceKind, Rights, register_place
from participation.forums import queries
from participation.forums.models import Board, Topic
from participation.forums.permissions import may_see

KEY = queries.KEY
BOARD = "board"


def register() -> None:
    register_place(PlaceKind(KEY, rights, title, url, agencies, sort="oldest", titles=titles))
    register_subject(
        SubjectKind(
            BOARD,
            lambda: _("Board"),
            load=lambda actor, key: queries.find_board(key),
            title=lambda board: board.title,
            url=lambda board: url_for("forums.board", key=board.key, _external=False),
            load_many=lambda actor, keys: dict(queries.boards_with(keys)),
        )
    )
    register_subject(
        SubjectKind(
            KEY,
            lambda: _("Topic"),
            load=queries.find_topic,
            title=lambda topic: topic.shown_title,
            url=lambda topic: url_for("forums.topic", public_id=topic.public_id, _external=False),
            load_many=lambda actor, ids: dict(queries.topics_named(actor, ids)),
        )
    )


def rights(actor: Actor, place_id: str, part: str, now: datetime) -> Rights:
    """What the board gives, until it is closed or the topic locked."""
    topic = queries.topic_named(place_id)
    if topic is None or part or not may_see(actor, topic):
        return Rights()
    return of_board(topic.board, why_not(topic))


def of_board(board: Board, why: str = "") -> Rights:
    return Rights(
        see=True,
        post=not why,
        react=not why,
        least_level=board.least_level,
        moderation="before" if board.moderation == "before" else "after",
        why_not=why,
    )


def why_not(topic: Topic) -> str:
    """Why nothing can be said in the topic now, in the reader's language; empty when something can."""
    if topic.merged_into_id is not None:
        return _("This topic has been merged into another one.")
    if topic.is_locked:
        return _("This topic is locked. Reason: %(reason)s", reason=isolate(topic.lock_reason))
    return why_closed(topic.board)


def why_closed(board: Board) -> str:
    return "" if board.is_open else _("This board is closed: it takes no new topics and posts.")


def title(place_id: str, part: str) -> LocalText:
    return _known(place_id).shown_title


def titles(place_ids: Collection[str]) -> dict[str, LocalText]:
    found = db.session().scalars(select(Topic).where(Topic.public_id.in_(place_ids)))
    return {topic.public_id: topic.shown_title for topic in found}


def url(place_id: str, part: str) -> str:
    return url_for("forums.topic", public_id=_known(place_id).public_id, _external=False)


def agencies(place_id: str) -> frozenset[str]:
    """The agency of the board; every one where it has none."""
    agency = _known(place_id).board.agency
    return frozenset({agency.key}) if agency is not None else frozenset(agencies_of_all.known())


def speaks_for(actor: Actor, board: Board) -> list[tuple[str, str]]:
    """The agencies, with their names, for which the actor may open a topic on the board."""
    mine = actor.agencies(*ANSWERING)
    if board.agency is not None:
        mine &= {board.agency.key}
    return [(key, agencies_of_all.named(key)) for key in sorted(mine)]


def _known(place_id: str) -> Topic:
    found = queries.topic_named(place_id)
    if found is None:
        raise Missing
    return found
