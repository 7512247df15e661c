"""What a post shows of its fate: that an official has read it, or how the agency decided. A public fact."""

import uuid
from collections.abc import Collection

from flask import url_for

from app.core.i18n import gettext as _
from participation.consultations.answering.queries.fates import fates_of_posts
from participation.discussion.ports import PostNote

TONES = {"read": "info", "considered": "neutral", "accepted": "good", "partly": "wait", "rejected": "bad"}


def state_label(state: str) -> str:
    """The state of a contribution in words."""
    return {
        "unread": _("Not yet read"),
        "read": _("Seen by an official"),
        "considered": _("Considered"),
        "accepted": _("Accepted"),
        "partly": _("Accepted in part"),
        "rejected": _("Not accepted"),
    }[state]


def notes_on(post_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PostNote]:
    return {
        post_id: PostNote(
            state_label(fate.state),
            url_for("answering.family", slug=fate.slug, public_id=fate.family_id),
            TONES[fate.state],
        )
        for post_id, fate in fates_of_posts(post_ids).items()
    }
