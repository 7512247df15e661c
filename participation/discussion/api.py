"""What programs read: the newest posts of a thread as an Atom feed (RFC 4287)."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.core.feeds import FeedEntry, atom
from app.core.i18n import gettext as _
from app.core.permissions import NOBODY
from app.core.text import first_words
from participation.discussion import queries, showing
from participation.discussion.searching import LONGEST_TITLE

blueprint = Blueprint("discussion_feeds", __name__)


@blueprint.get("/threads/<public_id>/feed.atom")
def feed(public_id: str) -> ResponseReturnValue:
    """The same for everybody: what nobody in particular may read, whoever asks."""
    thread = queries.find_thread(NOBODY, public_id)
    return atom(
        f"urn:sawt:thread:{public_id}",
        _("Comments: %(title)s", title=str(showing.place(thread).title)),
        url_for("discussion_feeds.feed", public_id=public_id, _external=True),
        url_for("discussion.show", public_id=public_id, _external=True),
        [_entry(post) for post in queries.latest(thread)],
        since=thread.created_at,
    )


def _entry(post: queries.Row) -> FeedEntry:
    return FeedEntry(
        id=f"urn:sawt:post:{post.public_id}",
        title=first_words(post.body or post.wording, LONGEST_TITLE),
        url=url_for("discussion.show_post", public_id=post.public_id, _external=True),
        author=post.author or _("A former participant"),
        published_at=post.at,
        updated_at=post.edited_at,
        content=post.body,
        language=post.language,
    )
