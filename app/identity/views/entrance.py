"""Signing up, in and out; the links sent by mail."""

from typing import Any

from cryptography.fernet import InvalidToken
from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core import crypto, ratelimit
from app.core.crypto import email_index
from app.core.errors import TooMany
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.visitor import current_actor
from app.identity import forms
from app.identity.actions import account, roles, signing_in, signing_up, tokens
from app.identity.actions.sign_ins import revoke_sign_in
from app.identity.forms import name_fault
from app.identity.models import Person
from app.identity.names import NameFault
from app.identity.queries import open_invitation, open_token
from app.identity.roles import held_role
from app.identity.views import browser
from app.identity.views.returning import own_page, wanted_page
from app.identity.views.showing import later, show, too_many

SIGN_UPS = "20/hour"
MAILS_TO_ONE_ADDRESS = "3/hour"
ALL_DRAFTS = "*"
"""Tells the script to forget every text it has kept in the browser."""


def _sealed(address: str) -> str:
    """The address as it may stand in the cookie, which is signed but can be read."""
    return crypto.encrypt(address).decode()


def _sent_to() -> str | None:
    """The address to which a mail has just gone; None when the page is opened without that."""
    try:
        return crypto.decrypt(str(session["sent_to"]).encode())
    except (KeyError, InvalidToken):
        return None


def _spent() -> ResponseReturnValue:
    """One page for links that are used, expired or invented."""
    return show("spent_link.html", status=410)


# signing up


@checks_csrf
def sign_up() -> ResponseReturnValue:
    """Choose address, public name and password. The answer is the same whether the address has an account."""
    form, wanted = forms.SignUpForm(), wanted_page()
    if not form.validate_on_submit():
        return show("sign_up.html", form, next=wanted)
    if not ratelimit.hit(SIGN_UPS, "sign-up", ratelimit.net()):
        return later("sign_up.html", form, next=wanted)
    try:
        mark = signing_up.sign_up(form.email.data, form.name.data, form.password.data, language())
    except signing_up.NameTaken:
        form.name.errors = [name_fault(NameFault.TAKEN)]
        return show("sign_up.html", form, next=wanted)
    session.update(signing_up=mark, next=wanted, sent_to=_sealed(form.email.data))
    return redirect(url_for("identity.sign_up_sent"), 303)


def sign_up_sent() -> ResponseReturnValue:
    """Tell what to do next."""
    return show("sign_up_sent.html", address=_sent_to())


@checks_csrf
def confirm(secret: str) -> ResponseReturnValue:
    """The page behind the mailed link: its button confirms the address, opening it changes nothing."""
    found, mark = open_token(tokens.CONFIRM, secret), session.get("signing_up")
    if found is None:
        return _spent()
    asks = signing_up.needs_password(found, mark)
    form = forms.ConfirmForm() if asks else forms.PressForm()
    if not form.validate_on_submit():
        return show("confirm.html", form, asks=asks)
    try:
        person = signing_up.confirm(secret, form.password.data if asks else None, mark)
    except signing_up.WrongPassword:
        form.password.errors = [
            _("This is not the password of the sign-up. If you did not sign up yourself, set your own.")
        ]
        return show("confirm.html", form, asks=asks)
    wanted = own_page(session.get("next")) or url_for("identity.overview")
    browser.sign_in_here(person)
    flash(_("Your address is confirmed. You are signed in."), "success")
    return redirect(wanted, 303)


# signing in and out


@checks_csrf
def sign_in() -> ResponseReturnValue:
    """Address and password; then the code, if the account asks for one."""
    form, wanted = forms.SignInForm(), wanted_page()
    if request.method == "GET" and browser.current_sign_in() is not None:
        return redirect(wanted)
    if not form.validate_on_submit():
        return show("sign_in.html", form, next=wanted)
    try:
        person = signing_in.by_password(
            form.email.data, form.password.data, browser.known_device(form.email.data)
        )
    except TooMany:
        return too_many("sign_in.html", form, "email", next=wanted)
    if person is None:
        form.email.errors = [
            _(
                "No open account has this address and password. Check both; if you have just signed up, "
                "open the link in our e-mail first."
            )
        ]
        return show("sign_in.html", form, next=wanted)
    return _go_on(person, wanted)


def _go_on(person: Person, wanted: str) -> ResponseReturnValue:
    if person.has_second_factor:
        session.update(half=signing_in.start_second_step(person), next=wanted)
        return redirect(url_for("identity.code"), 303)
    browser.sign_in_here(person)
    return redirect(wanted, 303)


