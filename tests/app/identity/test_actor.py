"""The actor of a request."""

from flask import Flask
from flask import session as cookie

from app.core import clock, db, visitor
from app.core.permissions import Actor, Role
from app.identity.models import Person
from tests.client import Browser
from tests.factories import people


def _actor(app: Flask, client: Browser) -> Actor:
    """The actor as the next request of this browser would see it."""
    with client.session_transaction() as session:
        kept = dict(session)
    with app.test_request_context("/ar/"), db.unit(reading=True):
        cookie.update(kept)
        return visitor.current_actor()


def test_a_browser_without_a_sign_in_is_nobody(app: Flask, client: Browser) -> None:
    assert _actor(app, client).is_anonymous


def test_an_entered_resident_is_the_actor_without_grants(app: Flask, client: Browser) -> None:
    huda = people.huda()
    actor = _actor(app, client.enter(huda))
    assert (actor.person_id, actor.grants, actor.level) == (huda.id, frozenset(), 1)


def test_an_official_holds_the_grants_of_this_moment(app: Flask, client: Browser) -> None:
    client.enter(people.salma())
    assert _actor(app, client).agencies(Role.SUPERVISOR) == {"water"}


def test_an_official_without_the_second_step_holds_no_grants(app: Flask, client: Browser) -> None:
    client.enter(people.omar(totp_confirmed_at=None))
    assert not _actor(app, client).is_staff


def test_a_suspended_person_is_nobody_at_the_next_request(app: Flask, client: Browser) -> None:
    huda = people.huda()
    client.enter(huda)
    with db.transaction() as session:
        session.get_one(Person, huda.id).suspended_at = clock.now()
    assert _actor(app, client).is_anonymous
