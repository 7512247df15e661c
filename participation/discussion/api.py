"""What programs read: the newest posts of a thread as an Atom feed (RFC 4287)."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from app.core.permissions import NOBODY
from participation.discussion import queries, showing

blueprint = Blueprint("discussion_feeds", __name__)


@blueprint.get("/threads/<public_id>/feed.atom")
def feed(public_id: str) -> ResponseReturnValue:
    """The same for everybody: what nobody in particular may read, whoever asks."""
    thread = queries.find_thread(NOBODY, public_id)
    entries = queries.latest(thread)
    updated = max((entry.edited_at or entry.at for entry in entries), default=thread.created_at)
    text = render_template(
        "discussion/feed.xml", thread=thread, entries=entries, updated=updated, place=showing.place(thread)
    )
    return Response(text, mimetype="application/atom+xml")
