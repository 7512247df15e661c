"""Notices, and what each person wants of them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL, personal
from app.core.references import new_public_id
from app.notifications.quiet import QuietHours

TOLD = personal("telling a person what happened to what concerns them")
WISHES = personal("telling people only what they want, when they want it")


class Notice(db.Base):
    """One thing one person is told. `by_mail` was settled when it arose; `mail_at`: when that mail is due."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "dedup_key"),
        Index("ix_notices_list", "person_id", "is_listed", "id"),
        Index("ix_notices_unread", "person_id", "is_listed", "read_at"),
        Index("ix_notices_to_mail", "by_mail", "mailed_at", "mail_at"),
        Index("ix_notices_subject", "person_id", "subject_kind", "subject_id"),
        CheckConstraint("by_mail IN ('now', 'daily', 'off')", name="by_mail"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=INTERNAL)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), info=TOLD)
    kind: Mapped[str] = mapped_column(info=TOLD)
    subject_kind: Mapped[str] = mapped_column(info=INTERNAL)
    subject_id: Mapped[str] = mapped_column(info=INTERNAL)
    facts: Mapped[dict[str, Any]] = mapped_column(info=TOLD)
    dedup_key: Mapped[str] = mapped_column(info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    is_listed: Mapped[bool] = mapped_column(default=True)
    read_at: Mapped[datetime | None]
    by_mail: Mapped[str] = mapped_column(info=INTERNAL)
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class Preference(db.Base):
    """How a person wants one kind of notice; without a row the kind's default holds."""

    __tablename__ = "notice_preferences"
    __table_args__ = (CheckConstraint("by_mail IN ('now', 'daily', 'off')", name="by_mail"),)

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, info=WISHES
    )
    kind: Mapped[str] = mapped_column(primary_key=True, info=WISHES)
    in_site: Mapped[bool] = mapped_column(default=True)
    by_mail: Mapped[str] = mapped_column(info=WISHES)


class QuietTime(db.Base):
    """The quiet hours of a person; no row, no quiet hours."""

    __tablename__ = "quiet_times"
    __table_args__ = (
        CheckConstraint("start_hour BETWEEN 0 AND 23 AND until_hour BETWEEN 0 AND 23", name="hours"),
        CheckConstraint("start_hour <> until_hour", name="not_all_day"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, info=WISHES
    )
    start_hour: Mapped[int]
    until_hour: Mapped[int]

    @property
    def hours(self) -> QuietHours:
        return QuietHours(self.start_hour, self.until_hour)


class Follow(db.Base):
    """A person wants to hear of a thing."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("person_id", "subject_kind", "subject_id"),
        Index("ix_follows_subject", "subject_kind", "subject_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), info=WISHES)
    subject_kind: Mapped[str] = mapped_column(info=WISHES)
    subject_id: Mapped[str] = mapped_column(info=WISHES)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Mute(db.Base):
    """A person wants to hear nothing more of a thing, whatever concerns them in it."""

    __tablename__ = "mutes"
    __table_args__ = (
        UniqueConstraint("person_id", "subject_kind", "subject_id"),
        Index("ix_mutes_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), info=WISHES)
    subject_kind: Mapped[str] = mapped_column(info=WISHES)
    subject_id: Mapped[str] = mapped_column(info=WISHES)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
