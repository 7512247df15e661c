"""Password and code, with limits that slow down whoever guesses and never lock out the owner."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core import clock, db, ratelimit
from app.core.crypto import email_index
from app.core.errors import TooMany
from app.identity import engine, notices
from app.identity.actions import tokens
from app.identity.models import Person, SignIn
from app.identity.queries import open_token

TRIES = "10/15 minutes"
WAIT_SECONDS = 15 * 60
NET = "sign-in by net"


@dataclass(frozen=True)
class KnownDevice:
    """A browser that has signed in as this person before: it is counted by itself.

    Whoever guesses from elsewhere uses up the tries of the account, not those of the owner's own browser.
    """

    id: str


def by_password(address: str, password: str, device: KnownDevice | None) -> Person | None:
    """The person with this address and password, or None: unknown, wrong, unconfirmed, suspended look alike.

    Raises TooMany after ten tries in 15 minutes for the account, or ten failures from the visitor's net.
    """
    account = email_index(address)
    if device is None:
        _refuse_when_exhausted(NET)
    _demand(*_counter(account, device))
    person = db.session().scalar(select(Person).where(Person.email_index == account))
    right = engine.is_password(password, person.password if person else None)
    if person is None or not right or not person.is_confirmed or person.suspended_at is not None:
        if device is None:
            ratelimit.hit(TRIES, NET, ratelimit.net())
        return None
    return person


def _counter(account: str, device: KnownDevice | None) -> tuple[str, ...]:
    """What a try is counted for: the owner's own browser by itself, or the account.

    It is counted before the password is looked at, so that many tries at once gain nothing.
    """
    return ("sign-in by device", account, device.id) if device else ("sign-in by account", account)


def _demand(*key: str) -> None:
    if not ratelimit.hit(TRIES, *key):
        raise TooMany(WAIT_SECONDS)


def _refuse_when_exhausted(name: str) -> None:
    """Failures alone count for a net: a whole ministry may sign in from behind one address."""
    if ratelimit.is_exhausted(TRIES, name, ratelimit.net()):
        raise TooMany(WAIT_SECONDS)


def start_second_step(person: Person) -> str:
    """The password was right and a code is asked for; returns the secret of this half sign-in."""
    return tokens.issue(person, tokens.SECOND_STEP)[1]


def by_code(secret: str, code: str) -> Person | None:
    """Finish a half sign-in by a code of the authenticator or a recovery code; None when it is neither.

    Raises SpentLink when the half sign-in is over, TooMany after ten failures in 15 minutes.
    """
    half = open_token(tokens.SECOND_STEP, secret)
    if half is None:
        raise tokens.SpentLink
    person = locked(half.person)
    if not proves_second_factor(person, code):
        return None
    tokens.spend(tokens.SECOND_STEP, secret)
    return person


def proves_second_factor(person: Person, code: str) -> bool:
    """Whether the code is right; it is used up then. The caller holds the lock on the person's row."""
    _demand("code", person.id.hex)
    if engine.is_code(person, code):
        return True
    if engine.use_recovery_code(person, code):
        notices.recovery_code_used(person)
        return True
    return False


def locked(person: Person) -> Person:
    """The row as it is now, locked: of two requests with the same code only one may find it unused."""
    return (
        db.session()
        .scalars(
            select(Person)
            .where(Person.id == person.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one()
    )


def prove_again(sign_in: SignIn, password: str) -> bool:
    """Whoever sits at the browser gives the password again, before an act with consequences."""
    _demand("proof", sign_in.person_id.hex)
    if not engine.is_password(password, sign_in.person.password):
        return False
    sign_in.proved_at = clock.now()
    return True
