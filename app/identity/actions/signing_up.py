"""From a typed address to an account: sign-up, confirmation, and the link that sets a password."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, db, events
from app.core.crypto import are_equal, email_index
from app.core.jobs import enqueue
from app.core.permissions import SYSTEM
from app.identity import engine, notices
from app.identity.actions import tokens
from app.identity.actions.sign_ins import revoke_all
from app.identity.actions.tokens import SpentLink
from app.identity.events import PersonConfirmed, PersonSignedUp
from app.identity.models import Person, Token
from app.identity.queries import is_name_taken, open_token, person_with_email, secret_digest

CONFIRMED_LEVEL = 1


class NameTaken(ValueError):
    """Somebody took this name, or one that looks like it, while the form was open."""


def sign_up(address: str, name: str, password: str, language: str) -> str:
    """Open an account that waits for its address to be confirmed, and send the link.

    Returns a mark of this very sign-up for the browser to keep: see `needs_password`.

    The caller learns nothing about who has an account: a known address gets a mail that says so, and the
    password is hashed in either case, so that the answer takes as long. A sign-up that was never confirmed is
    replaced: whoever reads the mailbox decides. The own name is taken, too, for whoever has an account: else the
    form would tell which address stands behind a pseudonym. Raises NameTaken.
    """
    kept = engine.hashed(password)
    known = _locked(email_index(address))
    waits = known is not None and not known.is_confirmed
    if is_name_taken(name, by_other_than=known.id if known and waits else None):
        raise NameTaken
    if known is not None and known.is_confirmed:
        notices.account_exists(known)
        return _mark(kept)
    waiting = known or Person()
    waiting.use_email(address)
    waiting.password, waiting.language = kept, language
    try:
        take_name(waiting, name)
    except NameTaken:
        if known is None and person_with_email(address) is not None:
            return _mark(kept)  # the same form, sent twice at once: the other one has done it
        raise
    token, secret = tokens.issue(waiting, tokens.CONFIRM)
    notices.confirm_address(token, secret, waiting)
    events.publish(PersonSignedUp(waiting.id))
    return _mark(kept)


def _mark(kept: str | None) -> str:
    return secret_digest("sign-up", kept or "")


def _locked(address_index: str) -> Person | None:
    return db.session().scalar(select(Person).where(Person.email_index == address_index).with_for_update())


def take_name(person: Person, name: str) -> None:
    """Give the person this public name and write the row; the unique index decides between two at once."""
    try:
        with db.session().begin_nested():
            person.use_display_name(name)
            db.session().add(person)
            db.session().flush()
    except IntegrityError:
        raise NameTaken from None


def needs_password(token: Token, mark: str | None) -> bool:
    """Whether the confirmation asks for the password: yes, but in the browser that chose it.

    Otherwise a stranger could sign up with somebody's address and have the owner, who finds the mail and
    clicks, open an account to which the stranger has the password.
    """
    return mark is None or not are_equal(mark, _mark(token.person.password))


def confirm(secret: str, password: str | None, mark: str | None) -> Person:
    """Confirm the address of an account. `password`: as typed, or None; asked for unless the mark is right.

    Raises SpentLink, or WrongPassword: the link stays usable then.
    """
    waiting = open_token(tokens.CONFIRM, secret)
    if waiting is None:
        raise SpentLink
    if needs_password(waiting, mark) and not engine.is_password(password or "", waiting.person.password):
        raise WrongPassword
    person = tokens.spend(tokens.CONFIRM, secret).person
    mark_confirmed(person)
    return person


class WrongPassword(ValueError):
    """The password typed is not that of the account."""


def mark_confirmed(person: Person) -> None:
    """The holder of the mailbox has answered: level 1, unless the account stands higher already."""
    if person.is_confirmed:
        return
    person.email_confirmed_at = clock.now()
    person.level = max(person.level, CONFIRMED_LEVEL)
    db.session().flush()
    audit.record(SYSTEM, "confirmed", "person", person.id)
    events.publish(PersonConfirmed(person.id))


def forget_password(address: str) -> None:
    """Have the link that sets a new password sent, if there is such an account.

    Whether there is one is asked in the background alone: here both would be told apart by the time they take.
    """
    enqueue("identity.mail_password_link", address_index=email_index(address))


def mail_password_link(address_index: str) -> None:
    person = _locked(address_index)
    if person is None or person.suspended_at is not None:
        return
    token, secret = tokens.issue(person, tokens.PASSWORD)
    notices.set_password(token, secret, person)


def set_password(secret: str, password: str) -> Person:
    """Set the password by the link that was mailed; whoever was signed in is out, other links are void.

    Reading the mailbox confirms the address too. The second factor stays: a mailbox alone opens no official's
    account. Raises SpentLink.
    """
    person = tokens.spend(tokens.PASSWORD, secret).person
    person.password, person.password_changed_at = engine.hashed(password), clock.now()
    mark_confirmed(person)
    tokens.void(person)
    revoke_all(person)
    audit.record(SYSTEM, "set_password", "person", person.id)
    notices.password_changed(person)
    return person
