"""A person's notices and wishes, the way out of mails, and the operator's list of mails that failed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import mail, subjects
from app.core.errors import Missing
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.mail import Mail
from app.core.permissions import require
from app.core.subjects import Subject
from app.core.text import clean_line, isolate
from app.core.visitor import current_actor
from app.identity.views.browser import signed_in
from app.identity.views.returning import own_page
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
    return render_template("notifications/index.html", page=page)


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
        flash(_("Your choice is saved."), "success")
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


# Following and muting


@blueprint.get("/follows")
@signed_in
def follows() -> ResponseReturnValue:
    """What the reader follows."""
    page = queries.followed_by(current_actor(), request.args.get("before"))
    return render_template("notifications/follows.html", page=page)


@blueprint.get("/mutes")
@signed_in
def mutes() -> ResponseReturnValue:
    """What the reader has muted, people too."""
    page = queries.muted_by(current_actor(), request.args.get("before"))
    return render_template("notifications/mutes.html", page=page)


@blueprint.post("/follows")
def create_follow() -> ResponseReturnValue:
    subject = _subject()
    if not may_have_notices(current_actor()):
        return redirect(url_for("identity.sign_in", next=subject.url), 303)
    actions.follow_subject(current_actor(), subject)
    flash(_("You follow this from now on: %(title)s", title=isolate(subject.title.text)), "success")
    return _back(subject.url)


@blueprint.post("/follows/removal")
def create_follow_removal() -> ResponseReturnValue:
    """Also of a thing that the reader can no longer see."""
    actions.unfollow(current_actor(), *_named())
    flash(_("You no longer follow this."), "success")
    return _back(_address(), url_for("notifications.follows"))


@blueprint.get("/mutes/new")
@signed_in
def new_mute() -> ResponseReturnValue:
    """What muting means, and the button: for links from lists, where a button for each would be too much."""
    kind, subject_id = (clean_line(request.args.get(name, "")) for name in ("subject_kind", "subject_id"))
    subject = subjects.find(current_actor(), kind, subject_id)
    return render_template("notifications/new_mute.html", subject=subject)


@blueprint.post("/mutes")
def create_mute() -> ResponseReturnValue:
    subject = _subject()
    if not may_have_notices(current_actor()):
        return redirect(url_for("identity.sign_in", next=subject.url), 303)
    actions.mute(current_actor(), subject.kind, subject.id)
    flash(_("You get no more notices about this: %(title)s", title=isolate(subject.title.text)), "success")
    return _back(subject.url, url_for("notifications.mutes"))


@blueprint.post("/mutes/removal")
def create_mute_removal() -> ResponseReturnValue:
    actions.unmute(current_actor(), *_named())
    flash(_("This is no longer muted."), "success")
    return _back(_address(), url_for("notifications.mutes"))


def _named() -> tuple[str, str]:
    """The kind and id that were sent."""
    return clean_line(request.form.get("subject_kind", "")), clean_line(request.form.get("subject_id", ""))


def _subject() -> Subject:
    """The thing that was named, as the reader may see it; Missing otherwise."""
    return subjects.find(current_actor(), *_named())


def _address() -> str:
    """Where the thing that was named stands; empty when the reader can no longer see it."""
    found = subjects.find_many(current_actor(), [_named()])
    return next((subject.url for subject in found.values()), "")


def _back(*pages: str) -> ResponseReturnValue:
    """To the page that the button names, else to the first of these that there is."""
    wanted = own_page(request.form.get("back"))
    return redirect(wanted or next(filter(None, pages), url_for("notifications.follows")), 303)


# Mails


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
    flash(_("The e-mail is on its way once more."), "success")
    return redirect(url_for("notifications.failed_mails"), 303)


@blueprint.post("/administration/mails/<public_id>/discarding")
def create_discarding(public_id: str) -> ResponseReturnValue:
    require(may_tend_mails(current_actor()))
    actions.discard_mail(current_actor(), _find(public_id))
    flash(_("The e-mail is discarded."), "success")
    return redirect(url_for("notifications.failed_mails"), 303)


def _find(public_id: str) -> Mail:
    found = mail.by_public_id(public_id)
    if found is None:
        raise Missing
    return found
