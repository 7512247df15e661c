"""Reading people, their sign-ins and what was noted about them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import clock, crypto, db
from app.identity.models import Person, SignIn, email_index

LONGEST_ABSENCE = timedelta(days=30)
"""A browser that has not been seen for so long must sign in anew."""


def person_with_email(address: str) -> Person | None:
    return db.session().scalar(select(Person).where(Person.email_index == email_index(address)))


def sign_in_digest(secret: str) -> str:
    """What the database keeps of the secret in a browser's cookie."""
    return crypto.keyed("sign-in", secret).hex()


def live_sign_in(secret: str) -> SignIn | None:
    """The sign-in with this secret, with person and grants: two queries. Revoked, suspended, too old: None."""
    found = db.session().scalar(
        select(SignIn)
        .where(SignIn.digest == sign_in_digest(secret), SignIn.revoked_at.is_(None))
        .options(joinedload(SignIn.person, innerjoin=True).selectinload(Person.grants))
    )
    if (
        found is None
        or found.person.suspended_at is not None
        or found.last_seen_at < clock.now() - LONGEST_ABSENCE
    ):
        return None
    return found
