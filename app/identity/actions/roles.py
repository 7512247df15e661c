"""Roles, invitations, suspension and levels: what administrators and clerks do, each act audited."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update

from app.core import audit, clock, db, events
from app.core.crypto import email_index
from app.core.errors import WrongState
from app.core.permissions import SYSTEM, Actor, Role, require
from app.identity import notices, ports
from app.identity.actions import tokens
from app.identity.actions.sign_ins import revoke_all
from app.identity.events import PersonRestored, PersonSuspended, PersonVerified, RoleGranted, RoleRevoked
from app.identity.models import Invitation, Person, RoleGrant
from app.identity.permissions import (
    may_grant,
    may_grant_to,
    may_restore,
    may_suspend,
    may_verify,
    may_withdraw,
)
from app.identity.queries import open_invitation, secret_digest

INVITATION_LASTS = timedelta(days=7)
IN_PERSON = 3


class LastAdministrator(WrongState):
    """Nobody could administer the platform any more."""


class WrongPerson(WrongState):
    """The invitation went to another address."""


def grant_role(actor: Actor, person: Person, role: Role, agency_key: str = "") -> None:
    """Give the person a role; giving it again changes nothing."""
    require(may_grant_to(actor, person) or actor.is_system)
    require(may_grant(actor, role, agency_key) or actor.is_system)
    _grant(actor, person, role, agency_key)


def _grant(actor: Actor, person: Person, role: Role, agency_key: str) -> None:
    if any(held.role == role and held.agency_key == agency_key for held in person.grants):
        return
    person.grants.append(RoleGrant(role=role, agency_key=agency_key))
    db.session().flush()
    audit.record(actor, "granted_role", "person", person.id, role=role, agency=agency_key)
    events.publish(RoleGranted(person.id, role, agency_key))


def revoke_role(actor: Actor, person: Person, role: Role, agency_key: str = "") -> None:
    """Take a role away; it ends with the person's next request. Raises LastAdministrator."""
    require(may_grant(actor, role, agency_key))
    held = next((g for g in person.grants if g.role == role and g.agency_key == agency_key), None)
    if held is None:
        return
    if role is Role.ADMINISTRATOR and _administrators() == 1:
        raise LastAdministrator
    person.grants.remove(held)
    _withdraw_invitations_of(person)
    db.session().flush()
    audit.record(actor, "revoked_role", "person", person.id, role=role, agency=agency_key)
    events.publish(RoleRevoked(person.id, role, agency_key))


def _administrators() -> int:
    """How many can still administer; rows are locked, lest two take the role from each other at once."""
    able = (
        select(RoleGrant.id)
        .join(Person)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.suspended_at.is_(None))
        .with_for_update(of=RoleGrant)
    )
    return len(db.session().scalars(able).all())


# invitations


def invite(actor: Actor, address: str, role: Role, agency_key: str, language: str) -> None:
    """Offer a role to the holder of an address; an earlier offer of the same role to it is void."""
    require(may_grant(actor, role, agency_key))
    _void_earlier(address, role, agency_key)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        digest=secret_digest("invitation", secret),
        email=address,
        email_index=email_index(address),
        language=language,
        role=role,
        agency_key=agency_key,
        invited_by_id=actor.person_id,
        expires_at=clock.now() + INVITATION_LASTS,
    )
    db.session().add(invitation)
    db.session().flush()
    audit.record(actor, "invited", "invitation", invitation.id, role=role, agency=agency_key)
    notices.invited(invitation, secret, _names(agency_key))


def _void_earlier(address: str, role: Role, agency_key: str) -> None:
    same = (
        Invitation.email_index == email_index(address),
        Invitation.role == role,
        Invitation.agency_key == agency_key,
    )
    waiting = update(Invitation).where(
        *same, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)
    )
    db.session().execute(waiting.values(withdrawn_at=clock.now()))


def _names(agency_key: str) -> tuple[str, str]:
    found = next((agency for agency in ports.agencies() if agency.key == agency_key), None)
    return (found.ar or found.en, found.en or found.ar) if found else (agency_key, agency_key)


def accept_invitation(person: Person, secret: str) -> Invitation:
    """Turn an invitation into a grant, for the person to whose confirmed address it was sent.

    Raises SpentLink when it is used, withdrawn or expired, WrongPerson for anybody else.
    """
    found = open_invitation(secret)
    if found is None:
        raise tokens.SpentLink
    if not person.is_confirmed or person.email_index != found.email_index:
        raise WrongPerson
    mine = (
        update(Invitation)
        .where(Invitation.id == found.id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(accepted_at=clock.now())
    )
    if db.session().execute(mine).rowcount != 1:  # type: ignore[attr-defined]
        raise tokens.SpentLink
    inviter = Actor(person_id=found.invited_by_id) if found.invited_by_id else SYSTEM
    _grant(inviter, person, Role(found.role), found.agency_key)
    return found


def withdraw_invitation(actor: Actor, invitation: Invitation) -> None:
    require(may_withdraw(actor, invitation))
    if invitation.is_open(clock.now()):
        invitation.withdrawn_at = clock.now()
        audit.record(actor, "withdrew_invitation", "invitation", invitation.id)


def _withdraw_invitations_of(inviter: Person) -> None:
    """Whoever has lost a role gives none away any more, not even by an invitation sent earlier."""
    waiting = update(Invitation).where(
        Invitation.invited_by_id == inviter.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    db.session().execute(waiting.values(withdrawn_at=clock.now()))


# suspension and levels


def suspend(actor: Actor, person: Person, reason: str) -> None:
    """Put an account to rest: out of every browser at once, links void. The person is told the reason."""
    require(may_suspend(actor, person))
    if any(held.role == Role.ADMINISTRATOR for held in person.grants) and _administrators() == 1:
        raise LastAdministrator
    person.suspended_at, person.suspension_reason = clock.now(), reason
    tokens.void(person)
    revoke_all(person)
    _withdraw_invitations_of(person)
    audit.record(actor, "suspended", "person", person.id)
    notices.suspended(person, reason, db.new_id())
    events.publish(PersonSuspended(person.id))


def restore(actor: Actor, person: Person) -> None:
    """Let a suspended person sign in again."""
    require(may_restore(actor, person))
    person.suspended_at = person.suspension_reason = None
    audit.record(actor, "restored", "person", person.id)
    notices.restored(person, db.new_id())
    events.publish(PersonRestored(person.id))


def verify_in_person(actor: Actor, person: Person, real_name: str) -> None:
    """Level 3: a clerk has seen the person and the document, and writes down the name that stands in it."""
    require(may_verify(actor, person))
    person.real_name, person.level = real_name, IN_PERSON
    db.session().flush()
    audit.record(actor, "verified", "person", person.id, level=IN_PERSON)
    events.publish(PersonVerified(person.id))


def make_administrator(address: str, language: str) -> tuple[Person, str]:
    """The first administrator of a new site, by the operator's command.

    Returns the account and the secret that sets its password. For a known address the role is added and the
    link is made anew.
    """
    person = db.session().scalar(select(Person).where(Person.email_index == email_index(address)))
    if person is None:
        person = Person(language=language)
        person.use_email(address)
        person.use_display_name(f"Administrator {_people() + 1}")
        db.session().add(person)
        db.session().flush()
    _grant(SYSTEM, person, Role.ADMINISTRATOR, "")
    return person, tokens.issue(person, tokens.PASSWORD, lifetime=timedelta(days=1))[1]


def _people() -> int:
    return db.session().scalar(select(func.count()).select_from(Person)) or 0
