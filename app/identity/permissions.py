"""Who may do what to whom: an administrator everywhere, an agency's administrator inside that agency."""

from app.core.permissions import AGENCY_ROLES, PLATFORM_ROLES, Actor, Role, may_rule
from app.identity.models import Invitation, Person


def is_administrator(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR)


def administered_agencies(actor: Actor) -> frozenset[str]:
    return actor.agencies(Role.AGENCY_ADMINISTRATOR)


def may_see_people(actor: Actor) -> bool:
    """Open the list of people: in full, or those of the own agencies."""
    return is_administrator(actor) or bool(administered_agencies(actor))


def may_verify_people(actor: Actor) -> bool:
    """Look somebody up by the exact address, to confirm who it is at the counter."""
    return bool(actor.agencies(Role.CLERK))


def may_grant(actor: Actor, role: Role, agency_key: str) -> bool:
    """Give or take a role; agency roles name an agency, platform roles none."""
    if role in PLATFORM_ROLES:
        return is_administrator(actor) and not agency_key
    return bool(agency_key) and (is_administrator(actor) or agency_key in administered_agencies(actor))


@may_rule(Person)
def may_see_person(actor: Actor, person: Person) -> bool:
    """Open the page of a person: whoever administers, for all or for the agency the person works in."""
    own = {grant.agency_key for grant in person.grants if grant.role in AGENCY_ROLES}
    return is_administrator(actor) or not own.isdisjoint(administered_agencies(actor))


@may_rule(Person)
def may_grant_to(actor: Actor, person: Person) -> bool:
    """Give a role to this person at all; `may_grant` says which."""
    return person.is_confirmed and person.suspended_at is None and may_see_person(actor, person)


@may_rule(Person)
def may_suspend(actor: Actor, person: Person) -> bool:
    """Put an account to rest: never one's own."""
    return is_administrator(actor) and person.suspended_at is None and actor.person_id != person.id


@may_rule(Person)
def may_restore(actor: Actor, person: Person) -> bool:
    return is_administrator(actor) and person.suspended_at is not None


@may_rule(Person)
def may_verify(actor: Actor, person: Person) -> bool:
    """Confirm having seen somebody in person (level 3): a clerk, never for oneself."""
    other = actor.person_id != person.id
    return may_verify_people(actor) and other and person.is_confirmed and person.suspended_at is None


@may_rule(Invitation)
def may_withdraw(actor: Actor, invitation: Invitation) -> bool:
    return may_grant(actor, Role(invitation.role), invitation.agency_key)
