"""What happened to a document, and how it relates to others."""

from flask import flash
from flask.typing import ResponseReturnValue

from app.core.errors import Missing, WrongState
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.permissions import NOBODY, Actor
from app.core.visitor import current_actor
from app.documents import actions, queries
from app.documents.actions import NotReady
from app.documents.forms import (
    AddressField,
    EventForm,
    RelationForm,
)
from app.documents.models import Document
from app.documents.views.desk import (
    DOCUMENT,
    back,
    blueprint,
    desk_page,
    document_of,
    named_articles,
)


@blueprint.post(f"{DOCUMENT}/events")
@checks_csrf
def create_event(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    versions = queries.history(document.id, with_drafts=True)
    numbers = sorted({each.number for each in versions if each.is_published})
    form = EventForm(named_articles(document, versions), numbers)
    source = _other(form.source, NOBODY) if form.validate() else None
    if form.errors or form.day.day is None:
        return desk_page(document, form)
    actions.record_event(
        current_actor(),
        document,
        form.kind.data,
        form.day.day,
        form.article_key.data or "",
        int(form.version_number.data) if form.version_number.data else None,
        source,
    )
    flash(_("Saved."), "success")
    return back(document)


def _other(field: AddressField, actor: Actor) -> Document | None:
    """The document whose address was typed; an error of the field when this actor sees none there."""
    if field.place is None:
        return None
    try:
        return queries.find(actor, *field.place)
    except Missing:
        field.errors = [_("There is no document at this address.")]
        return None


@blueprint.post(f"{DOCUMENT}/events/<int:seq>/removal")
def remove_event(kind: str, year: int, number: int, seq: int) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    actions.strike_event(current_actor(), document, seq)
    return back(document)


@blueprint.post(f"{DOCUMENT}/relations")
@checks_csrf
def create_relation(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    versions = queries.history(document.id, with_drafts=True)
    form = RelationForm(document.kind, named_articles(document, versions))
    target = _other(form.target, current_actor()) if form.validate() else None
    if target is not None:
        try:
            _relate(document, target, form)
        except NotReady as refused:
            return desk_page(document, form, refused.objections)
    if form.errors:
        return desk_page(document, form)
    flash(_("Saved."), "success")
    return back(document)


def _relate(document: Document, target: Document, form: RelationForm) -> None:
    """An error of the field when the two cannot stand so to each other."""
    actor, predicate, key = current_actor(), form.predicate.data, form.article_key.data or ""
    try:
        if predicate == "adopts":
            actions.adopt(actor, document, target)
        else:
            actions.relate(actor, document, predicate, target, key, form.target.key)
    except WrongState:
        form.target.errors = [_refusal(predicate)]


def _refusal(predicate: str) -> str:
    if predicate == "adopts":
        return _("This is no draft. Enter the address of a draft.")
    return _("A document cannot do this to itself.")


@blueprint.post(f"{DOCUMENT}/relations/<relation_id>/removal")
def remove_relation(kind: str, year: int, number: int, relation_id: str) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    actions.unrelate(current_actor(), document, queries.relation(document.id, relation_id))
    return back(document)
