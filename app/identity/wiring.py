"""Routes, listeners and ports of identity."""

from flask import Flask, has_request_context

from app.core import visitor
from app.core.errors import Missing
from app.core.i18n import PREFIX, LocalText
from app.core.i18n import gettext as _
from app.core.navigation import Entry, holds_any, register_entry
from app.core.permissions import Actor
from app.core.subjects import SubjectKind, register_subject
from app.core.text import language_of
from app.identity import cli, engine, queries
from app.identity import jobs as _jobs  # noqa: F401  # declares them
from app.identity.models import Person
from app.identity.permissions import may_see_people, may_verify_people
from app.identity.views import blueprint, browser, leading


def register(app: Flask) -> None:
    app.register_blueprint(blueprint, url_prefix=PREFIX)
    app.cli.add_command(cli.identity)
    app.before_request(leading.lead_to_second_step)
    app.context_processor(lambda: leading.page_context() if has_request_context() else {})
    visitor.load_actor_with(browser.load_actor)
    engine.warm_up()
    register_subject(
        SubjectKind(
            "person",
            lambda: _("Person"),
            load=_writer,
            title=lambda person: LocalText(person.display_name, language_of(person.display_name)),
            url=lambda person: "",
            is_person=True,
            load_many=lambda actor, ids: queries.writers(ids),
        )
    )
    for entry in (
        Entry("account", 10, "identity.sign_in", lambda: _("Sign in"), _is_nobody),
        Entry("account", 20, "identity.sign_up", lambda: _("Sign up"), _is_nobody),
        Entry("account", 30, "identity.overview", lambda: _("Account"), _is_somebody),
        Entry(
            "account",
            35,
            "identity.overview",
            lambda: _("Administration"),
            _administers,
            anchor="administration",
        ),
        Entry("account", 90, "identity.sign_out", lambda: _("Sign out"), _is_somebody, method="post"),
        Entry("administration", 10, "identity.people", lambda: _("People and roles"), may_see_people),
        Entry("administration", 20, "identity.invitations", lambda: _("Invitations"), may_see_people),
        Entry("administration", 30, "identity.look_up", lambda: _("Confirm in person"), may_verify_people),
    ):
        register_entry(entry)


def _writer(actor: Actor, public_id: str) -> Person:
    """Everybody may mute anybody: of a person the name shown in public is all that comes back."""
    found = queries.writers([public_id]).get(public_id)
    if found is None:
        raise Missing
    return found


def _administers(actor: Actor) -> bool:
    return holds_any("administration", actor)


def _is_nobody(actor: Actor) -> bool:
    return actor.person_id is None


def _is_somebody(actor: Actor) -> bool:
    return actor.person_id is not None
