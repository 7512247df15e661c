"""Routes, listeners, commands and the subject of threads and posts."""

from flask import Flask, url_for

from app.core.i18n import PREFIX, LocalText
from app.core.i18n import gettext as _
from app.core.search import register_searchable
from app.core.subjects import SubjectKind, register_subject
from participation.discussion import api, cli, queries, searching, showing, views
from participation.discussion.models import Post
from participation.discussion.state import TEXT_KIND


def register(app: Flask) -> None:
    app.register_blueprint(views.blueprint, url_prefix=PREFIX)
    app.register_blueprint(api.blueprint, url_prefix=PREFIX)
    app.cli.add_command(cli.group)
    app.context_processor(lambda: {"thread_words": showing.ThreadWords()})
    register_searchable(searching.SEARCHABLE)
    register_subject(
        SubjectKind(
            TEXT_KIND,
            lambda: _("Comment"),
            load=queries.find,
            title=lambda post: LocalText(searching.title_of(post), post.language),
            url=_url,
            load_many=queries.find_many,
        )
    )


def _url(post: Post) -> str:
    return url_for("discussion.show_post", public_id=post.public_id)
