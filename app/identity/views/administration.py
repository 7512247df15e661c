"""People, their roles, invitations and levels, for administrators and clerks."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Denied, Missing
from app.core.forms import Form, checks_csrf
from app.core.i18n import gettext as _
from app.core.permissions import AGENCY_ROLES, Role, require
from app.core.text import clean_line
from app.core.visitor import current_actor
from app.identity import forms, permissions, ports, queries
from app.identity.actions import note_look, roles
from app.identity.models import Person
from app.identity.roles import held_role, level_name
from app.identity.views.browser import recently_proved, signed_in
from app.identity.views.showing import show


def _offered(form: forms.GrantForm) -> forms.GrantForm:
    """The form with the roles and agencies that the actor may give."""
    actor = current_actor()
    everywhere = permissions.is_administrator(actor)
    own = permissions.administered_agencies(actor)
    offered = list(Role) if everywhere else [role for role in Role if role in AGENCY_ROLES]
    form.offer(offered, [a for a in ports.agencies() if everywhere or a.key in own], everywhere)
    return form


# people


@signed_in
def people() -> ResponseReturnValue:
    """The list of people, found by exact address or by the beginning of the name."""
    wanted = clean_line(request.args.get("q", ""), 254)
    found = queries.people(current_actor(), wanted, request.args.get("after", "")[:20])
    shown, more = found[: queries.PAGE], len(found) > queries.PAGE
    return show(
        "people.html",
        people=shown,
        wanted=wanted,
        next_url=url_for("identity.people", q=wanted or None, after=shown[-1].public_id) if more else None,
        held_role=held_role,
        level_name=level_name,
    )


@recently_proved
def person(public_id: str) -> ResponseReturnValue:
    """One person: address, level, roles, and what may be done."""
    return _person_page(queries.person(current_actor(), public_id))


def _person_page(
    found: Person, grant: forms.GrantForm | None = None, suspension: Form | None = None
) -> ResponseReturnValue:
    """Opening it is a look that the person sees, also when a form comes back with an error."""
    note_look(current_actor(), "person", found.public_id, found.id, "administration")
    return show(
        "person.html",
        grant or suspension,
        person=found,
        grant=(grant or _offered(forms.GrantForm(formdata=None))).within("grant"),
        suspension=(suspension or forms.SuspensionForm(formdata=None)).within("suspension"),
        held_role=held_role,
        level_name=level_name,
        may_grant=lambda held: permissions.may_grant(current_actor(), Role(held.role), held.agency_key),
    )


def _back_to(found: Person) -> ResponseReturnValue:
    return redirect(url_for("identity.person", public_id=found.public_id), 303)


@recently_proved
@checks_csrf
def grant_role(public_id: str) -> ResponseReturnValue:
    """Give a role."""
    found, form = queries.person(current_actor(), public_id), _offered(forms.GrantForm())
    if not form.validate_on_submit() or not _fits(form):
        return _person_page(found, grant=form)
    roles.grant_role(current_actor(), found, Role(form.role.data), form.agency.data or "")
    flash(_("The role is given."), "success")
    return _back_to(found)


def _fits(form: forms.GrantForm) -> bool:
    """Whether the agency goes with the role; if not, the form says so."""
    if (form.role.data in AGENCY_ROLES) == bool(form.agency.data):
        return True
    form.agency.errors = [
        _("Choose the agency in which this role is held.")
        if form.role.data in AGENCY_ROLES
        else _("This role is for the whole platform: choose no agency.")
    ]
    return False


@recently_proved
def revoke_role(public_id: str) -> ResponseReturnValue:
    """Take a role away."""
    found = queries.person(current_actor(), public_id)
    role, _slash, agency_key = request.form.get("role", "").partition("/")
    if role not in set(Role):
        raise Missing
    try:
        roles.revoke_role(current_actor(), found, Role(role), agency_key)
    except roles.LastAdministrator:
        flash(_("This is the last administrator. Give the role to somebody else first."), "error")
        return _back_to(found)
    flash(_("The role is withdrawn."), "success")
    if not permissions.may_see_person(current_actor(), found):
        return redirect(url_for("identity.people"), 303)
    return _back_to(found)


@recently_proved
@checks_csrf
def suspend(public_id: str) -> ResponseReturnValue:
    """Put an account to rest, with a reason that the person reads."""
    found, form = queries.person(current_actor(), public_id), forms.SuspensionForm()
    require(permissions.may_suspend(current_actor(), found))
    if not form.validate_on_submit():
        return _person_page(found, suspension=form)
    try:
        roles.suspend(current_actor(), found, form.reason.data)
    except roles.LastAdministrator:
        flash(_("This is the last administrator. Give the role to somebody else first."), "error")
        return _back_to(found)
    flash(_("The account is suspended. The person is signed out everywhere."), "success")
    return _back_to(found)


@recently_proved
def restore(public_id: str) -> ResponseReturnValue:
    """Open a suspended account again."""
    found = queries.person(current_actor(), public_id)
    roles.restore(current_actor(), found)
    flash(_("The account is open again."), "success")
    return _back_to(found)


# invitations


@recently_proved
@checks_csrf
def invitations() -> ResponseReturnValue:
    """Invitations that wait for an answer, and the form for a new one."""
    form = forms.InvitationForm()
    _offered(form)
    if not form.validate_on_submit() or not _fits(form):
        return _invitations_page(form)
    roles.invite(
        current_actor(), form.email.data, Role(form.role.data), form.agency.data or "", form.language.data
    )
    flash(_("The invitation is on its way. It is valid for 7 days."), "success")
    return redirect(url_for("identity.invitations"), 303)


def _invitations_page(form: forms.InvitationForm) -> ResponseReturnValue:
    """The list shows addresses: whoever of them has an account can see that somebody looked."""
    waiting = queries.invitations(current_actor())
    for invited in queries.people_invited(waiting):
        note_look(current_actor(), "person", invited.public_id, invited.id, "administration")
    return show("invitations.html", form, invitations=waiting, held_role=held_role)


@recently_proved
def withdraw_invitation(public_id: str) -> ResponseReturnValue:
    """Make an invitation worthless."""
    roles.withdraw_invitation(current_actor(), queries.invitation(current_actor(), public_id))
    flash(_("The invitation is withdrawn."), "success")
    return redirect(url_for("identity.invitations"), 303)


# levels, at a clerk's counter


@signed_in
@checks_csrf
def look_up() -> ResponseReturnValue:
    """Find the account of the person at the counter by its exact address."""
    if not permissions.may_verify_people(current_actor()):
        raise Denied
    form = forms.AddressForm()
    if not form.validate_on_submit():
        return show("look_up.html", form)
    found = queries.person_to_verify(current_actor(), form.email.data)
    if found is None:
        form.email.errors = [_("There is no open account with this address.")]
        return show("look_up.html", form)
    return redirect(url_for("identity.verify", public_id=found.public_id), 303)


@signed_in
@checks_csrf
def verify(public_id: str) -> ResponseReturnValue:
    """Write down the name in the document and raise the account to level 3."""
    found, form = queries.person_at_counter(current_actor(), public_id), forms.VerificationForm()
    if not form.validate_on_submit():
        note_look(current_actor(), "person", found.public_id, found.id, "verification")
        return show("verify.html", form, person=found, level_name=level_name)
    roles.verify_in_person(current_actor(), found, form.real_name.data)
    flash(_("The account is now confirmed in person."), "success")
    return redirect(url_for("identity.look_up"), 303)


def register(blueprint: Blueprint) -> None:
    both, post = ["GET", "POST"], ["POST"]
    for path, view, methods in (
        ("/administration/people", people, ["GET"]),
        ("/administration/people/<public_id>", person, ["GET"]),
        ("/administration/people/<public_id>/roles", grant_role, post),
        ("/administration/people/<public_id>/roles/revocation", revoke_role, post),
        ("/administration/people/<public_id>/suspension", suspend, post),
        ("/administration/people/<public_id>/restoration", restore, post),
        ("/administration/invitations", invitations, both),
        ("/administration/invitations/<public_id>/withdrawal", withdraw_invitation, post),
        ("/administration/verifications", look_up, both),
        ("/administration/verifications/<public_id>", verify, both),
    ):
        blueprint.add_url_rule(path, view_func=view, methods=methods)
