"""Routes, listeners, notices, menu entries, and what moderation adds to every post."""

from flask import Flask, url_for

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.core.visitor import current_actor
from participation.discussion import ports
from participation.discussion.moderation import jobs, listening, notices, views  # noqa: F401  # listeners
from participation.discussion.moderation.permissions import may_edit_words, may_moderate
from participation.discussion.moderation.queries import waiting
from participation.discussion.moderation.words import reason_name
from participation.discussion.ports import PostLink
from participation.discussion.queries import Row


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    notices.register()
    ports.explain_with(reason_name, lambda public_id: url_for("moderation.appeal", public_id=public_id))
    ports.add_post_link(FLAG)
    ports.add_post_link(MODERATE)
    queue = Entry("main", 70, "moderation.queue", lambda: _("Moderation"), may_moderate, waiting.count_for)
    register_entry(queue)
    register_entry(
        Entry("administration", 60, "moderation.phrases", lambda: _("List of words"), may_edit_words)
    )
    register_entry(Entry("footer", 40, "moderation.policy", lambda: _("Rules of talk")))
    register_entry(Entry("footer", 41, "moderation.log", lambda: _("Log of moderation")))


def _is_others(row: Row) -> bool:
    return row.is_public and not row.is_own


FLAG = PostLink(
    lambda: _("Report this"),
    lambda public_id: url_for("moderation.flag", public_id=public_id),
    _is_others,
)
MODERATE = PostLink(
    lambda: _("Moderate"),
    lambda public_id: url_for("moderation.post", public_id=public_id),
    lambda row: not row.is_own and may_moderate(current_actor()),
)
