"""Reading people, their sign-ins, the links sent to them and what was noted about them."""

import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core import clock, crypto, db
from app.core.crypto import email_index
from app.core.errors import Missing
from app.core.permissions import Actor, require
from app.core.text import name_skeleton
from app.identity.models import Invitation, Look, Person, RoleGrant, SignIn, Token
from app.identity.permissions import (
    administered_agencies,
    is_administrator,
    may_see_people,
    may_see_person,
    may_verify,
    may_verify_people,
)

LONGEST_ABSENCE = timedelta(days=30)
"""A browser that has not been seen for so long must sign in anew."""

PAGE = 30


def person_with_email(address: str) -> Person | None:
    return db.session().scalar(select(Person).where(Person.email_index == email_index(address)))


def is_name_taken(name: str, by_other_than: uuid.UUID | None = None) -> bool:
    """Whether somebody else carries this name, or one that looks like it."""
    taken = select(Person.id).where(Person.display_name_skeleton == name_skeleton(name))
    return any(holder != by_other_than for holder in db.session().scalars(taken))


def writers(public_ids: list[str]) -> dict[str, Person]:
    """Those of these people who have an account, by the ids that stand beside what they wrote in public."""
    them = select(Person).where(Person.public_id.in_(public_ids))
    return {person.public_id: person for person in db.session().scalars(them)}


# sign-ins


def secret_digest(purpose: str, secret: str) -> str:
    """What the database keeps of a secret in a cookie or link (64 hex digits)."""
    return crypto.keyed(purpose, secret).hex()


def live_sign_in(secret: str) -> SignIn | None:
    """The sign-in with this secret, its person and grants: two queries. Revoked, suspended, too old: None."""
    found = db.session().scalar(
        select(SignIn)
        .where(SignIn.digest == secret_digest("sign-in", secret), SignIn.revoked_at.is_(None))
        .options(joinedload(SignIn.person, innerjoin=True).selectinload(Person.grants))
    )
    if (
        found is None
        or found.person.suspended_at is not None
        or found.last_seen_at < clock.now() - LONGEST_ABSENCE
    ):
        return None
    return found


def own_sign_ins(actor: Actor) -> list[SignIn]:
    """Where the actor is signed in, the most recent first."""
    live = select(SignIn).where(
        SignIn.person_id == actor.person_id,
        SignIn.revoked_at.is_(None),
        SignIn.last_seen_at > clock.now() - LONGEST_ABSENCE,
    )
    return list(db.session().scalars(live.order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())))


def own_sign_in(actor: Actor, public_id: str) -> SignIn:
    """One of the actor's own sign-ins; Missing for anybody else's."""
    found = db.session().scalar(
        select(SignIn).where(SignIn.public_id == public_id, SignIn.person_id == actor.person_id)
    )
    if found is None or actor.person_id is None:
        raise Missing
    return found


# links


def open_token(purpose: str, secret: str) -> Token | None:
    """The token of this purpose that can still be used, with its person; None for all others."""
    found = db.session().scalar(
        select(Token).where(Token.digest == secret_digest(purpose, secret)).options(joinedload(Token.person))
    )
    usable = found is not None and found.used_at is None and clock.now() < found.expires_at
    return found if usable and found is not None and found.person.suspended_at is None else None


def open_invitation(secret: str) -> Invitation | None:
    found = db.session().scalar(
        select(Invitation).where(Invitation.digest == secret_digest("invitation", secret))
    )
    return found if found is not None and found.is_open(clock.now()) else None


# administration


def _visible(actor: Actor) -> ColumnElement[bool] | None:
    """The condition on persons whom the actor administers; None: everybody."""
    if is_administrator(actor):
        return None
    return Person.grants.any(RoleGrant.agency_key.in_(administered_agencies(actor)))


def _people(actor: Actor) -> Select[Person]:
    condition = _visible(actor)
    chosen = select(Person).options(selectinload(Person.grants))
    return chosen if condition is None else chosen.where(condition)


def people(actor: Actor, wanted: str = "", after: str = "") -> list[Person]:
    """At most PAGE + 1 people whom the actor administers, by name; the last one says that there are more.

    `wanted`: the exact e-mail address, or the beginning of a display name; `after`: the public id of the last
    person of the page before.
    """
    require(may_see_people(actor))
    chosen = _people(actor)
    if "@" in wanted:
        chosen = chosen.where(Person.email_index == email_index(wanted))
    elif wanted:
        chosen = chosen.where(Person.display_name_skeleton.startswith(name_skeleton(wanted), autoescape=True))
    last = db.session().scalar(select(Person).where(Person.public_id == after)) if after else None
    if last is not None:
        chosen = chosen.where(_comes_after(last))
    return list(
        db.session().scalars(chosen.order_by(Person.display_name_skeleton, Person.id).limit(PAGE + 1))
    )


def _comes_after(last: Person) -> ColumnElement[bool]:
    same = and_(Person.display_name_skeleton == last.display_name_skeleton, Person.id > last.id)
    return or_(Person.display_name_skeleton > last.display_name_skeleton, same)


def person(actor: Actor, public_id: str) -> Person:
    """A person whom the actor administers; Missing for all others."""
    found = db.session().scalar(
        select(Person).where(Person.public_id == public_id).options(selectinload(Person.grants))
    )
    if found is None or not may_see_person(actor, found):
        raise Missing
    return found


def person_to_verify(actor: Actor, address: str) -> Person | None:
    """The person who stands at the clerk's counter and has told the address of the account."""
    require(may_verify_people(actor))
    found = person_with_email(address)
    return found if found is not None and found.is_confirmed and found.suspended_at is None else None


def person_at_counter(actor: Actor, public_id: str) -> Person:
    """The person whom the clerk has just found; Missing when there is nothing to confirm."""
    found = db.session().scalar(select(Person).where(Person.public_id == public_id))
    if found is None or not may_verify(actor, found):
        raise Missing
    return found


def invitations(actor: Actor) -> list[Invitation]:
    """Invitations that wait for an answer, in what the actor administers, newest first."""
    require(may_see_people(actor))
    waiting = select(Invitation).where(
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    if not is_administrator(actor):
        waiting = waiting.where(Invitation.agency_key.in_(administered_agencies(actor)))
    return list(db.session().scalars(waiting.order_by(Invitation.id.desc()).limit(200)))


def people_invited(invitations: list[Invitation]) -> list[Person]:
    """Those of the invited who have an account under the address of the invitation."""
    addresses = {each.email_index for each in invitations}
    return list(db.session().scalars(select(Person).where(Person.email_index.in_(addresses))))


def invitation(actor: Actor, public_id: str) -> Invitation:
    """An invitation into what the actor administers; Missing for all others."""
    found = db.session().scalar(select(Invitation).where(Invitation.public_id == public_id))
    visible = found is not None and (
        is_administrator(actor) or found.agency_key in administered_agencies(actor)
    )
    if found is None or not visible:
        raise Missing
    return found


# who looked


def looks_at(actor: Actor, after: str = "") -> list[Look]:
    """Who read the actor's data, newest first, PAGE + 1 at most; `after`: public id of the last one shown."""
    seen = select(Look).where(Look.person_id == actor.person_id).options(joinedload(Look.looked_by))
    if after:
        seen = seen.where(Look.id < select(Look.id).where(Look.public_id == after).scalar_subquery())
    return list(db.session().scalars(seen.order_by(Look.id.desc()).limit(PAGE + 1)))
