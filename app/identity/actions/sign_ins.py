"""Browsers in which a person is signed in: opened, seen, revoked."""

import secrets
import uuid

from sqlalchemy import select, update

from app.core import clock, db, events
from app.core.permissions import Actor, require
from app.identity.events import PersonSignedIn, SignInRevoked
from app.identity.models import Person, SignIn
from app.identity.queries import secret_digest


def open_sign_in(person: Person, device: str, second_factor: bool = False) -> str:
    """Sign the person in on a device; returns the secret for the browser's cookie, kept nowhere else.

    The caller has proved who it is: password, code, or (in the demo) one click.
    """
    secret = secrets.token_urlsafe(32)
    db.session().add(
        SignIn(
            digest=secret_digest("sign-in", secret),
            person_id=person.id,
            device=device,
            second_factor=second_factor,
        )
    )
    db.session().flush()
    events.publish(PersonSignedIn(person.id))
    return secret


def note_seen(sign_in_id: uuid.UUID) -> None:
    """Remember when the browser was last here (at most one write in five minutes: see the loader)."""
    db.session().execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=clock.now()))


def revoke_sign_in(actor: Actor, sign_in: SignIn) -> None:
    """End one of the actor's own sign-ins. Revoking it again changes nothing."""
    require(actor.person_id == sign_in.person_id)
    if sign_in.revoked_at is None:
        _end(sign_in)


def revoke_all(person: Person, keep: uuid.UUID | None = None) -> int:
    """End every sign-in of the person, but the one to `keep`; returns how many were open."""
    live = select(SignIn).where(SignIn.person_id == person.id, SignIn.revoked_at.is_(None)).with_for_update()
    ended = [each for each in db.session().scalars(live).all() if each.id != keep]
    for each in ended:
        _end(each)
    return len(ended)


def raise_to_second_factor(sign_in: SignIn) -> None:
    """The second factor was set up here: this sign-in counts as complete, all others end."""
    sign_in.second_factor = True
    revoke_all(sign_in.person, keep=sign_in.id)


def _end(sign_in: SignIn) -> None:
    sign_in.revoked_at = clock.now()
    db.session().flush()
    events.publish(SignInRevoked(sign_in.person_id, sign_in.id))
