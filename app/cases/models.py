"""Cases, their events, the texts of events, attachments, canned answers, who is writing."""

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.models import Agency
from app.core import clock, db
from app.core.crypto import Encrypted
from app.core.i18n import DIRECTIONS, Bilingual, LocalText
from app.core.privacy import INTERNAL, PUBLIC, personal, sensitive
from app.core.references import grouped
from app.identity.models import Person

FIRST_HASH = "0" * 64
ANSWERING = "answering what a person sent"
WORKING = "knowing who works on a case"


class Case(db.Base):
    """One thing a person sent to an agency. `agency` is empty while nobody knows whose it is (triage)."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("author_key", "client_id"),
        Index("ix_cases_inbox", "agency_id", "is_open", "touched_at", "id"),
        Index("ix_cases_counts", "agency_id", "is_open", "state", "assignee_id"),
        Index("ix_cases_mine", "person_id", "touched_at", "id"),
        Index("ix_cases_opened", "opened_at", "answered_at"),
        Index("ix_cases_answered", "answered_at"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "case"}

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    kind: Mapped[str] = mapped_column(info=INTERNAL)
    reference: Mapped[str] = mapped_column(unique=True, info=PUBLIC)
    receipt_digest: Mapped[str] = mapped_column(info=INTERNAL)
    author_key: Mapped[str] = mapped_column(info=personal("telling a repeated submit from a new one"))
    client_id: Mapped[str] = mapped_column(info=INTERNAL)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("showing a person the own cases")
    )
    agency_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agencies.id"))
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), index=True, info=personal(WORKING)
    )

    state: Mapped[str] = mapped_column(info=INTERNAL)
    is_open: Mapped[bool] = mapped_column(default=True)
    is_urgent: Mapped[bool] = mapped_column(default=False)
    hops: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(info=sensitive(ANSWERING))
    language: Mapped[str] = mapped_column(info=INTERNAL)

    contact_name: Mapped[str | None] = mapped_column(Encrypted, info=personal("addressing the person"))
    contact_email: Mapped[str | None] = mapped_column(
        Encrypted, info=personal("telling the person of an answer")
    )
    contact_confirmed_at: Mapped[datetime | None]
    contact_language: Mapped[str] = mapped_column(default="ar", info=INTERNAL)

    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    rating: Mapped[int | None]

    last_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(default=FIRST_HASH, info=PUBLIC)

    agency: Mapped[Agency | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    assignee: Mapped[Person | None] = relationship(foreign_keys=assignee_id)

    @property
    def shown_reference(self) -> str:
        return grouped(self.reference)

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    @property
    def holder(self) -> Agency:
        """The agency that holds the case; only for code that runs after routing."""
        assert self.agency is not None, "the case is in triage"
        return self.agency


class CaseName(db.Base):
    """A keyed digest of one word of the contact's name: whole words are found, nothing is readable."""

    __tablename__ = "case_names"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    word_index: Mapped[str] = mapped_column(
        primary_key=True, index=True, info=personal("finding a case by name")
    )


class CaseWord(db.Base):
    """The normalised words of a case's texts, for the inbox search; internal notes stand apart."""

    __tablename__ = "case_words"

    event_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("case_events.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(info=sensitive("finding a case by its words"))


class CaseEvent(db.Base):
    """One thing that happened to a case, in order. Never changed; `hash` covers it and the event before.

    `facts` holds ids, keys and numbers. What people wrote stands in `CaseText`, which can be erased; the
    chain keeps only its salted digest.
    """

    __tablename__ = "case_events"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("case_id", "author_key", "client_id"),
        Index("ix_case_events_author_id", "author_id"),
        CheckConstraint("audience IN ('public', 'internal')", name="audience"),
        CheckConstraint("side IN ('citizen', 'official', 'system')", name="side"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(info=INTERNAL)
    audience: Mapped[str] = mapped_column(default="public", info=INTERNAL)
    side: Mapped[str] = mapped_column(info=INTERNAL)
    author_key: Mapped[str] = mapped_column(info=personal("who did it"))
    author_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("who did it")
    )
    agency_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agencies.id"))
    client_id: Mapped[str] = mapped_column(info=INTERNAL)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, info=INTERNAL)
    text_digest: Mapped[str] = mapped_column(default="", info=INTERNAL)
    hash: Mapped[str] = mapped_column(info=PUBLIC)

    text: Mapped["CaseText | None"] = relationship(lazy="raise_on_sql")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise_on_sql", order_by="Attachment.position"
    )
    author: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    agency: Mapped[Agency | None] = relationship(lazy="raise_on_sql")

    def chained_after(self, previous: str) -> str:
        """The hash this event has when `previous` is the hash of the one before it."""
        content = [str(self.case_id), self.seq, self.kind, self.audience, self.side, self.at.isoformat()]
        return hashlib.sha256(
            json.dumps([previous, *content, self.facts, self.text_digest], sort_keys=True).encode()
        ).hexdigest()


class CaseText(db.Base):
    """What somebody wrote in an event. Erasing empties the body; the chain stays whole."""

    __tablename__ = "case_texts"

    event_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("case_events.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[str] = mapped_column(info=sensitive(ANSWERING))
    language: Mapped[str] = mapped_column(info=INTERNAL)
    salt: Mapped[str] = mapped_column(info=INTERNAL)

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    def digest(self) -> str:
        return hashlib.sha256(f"{self.salt}\0{self.body}".encode()).hexdigest()


class Attachment(db.Base):
    """A cleaned file that belongs to an event, and is seen by whoever sees the event."""

    __tablename__ = "attachments"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_events.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    file_public_id: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(info=sensitive(ANSWERING))
    media_type: Mapped[str] = mapped_column(info=INTERNAL)
    size: Mapped[int]


class CannedAnswer(db.Base):
    """A text officials of one agency reuse, in both languages; a missing side falls back to the other."""

    __tablename__ = "canned_answers"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    title = Bilingual(INTERNAL)
    body = Bilingual(INTERNAL)

    agency: Mapped[Agency] = relationship()

    def title_in(self, code: str) -> LocalText:
        return CannedAnswer.title.read(self, code)

    def body_in(self, code: str) -> LocalText:
        return CannedAnswer.body.read(self, code)


class Writing(db.Base):
    """Who has the answer form of a case open, so that two officials do not answer the same person."""

    __tablename__ = "writings"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, info=personal(WORKING)
    )
    since: Mapped[datetime]

    person: Mapped[Person] = relationship()
