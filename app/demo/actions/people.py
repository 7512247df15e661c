"""The people of the demo country and the agencies they speak for."""

from datetime import timedelta

from sqlalchemy import select

from app.agencies import loading
from app.agencies.models import Agency
from app.core import clock, db
from app.core.permissions import SYSTEM, Actor
from app.demo import script
from app.demo.script import DemoPerson
from app.identity.models import Person, RoleGrant

HERE_SINCE = timedelta(days=200)


def found_agencies() -> int:
    added, _updated = loading.load_agencies(SYSTEM, loading.read_agencies(script.agencies()))
    return added


def bear() -> int:
    """Everybody of the cast and the crowd who is not there yet; they have been here for a while."""
    known = set(db.session().scalars(select(Person.id)))
    missing = [person for person in (*script.cast(), *script.crowd()) if person.id not in known]
    with clock.telling(clock.now() - HERE_SINCE):
        db.session().add_all(_person(person) for person in missing)
        db.session().flush()
    return len(missing)


def _person(person: DemoPerson) -> Person:
    """Somebody without a password: the only way in is the door of the demo."""
    born = Person(
        id=person.id,
        language=person.language,
        level=person.level,
        email_confirmed_at=clock.now(),
        grants=[RoleGrant(role=grant.role, agency_key=grant.agency or "") for grant in person.grants],
    )
    if person in script.cast():
        born.use_email(person.email)  # nobody reads the mail of the crowd
    born.use_display_name(_shown_name(person))
    return born


def actor_called(key: str) -> Actor:
    """Somebody as the script knows them, without asking the database."""
    person = script.person(key)
    return Actor(
        person_id=person.id, name=_shown_name(person), grants=frozenset(person.grants), level=person.level
    )


def _shown_name(person: DemoPerson) -> str:
    return person.name[0 if person.language == "ar" else 1]


def person_called(key: str) -> Person:
    return db.session().get_one(Person, script.person(key).id)


def agency(key: str) -> Agency:
    return db.session().scalars(select(Agency).where(Agency.key == key)).one()
