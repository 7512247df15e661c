"""Routes, commands, rules and names of the library."""

from flask import Flask

from app.core.i18n import PREFIX
from app.core.i18n import gettext as _
from app.core.navigation import Entry, register_entry
from app.core.search import Searchable, register_searchable
from app.core.subjects import SubjectKind, register_subject
from app.documents import cli, indexing, jobs, notices, queries  # noqa: F401  # the jobs
from app.documents.addresses import document_url
from app.documents.permissions import may_keep_documents
from app.documents.views import desk, drafts, facts, library, publishing  # noqa: F401  # the routes of the desk


def register(app: Flask) -> None:
    app.register_blueprint(library.root)
    app.register_blueprint(library.blueprint, url_prefix=PREFIX)
    app.register_blueprint(desk.blueprint, url_prefix=f"{PREFIX}{desk.blueprint.url_prefix}")
    app.cli.add_command(cli.group)
    notices.register()
    register_searchable(
        Searchable(indexing.KIND, lambda: _("Laws and policies"), indexing.everything, order=20)
    )
    register_subject(
        SubjectKind(
            indexing.KIND,
            lambda: _("Document"),
            load=queries.loaded,
            title=lambda document: document.title,
            url=document_url,
            load_many=queries.loaded_many,
        )
    )
    register_entry(Entry("main", 30, "documents.index", lambda: _("Laws and policies")))
    register_entry(
        Entry(
            "administration", 30, "document_desk.index", lambda: _("Documents you keep"), may_keep_documents
        )
    )
