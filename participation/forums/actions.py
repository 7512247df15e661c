"""Everything that changes boards and topics; posts change in `discussion`, and topics follow them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from app.agencies.models import Agency
from app.core import audit, db, events, search
from app.core.errors import Missing, WrongState
from app.core.events import on
from app.core.permissions import Actor, require
from app.core.text import language_of, normalise
from app.identity.events import CitizenTextPublished, CitizenTextWithdrawn
from app.notifications import actions as notices
from participation.discussion import actions as discussion
from participation.discussion import merging, state
from participation.discussion.actions import NewPost
from participation.discussion.events import PostPublished, PostWithdrawn
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.forums import queries
from participation.forums.models import MOST_TAGS, Board, Topic, TopicTag
from participation.forums.permissions import (
    may_create,
    may_edit,
    may_mark_answer,
    may_open_topic,
    may_tend,
)

KEY = queries.KEY


class KeyTaken(WrongState):
    """Another board has this key."""


# boards


@dataclass(frozen=True)
class BoardRules:
    """What administrators say of a board; texts in Arabic and English. `agency`: whose officials answer there."""

    title: tuple[str, str]
    description: tuple[str, str]
    agency: Agency | None = None
    least_level: int = 1
    moderation: str = "after"
    position: int = 0


def create_board(actor: Actor, key: str, rules: BoardRules) -> Board:
    """Add a board, open at once. Raises KeyTaken."""
    require(may_create(actor, Board))
    if db.session().scalar(select(Board.id).where(Board.key == key)) is not None:
        raise KeyTaken
    board = Board(id=db.new_id(), key=key)
    _apply(board, rules)
    db.session().add(board)
    db.session().flush()
    audit.record(actor, "board.create", "board", key)
    return board


def edit_board(actor: Actor, board: Board, rules: BoardRules) -> None:
    require(may_edit(actor, board))
    _apply(board, rules)
    db.session().flush()
    audit.record(actor, "board.edit", "board", board.key)


def _apply(board: Board, rules: BoardRules) -> None:
    board.title, board.description = rules.title, rules.description
    board.agency, board.agency_id = rules.agency, rules.agency.id if rules.agency else None
    board.least_level, board.moderation, board.position = rules.least_level, rules.moderation, rules.position


def close_board(actor: Actor, board: Board) -> None:
    """Take no new topics and posts there; everything stays readable. Closing it again changes nothing."""
    _set_open(actor, board, False)


def reopen_board(actor: Actor, board: Board) -> None:
    _set_open(actor, board, True)


def _set_open(actor: Actor, board: Board, is_open: bool) -> None:
    require(may_edit(actor, board))
    if board.is_open != is_open:
        board.is_open = is_open
        audit.record(actor, "board.reopen" if is_open else "board.close", "board", board.key)


# opening a topic


@dataclass(frozen=True)
class NewTopic:
    """What somebody opens a topic with. `opening`: its first post. `language` empty: found from the text."""

    title: str
    opening: NewPost
    tags: tuple[str, ...] = ()
    language: str = ""


def open_topic(actor: Actor, board: Board, new: NewTopic) -> Topic:
    """Open a topic; sent again, the same topic comes back.

    It is public as soon as its opening post is: at once, when its author is confirmed, or when a moderator has read it.
    """
    earlier = _opened_before(actor, new.opening.client_id)
    if earlier is not None:
        return earlier
    require(may_open_topic(actor, board))
    topic = _made(actor, board, new)
    thread = discussion.open_thread(KEY, topic.public_id)
    opening = discussion.post(actor, thread, new.opening)
    topic.opening_id, topic.opening = opening.id, opening
    db.session().flush()
    return topic


def _opened_before(actor: Actor, client_id: str) -> Topic | None:
    opening = select(Post.id).where(Post.author_key == actor.key, Post.client_id == client_id)
    return db.session().scalar(select(Topic).where(Topic.opening_id.in_(opening)))


def _made(actor: Actor, board: Board, new: NewTopic) -> Topic:
    topic = Topic(
        board_id=board.id,
        author_id=actor.person_id,
        title=new.title,
        language=new.language or language_of(f"{new.title}\n{new.opening.body}"),
    )
    topic.board, topic.opening = board, None
    topic.tags = tags_from(new.tags)
    db.session().add(topic)
    db.session().flush()
    return topic


def tags_from(words: tuple[str, ...]) -> list[TopicTag]:
    """Different words, as they were typed first; what has no letters is no word, and a slash parts addresses."""
    spoken = [" ".join(word.replace("/", " ").split()) for word in words]
    spoken = [word for word in spoken if any(map(str.isalnum, word))]
    different = {normalise(word): word for word in reversed(spoken)}
    return [TopicTag(normalised=key, tag=tag) for key, tag in reversed(different.items())][:MOST_TAGS]


# keeping order


def pin(actor: Actor, topic: Topic) -> None:
    """Keep the topic at the head of its board."""
    _tend(actor, topic, "topic.pin", is_pinned=True)


def unpin(actor: Actor, topic: Topic) -> None:
    _tend(actor, topic, "topic.unpin", is_pinned=False)


def lock(actor: Actor, topic: Topic, reason: str) -> None:
    """Take no more posts in the topic, and say why in public."""
    _tend(actor, topic, "topic.lock", is_locked=True, lock_reason=reason)


def unlock(actor: Actor, topic: Topic) -> None:
    _tend(actor, topic, "topic.unlock", is_locked=False, lock_reason="")


def _tend(actor: Actor, topic: Topic, act: str, **values: bool | str) -> None:
    require(may_tend(actor, topic))
    topic = _locked(topic)
    _require_whole(topic)
    for name, value in values.items():
        setattr(topic, name, value)
    db.session().flush()
    audit.record(actor, act, KEY, topic.public_id)


def move(actor: Actor, topic: Topic, board: Board) -> None:
    """Put the topic on another board, whose rules hold from now on. Its address stays."""
    require(may_tend(actor, topic))
    topic = _locked(topic)
    _require_whole(topic)
    before = topic.board
    if board.id == before.id:
        return
    topic.board, topic.board_id = board, board.id
    db.session().flush()
    if topic.is_public:
        _count_topics(before.id, -1)
        _count_topics(board.id, 1)
    _index(topic)
    audit.record(actor, "topic.move", KEY, topic.public_id, source=before.key, target=board.key)


def merge(actor: Actor, topic: Topic, into: Topic) -> None:
    """Put the posts of one topic into another one, to which its address leads from now on.

    Whoever followed it follows the other one. Raises WrongState when one of them has been merged already, or when
    they are the same.
    """
    require(may_tend(actor, topic) and may_tend(actor, into))
    if topic.id == into.id:
        raise WrongState
    threads = [discussion.open_thread(KEY, each.public_id) for each in (topic, into)]
    merging.merge(*threads)
    for each in sorted((topic, into), key=lambda one: one.id):
        _require_whole(_locked(each))
    _withdraw(topic)
    topic.merged_into_id, topic.is_pinned, topic.answer_id = into.id, False, None
    led_here = update(Topic).where(Topic.merged_into_id == topic.id)
    db.session().execute(led_here.values(merged_into_id=into.id))
    db.session().flush()
    notices.carry_follows((KEY, topic.public_id), (KEY, into.public_id))
    for each in (topic, into):
        _copy_counts(each)
    audit.record(actor, "topic.merge", KEY, topic.public_id, target=into.public_id)


def _require_whole(topic: Topic) -> None:
    if topic.merged_into_id is not None:
        raise WrongState


def _locked(topic: Topic) -> Topic:
    """The topic as it is now, locked. The order of locks: threads, posts, topics, boards."""
    wanted = select(Topic).where(Topic.id == topic.id).with_for_update(key_share=True)
    return db.session().scalars(wanted.execution_options(populate_existing=True)).one()


def _locked_by_public_id(public_id: str) -> Topic:
    topic = db.session().scalars(select(Topic).where(Topic.public_id == public_id)).one()
    return _locked(topic)


# the official answer


def mark_answer(actor: Actor, topic: Topic, post: Post) -> None:
    """Say which post is the answer: one that an official wrote as such. An earlier mark goes.

    Raises Missing for a post of another topic, WrongState for one that is not an official's or not public.
    """
    require(may_mark_answer(actor, topic))
    post = state.locked(post)
    if (post.thread.place_kind, post.thread.place_id) != (KEY, topic.public_id):
        raise Missing
    if not (post.is_official and post.is_public):
        raise WrongState
    topic = _locked(topic)
    _require_whole(topic)
    if topic.answer_id != post.id:
        topic.answer_id = post.id
        db.session().flush()
        audit.record(actor, "topic.mark-answer", KEY, topic.public_id, post=post.public_id)


def unmark_answer(actor: Actor, topic: Topic) -> None:
    """The topic has no official answer any more; the post stays."""
    require(may_mark_answer(actor, topic))
    topic = _locked(topic)
    if topic.answer_id is not None:
        topic.answer_id = None
        db.session().flush()
        audit.record(actor, "topic.unmark-answer", KEY, topic.public_id)


# topics follow their posts


@on(PostPublished)
def follow_published_post(event: PostPublished) -> None:
    """The topic appears with its opening post; any post brings it to the top of its board."""
    if event.place_kind != KEY:
        return
    topic = _locked_by_public_id(event.place_id)
    topic.opening_id = topic.opening_id or event.post_id
    if topic.opening_id == event.post_id and topic.merged_into_id is None:
        _publish(topic)
    _copy_counts(topic)


@on(PostWithdrawn)
def follow_withdrawn_post(event: PostWithdrawn) -> None:
    """The topic goes with its opening post; when its author takes that back, what others said there stays."""
    if event.place_kind != KEY:
        return
    topic = _locked_by_public_id(event.place_id)
    if topic.answer_id == event.post_id:
        topic.answer_id = None
    if topic.opening_id == event.post_id:
        _lose_opening(topic, is_gone=event.by == "moderator" or not _has_posts(event.thread_id))
    _copy_counts(topic)


def _lose_opening(topic: Topic, is_gone: bool) -> None:
    """A topic that stays names its author no more, and is found by its title alone."""
    if is_gone:
        _withdraw(topic)
        for post in _others(topic):
            events.publish(CitizenTextWithdrawn(state.TEXT_KIND, post.public_id))
    else:
        topic.author_id = None
        _index(topic)


@on(CitizenTextPublished)
def follow_text(event: CitizenTextPublished) -> None:
    """The index knows the topic as its opening post reads now."""
    if event.kind == state.TEXT_KIND:
        opening = select(Post.id).where(Post.public_id == event.text_id).scalar_subquery()
        topic = db.session().scalar(select(Topic).where(Topic.opening_id == opening))
        if topic is not None:
            _index(topic)


def _publish(topic: Topic) -> None:
    """Let the topic appear; when it was hidden, what others said there can be found again."""
    author_id = db.session().scalar(select(Post.author_id).where(Post.id == topic.opening_id))
    topic.author_id = author_id  # whoever wrote it as a guest may have an account by now
    if topic.is_public:
        return
    topic.is_public = True
    db.session().flush()
    _count_topics(topic.board_id, 1)
    for post in _others(topic):
        state.publish_text(post)
    if author_id is not None:
        notices.follow_own(Actor(person_id=author_id), KEY, topic.public_id)


def _withdraw(topic: Topic) -> None:
    search.remove(KEY, topic.public_id)
    if topic.is_public:
        topic.is_public = False
        db.session().flush()
        _count_topics(topic.board_id, -1)


def _others(topic: Topic) -> Sequence[Post]:
    """The public posts of the topic but its opening one."""
    thread = select(Thread.id).filter_by(place_kind=KEY, place_id=topic.public_id).scalar_subquery()
    others = select(Post).where(Post.thread_id == thread, Post.id != topic.opening_id)
    return db.session().scalars(others.where(Post.state.in_(PUBLIC_STATES))).all()


def _has_posts(thread_id: uuid.UUID) -> bool:
    return bool(db.session().scalar(select(Thread.post_count).where(Thread.id == thread_id)))


def _count_topics(board_id: uuid.UUID, step: int) -> None:
    counted = update(Board).where(Board.id == board_id).values(topic_count=Board.topic_count + step)
    db.session().execute(counted)


def _copy_counts(topic: Topic) -> None:
    """What the list shows of the thread, taken from the thread itself."""
    thread = select(Thread.post_count, Thread.last_post_at).filter_by(
        place_kind=KEY, place_id=topic.public_id
    )
    count, latest = db.session().execute(thread).one()
    topic.post_count, topic.last_post_at = count, latest or topic.created_at
    db.session().flush()


def _index(topic: Topic) -> None:
    """In the index while it is public; as its opening post reads now."""
    if topic.is_public:
        search.index(queries.indexed(topic.public_id))
