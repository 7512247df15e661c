"""A person's own account: name and language, password, address, second factor, sign-ins, and who looked."""

from typing import Any

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core import ratelimit
from app.core.errors import TooMany
from app.core.forms import Form, checks_csrf
from app.core.i18n import NAMES, ngettext, number
from app.core.i18n import gettext as _
from app.core.visitor import current_actor
from app.identity import devices, engine, forms, queries
from app.identity.actions import account, sign_ins, signing_in, signing_up, tokens
from app.identity.forms import name_fault
from app.identity.names import NameFault
from app.identity.ports import agency_name
from app.identity.qr import qr_code
from app.identity.roles import level_name, reason_name, subject_name
from app.identity.views import browser
from app.identity.views.browser import person_here, recently_proved, sign_in_at_hand, signed_in
from app.identity.views.returning import own_page
from app.identity.views.showing import later, show, too_many


@signed_in
def overview() -> ResponseReturnValue:
    """Everything about the account on one page."""
    return show("overview.html", person=person_here(), level_name=level_name, languages=NAMES)


@signed_in
@checks_csrf
def preferences() -> ResponseReturnValue:
    """Public name, language of mails, Hijri dates."""
    person = person_here()
    form = forms.PreferencesForm(
        data={"name": person.display_name, "language": person.language, "prefers_hijri": person.prefers_hijri}
    )
    if not form.validate_on_submit():
        return show("preferences.html", form)
    try:
        account.choose(
            current_actor(), person, form.name.data, form.language.data, bool(form.prefers_hijri.data)
        )
    except signing_up.NameTaken:
        form.name.errors = [name_fault(NameFault.TAKEN)]
        return show("preferences.html", form)
    flash(_("Your choices are saved."), "success")
    return redirect(url_for("identity.overview"), 303)


def _is_present(form: Form) -> bool:
    """Whether the present password was given; a wrong one becomes an error of the form."""
    if signing_in.prove_again(sign_in_at_hand(), form["present"].data):
        return True
    form["present"].errors = [_("This is not your present password.")]
    return False


@signed_in
@checks_csrf
def change_password() -> ResponseReturnValue:
    """Another password; every other browser is signed out."""
    person = person_here()
    form = forms.ChangePasswordForm(about=(person.display_name, person.email or ""))
    if not form.validate_on_submit():
        return show("change_password.html", form)
    try:
        if not _is_present(form):
            return show("change_password.html", form)
    except TooMany:
        return too_many("change_password.html", form, "present")
    account.change_password(current_actor(), person, form.password.data, keep=sign_in_at_hand().id)
    flash(_("Your password is changed. All other browsers are signed out."), "success")
    return redirect(url_for("identity.overview"), 303)


@signed_in
@checks_csrf
def ask_for_address() -> ResponseReturnValue:
    """Ask for another address; a link goes there."""
    form = forms.ChangeAddressForm()
    if not form.validate_on_submit():
        return show("ask_for_address.html", form, person=person_here())
    try:
        if not _is_present(form):
            return show("ask_for_address.html", form, person=person_here())
    except TooMany:
        return too_many("ask_for_address.html", form, "present", person=person_here())
    if not ratelimit.hit("5/hour", "new address", person_here().id.hex):
        return later("ask_for_address.html", form, person=person_here())
    account.ask_for_address(current_actor(), person_here(), form.email.data)
    flash(_("We have sent a link to the new address. Until you open it, the present one stays."), "success")
    return redirect(url_for("identity.overview"), 303)


@signed_in
@checks_csrf
def prove() -> ResponseReturnValue:
    """Give the password again before an act with consequences."""
    form = forms.ProofForm()
    wanted = own_page(request.values.get("next")) or url_for("identity.overview")
    if not form.validate_on_submit():
        return show("prove.html", form, next=wanted)
    try:
        proved = signing_in.prove_again(sign_in_at_hand(), form.password.data)
    except TooMany:
        return too_many("prove.html", form, "password", next=wanted)
    if not proved:
        form.password.errors = [_("This is not your password.")]
        return show("prove.html", form, next=wanted)
    return redirect(wanted, 303)


# the second factor


@signed_in
def second_factor() -> ResponseReturnValue:
    """Whether it is on, and what can be done about it."""
    return show("second_factor.html", person=person_here(), left=len(person_here().recovery_codes))


@recently_proved
def start_authenticator() -> ResponseReturnValue:
    """Make a secret for the authenticator; the page that shows it follows."""
    session["authenticator"] = account.start_authenticator(current_actor(), person_here())[1]
    return redirect(url_for("identity.authenticator"), 303)


