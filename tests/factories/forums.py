"""Boards and topics as administrators and people make them."""

import uuid
from typing import Any

from app.agencies.models import Agency
from app.core import db
from app.core.permissions import Actor
from app.identity.models import Person
from participation.discussion import actions as discussion
from participation.discussion import queries as said
from participation.discussion.actions import NewPost
from participation.discussion.models import Post
from participation.forums import actions, queries
from participation.forums.actions import BoardRules, NewTopic
from participation.forums.models import Board, Topic
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.discussion import acting
from tests.factories.people import unit

TITLE = "مواعيد انقطاع المياه في حي النخيل"
OPENING = "انقطعت المياه ثلاث مرات هذا الأسبوع، ولم يصلنا أي إشعار. هل من جدول منشور؟"
ANSWER = "ننشر الجدول كل يوم أحد، ويصل إشعار قبل القطع بيومين."


def board(key: str = "water", **rules: Any) -> Board:
    """A board of the water company, found or made; without an agency when that is said."""
    with unit():
        found = queries.boards_with([key]).get(key)
        if found is not None:
            return found
        agency: Agency | None = rules.pop("agency", water())
        facts = {
            "title": ("المياه", "Water"),
            "description": ("كل ما يخص المياه.", "All about water."),
            **rules,
        }
        return actions.create_board(acting(people.adam()), key, BoardRules(agency=agency, **facts))


def topic(who: Person | Actor | None = None, on: Board | None = None, **fields: Any) -> Topic:
    """A topic that this person opened through the action."""
    with unit():
        who, on = who or people.huda(), on or board()
        title, body = fields.pop("title", TITLE), fields.pop("body", OPENING)
        tags, language = fields.pop("tags", ()), fields.pop("language", "")
        opening = NewPost(body, fields.pop("client_id", str(uuid.uuid4())), **fields)
        return actions.open_topic(acting(who), fresh_board(on), NewTopic(title, opening, tags, language))


def fresh(topic: Topic) -> Topic:
    """The topic as the database has it."""
    with unit():
        return db.session().get_one(Topic, topic.id, populate_existing=True)


def posted(where: Topic, who: Person | Actor, body: str | None = None, **fields: Any) -> Post:
    """A post in the topic, through the action."""
    with unit():
        thread = discussion.open_thread(queries.KEY, where.public_id)
        text = body or f"أؤيد ما كُتب هنا: {uuid.uuid4().hex}"
        made = discussion.post(acting(who), thread, NewPost(text, str(uuid.uuid4()), **fields))
        return said.by_id(made.id)


def answered(where: Topic) -> Post:
    """Omar of the water company answers officially."""
    return posted(where, people.omar(), ANSWER, agency_key="water")


def act(act: Any, who: Person, where: Topic, *more: Any) -> Topic:
    """An act of this person on the topic, in a transaction of its own, with rows as the database has them."""
    with db.transaction() as session:
        now = [
            session.get_one(type(each), each.id) if hasattr(each, "id") else each for each in (where, *more)
        ]
        act(acting(who), *now)
    return fresh(where)


def fresh_board(board: Board) -> Board:
    with unit():
        return db.session().get_one(Board, board.id, populate_existing=True)
