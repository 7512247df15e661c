"""The officials' pages: the inbox, the case, and every act on it; canned answers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.agencies.models import Agency
from app.cases import actions, canned, queries, telling
from app.cases.forms import (
    AnswerForm,
    AssignForm,
    CannedAnswerForm,
    NoteForm,
    ReasonForm,
    RouteForm,
    TransferForm,
)
from app.cases.kinds import kind_of
from app.cases.models import Case
from app.cases.permissions import HANDLERS, is_handler, may_open_inbox
from app.cases.queries import Filters
from app.cases.uploading import received, said_in
from app.cases.views import LONGEST_SEARCH
from app.cases.workflow import inbox_state_label
from app.core import db
from app.core.errors import Denied, Missing, Stale
from app.core.forms import Form, checks_csrf, choices, side_by_side
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.text import clean_line
from app.core.visitor import current_actor
from app.identity import actions as identity
from app.identity.models import Person
from app.notifications.actions import note_seen

blueprint = Blueprint("inbox", __name__, template_folder="templates")

BACK_TO_TRIAGE = "-"


@dataclass(frozen=True)
class Tab:
    """One view of the inbox."""

    url: str
    label: str
    current: bool
    count: int | None


def view_label(view: str) -> str:
    return {
        "unassigned": _("Unassigned"),
        "mine": _("Mine"),
        "waiting": _("Waiting for citizens"),
        "answered": _("Answered"),
        "all-open": _("All open"),
        "closed": _("Closed"),
        "triage": _("To be sorted"),
    }[view]


@blueprint.get("/inbox")
def index() -> ResponseReturnValue:
    """The list, in views; search by reference, name and words."""
    actor = current_actor()
    require(may_open_inbox(actor))
    asked = {name: clean_line(value, LONGEST_SEARCH) for name, value in request.args.items()}
    views = queries.views_of(actor)
    filters = Filters(
        view=asked["view"] if asked.get("view") in views else queries.first_view_of(actor),
        words=asked.get("q", ""),
        language=asked.get("language", ""),
        agency_key=asked.get("agency", ""),
    )
    counts = queries.counts(actor)
    kept: dict[str, Any] = {name: asked[name] for name in ("q", "language", "agency") if asked.get(name)}
    tabs = [
        Tab(url_for("inbox.index", view=v, **kept), view_label(v), v == filters.view, counts.get(v))
        for v in views
    ]
    page = queries.inbox(actor, filters, request.args.get("after"))
    next_url = page.next_cursor and url_for("inbox.index", view=filters.view, after=page.next_cursor, **kept)
    return render_template(
        "inbox/index.html",
        page=page,
        tabs=tabs,
        filters=filters,
        next_url=next_url,
        first_url=url_for("inbox.index", view=filters.view, **kept) if request.args.get("after") else None,
        state_label=inbox_state_label,
        tones=telling.STATE_TONES,
        my_agencies=[(a.key, a.name) for a in agencies.all_of_them() if a.key in actor.agencies(*HANDLERS)],
    )


@blueprint.get("/inbox/<reference>")
def show(reference: str) -> ResponseReturnValue:
    case = _handled(reference)
    note_seen(current_actor(), "case", case.id)
    return _case_page(case)


def _handled(reference: str) -> Case:
    """The case, for those who handle it; others do not learn that it exists."""
    actor = current_actor()
    case = queries.find(actor, reference)
    if not is_handler(actor, case):
        raise Missing
    return case


def _case_page(
    case: Case, wrong: Form | None = None, status: int = 200, notice: str = ""
) -> ResponseReturnValue:
    """The page of the case; `wrong` is the form that did not pass, shown again with its text."""
    actor, kind, active = current_actor(), kind_of(case), agencies.all_active()
    forms: dict[str, Form] = {
        "answer": AnswerForm(formdata=None, seen_seq=case.last_seq),
        "note": NoteForm(formdata=None),
        "transfer": _with_agencies(TransferForm(formdata=None), case.agency, active),
        "closure": ReasonForm(formdata=None),
        "route": _with_agencies(RouteForm(formdata=None), None, active),
        "assign": _with_people(AssignForm(formdata=None), queries.assignable(actor, case)),
    }
    return (
        render_template(
            "inbox/case.html",
            case=case,
            kind=kind,
            events=telling.tell(case, queries.timeline(actor, case), to_official=True),
            forms=side_by_side(forms, wrong),
            form=wrong,
            notice_text=notice,
            others=telling.writing(queries.others_writing(actor, case)),
            canned=queries.canned_answers(case.agency_id),
            state_label=inbox_state_label,
            tones=telling.STATE_TONES,
            panel=kind.panel_query(case) if kind.panel_query else {},
        ),
        status,
    )


@blueprint.get("/inbox/<reference>/contact")
def contact(reference: str) -> ResponseReturnValue:
    """Who sent it. Each opening is noted, and the person can see that somebody looked."""
    case = _handled(reference)
    identity.note_look(
        current_actor(),
        "case",
        case.id,
        case.person_id,
        reason="duty",
        agency_key=case.agency.key if case.agency else "",
    )
    return render_template("inbox/contact.html", case=case)


@blueprint.post("/inbox/<reference>/answers")
@checks_csrf
@db.own_transactions
def create_answer(reference: str) -> ResponseReturnValue:
    """Answer or ask. When somebody else has written meanwhile, the official reads that first (409)."""
    form = AnswerForm()
    files = received(form)
    with db.transaction():
        case = _handled(reference)
        if form.files.errors or not form.validate():
            return _case_page(case, form, 422)
        said = said_in(form, files)
        try:
            actions.answer(current_actor(), case, said, form.seen_seq.data or 0, asks=form.asks.data)
        except Stale:
            form.seen_seq.data = case.last_seq
            return _case_page(
                case, form, 409, _("Somebody wrote in this case while you did. Read it, then send again.")
            )
    flash(_("Your question has been sent.") if form.asks.data else _("Your answer has been sent."), "success")
    return redirect(url_for("inbox.show", reference=reference), 303)


@blueprint.post("/inbox/<reference>/notes")
@checks_csrf
def create_note(reference: str) -> ResponseReturnValue:
    case, form = _handled(reference), NoteForm()
    if not form.validate():
        return _case_page(case, form, 422)
    actions.note(current_actor(), case, said_in(form))
    flash(_("The note is saved; only colleagues see it."), "success")
    return redirect(url_for("inbox.show", reference=reference), 303)


@blueprint.post("/inbox/<reference>/assignment")
@checks_csrf
def create_assignment(reference: str) -> ResponseReturnValue:
    case = _handled(reference)
    people = queries.assignable(current_actor(), case)
    form = _with_people(AssignForm(), people)
    if not form.validate():
        return _case_page(case, form, 422)
    actions.assign(current_actor(), case, next(p for p in people if str(p.id) == form.assignee.data))
    flash(_("The case is assigned."), "success")
    return redirect(url_for("inbox.show", reference=reference), 303)


@blueprint.post("/inbox/<reference>/transfer")
@checks_csrf
def create_transfer(reference: str) -> ResponseReturnValue:
    """To another agency, or back to triage. Whoever handed it on may no longer see it: back to the list."""
    case = _handled(reference)
    form = _with_agencies(TransferForm(), but=case.agency)
    if not form.validate():
        return _case_page(case, form, 422)
    target = None if form.agency.data == BACK_TO_TRIAGE else agencies.by_key(form.agency.data)
    actions.transfer(current_actor(), case, target, said_in(form))
    flash(_("The case has been transferred, and the citizen has been told why."), "success")
    return redirect(url_for("inbox.index"), 303)


@blueprint.post("/inbox/<reference>/routing")
@checks_csrf
def create_routing(reference: str) -> ResponseReturnValue:
    case = _handled(reference)
    form = _with_agencies(RouteForm())
    if not form.validate():
        return _case_page(case, form, 422)
    target = agencies.by_key(form.agency.data)
    if target is None:
        raise Missing
    actions.route(current_actor(), case, target)
    flash(_("The case has been sent to the agency."), "success")
    return redirect(url_for("inbox.index", view="triage"), 303)


@blueprint.post("/inbox/<reference>/closure")
@checks_csrf
def create_closure(reference: str) -> ResponseReturnValue:
    case, form = _handled(reference), ReasonForm()
    if not form.validate():
        return _case_page(case, form, 422)
    actions.close(current_actor(), case, said_in(form))
    flash(_("The case is closed, and the citizen has been told why."), "success")
    return redirect(url_for("inbox.show", reference=reference), 303)


@blueprint.post("/inbox/<reference>/presence")
def create_presence(reference: str) -> ResponseReturnValue:
    """The script tells while an official writes, and learns who else does."""
    actor, case = current_actor(), _handled(reference)
    actions.start_writing(actor, case)
    return {"others": telling.writing(queries.others_writing(actor, case))}


def _with_agencies(form: Form, but: Agency | None = None, active: Sequence[Agency] | None = None) -> Form:
    """Fill the list of agencies; `but` is the one that has the case already."""
    pairs = [(a.key, str(a.name)) for a in active or agencies.all_active() if but is None or a.id != but.id]
    first = [("", _("Choose an agency"))]
    last = [(BACK_TO_TRIAGE, _("I do not know: return it for sorting"))] if but is not None else []
    form.agency.choices = choices([*first, *sorted(pairs, key=lambda pair: pair[1]), *last])
    return form


def _with_people(form: Form, people: Sequence[Person]) -> Form:
    form.assignee.choices = choices((str(p.id), p.display_name) for p in people)
    return form


# canned answers


@blueprint.get("/canned-answers")
def canned_index() -> ResponseReturnValue:
    """The texts of the actor's agencies; supervisors and agency administrators edit them."""
    actor = current_actor()
    require(bool(actor.agencies()))
    return render_template(
        "inbox/canned_index.html", answers=canned.listed(actor), editable=canned.editable(actor)
    )


