"""Persons and the roles they hold."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock, db
from app.core.crypto import Encrypted, blind_index
from app.core.permissions import AGENCY_ROLES, Actor, Grant, Role
from app.core.privacy import INTERNAL, PUBLIC, personal
from app.core.text import name_skeleton


class Person(db.Base):
    """Somebody with an account. In public only the display name (a pseudonym) appears."""

    __tablename__ = "persons"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    email: Mapped[str | None] = mapped_column(Encrypted, info=personal("signing in and notices"))
    email_index: Mapped[str | None] = mapped_column(unique=True, info=personal("finding an account by its address"))
    display_name: Mapped[str] = mapped_column(info=PUBLIC)
    display_name_skeleton: Mapped[str] = mapped_column(index=True, info=PUBLIC)
    real_name: Mapped[str | None] = mapped_column(Encrypted, info=personal("addressing a person in a case"))
    language: Mapped[str] = mapped_column(default="ar", info=personal("writing in the person's language"))
    level: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    suspended_at: Mapped[datetime | None]

    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person", cascade="all, delete-orphan")

    def use_email(self, address: str) -> None:
        """Set the address and the index by which it is found."""
        self.email, self.email_index = address, email_index(address)

    def use_display_name(self, name: str) -> None:
        self.display_name, self.display_name_skeleton = name, name_skeleton(name)


def email_index(address: str) -> str:
    """Blind index of an address: case and surrounding blanks do not matter."""
    return blind_index(address.strip().casefold(), "email")


class RoleGrant(db.Base):
    """A role a person holds in an agency (by key) or, with an empty key, on the platform."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "agency_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(info=INTERNAL)
    agency_key: Mapped[str] = mapped_column(default="", index=True, info=INTERNAL)
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(back_populates="grants")


def actor_of(person: Person, browser: str = "", receipts: frozenset[uuid.UUID] = frozenset()) -> Actor:
    """The person as an actor, with the grants held at this moment."""
    return Actor(
        person_id=person.id,
        name=person.display_name,
        browser=browser,
        grants=frozenset(_grant(row) for row in person.grants),
        level=person.level,
        receipts=receipts,
    )


def _grant(row: RoleGrant) -> Grant:
    role = Role(row.role)
    return Grant(role, row.agency_key if role in AGENCY_ROLES else None)
