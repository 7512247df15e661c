"""Who may do what on boards: everybody talks, moderators keep order, officials of the board's agency answer."""

from app.agencies.permissions import is_administrator
from app.core.permissions import Actor, Role, may_rule
from participation.discussion.permissions import ANSWERING, is_author
from participation.forums.models import Board, Topic


def keeps_order(actor: Actor) -> bool:
    return actor.has(Role.MODERATOR) or is_administrator(actor)


@may_rule(Board)
def may_create(actor: Actor, kind: type[Board]) -> bool:
    """Asked of the class: there is no board yet."""
    return is_administrator(actor)


@may_rule(Board)
def may_edit(actor: Actor, board: Board) -> bool:
    """Name, agency and rules, and whether it takes new topics and posts."""
    return is_administrator(actor)


@may_rule(Board)
def may_open_topic(actor: Actor, board: Board) -> bool:
    """Everybody, while the board is open; whoever has not the level of the board is waited for."""
    return board.is_open


@may_rule(Topic)
def may_see(actor: Actor, topic: Topic) -> bool:
    """Everybody, once its opening post is public; before that, and when it was hidden, its author and moderators.

    The opening post must be loaded. While a topic is being made it has none, and only its maker knows of it.
    """
    if topic.is_public or topic.opening is None or keeps_order(actor):
        return True
    return is_author(actor, topic.opening.author_key)


@may_rule(Topic)
def may_tend(actor: Actor, topic: Topic) -> bool:
    """Pin, lock, move and merge."""
    return keeps_order(actor)


@may_rule(Topic)
def may_mark_answer(actor: Actor, topic: Topic) -> bool:
    """Say which of the officials' posts is the answer. The board and its agency must be loaded."""
    mine, agency = actor.agencies(*ANSWERING), topic.board.agency
    is_answering = agency.key in mine if agency is not None else bool(mine)
    return topic.merged_into_id is None and (actor.has(Role.MODERATOR) or is_answering)