@checks_csrf
def code() -> ResponseReturnValue:
    """The second step: a code of the authenticator, or a recovery code."""
    form, half = forms.CodeForm(), session.get("half")
    if half is None or open_token(tokens.SECOND_STEP, half) is None:
        flash(_("This sign-in took too long. Start again."), "warning")
        return redirect(url_for("identity.sign_in"), 303)
    if not form.validate_on_submit():
        return show("code.html", form)
    try:
        person = signing_in.by_code(half, form.code.data)
    except TooMany:
        return too_many("code.html", form, "code")
    if person is None:
        form.code.errors = [_("This code is wrong, too old or already used. Wait for the next one.")]
        return show("code.html", form)
    wanted = own_page(session.get("next")) or url_for("identity.overview")
    browser.sign_in_here(person, second_factor=True)
    return redirect(wanted, 303)


def sign_out() -> ResponseReturnValue:
    """End the sign-in of this browser, here and on the server; without one, what the browser holds is forgotten."""
    found = browser.current_sign_in()
    if found is not None:
        revoke_sign_in(current_actor(), found)
    browser.sign_out_here()
    flash(ALL_DRAFTS, "draft-received")
    flash(_left_words(found is not None), "success")
    return redirect(f"/{language()}/", 303)


def _left_words(was_signed_in: bool) -> str:
    if was_signed_in:
        return _("You are signed out. Nothing of yours is left in this browser.")
    return _("Nothing of yours is left in this browser. Open your case again with reference and receipt.")


# passwords and addresses, by mail


@checks_csrf
def forgotten() -> ResponseReturnValue:
    """Ask for the link that sets a new password; the answer is the same for every address."""
    form = forms.AddressForm()
    if not form.validate_on_submit():
        return show("forgotten.html", form)
    if not ratelimit.hit(SIGN_UPS, "forgotten", ratelimit.net()):
        return later("forgotten.html", form)
    if ratelimit.hit(MAILS_TO_ONE_ADDRESS, "forgotten", email_index(form.email.data)):
        signing_up.forget_password(form.email.data)
    session["sent_to"] = _sealed(form.email.data)
    return redirect(url_for("identity.forgotten_sent"), 303)


def forgotten_sent() -> ResponseReturnValue:
    return show("forgotten_sent.html", address=_sent_to())


@checks_csrf
def set_password(secret: str) -> ResponseReturnValue:
    """Choose a new password by the mailed link, then sign in with it."""
    found = open_token(tokens.PASSWORD, secret)
    if found is None:
        return _spent()
    form = forms.NewPasswordForm(about=(found.person.display_name, found.person.email or ""))
    if not form.validate_on_submit():
        return show("set_password.html", form)
    try:
        person = signing_up.set_password(secret, form.password.data)
    except tokens.SpentLink:
        return _spent()
    if browser.current_sign_in() is not None:
        browser.sign_out_here()
    browser.remember_device(person)
    flash(_("Your new password is set. All other browsers are signed out."), "success")
    return redirect(url_for("identity.sign_in"), 303)


@checks_csrf
def change_address(secret: str) -> ResponseReturnValue:
    """The page behind the link sent to a new address; its button makes the change."""
    if open_token(tokens.ADDRESS, secret) is None:
        return _spent()
    form = forms.PressForm()
    if not form.validate_on_submit():
        return show("change_address.html", form)
    try:
        account.change_address(secret)
    except (tokens.SpentLink, account.AddressTaken):
        return _spent()
    flash(_("Your account now uses the new address."), "success")
    return redirect(url_for("identity.overview"), 303)


# invitations


@checks_csrf
def invitation(secret: str) -> ResponseReturnValue:
    """What is offered, and the button that accepts it: only for the person to whose address it went."""
    found, here = open_invitation(secret), browser.current_sign_in()
    if found is None:
        return _spent()
    facts: dict[str, Any] = {
        "role": held_role(found.role, found.agency_key),
        "here": here,
        "page": request.path,
    }
    form = forms.PressForm()
    if here is None or not form.validate_on_submit():
        return show("invitation.html", form, **facts)
    try:
        roles.accept_invitation(here.person, secret)
    except roles.WrongPerson:
        return show("invitation.html", form, 403, wrong_person=True, **facts)
    browser.forget()
    flash(_("You now hold this role. Set up the second step of signing in to begin."), "success")
    return redirect(url_for("identity.second_factor"), 303)


def register(blueprint: Blueprint) -> None:
    both = ["GET", "POST"]
    for path, view, methods in (
        ("/sign-up", sign_up, both),
        ("/sign-up/sent", sign_up_sent, ["GET"]),
        ("/confirm/<secret>", confirm, both),
        ("/sign-in", sign_in, both),
        ("/sign-in/code", code, both),
        ("/sign-out", sign_out, ["POST"]),
        ("/password/forgotten", forgotten, both),
        ("/password/forgotten/sent", forgotten_sent, ["GET"]),
        ("/password/new/<secret>", set_password, both),
        ("/account/address/<secret>", change_address, both),
        ("/invitations/<secret>", invitation, both),
    ):
        blueprint.add_url_rule(path, view_func=view, methods=methods)
