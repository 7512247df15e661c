"""What people change about their own accounts."""

import uuid

from app.core import audit, clock, db
from app.core.i18n import LANGUAGES
from app.core.permissions import Actor, require
from app.identity import engine, notices
from app.identity.actions import tokens
from app.identity.actions.sign_ins import revoke_all
from app.identity.actions.signing_in import locked
from app.identity.actions.signing_up import NameTaken, take_name
from app.identity.models import Person
from app.identity.queries import is_name_taken, open_token, person_with_email


class AddressTaken(ValueError):
    """The new address has an account meanwhile."""


def _own(actor: Actor, person: Person) -> None:
    require(actor.person_id == person.id)


def change_password(actor: Actor, person: Person, password: str, keep: uuid.UUID | None) -> None:
    """Set another password; every other browser is signed out, links sent earlier are void.

    `keep`: the sign-in in which this happens. The caller has asked for the present password.
    """
    _own(actor, person)
    person.password, person.password_changed_at = engine.hashed(password), clock.now()
    tokens.void(person)
    revoke_all(person, keep=keep)
    audit.record(actor, "changed_password", "person", person.id)
    notices.password_changed(person)


def ask_for_address(actor: Actor, person: Person, address: str) -> None:
    """Send a link to the new address; nothing changes before it is used. A taken one looks the same here."""
    _own(actor, person)
    token, secret = tokens.issue(person, tokens.ADDRESS, content=address)
    if person_with_email(address) is None:
        notices.confirm_new_address(token, secret, person, address)


def change_address(secret: str) -> Person:
    """Use the new address from now on, and tell the former one; links mailed there are void.

    Raises SpentLink, AddressTaken.
    """
    token = tokens.spend(tokens.ADDRESS, secret)
    person, former = token.person, token.person.email
    assert token.content is not None, "a token of this purpose carries the address"
    if person_with_email(token.content) is not None:
        raise AddressTaken
    person.use_email(token.content)
    person.email_confirmed_at = clock.now()
    db.session().flush()
    tokens.void(person)
    audit.record(_self(person), "changed_address", "person", person.id)
    if former:
        notices.address_changed(person, former)
    return person


def _self(person: Person) -> Actor:
    return Actor(person_id=person.id)


def choose(actor: Actor, person: Person, name: str, language: str, prefers_hijri: bool) -> None:
    """Set the public name, the language of mails, and whether Hijri dates are shown. Raises NameTaken."""
    _own(actor, person)
    require(language in LANGUAGES)
    if is_name_taken(name, by_other_than=person.id):
        raise NameTaken
    if name != person.display_name:
        audit.record(actor, "renamed", "person", person.id)
    person.language, person.prefers_hijri = language, prefers_hijri
    take_name(person, name)


# the second factor


def start_authenticator(actor: Actor, person: Person) -> tuple[str, str]:
    """A new authenticator secret that counts only once a code proves it; with the secret of the set-up."""
    _own(actor, person)
    made = engine.new_totp_secret()
    return made, tokens.issue(person, tokens.AUTHENTICATOR, content=made)[1]


def confirm_authenticator(actor: Actor, person: Person, secret: str, code: str) -> list[str] | None:
    """Turn the second factor on (or to a new telephone) by a first code.

    Returns the recovery codes, or None for a wrong code. Raises SpentLink when the set-up has expired.
    """
    _own(actor, person)
    found = open_token(tokens.AUTHENTICATOR, secret)
    if found is None or found.person_id != person.id:
        raise tokens.SpentLink
    person = locked(person)
    person.totp_counter = None
    if not engine.is_code(person, code, found.content):
        return None
    tokens.spend(tokens.AUTHENTICATOR, secret)
    person.totp_secret, person.totp_confirmed_at = found.content, clock.now()
    audit.record(actor, "set_second_factor", "person", person.id)
    notices.second_factor_changed(person, is_on=True)
    return engine.new_recovery_codes(person)


def remove_authenticator(actor: Actor, person: Person) -> None:
    """Turn the second factor off; refused to whoever holds a role."""
    _own(actor, person)
    require(not person.must_use_second_factor)
    person.totp_secret = person.totp_confirmed_at = person.totp_counter = None
    person.recovery_codes = []
    audit.record(actor, "removed_second_factor", "person", person.id)
    notices.second_factor_changed(person, is_on=False)


def renew_recovery_codes(actor: Actor, person: Person) -> list[str]:
    """Ten new recovery codes; the former ones are void."""
    _own(actor, person)
    require(person.has_second_factor)
    audit.record(actor, "renewed_recovery_codes", "person", person.id)
    return engine.new_recovery_codes(locked(person))
