"""Opening a consultation to the public, moving its ends, and calling it off."""

from datetime import date, datetime, timedelta

from app.core import audit, clock, db, events
from app.core.errors import DomainError, WrongState
from app.core.permissions import Actor, require
from participation.consultations import phases
from participation.consultations.actions.preparing import lock, require_draft
from participation.consultations.checklist import Lack
from participation.consultations.events import ConsultationCancelled, ConsultationPublished, PhaseMoved
from participation.consultations.models import Consultation, Phase
from participation.consultations.permissions import may_prepare
from participation.consultations.queries import preparation
from participation.consultations.written import Pair


class NotReady(DomainError):
    """The checklist is not met; `lacks` says what is missing."""

    status = 409

    def __init__(self, lacks: list[Lack]):
        super().__init__()
        self.lacks = lacks


def publish(actor: Actor, consultation: Consultation, override_reason: str = "") -> None:
    """Show it to everybody; what people may do is then told by the clock.

    Both languages must be whole, and people must have time (bilingual.md, 4). A reason, audited and shown to the
    public, overrides what is not final. Raises NotReady with the list.
    """
    require(may_prepare(actor, consultation))
    lock(consultation)
    require_draft(consultation)
    lacks = preparation.lacks(consultation)
    if [lack for lack in lacks if lack.is_final or not override_reason]:
        raise NotReady(lacks)
    consultation.state, consultation.published_at = "published", clock.now()
    consultation.override_reason = override_reason if lacks else ""
    overridden = sorted({lack.what for lack in lacks})
    audit.record(actor, "consultation.publish", "consultation", consultation.id, overridden=overridden)
    events.publish(ConsultationPublished(consultation.id))


class NotAnEnd(DomainError):
    """The new end of a phase lies in the past, or is the one it has."""

    status = 422


def move_end(actor: Actor, consultation: Consultation, phase: Phase, day: date | None, reason: Pair) -> None:
    """Let a phase end on another day, or now (no day), for a reason that everybody reads.

    What follows begins then. A later end moves the later ends by as many days; an earlier one leaves them where
    they were promised. Raises WrongState when the phase is over, NotAnEnd.
    """
    require(may_prepare(actor, consultation))
    lock(consultation)
    now = clock.now()
    if consultation.state != "published" or phase.ends_at <= now:
        raise WrongState
    end = phases.closing_of(day, clock.zone()) if day else now
    if end == phase.ends_at or end < now or end <= phase.starts_at:
        raise NotAnEnd
    _note(actor, phase, end, reason, now)
    _move(consultation, phase, end)
    audit.record(actor, "consultation.move", "consultation", consultation.id, phase=phase.position)
    db.session().flush()
    events.publish(PhaseMoved(consultation.id, phase.position))


def _note(actor: Actor, phase: Phase, end: datetime, reason: Pair, now: datetime) -> None:
    arabic, english = reason
    told = {"from": phase.ends_at.isoformat(), "to": end.isoformat(), "ar": arabic, "en": english}
    phase.changes = {**phase.changes, now.isoformat(): {**told, "by": actor.key}}


def _move(consultation: Consultation, phase: Phase, end: datetime) -> None:
    zone = clock.zone()
    later = (end.astimezone(zone).date() - phase.ends_at.astimezone(zone).date()).days
    phase.ends_at = opens = end
    for following in consultation.phases[phase.position + 1 :]:
        following.starts_at = opens
        if later > 0:
            last = following.ends_at.astimezone(zone).date() + timedelta(days=later)
            following.ends_at = phases.closing_of(last, zone)
        opens = following.ends_at


def cancel(actor: Actor, consultation: Consultation, reason: Pair) -> None:
    """Call it off, for a reason that everybody reads. What people sent stays where it is."""
    require(may_prepare(actor, consultation))
    lock(consultation)
    if consultation.state not in {"draft", "published"}:
        raise WrongState
    consultation.state, consultation.cancellation = "cancelled", reason
    audit.record(actor, "consultation.cancel", "consultation", consultation.id)
    if consultation.published_at is not None:
        events.publish(ConsultationCancelled(consultation.id))
