"""Who is told of what in forums: a board's followers of new topics, a topic's followers of posts and answers."""

from app.agencies import queries as agencies
from app.core import i18n
from app.core.events import on
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.permissions import SYSTEM
from app.core.rendering import absolute_url
from app.core.text import isolate
from app.notifications.kinds import ByMail, Facts, NoticeKind, register_notice
from app.notifications.notices import tell_followers
from participation.discussion import queries as discussion
from participation.discussion.events import PostPublished
from participation.discussion.models import Post
from participation.forums import queries
from participation.forums.models import Topic

TOPIC, POSTS, ANSWER = "forum-topic", "forum-posts", "forum-answer"


def _board(facts: Facts) -> str:
    names = facts["board"]
    return isolate(names[i18n.language()] or names[i18n.other(i18n.language())])


def _topic_url(facts: Facts) -> str:
    return absolute_url("forums.topic", public_id=facts["topic"])


def _post_url(facts: Facts) -> str:
    return absolute_url("discussion.show_post", public_id=facts["post"])


KINDS = (
    NoticeKind(
        TOPIC,
        lambda: _("New topics on a board you follow"),
        lambda facts: _("A new topic on the board %(board)s.", board=_board(facts)),
        _topic_url,
        default=ByMail.DAILY,
        many=lambda count, facts: ngettext(
            "%(num)s new topic on the board %(board)s.",
            "%(num)s new topics on the board %(board)s.",
            count,
            board=_board(facts),
        ),
    ),
    NoticeKind(
        POSTS,
        lambda: _("New posts in a topic you follow"),
        lambda facts: _("A new post in a topic on the board %(board)s.", board=_board(facts)),
        _post_url,
        many=lambda count, facts: ngettext(
            "%(num)s new post in a topic on the board %(board)s.",
            "%(num)s new posts in a topic on the board %(board)s.",
            count,
            board=_board(facts),
        ),
        shows_title=True,
    ),
    NoticeKind(
        ANSWER,
        lambda: _("An official answer in a topic you follow"),
        lambda facts: _(
            "%(agency)s has answered in a topic on the board %(board)s.",
            agency=isolate(agencies.named(facts["agency"])),
            board=_board(facts),
        ),
        _post_url,
        many=lambda count, facts: ngettext(
            "%(num)s official answer in a topic on the board %(board)s.",
            "%(num)s official answers in a topic on the board %(board)s.",
            count,
            board=_board(facts),
        ),
        shows_title=True,
    ),
)


def register() -> None:
    for kind in KINDS:
        register_notice(kind)


@on(PostPublished)
def tell_of_post(event: PostPublished) -> None:
    """Once in the life of a post; the one that opens a topic is told as a topic."""
    if event.place_kind != queries.KEY or not event.is_first:
        return
    topic, post = queries.find_topic(SYSTEM, event.place_id), discussion.by_id(event.post_id)
    if topic.opening_id in (None, post.id):
        board = ("board", topic.board.key)
        tell_followers(board, TOPIC, _facts(topic, post), f"topic {topic.public_id}", by=post.author_id)
    elif post.is_official:
        tell_of_answer(topic, post)
    else:
        _tell_followers(topic, POSTS, post)


def tell_of_answer(topic: Topic, post: Post) -> None:
    """Of a post for an agency, when it is published; marking it as the answer tells nobody again."""
    _tell_followers(topic, ANSWER, post)


def _tell_followers(topic: Topic, kind: str, post: Post) -> None:
    subject = (queries.KEY, topic.public_id)
    tell_followers(subject, kind, _facts(topic, post), f"post {post.public_id}", by=post.author_id)


def _facts(topic: Topic, post: Post) -> Facts:
    board = topic.board
    return {
        "topic": topic.public_id,
        "post": post.public_id,
        "agency": post.agency_key,
        "board": {"ar": board.title_ar, "en": board.title_en},  # type: ignore[attr-defined]
    }
