"""Publishing the response: what is still missing, the closing words, the end."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.forms import checks_csrf, choices
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.visitor import current_actor
from participation.consultations import queries as consultations
from participation.consultations.answering import actions
from participation.consultations.answering.actions import NotReady
from participation.consultations.answering.forms import ResponseForm
from participation.consultations.answering.permissions import may_end
from participation.consultations.answering.queries import closing
from participation.consultations.answering.queries.closing import Gaps
from participation.consultations.answering.views.showing import labels
from participation.consultations.models import Consultation


def add_routes(blueprint: Blueprint) -> None:
    blueprint.route("/consultations/<slug>/response", methods=["GET", "POST"])(write_response)


@checks_csrf
def write_response(slug: str) -> ResponseReturnValue:
    """Save the closing words, or publish: refused with the list while anything is missing."""
    consultation = consultations.find(current_actor(), slug)
    require(may_end(current_actor(), consultation))
    form = _with_documents(_filled(consultation), consultation)
    if not form.validate_on_submit():
        return _page(consultation, form, 422 if form.errors else 200)
    _save(form, consultation)
    if request.form.get("act") != "publish":
        flash(_("The closing words are saved. Nothing is published yet."), "success")
        return redirect(url_for("answering.write_response", slug=slug), 303)
    try:
        actions.publish_response(current_actor(), consultation)
    except NotReady as refused:
        return _page(consultation, form, refused.status, refused.gaps)
    flash(_("The response is published, and everybody who took part is told."), "success")
    return redirect(url_for("answering.outcome", slug=slug), 303)


def _filled(consultation: Consultation) -> ResponseForm:
    document = next(
        (d for d in closing.possible_responses(consultation) if d.id == consultation.response_document_id),
        None,
    )
    typed = {f"closing_words_{code}": getattr(consultation, f"closing_words_{code}") for code in ("ar", "en")}
    return ResponseForm(data=typed | {"response_document": str(document.id) if document else ""})


def _with_documents(form: ResponseForm, consultation: Consultation) -> ResponseForm:
    known = [(str(d.id), str(d.title)) for d in closing.possible_responses(consultation)]
    form.response_document.choices = choices([("", _("No document")), *known])
    return form


def _save(form: ResponseForm, consultation: Consultation) -> None:
    chosen = form.response_document.data
    document = next((d for d in closing.possible_responses(consultation) if str(d.id) == chosen), None)
    words = form.pair("closing_words")
    actions.write_closing_words(current_actor(), consultation, words, document.id if document else None)


def _page(
    consultation: Consultation, form: ResponseForm, status: int, missing: Gaps | None = None
) -> ResponseReturnValue:
    page = render_template(
        "answering/response.html",
        consultation=consultation,
        form=form,
        gaps=missing if missing is not None else closing.gaps(consultation, clock.now()),
        is_refused=missing is not None,
        **labels(),
    )
    return page, status
