"""Write first, sign in later or never: the matter, then the agency, then the receipt."""

import time
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.cases import queries as cases
from app.cases.actions import Contact, Opened
from app.cases.ports import Advice, routing_advice
from app.cases.uploading import received, said_in, show_kept
from app.core import db, drafts, ratelimit
from app.core.errors import Missing
from app.core.forms import checks_csrf
from app.core.forms import choices as as_choices
from app.core.i18n import gettext as _
from app.core.i18n import language, other
from app.core.permissions import Actor
from app.core.references import grouped, receipt_for
from app.core.text import clean_line, language_of
from app.core.uploads import StoredFile
from app.core.visitor import browser_id, current_actor, hold_receipt
from feedback.inquiries import actions
from feedback.inquiries.forms import OTHER, UNKNOWN, SendForm, WriteForm
from feedback.inquiries.suggestions import Choice, choices

blueprint = Blueprint("inquiries", __name__, template_folder="templates")

FORM_KEY = "inquiry"
RECEIPT_SHOWN_FOR = 15 * 60
SENT_PER_NET = "60/hour"
LONGEST_ADDRESS = 200


@blueprint.route("/inquiries/new", methods=["GET", "POST"])
@checks_csrf
def write() -> ResponseReturnValue:
    """Page 1. What is typed is kept as a draft at once, also for changing the language or signing in."""
    browser_id()
    actor = current_actor()
    form = WriteForm(data=_beginning(actor)) if request.method == "GET" else WriteForm()
    if request.method == "GET":
        return render_template("inquiries/write.html", form=form)
    if form.body.data and not form.csrf_token.errors:
        drafts.save(actor, FORM_KEY, {"body": form.body.data, "client_id": form.client_id.data or ""})
    act = request.form.get("act")
    if act == "language":
        return redirect(url_for("inquiries.write", lang=other(language())), 303)
    if act == "sign-in":
        return redirect(url_for("identity.sign_in", next=url_for("inquiries.write")), 303)
    if not form.validate():
        return render_template("inquiries/write.html", form=form), 422
    return redirect(url_for("inquiries.choose_agency"), 303)


def _beginning(actor: Actor) -> dict[str, str]:
    """The draft at hand; else, from "report a problem with this page", a first line that names the page."""
    draft = drafts.load(actor, FORM_KEY)
    about = clean_line(request.args.get("about", ""))[:LONGEST_ADDRESS]
    if draft.get("body") or not about.startswith("/"):
        return draft
    return {**draft, "body": _("A problem with the page %(address)s:", address=about) + "\n\n"}


@blueprint.get("/inquiries/new/agency")
def choose_agency() -> ResponseReturnValue:
    """Page 2: the suggestion with its reasons, to be confirmed or changed."""
    draft = drafts.load(current_actor(), FORM_KEY)
    if not draft.get("body"):
        return redirect(url_for("inquiries.write"))
    advice = routing_advice(draft["body"])
    form = _with_choices(SendForm(data=draft), advice)
    if advice is not None and advice.is_sure and not form.agency.data:
        form.agency.data = next(iter(form.agency)).data
    return _agency_page(form, advice)


@blueprint.post("/inquiries/new/agency")
@checks_csrf
@db.own_transactions
def create() -> ResponseReturnValue:
    """Send. The same form sent twice gives the same case and the same receipt."""
    form = SendForm()
    files = received(form)
    with db.transaction():
        advice = routing_advice(form.body.data or "")
        _with_choices(form, advice)
        if form.body.data:
            drafts.save(current_actor(), FORM_KEY, _draft_of(form))
    act = request.form.get("act")
    if act == "edit":
        return redirect(url_for("inquiries.write"), 303)
    if act == "language":
        return redirect(url_for("inquiries.choose_agency", lang=other(language())), 303)
    with db.transaction():
        if form.files.errors or not form.validate():
            return _agency_page(form, advice, 422)
        ratelimit.demand(SENT_PER_NET, "inquiry", ratelimit.net())
        opened = _send(form, files)
        drafts.discard(current_actor(), FORM_KEY)
    hold_receipt(opened.case.id)
    session["sent"] = {"case": opened.case.id.hex, "at": int(time.time())}
    return redirect(url_for("inquiries.sent", reference=opened.case.shown_reference), 303)


def _send(form: SendForm, files: Sequence[StoredFile]) -> Opened:
    agency = agencies.by_key(form.chosen_key) if form.chosen_key else None
    contact = Contact(form.name.data or "", form.email.data or "", language())
    return actions.send(current_actor(), said_in(form, files), contact, agency)


def _draft_of(form: SendForm) -> dict[str, str]:
    names = ("body", "client_id", "agency", "other_agency", "name", "email", "kept_files")
    return {name: str(form[name].data or "") for name in names}


@blueprint.get("/inquiries/sent/<reference>")
def sent(reference: str) -> ResponseReturnValue:
    """What was received, with the secret receipt: for 15 minutes, in the same browser only."""
    case = cases.find(current_actor(), reference)
    just_sent = session.get("sent", {})
    is_fresh = (
        just_sent.get("case") == case.id.hex and time.time() - just_sent.get("at", 0) < RECEIPT_SHOWN_FOR
    )
    if case.kind != "inquiry":
        raise Missing
    receipt = grouped(receipt_for(case.author_key, case.client_id)) if is_fresh else None
    return render_template("inquiries/sent.html", case=case, receipt=receipt)


def _with_choices(form: SendForm, advice: Advice | None) -> SendForm:
    """Fill the radios (up to three agencies, another one, unknown) and the list of all agencies."""
    active = agencies.all_active()
    known = {agency.key: str(agency.name) for agency in active}
    suggested = [key for key, _p in (advice.top if advice else ()) if key in known]
    own = [(OTHER, _("Another agency")), (UNKNOWN, _("I do not know"))]
    form.agency.choices = as_choices([*[(key, known[key]) for key in suggested], *own])
    everyone = sorted(known.items(), key=lambda pair: pair[1])
    form.other_agency.choices = as_choices([("", _("Choose an agency")), *everyone])
    return form


def _agency_page(form: SendForm, advice: Advice | None, status: int = 200) -> ResponseReturnValue:
    suggested: list[Choice] = choices(advice, form.body.data or "")
    page = render_template(
        "inquiries/agency.html",
        form=form,
        suggested=suggested,
        is_sure=bool(advice and advice.is_sure),
        is_urgent=bool(advice and advice.is_urgent),
        kept=show_kept(form.kept_files.data or ""),
        text_language=language_of(form.body.data or ""),
    )
    return page, status
