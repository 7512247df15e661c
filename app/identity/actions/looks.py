"""Each reading of a person's identity or case by staff is noted, and shown to that person."""

import uuid

from app.core import audit, clock, db
from app.core.permissions import Actor
from app.identity.models import Look


def note_look(
    actor: Actor,
    subject_kind: str,
    subject_id: object,
    person_id: uuid.UUID | None,
    reason: str,
    agency_key: str = "",
) -> None:
    """Note that the actor reads data of the person: one row a look, written after the page, also on GET.

    `subject_kind`, `subject_id`: what was read ("person", "case"); `reason`: a code such as "duty" or
    "administration", never text of people; `agency_key`: for which agency; `person_id` is None where somebody
    without an account is meant. Reading one's own data is no look.
    """
    if actor.person_id is None or actor.person_id == person_id:
        return
    at = clock.now()

    def write() -> None:
        db.session().add(
            Look(
                at=at,
                person_id=person_id,
                looked_by_id=actor.person_id,
                agency_key=agency_key or _only_agency(actor),
                subject_kind=subject_kind,
                subject_id=str(subject_id),
                reason=reason,
            )
        )
        audit.record(actor, "looked", subject_kind, subject_id, person=str(person_id or ""), reason=reason)

    db.owe(write)


def _only_agency(actor: Actor) -> str:
    agencies = actor.agencies()
    return next(iter(agencies)) if len(agencies) == 1 else ""
