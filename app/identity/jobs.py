"""What is done to accounts in the background."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.core import clock, db
from app.core.jobs import job
from app.identity.actions import signing_up
from app.identity.models import Invitation, Person, RoleGrant, SignIn, Token
from app.identity.queries import LONGEST_ABSENCE

UNCONFIRMED_KEPT = timedelta(days=7)
SPENT_KEPT = timedelta(days=30)


@job("identity.mail_password_link")
def mail_password_link(address_index: str) -> None:
    """Mail the link for a new password, if the address has an account. Done twice, the later link counts."""
    signing_up.mail_password_link(address_index)


@job("identity.forget", every=timedelta(hours=6))
def forget() -> None:
    """Remove what has served: sign-ups unconfirmed for a week, spent links and ended sign-ins after 30 days.

    A name or address that somebody took without confirming is free again then.
    """
    now, session = clock.now(), db.session()
    waiting = Person.email_confirmed_at.is_(None) & (Person.created_at < now - UNCONFIRMED_KEPT)
    holders = select(RoleGrant.person_id)
    session.execute(delete(Person).where(waiting, Person.email_index.is_not(None), Person.id.not_in(holders)))
    session.execute(delete(Token).where(Token.expires_at < now - SPENT_KEPT))
    session.execute(delete(Invitation).where(Invitation.expires_at < now - SPENT_KEPT))
    session.execute(delete(SignIn).where(SignIn.last_seen_at < now - max(LONGEST_ABSENCE, SPENT_KEPT)))
