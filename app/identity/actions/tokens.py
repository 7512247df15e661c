"""Secrets sent to somebody once: issued, spent, voided."""

import secrets
from datetime import timedelta

from sqlalchemy import update

from app.core import clock, db
from app.core.errors import WrongState
from app.identity.models import Person, Token
from app.identity.queries import open_token, secret_digest

CONFIRM, PASSWORD, ADDRESS, SECOND_STEP, AUTHENTICATOR = (
    "confirm",
    "password",
    "address",
    "second step",
    "authenticator",
)

LIFETIMES = {
    CONFIRM: timedelta(days=2),
    PASSWORD: timedelta(hours=1),
    ADDRESS: timedelta(days=1),
    SECOND_STEP: timedelta(minutes=10),
    AUTHENTICATOR: timedelta(minutes=30),
}


class SpentLink(WrongState):
    """The link has been used, has expired, or was never ours: one answer for all three."""


def issue(
    person: Person, purpose: str, content: str | None = None, lifetime: timedelta | None = None
) -> tuple[Token, str]:
    """A new token of this purpose and its secret; the former ones of the same purpose are void."""
    void(person, purpose)
    secret = secrets.token_urlsafe(32)
    made = Token(
        purpose=purpose,
        digest=secret_digest(purpose, secret),
        person_id=person.id,
        content=content,
        expires_at=clock.now() + (lifetime or LIFETIMES[purpose]),
    )
    db.session().add(made)
    db.session().flush()
    return made, secret


def spend(purpose: str, secret: str) -> Token:
    """Use the token up; of two that try at once only one succeeds. Raises SpentLink."""
    found = open_token(purpose, secret)
    if found is None:
        raise SpentLink
    mine = update(Token).where(Token.id == found.id, Token.used_at.is_(None)).values(used_at=clock.now())
    if db.session().execute(mine).rowcount != 1:  # type: ignore[attr-defined]
        raise SpentLink
    return found


def void(person: Person, *purposes: str) -> None:
    """Make the links sent earlier worthless: all of them, or those of some purposes."""
    open_ones = update(Token).where(Token.person_id == person.id, Token.used_at.is_(None))
    if purposes:
        open_ones = open_ones.where(Token.purpose.in_(purposes))
    db.session().execute(open_ones.values(used_at=clock.now()))
