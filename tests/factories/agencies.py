"""The two agencies the cast works for."""

from sqlalchemy import select

from app.agencies.models import Agency
from app.core import db
from tests.factories.people import unit


def agency(key: str, arabic: str, english: str) -> Agency:
    """The agency with this key, found or made."""
    with unit():
        found = db.session().scalar(select(Agency).where(Agency.key == key))
        return found or _make(key, arabic, english)


def _make(key: str, arabic: str, english: str) -> Agency:
    made = Agency(key=key)
    made.name = (arabic, english)
    made.remit = (f"ما يخص {arabic}", f"What belongs to {english}")
    db.session().add(made)
    db.session().flush()
    return made


def water() -> Agency:
    return agency("water", "مؤسسة المياه", "Water Company")


def roads() -> Agency:
    return agency("roads", "هيئة الطرق", "Roads Authority")
