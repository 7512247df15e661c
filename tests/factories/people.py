"""The cast: Huda and Yusuf (residents), Omar and Salma (water), Karim (roads), Lina, Nour, Adam.

Each function gives the same person however often it is called. Officials have their second factor set up.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core import clock, db
from app.core.crypto import email_index
from app.core.permissions import AGENCY_ROLES, Role
from app.identity.engine import totp_secret_of
from app.identity.models import Person, RoleGrant

TOTP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The authenticator secret (base32) of everybody in the cast who has one."""


@contextmanager
def unit() -> Iterator[None]:
    if db.in_unit():
        yield
    else:
        with db.transaction():
            yield


def person(name: str, email: str, *grants: tuple[Role, str], **fields: Any) -> Person:
    """A confirmed person, found or made. `grants`: pairs of role and agency key ("" = platform)."""
    with unit():
        found = db.session().scalar(
            select(Person)
            .where(Person.email_index == email_index(email))
            .options(selectinload(Person.grants))
        )
        return found or _make(name, email, grants, fields)


def _make(name: str, email: str, grants: tuple[tuple[Role, str], ...], fields: dict[str, Any]) -> Person:
    made = Person(**{"level": 1, "email_confirmed_at": clock.now(), **fields})
    made.use_email(email)
    made.use_display_name(name)
    made.grants = [
        RoleGrant(role=role, agency_key=key if role in AGENCY_ROLES else "") for role, key in grants
    ]
    if grants and "totp_confirmed_at" not in fields:
        made.totp_secret, made.totp_confirmed_at = totp_secret_of(TOTP_KEY), clock.now()
    db.session().add(made)
    db.session().flush()
    return made


def huda(**fields: Any) -> Person:
    """A resident who writes Arabic."""
    return person("هدى", "huda@example.org", **fields)


def yusuf(**fields: Any) -> Person:
    """A resident who writes English."""
    return person("Yusuf", "yusuf@example.org", **{"language": "en", **fields})


def omar(**fields: Any) -> Person:
    """An official of the water company."""
    return person("عمر", "omar@water.example", (Role.OFFICIAL, "water"), **fields)


def laith(**fields: Any) -> Person:
    """An official of the water company whom tests may rob of this role; the others go on working."""
    return person("ليث", "laith@water.example", (Role.OFFICIAL, "water"), **fields)


def salma(**fields: Any) -> Person:
    """A supervisor of the water company."""
    return person(
        "سلمى", "salma@water.example", (Role.OFFICIAL, "water"), (Role.SUPERVISOR, "water"), **fields
    )


def karim(**fields: Any) -> Person:
    """An official of the roads agency."""
    return person("كريم", "karim@roads.example", (Role.OFFICIAL, "roads"), **fields)


def rana(**fields: Any) -> Person:
    """The administrator of the water company."""
    return person("رنا", "rana@water.example", (Role.AGENCY_ADMINISTRATOR, "water"), **fields)


def sami(**fields: Any) -> Person:
    """A clerk of the water company, who sees people in person."""
    return person("سامي", "sami@water.example", (Role.CLERK, "water"), **fields)


def arbiter(**fields: Any) -> Person:
    """Sits at the sorting desk: sees what has no agency yet."""
    return person("مريم", "maryam@sawt.example", (Role.ARBITER, ""), **fields)


def lina(**fields: Any) -> Person:
    """A moderator."""
    return person("لينا", "lina@sawt.example", (Role.MODERATOR, ""), **fields)


def nour(**fields: Any) -> Person:
    """A policymaker."""
    return person("نور", "nour@sawt.example", (Role.POLICYMAKER, ""), **fields)


def adam(**fields: Any) -> Person:
    """The administrator of the platform."""
    return person("آدم", "adam@sawt.example", (Role.ADMINISTRATOR, ""), **fields)


CAST: tuple[Callable[..., Person], ...] = (huda, yusuf, omar, salma, karim, lina, nour, adam)


def settled(number: int = 0) -> Person:
    """Somebody who has had an account for a year."""
    year_ago = clock.now() - timedelta(days=365)
    return person(f"ساكن {number}", f"settled{number}@example.org", created_at=year_ago)
