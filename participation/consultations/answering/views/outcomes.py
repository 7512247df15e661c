"""Writing "you said, we did": its rows and the news of each."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Missing, Stale
from app.core.forms import checks_csrf, choices
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.text import first_words, isolate
from app.core.visitor import current_actor
from participation.consultations.answering import actions
from participation.consultations.answering.actions import Change, OutcomeText
from participation.consultations.answering.forms import OutcomeForm, UpdateForm
from participation.consultations.answering.permissions import may_write_outcomes
from participation.consultations.answering.queries import outcomes
from participation.consultations.answering.queries.outcomes import ChangedWords
from participation.consultations.answering.views.showing import labels, worked_on
from participation.consultations.models import Consultation, Outcome

TEXTS = ("theme", "said", "did")


def add_routes(blueprint: Blueprint) -> None:
    at = "/consultations/<slug>/outcomes"
    blueprint.route(f"{at}/new", methods=["GET", "POST"])(new_outcome)
    blueprint.route(f"{at}/<public_id>/edit", methods=["GET", "POST"])(edit_outcome)
    blueprint.post(f"{at}/<public_id>/removal")(remove_outcome)
    blueprint.route(f"{at}/<public_id>/updates/new", methods=["GET", "POST"])(new_update)


def _written_in(slug: str) -> Consultation:
    consultation = worked_on(slug)
    require(may_write_outcomes(current_actor(), consultation))
    return consultation


@checks_csrf
def new_outcome(slug: str) -> ResponseReturnValue:
    consultation = _written_in(slug)
    changes = outcomes.changed_words(consultation.document)
    form = _with_choices(OutcomeForm(), consultation, changes)
    if not form.validate_on_submit():
        return _outcome_page(consultation, form, None, 422 if form.errors else 200)
    text = _text_in(form, consultation, changes)
    key = form.key_of("\0".join([*text.theme, *text.said, *text.did]))
    actions.write_outcome(current_actor(), consultation, text, key)
    flash(_("The row is saved."), "success")
    return redirect(url_for("answering.outcome", slug=slug), 303)


@checks_csrf
def edit_outcome(slug: str, public_id: str) -> ResponseReturnValue:
    consultation = _written_in(slug)
    outcome = outcomes.find_outcome(consultation, public_id)
    changes = outcomes.changed_words(consultation.document)
    form = _with_choices(OutcomeForm(data=_as_typed(outcome)), consultation, changes, outcome)
    if not form.validate_on_submit():
        return _outcome_page(consultation, form, outcome, 422 if form.errors else 200)
    try:
        text = _text_in(form, consultation, changes, outcome)
        actions.change_outcome(current_actor(), consultation, outcome, text, form.seen_revision.data or 0)
    except Stale:
        form.seen_revision.data = outcome.revision
        return _outcome_page(consultation, form, outcome, 409)
    flash(_("The row is saved."), "success")
    return redirect(url_for("answering.outcome", slug=slug), 303)


def remove_outcome(slug: str, public_id: str) -> ResponseReturnValue:
    consultation = _written_in(slug)
    actions.remove_outcome(current_actor(), consultation, outcomes.find_outcome(consultation, public_id))
    flash(_("The row is removed."), "success")
    return redirect(url_for("answering.outcome", slug=slug), 303)


@checks_csrf
def new_update(slug: str, public_id: str) -> ResponseReturnValue:
    consultation = _written_in(slug)
    outcome = outcomes.find_outcome(consultation, public_id)
    form = UpdateForm(data={"progress": outcome.progress})
    if not form.validate_on_submit():
        page = render_template(
            "answering/update.html", consultation=consultation, outcome=outcome, form=form, **labels()
        )
        return page, 422 if form.errors else 200
    text = form.pair("text")
    key = form.key_of("\0".join(text))
    actions.update_outcome(current_actor(), consultation, outcome, form.progress.data, text, key)
    flash(_("The news is published, and the authors are told."), "success")
    return redirect(url_for("answering.outcome", slug=slug, _anchor=f"outcome-{public_id}"), 303)


def _outcome_page(
    consultation: Consultation, form: OutcomeForm, outcome: Outcome | None, status: int
) -> ResponseReturnValue:
    page = render_template(
        "answering/outcome_form.html",
        consultation=consultation,
        form=form,
        outcome=outcome,
        is_stale=status == 409,
        **labels(),
    )
    return page, status


def _with_choices(
    form: OutcomeForm,
    consultation: Consultation,
    changes: list[ChangedWords],
    outcome: Outcome | None = None,
) -> OutcomeForm:
    titles = outcomes.part_titles(consultation)
    parts = [("", _("The draft as a whole")), *((key, title.text) for key, title in titles.items())]
    if outcome is not None and outcome.part not in dict(parts):
        parts.append((outcome.part, outcome.part))
    form.part.choices = choices(parts)
    known = [(change.value, _change_label(change)) for change in changes]
    kept = _kept_change(outcome)
    if kept and kept not in dict(known):
        known.append((kept, _("The change chosen before")))
    form.change.choices = choices([("", _("None: nothing was changed")), *known])
    return form


def _change_label(change: ChangedWords) -> str:
    return _(
        "%(article)s, version %(number)d: “%(before)s” became “%(after)s”",
        article=isolate(change.title),
        number=change.to_version,
        before=isolate(first_words(change.removed, 40) or "…"),
        after=isolate(first_words(change.added, 40) or "…"),
    )


def _kept_change(outcome: Outcome | None) -> str:
    if outcome is None or not outcome.hunk:
        return ""
    return f"{outcome.from_version}~{outcome.to_version}~{outcome.hunk}"


def _as_typed(outcome: Outcome) -> dict[str, object]:
    texts = {f"{name}_{code}": getattr(outcome, f"{name}_{code}") for name in TEXTS for code in ("ar", "en")}
    return texts | {
        "part": outcome.part,
        "decision": outcome.decision,
        "progress": outcome.progress,
        "change": _kept_change(outcome),
        "seen_revision": outcome.revision,
    }


def _text_in(
    form: OutcomeForm,
    consultation: Consultation,
    changes: list[ChangedWords],
    outcome: Outcome | None = None,
) -> OutcomeText:
    return OutcomeText(
        part=form.part.data or "",
        decision=form.decision.data,
        progress=form.progress.data,
        theme=form.pair("theme"),
        said=form.pair("said"),
        did=form.pair("did"),
        change=_change_in(form.change.data or "", consultation, changes, outcome),
    )


def _change_in(
    value: str, consultation: Consultation, changes: list[ChangedWords], outcome: Outcome | None
) -> Change | None:
    if not value:
        return None
    if outcome is not None and value == _kept_change(outcome):
        return Change(outcome.from_version or 0, outcome.to_version or 0, outcome.hunk)
    chosen = next((change for change in changes if change.value == value), None)
    if chosen is None or consultation.document is None:
        raise Missing
    anchor = outcomes.anchor_in_both(consultation.document, chosen)
    return Change(chosen.from_version, chosen.to_version, anchor)
