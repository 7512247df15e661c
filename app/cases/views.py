"""The pages of the person who sent a case: find it, read it, write, settle, reopen, rate."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import actions, queries, telling
from app.cases.forms import FindCaseForm, MessageForm, RatingForm, ReasonForm, SettleForm
from app.cases.kinds import kind_of
from app.cases.models import Case
from app.cases.permissions import REOPEN_WITHIN, is_author, is_handler
from app.cases.stream import Said
from app.cases.uploading import received, said_in
from app.cases.workflow import state_label
from app.core import db, ratelimit, uploads
from app.core.errors import Missing
from app.core.forms import Form, checks_csrf, side_by_side
from app.core.i18n import gettext as _
from app.core.text import clean_line
from app.core.visitor import browser_id, current_actor, hold_receipt
from app.notifications.actions import note_seen

blueprint = Blueprint("cases", __name__, template_folder="templates")

TRIES, WAIT_SECONDS = "10/hour", 60 * 60
LONGEST_SEARCH = 200


@blueprint.get("/cases")
def mine() -> ResponseReturnValue:
    """What this person has sent, or the way to find a case by its receipt."""
    actor = current_actor()
    if actor.is_anonymous:
        return redirect(url_for("cases.find"))
    page = queries.mine(actor, request.args.get("after"))
    return render_template(
        "cases/mine.html", sent=telling.listed(actor, page.cases), next_cursor=page.next_cursor
    )


@blueprint.get("/cases/search")
def search() -> ResponseReturnValue:
    """The cases that the reader may see, as sender or as official, with these words."""
    actor, query = current_actor(), clean_line(request.args.get("q", ""), LONGEST_SEARCH)
    page = queries.search(actor, query, request.args.get("after"))
    return render_template(
        "cases/search.html",
        query=query,
        found=telling.listed(actor, page.cases),
        next_url=page.next_cursor and url_for("cases.search", q=query, after=page.next_cursor),
        first_url=url_for("cases.search", q=query) if request.args.get("after") else None,
    )


@blueprint.route("/cases/find", methods=["GET", "POST"])
@checks_csrf
def find() -> ResponseReturnValue:
    """Open a case by reference and receipt: the same answer whether the reference exists or not."""
    form = FindCaseForm(data={"reference": clean_line(request.args.get("reference", ""), 60)})
    if not form.validate_on_submit():
        return _page("cases/find.html", form)
    if ratelimit.is_exhausted(TRIES, "receipt", ratelimit.net()):
        form.reference.errors = [_("Too many tries from here. Please wait an hour and try again.")]
        later = make_response(_page("cases/find.html", form, 429))
        later.headers["Retry-After"] = str(WAIT_SECONDS)
        return later
    case = queries.find_by_receipt(form.reference.data or "", form.receipt.data or "")
    if case is None:
        ratelimit.hit(TRIES, "receipt", ratelimit.net())
        form.reference.errors = [
            _("This reference and this receipt do not match. Check both for typing errors.")
        ]
        return _page("cases/find.html", form)
    hold_receipt(case.id)
    return redirect(url_for("cases.show", reference=case.shown_reference), 303)


@blueprint.get("/cases/<reference>")
def show(reference: str) -> ResponseReturnValue:
    """The status page. Officials are led to their own page of the same case."""
    actor = current_actor()
    try:
        case = queries.find(actor, reference)
    except Missing:
        if actor.is_anonymous:
            return redirect(url_for("cases.find", reference=reference[:60]))
        raise
    if not is_author(actor, case) and is_handler(actor, case):
        return redirect(url_for("inbox.show", reference=reference))
    note_seen(actor, "case", case.id)
    return _status(case, MessageForm(formdata=None))


def _status(case: Case, form: Form, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    events = [e for e in queries.timeline(actor, case) if e.audience == "public"]
    kind = kind_of(case)
    forms = {"message": MessageForm, "reopening": ReasonForm, "rating": RatingForm, "closure": SettleForm}
    shown = side_by_side({name: made(formdata=None) for name, made in forms.items()}, form)
    return (
        render_template(
            "cases/status.html",
            case=case,
            kind=kind,
            events=telling.tell(case, events, to_official=False),
            forms=shown,
            form=form,
            state_label=state_label,
            tones=telling.STATE_TONES,
            looks=queries.looks(case),
            reopen_until=(case.closed_at or case.opened_at) + REOPEN_WITHIN,
            panel=kind.panel_query(case) if kind.panel_query else {},
        ),
        status,
    )


@blueprint.post("/cases/<reference>/messages")
@checks_csrf
@db.own_transactions
def create_message(reference: str) -> ResponseReturnValue:
    """A further message with its files; cleaning them takes time, so it happens outside of a transaction."""
    actor, form = current_actor(), MessageForm()
    files = received(form)
    with db.transaction():
        case = _own(reference)
        if form.files.errors or not form.validate():
            return _status(case, form, 422)
        actions.write(actor, case, said_in(form, files))
    flash(_("Your message has been sent to the agency."), "success")
    return redirect(url_for("cases.show", reference=reference), 303)


@blueprint.post("/cases/<reference>/closure")
@checks_csrf
def create_closure(reference: str) -> ResponseReturnValue:
    case, form = _own(reference), SettleForm()
    if not form.validate():
        return _status(case, form, 422)
    actions.close(current_actor(), case, Said("", form.key_of("")))
    flash(_("Thank you. The case is closed; you can reopen it within 30 days."), "success")
    return redirect(url_for("cases.show", reference=reference), 303)


@blueprint.post("/cases/<reference>/reopening")
@checks_csrf
def create_reopening(reference: str) -> ResponseReturnValue:
    case, form = _own(reference), ReasonForm()
    if not form.validate():
        return _status(case, form, 422)
    actions.reopen(current_actor(), case, said_in(form))
    flash(_("The case is open again, and the agency has been told why."), "success")
    return redirect(url_for("cases.show", reference=reference), 303)


@blueprint.post("/cases/<reference>/rating")
@checks_csrf
def create_rating(reference: str) -> ResponseReturnValue:
    case, form = _own(reference), RatingForm()
    if not form.validate():
        return _status(case, form, 422)
    actions.rate(current_actor(), case, int(form.rating.data), said_in(form))
    flash(_("Thank you for your rating."), "success")
    return redirect(url_for("cases.show", reference=reference), 303)


@blueprint.get("/cases/<reference>/attachments/<public_id>")
def attachment(reference: str, public_id: str) -> ResponseReturnValue:
    """A file of the case; who may have it is checked at each use."""
    actor = current_actor()
    case = queries.find(actor, reference)
    return uploads.send(uploads.by_public_id(queries.attachment(actor, case, public_id).file_public_id))


@blueprint.route("/cases/contact/<token>", methods=["GET", "POST"])
def confirm_contact(token: str) -> ResponseReturnValue:
    """The link in the first mail. Opening it changes nothing: mail scanners follow links; the button confirms.

    It does not open the case: a mistyped address is somebody else's mailbox. For that the receipt is asked.
    """
    case = queries.by_contact_token(token)
    if request.method == "POST":
        actions.confirm_contact(case)
        flash(_("Your e-mail address is confirmed. You will be told of every answer."), "success")
        page = "cases.show" if is_author(current_actor(), case) else "cases.find"
        return redirect(url_for(page, reference=case.shown_reference), 303)
    return render_template("cases/confirm_contact.html", case=case)


def _own(reference: str) -> Case:
    case = queries.find(current_actor(), reference)
    if not is_author(current_actor(), case):
        raise Missing
    return case


def _page(template: str, form: Form, status: int | None = None) -> ResponseReturnValue:
    browser_id()
    return render_template(template, form=form), status or (422 if form.errors else 200)
