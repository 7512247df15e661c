"""Persons, the roles they hold, their sign-ins, the links sent to them, and who looked at their data."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock, db
from app.core.crypto import Encrypted, email_index
from app.core.permissions import AGENCY_ROLES, Actor, Grant, Role
from app.core.privacy import INTERNAL, PUBLIC, personal
from app.core.references import new_public_id
from app.core.text import name_skeleton


class Person(db.Base):
    """Somebody with an account. In public only the display name (a pseudonym) appears.

    `level`: how sure we are who it is (DESIGN 8): 0 nobody has confirmed anything, 1 e-mail confirmed,
    2 national identity service, 3 seen in person by a clerk. Columns with a `server_default` were added to a
    table with rows, which SQLite does only so; new rows bring their own values.
    """

    __tablename__ = "persons"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(
        index=True, unique=True, default=new_public_id, server_default="", info=INTERNAL
    )
    email: Mapped[str | None] = mapped_column(Encrypted, info=personal("signing in and notices"))
    email_index: Mapped[str | None] = mapped_column(
        unique=True, info=personal("finding an account by its address")
    )
    display_name: Mapped[str] = mapped_column(info=PUBLIC)
    display_name_skeleton: Mapped[str] = mapped_column(index=True, unique=True, info=PUBLIC)
    real_name: Mapped[str | None] = mapped_column(Encrypted, info=personal("addressing a person in a case"))
    language: Mapped[str] = mapped_column(default="ar", info=personal("writing in the person's language"))
    prefers_hijri: Mapped[bool] = mapped_column(default=False, server_default=false())
    level: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    email_confirmed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None] = mapped_column(
        info=personal("telling a person why the account rests")
    )

    password: Mapped[str | None] = mapped_column(info=personal("signing in"))
    password_changed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(Encrypted, info=personal("the second step of signing in"))
    totp_confirmed_at: Mapped[datetime | None]
    totp_counter: Mapped[int | None]
    recovery_codes: Mapped[list[str]] = mapped_column(
        default=list, server_default=text("'[]'"), info=personal("signing in without the phone")
    )

    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person", cascade="all, delete-orphan")

    def use_email(self, address: str) -> None:
        """Set the address and the index by which it is found."""
        self.email, self.email_index = address, email_index(address)

    def use_display_name(self, name: str) -> None:
        self.display_name, self.display_name_skeleton = name, name_skeleton(name)

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None

    @property
    def must_use_second_factor(self) -> bool:
        """Whoever holds a role works with other people's data."""
        return bool(self.grants)

    @property
    def is_confirmed(self) -> bool:
        return self.email_confirmed_at is not None

    @property
    def fs_uniquifier(self) -> str:
        """The name under which Flask-Security knows an account; nothing of ours is signed with it."""
        return self.id.hex

    @property
    def mf_recovery_codes(self) -> list[str]:
        """Flask-Security's name for the digests of the recovery codes."""
        return self.recovery_codes

    @mf_recovery_codes.setter
    def mf_recovery_codes(self, codes: list[str]) -> None:
        self.recovery_codes = list(codes)


class RoleGrant(db.Base):
    """A role a person holds in an agency (by key) or, with an empty key, on the platform."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "agency_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"),
        index=True,
        info=personal("knowing what a person may do"),
    )
    role: Mapped[str] = mapped_column(info=INTERNAL)
    agency_key: Mapped[str] = mapped_column(default="", index=True, info=INTERNAL)
    granted_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(back_populates="grants")


class SignIn(db.Base):
    """One browser in which a person is signed in, until it is revoked. Its secret stands in the cookie alone.

    `proved_at`: when the password was last given here; `second_factor`: whether a code was given too.
    """

    __tablename__ = "sign_ins"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=INTERNAL)
    digest: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"),
        index=True,
        info=personal("showing a person where the account is open"),
    )
    device: Mapped[str] = mapped_column(info=personal("showing a person where the account is open"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    proved_at: Mapped[datetime] = mapped_column(default=clock.now)
    second_factor: Mapped[bool] = mapped_column(default=False)
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Token(db.Base):
    """A secret sent to somebody once: to confirm an address, set a password, or finish a sign-in.

    Only its keyed digest stands here. `content`: what it is about, the new address of an account or the
    secret of an authenticator that is being set up.
    """

    __tablename__ = "identity_tokens"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    purpose: Mapped[str] = mapped_column(info=INTERNAL)
    digest: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), index=True, info=personal("telling whose link it is")
    )
    content: Mapped[str | None] = mapped_column(
        Encrypted, info=personal("changing the address of an account")
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Invitation(db.Base):
    """A role offered to the holder of an address; becomes a grant when that person accepts."""

    __tablename__ = "identity_invitations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=INTERNAL)
    digest: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    email: Mapped[str] = mapped_column(Encrypted, info=personal("inviting an official"))
    email_index: Mapped[str] = mapped_column(index=True, info=personal("recognising the invited person"))
    language: Mapped[str] = mapped_column(default="ar", info=INTERNAL)
    role: Mapped[str] = mapped_column(info=INTERNAL)
    agency_key: Mapped[str] = mapped_column(default="", index=True, info=INTERNAL)
    invited_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


class Look(db.Base):
    """One reading of a person's identity or case by somebody on duty, shown to that person."""

    __tablename__ = "identity_looks"
    __table_args__ = (
        Index("ix_identity_looks_person_id_id", "person_id", "id"),
        Index("ix_identity_looks_subject", "subject_kind", "subject_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=INTERNAL)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), info=personal("showing a person who looked")
    )
    looked_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"),
        index=True,
        info=personal("showing a person who looked"),
    )
    agency_key: Mapped[str] = mapped_column(default="", info=INTERNAL)
    subject_kind: Mapped[str] = mapped_column(info=INTERNAL)
    subject_id: Mapped[str] = mapped_column(info=INTERNAL)
    reason: Mapped[str] = mapped_column(info=INTERNAL)

    looked_by: Mapped[Person | None] = relationship(foreign_keys=[looked_by_id])


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
