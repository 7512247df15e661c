"""From draft to public text, and the files that go with it."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from app.core import db, uploads
from app.core.errors import Missing, WrongState
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.inspection import WrongFile
from app.core.visitor import current_actor
from app.documents import actions, files, queries
from app.documents.actions import NotReady
from app.documents.addresses import document_url
from app.documents.forms import (
    FormFileForm,
    PublicationForm,
    WithdrawalForm,
)
from app.documents.views.desk import DOCUMENT, VERSION, back, blueprint, document_of, version_url_of
from app.documents.views.drafts import draft_page


@blueprint.post(f"{VERSION}/publication")
@checks_csrf
def publish(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document, form = document_of(kind, year, number), PublicationForm()
    if not form.validate():
        return draft_page(document, version, form)
    try:
        actions.publish(current_actor(), document, version, form.takes_effect.day)
    except NotReady as refused:
        return draft_page(document, version, form, refused.objections)
    except WrongState:  # sent twice: what was asked for is done
        return redirect(document_url(document, version), 303)
    flash(_("Version %(number)d is public.", number=version), "success")
    return redirect(document_url(document, version), 303)


@blueprint.post(f"{VERSION}/withdrawal")
@checks_csrf
def withdraw(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document, form = document_of(kind, year, number), WithdrawalForm()
    if not form.validate():
        return draft_page(document, version, form)
    if not any(queries.published_pair(document.id, version).values()):
        return back(document)  # sent twice
    actions.withdraw(current_actor(), document, version, form.reason.data or "")
    flash(_("Version %(number)d is withdrawn; its page says why.", number=version), "success")
    return back(document)


@blueprint.post(f"{VERSION}/files")
@checks_csrf
@db.own_transactions
def create_file(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    form, actor = FormFileForm(), current_actor()
    with db.transaction(reading=True):
        document = document_of(kind, year, number)
        if not form.validate():
            return draft_page(document, version, form)
        if queries.draft_pair(document.id, version)[form.language.data] is None:
            form.language.errors = [_("This version has no text in that language.")]
            return draft_page(document, version, form)
    try:
        stored = uploads.receive(actor, form.file.data)
    except WrongFile as wrong:
        form.file.errors = [str(wrong)]
        with db.transaction(reading=True):
            return draft_page(document_of(kind, year, number), version, form)
    with uploads.content(stored) as content:
        state = files.text_state(stored.media_type, content)
    with db.transaction():
        document = document_of(kind, year, number)
        side = queries.draft_pair(document.id, version)[form.language.data]
        if side is None:
            raise Missing
        actions.attach_file(actor, document, side, stored, state)
        flash(_("The file has been added."), "success")
        return redirect(version_url_of(document, version), 303)


@blueprint.post(f"{DOCUMENT}/files/<public_id>/removal")
def remove_file(kind: str, year: int, number: int, public_id: str) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    actions.remove_file(current_actor(), document, public_id)
    return back(document)