@blueprint.route("/canned-answers/new", methods=["GET", "POST"])
@checks_csrf
def new_canned() -> ResponseReturnValue:
    actor = current_actor()
    form = _of_my_agencies(CannedAnswerForm())
    if not form.validate_on_submit():
        return render_template("inbox/canned_form.html", form=form, answer=None), 422 if form.errors else 200
    canned.add(actor, form.agency.data, form.pair("title"), form.pair("body"))
    flash(_("The canned answer is saved."), "success")
    return redirect(url_for("inbox.canned_index"), 303)


@blueprint.route("/canned-answers/<uuid:answer_id>", methods=["GET", "POST"])
@checks_csrf
def edit_canned(answer_id: uuid.UUID) -> ResponseReturnValue:
    actor = current_actor()
    answer = canned.find(actor, answer_id)
    form = _of_my_agencies(CannedAnswerForm(obj=answer, data={"agency": answer.agency.key}))
    if not form.validate_on_submit():
        return render_template(
            "inbox/canned_form.html", form=form, answer=answer
        ), 422 if form.errors else 200
    canned.change(actor, answer, form.pair("title"), form.pair("body"))
    flash(_("The canned answer is saved."), "success")
    return redirect(url_for("inbox.canned_index"), 303)


@blueprint.post("/canned-answers/<uuid:answer_id>/removal")
def remove_canned(answer_id: uuid.UUID) -> ResponseReturnValue:
    actor = current_actor()
    canned.remove(actor, canned.find(actor, answer_id))
    flash(_("The canned answer is removed."), "success")
    return redirect(url_for("inbox.canned_index"), 303)


def _of_my_agencies(form: CannedAnswerForm) -> CannedAnswerForm:
    keys = canned.editable(current_actor())
    if not keys:
        raise Denied
    form.agency.choices = choices((a.key, str(a.name)) for a in agencies.all_of_them() if a.key in keys)
    return form
