"""The record of acts that have no case event: who did what to whom, when, why. Append-only.

A job seals new entries into a hash chain, so that one changed byte is found; no entry holds message text or
identity, only keys.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.jobs import job
from app.core.permissions import Actor
from app.core.privacy import INTERNAL, personal

FIRST = "0" * 64


class AuditEntry(db.Base):
    """One act. `hash` covers the entry and the hash of the one before; empty until sealed."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor_key: Mapped[str] = mapped_column(index=True, info=personal("answering for what was done"))
    act: Mapped[str] = mapped_column(info=INTERNAL)
    subject_kind: Mapped[str] = mapped_column(info=INTERNAL)
    subject_id: Mapped[str] = mapped_column(index=True, info=INTERNAL)
    details: Mapped[dict[str, Any]] = mapped_column(info=INTERNAL)
    hash: Mapped[str | None] = mapped_column(index=True, info=INTERNAL)

    def sealed_after(self, previous: str) -> str:
        content = [self.id, self.at.isoformat(), self.actor_key, self.act, self.subject_kind, self.subject_id]
        return hashlib.sha256(
            json.dumps([previous, *content, self.details], sort_keys=True).encode()
        ).hexdigest()


def record(actor: Actor, act: str, subject_kind: str, subject_id: object, **details: Any) -> None:
    """Note an act in the unit at hand.

    `act`: what was done to what, as `topic.move`. `details`: ids, states and reasons' codes; never text of people.
    """
    db.session().add(
        AuditEntry(
            at=clock.now(),
            actor_key=actor.key,
            act=act,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            details=details,
        )
    )


@job("audit.seal", every=timedelta(minutes=1))
def seal() -> None:
    """Chain the entries that are not sealed yet, in their order."""
    _wait_for_writers()
    previous = _head()
    unsealed = select(AuditEntry).where(AuditEntry.hash.is_(None)).order_by(AuditEntry.id).with_for_update()
    for entry in db.session().scalars(unsealed):
        entry.hash = previous = entry.sealed_after(previous)


def _wait_for_writers() -> None:
    """An entry gets its number before it is committed: a late one would stand before those already sealed.

    That would look like tampering. Whoever writes one now waits, for the short time that sealing takes.
    """
    if db.session().get_bind().dialect.name == "postgresql":
        db.session().execute(text("SET LOCAL lock_timeout = '5s'"))
        db.session().execute(text("LOCK TABLE audit_entries IN SHARE ROW EXCLUSIVE MODE"))


def _head() -> str:
    last = select(AuditEntry.hash).where(AuditEntry.hash.is_not(None)).order_by(AuditEntry.id.desc()).limit(1)
    return db.session().scalar(last) or FIRST


def entries(act: str) -> Select[AuditEntry]:
    """The records of one kind of act, in order."""
    return select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)


def first_broken() -> int | None:
    """The id of the first sealed entry that no longer matches the chain, or None."""
    previous = FIRST
    sealed = select(AuditEntry).where(AuditEntry.hash.is_not(None)).order_by(AuditEntry.id)
    for entry in db.session().scalars(sealed):
        if entry.hash != entry.sealed_after(previous):
            return entry.id
        previous = entry.hash
    return None
