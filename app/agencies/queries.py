"""Reading agencies."""

from sqlalchemy import select

from app.agencies.models import Agency
from app.core import db


def all_active() -> list[Agency]:
    """Every agency that takes cases, in a stable order."""
    return list(db.session().scalars(select(Agency).where(Agency.is_active).order_by(Agency.key)))


def by_key(key: str) -> Agency | None:
    """The active agency with this key."""
    return db.session().scalar(select(Agency).where(Agency.key == key, Agency.is_active))


def all_of_them() -> list[Agency]:
    """Every agency, also those that take no new cases: for names in old events."""
    return list(db.session().scalars(select(Agency).order_by(Agency.key)))


def named(key: str) -> str:
    """The name of the agency with this key, in the language being spoken; the key when there is none."""
    agency = db.session().scalar(select(Agency).where(Agency.key == key))
    return str(agency.name) if agency else key
