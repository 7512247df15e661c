"""Agencies and their working calendars."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.hours import Calendar
from app.agencies.timetable import Timetable, from_document
from app.core import clock, db
from app.core.i18n import Bilingual
from app.core.privacy import INTERNAL, PUBLIC, personal


class Agency(db.Base):
    """A government body that answers people. Its key is stable: role grants and routing labels use it."""

    __tablename__ = "agencies"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    key: Mapped[str] = mapped_column(unique=True, info=PUBLIC)
    is_active: Mapped[bool] = mapped_column(default=True)
    email: Mapped[str] = mapped_column(default="", server_default="", info=PUBLIC)
    phone: Mapped[str] = mapped_column(default="", server_default="", info=PUBLIC)
    website: Mapped[str] = mapped_column(default="", server_default="", info=PUBLIC)

    name = Bilingual()
    remit = Bilingual()


class CalendarVersion(db.Base):
    """The working calendar of an agency from one moment on.

    A row is never changed: a deadline counted with it can be counted again years later. `act` says what made
    it differ from the version before.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (
        UniqueConstraint("agency_id", "version"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agencies.id", ondelete="CASCADE"))
    version: Mapped[int]
    time_zone: Mapped[str] = mapped_column(info=PUBLIC)
    document: Mapped[dict[str, Any]] = mapped_column(info=PUBLIC)
    act: Mapped[str] = mapped_column(info=INTERNAL)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by: Mapped[str] = mapped_column(info=personal("answering for what was done"))

    agency: Mapped[Agency] = relationship()

    @property
    def timetable(self) -> Timetable:
        return from_document(self.document)

    @property
    def calendar(self) -> Calendar:
        return self.timetable.calendar(ZoneInfo(self.time_zone))
