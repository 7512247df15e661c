"""Reading what the demo has put into the database."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.cases.models import Case
from app.core import db
from app.core.i18n import language
from app.core.production import refuse_when
from app.core.references import receipt_for
from app.demo import script
from app.demo.script import DemoPerson
from app.identity.models import Person
from config import Refusal


@dataclass(frozen=True)
class Offered:
    """Somebody one can enter as, by first name, in the reader's language."""

    key: str
    name: str
    role: str


def offered() -> list[Offered]:
    """The people at the door: those who have a page of their own to land on."""
    side = 0 if language() == "ar" else 1
    return [
        Offered(p.key, p.name[side].split()[0], p.role[side]) for p in script.cast() if lands_somewhere(p)
    ]


def lands_somewhere(person: DemoPerson) -> bool:
    return person.landing in current_app.view_functions


@dataclass(frozen=True)
class Example:
    """A case that anybody may open with its receipt."""

    reference: str
    receipt: str


def case_of_a_guest() -> Example | None:
    """The newest answered case that somebody of the demo has sent without an account."""
    wanted = (
        select(Case)
        .where(Case.client_id.startswith("demo:"), Case.person_id.is_(None), Case.answered_at.is_not(None))
        .order_by(Case.touched_at.desc())
        .limit(1)
    )
    case = db.session().scalar(wanted)
    return (
        None if case is None else Example(case.shown_reference, receipt_for(case.author_key, case.client_id))
    )


@refuse_when
def refusal() -> Refusal | None:
    """Demo people in the database of a government would be doors without a lock."""
    ids = [person.id for person in script.cast()]
    if db.session().scalar(select(Person.id).where(Person.id.in_(ids)).limit(1)) is None:
        return None
    return Refusal("DATABASE_URL", "holds the people of the demo country.", "Start with an empty database.")
