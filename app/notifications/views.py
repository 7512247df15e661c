"""A person's notices and wishes, the way out of mails, and the operator's list of mails that failed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import mail
from app.core.errors import Missing
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.mail import Mail
from app.core.permissions import require
from app.core.text import clean_line
from app.core.visitor import current_actor
from app.notifications import actions, queries
from app.notifications.forms import WishesForm, by_mail_name, for_wishes, in_site_name
from app.notifications.kinds import ByMail, is_known, kind_of
from app.notifications.permissions import may_have_notices, may_tend_mails
from app.notifications.unsubscribing import Unsubscription, read_token

blueprint = Blueprint("notifications", __name__, template_folder="templates")


@blueprint.get("/notices")
def index() -> ResponseReturnValue:
    """The reader's notices, newest first."""
    actor = current_actor()
    require(may_have_notices(actor))
    page = queries.page_of(actor, request.args.get("before"))
    return render_template("notifications/index.html", page=page, kind_of=kind_of)


@blueprint.post("/notices/readings")
def create_reading() -> ResponseReturnValue:
    """Mark one notice as read, or all when none is named."""
    actor = current_actor()
    named = clean_line(request.form.get("notice", ""))
    if named:
        actions.mark_read(actor, named)
    else:
        actions.mark_all_read(actor)
        flash(_("All notices are marked as read."), "success")
    return redirect(url_for("notifications.index"), 303)


@blueprint.route("/notices/wishes", methods=["GET", "POST"])
@checks_csrf
def wishes() -> ResponseReturnValue:
    """How the reader wants to be told of what."""
    actor = current_actor()
    require(may_have_notices(actor))
    assert actor.person_id is not None
    now = [wish for wish in queries.wishes(actor.person_id) if wish.kind.offered_to(actor)]
    form = for_wishes(now, queries.quiet_hours([actor.person_id]).get(actor.person_id))
    if form.validate_on_submit():
        _keep(form, now)
        flash(_("Your choice is kept."), "success")
        return redirect(url_for("notifications.wishes"), 303)
    fields = [(w.kind, form[in_site_name(w)], form[by_mail_name(w)]) for w in now]
    return render_template("notifications/wishes.html", form=form, fields=fields), 422 if form.errors else 200


def _keep(form: WishesForm, wishes: list[queries.Wish]) -> None:
    actor = current_actor()
    for wish in wishes:
        in_site, by_mail = form[in_site_name(wish)].data, ByMail(form[by_mail_name(wish)].data)
        if (in_site, by_mail) != (wish.in_site, wish.by_mail):
            actions.choose(actor, wish.kind.key, in_site, by_mail)
    actions.choose_quiet_hours(actor, form.quiet_hours())


@blueprint.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask first: programs that look through mails open every link."""
    return render_template("notifications/unsubscribe.html", label=_label(_asked(token)), is_done=False)


@blueprint.post("/unsubscribe/<token>")
@checks_csrf
def create_unsubscription(token: str) -> ResponseReturnValue:
    """One click of a mail program (RFC 8058), or the button: the sealed token is all that is asked."""
    asked = _asked(token)
    actions.end_mails(asked)
    return render_template("notifications/unsubscribe.html", label=_label(asked), is_done=True)


def _asked(token: str) -> Unsubscription:
    asked = read_token(token)
    if asked is None:
        raise Missing
    return asked


def _label(asked: Unsubscription) -> str:
    return str(kind_of(asked.kind).label() if is_known(asked.kind) else _("The daily e-mail"))


@blueprint.get("/administration/mails")
def failed_mails() -> ResponseReturnValue:
    """Mails that no server wants: the operator corrects the cause, then sends or discards them."""
    require(may_tend_mails(current_actor()))
    before = _find(request.args["before"]).id if "before" in request.args else None
    found = mail.failed(before, most=queries.PAGE + 1)
    return render_template(
        "notifications/failed_mails.html",
        mails=found[: queries.PAGE],
        next_cursor=found[queries.PAGE - 1].public_id if len(found) > queries.PAGE else None,
    )


@blueprint.post("/administration/mails/<public_id>/tries")
def create_try(public_id: str) -> ResponseReturnValue:
    require(may_tend_mails(current_actor()))
    actions.retry_mail(current_actor(), _find(public_id))
    flash(_("The mail is on its way once more."), "success")
    return redirect(url_for("notifications.failed_mails"), 303)


@blueprint.post("/administration/mails/<public_id>/discarding")
def create_discarding(public_id: str) -> ResponseReturnValue:
    require(may_tend_mails(current_actor()))
    actions.discard_mail(current_actor(), _find(public_id))
    flash(_("The mail is discarded."), "success")
    return redirect(url_for("notifications.failed_mails"), 303)


def _find(public_id: str) -> Mail:
    found = mail.by_public_id(public_id)
    if found is None:
        raise Missing
    return found