@signed_in
@checks_csrf
def authenticator() -> ResponseReturnValue:
    """Show the secret as QR code and in groups; a first code turns the second factor on."""
    secret = session.get("authenticator", "")
    found = queries.open_token(tokens.AUTHENTICATOR, secret)
    if found is None or found.person_id != person_here().id:
        flash(_("This set-up took too long. Start again."), "warning")
        return redirect(url_for("identity.second_factor"), 303)
    form = forms.CodeForm()
    facts: dict[str, Any] = {
        "key": engine.totp_key(found.content or ""),
        "qr": qr_code(engine.totp_uri(found.content or "", person_here().email or "")),
    }
    if not form.validate_on_submit():
        return show("authenticator.html", form, **facts)
    if not ratelimit.hit(signing_in.TRIES, "authenticator", person_here().id.hex):
        return too_many("authenticator.html", form, "code", **facts)
    codes = account.confirm_authenticator(current_actor(), person_here(), secret, form.code.data)
    if codes is None:
        form.code.errors = [
            _("This code is wrong or too old. Wait for the next one, and check the clock of your phone.")
        ]
        return show("authenticator.html", form, **facts)
    session.pop("authenticator")
    sign_ins.raise_to_second_factor(sign_in_at_hand())
    browser.forget()
    return show("recovery_codes.html", codes=codes)


@recently_proved
def remove_authenticator() -> ResponseReturnValue:
    """Turn the second factor off."""
    account.remove_authenticator(current_actor(), person_here())
    flash(_("The second step is off. Your password alone opens the account."), "success")
    return redirect(url_for("identity.second_factor"), 303)


@recently_proved
def renew_recovery_codes() -> ResponseReturnValue:
    """Show ten new recovery codes, this once."""
    return show("recovery_codes.html", codes=account.renew_recovery_codes(current_actor(), person_here()))


# sign-ins


@signed_in
def own_sign_ins() -> ResponseReturnValue:
    """Every browser in which the account is open."""
    listed = queries.own_sign_ins(current_actor())
    return show("sign_ins.html", sign_ins=listed, here=sign_in_at_hand(), device_words=devices.device_words)


@signed_in
def revoke_sign_in(public_id: str) -> ResponseReturnValue:
    """Sign one browser out."""
    ended = queries.own_sign_in(current_actor(), public_id)
    sign_ins.revoke_sign_in(current_actor(), ended)
    if ended.id == sign_in_at_hand().id:
        browser.sign_out_here()
        return redirect(url_for("identity.sign_in"), 303)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("identity.own_sign_ins"), 303)


@signed_in
def revoke_other_sign_ins() -> ResponseReturnValue:
    """Sign every other browser out."""
    ended = sign_ins.revoke_all(person_here(), keep=sign_in_at_hand().id)
    flash(
        ngettext(
            "%(count)s other browser is signed out.",
            "%(count)s other browsers are signed out.",
            ended,
            count=number(ended),
        ),
        "success",
    )
    return redirect(url_for("identity.own_sign_ins"), 303)


# who looked


@signed_in
def looks() -> ResponseReturnValue:
    """Who on duty has read this person's data, when and why."""
    found = queries.looks_at(current_actor(), request.args.get("after", ""))
    shown, more = found[: queries.PAGE], len(found) > queries.PAGE
    return show(
        "looks.html",
        looks=shown,
        next_url=url_for("identity.looks", after=shown[-1].public_id) if more else None,
        reason_name=reason_name,
        subject_name=subject_name,
        agency_name=agency_name,
    )


def register(blueprint: Blueprint) -> None:
    both = ["GET", "POST"]
    for path, view, methods in (
        ("/account", overview, ["GET"]),
        ("/account/preferences", preferences, both),
        ("/account/password", change_password, both),
        ("/account/address", ask_for_address, both),
        ("/account/proof", prove, both),
        ("/account/second-step", second_factor, ["GET"]),
        ("/account/second-step/authenticator", authenticator, both),
        ("/account/second-step/authenticators", start_authenticator, ["POST"]),
        ("/account/second-step/removal", remove_authenticator, ["POST"]),
        ("/account/second-step/recovery-codes", renew_recovery_codes, ["POST"]),
        ("/account/sign-ins", own_sign_ins, ["GET"]),
        ("/account/sign-ins/<public_id>/revocation", revoke_sign_in, ["POST"]),
        ("/account/sign-ins/revocations", revoke_other_sign_ins, ["POST"]),
        ("/account/looks", looks, ["GET"]),
    ):
        blueprint.add_url_rule(path, view_func=view, methods=methods)
