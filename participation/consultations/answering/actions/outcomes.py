""" "You said, we did": the rows of it, and the news of each later on."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core import audit, db, events
from app.core.errors import Stale
from app.core.permissions import Actor, require
from participation.consultations.answering.permissions import may_write_outcomes
from participation.consultations.events import OutcomeUpdated
from participation.consultations.models import Consultation, Outcome, OutcomeUpdate

Pair = tuple[str, str]
"""A text in Arabic and in English."""


@dataclass(frozen=True)
class Change:
    """The changed words: the anchor in the comparison of two versions of the draft."""

    from_version: int
    to_version: int
    hunk: str


@dataclass(frozen=True)
class OutcomeText:
    """What a row says: part of the draft, theme, what people said, the decision, and what was done."""

    part: str
    decision: str
    progress: str
    theme: Pair
    said: Pair
    did: Pair
    change: Change | None = None


def write_outcome(actor: Actor, consultation: Consultation, text: OutcomeText, act_key: str) -> Outcome:
    """Add a row; the same form sent again gives the same row."""
    require(may_write_outcomes(actor, consultation))
    _lock(consultation)
    written = select(Outcome).where(Outcome.consultation_id == consultation.id, Outcome.act_key == act_key)
    found = db.session().scalar(written)
    if found is not None:
        return found
    made = Outcome(consultation_id=consultation.id, position=_next_position(consultation), act_key=act_key)
    _write(made, text)
    db.session().add(made)
    db.session().flush()
    audit.record(actor, "outcome.write", "outcome", made.id, decision=made.decision)
    return made


def change_outcome(
    actor: Actor, consultation: Consultation, outcome: Outcome, text: OutcomeText, seen_revision: int
) -> None:
    """Raises Stale when a colleague changed it since the actor opened the page."""
    require(may_write_outcomes(actor, consultation))
    _lock(consultation)
    db.session().refresh(outcome)
    if outcome.revision != seen_revision:
        raise Stale
    _write(outcome, text)
    outcome.revision += 1
    audit.record(actor, "outcome.edit", "outcome", outcome.id, decision=outcome.decision)


def remove_outcome(actor: Actor, consultation: Consultation, outcome: Outcome) -> None:
    """Take a row out while the response is not public yet; afterwards it is changed, never removed."""
    require(may_write_outcomes(actor, consultation) and consultation.state != "ended")
    db.session().delete(outcome)
    audit.record(actor, "outcome.remove", "outcome", outcome.id)


def update_outcome(
    actor: Actor, consultation: Consultation, outcome: Outcome, progress: str, text: Pair, act_key: str
) -> None:
    """Tell how it goes on. Sent twice, it is told once."""
    require(may_write_outcomes(actor, consultation))
    row = {
        "id": db.new_id(),
        "outcome_id": outcome.id,
        "act_key": act_key,
        "progress": progress,
        "by_id": actor.person_id,
    }
    if not db.insert_new(OutcomeUpdate, [row], "outcome_id", "act_key"):
        return
    update = db.session().get_one(OutcomeUpdate, row["id"])
    update.text = text
    outcome.progress = progress
    db.session().flush()
    events.publish(OutcomeUpdated(consultation.id, outcome.id, update.id))


def _lock(consultation: Consultation) -> None:
    row = select(Consultation.id).where(Consultation.id == consultation.id)
    db.session().execute(row.with_for_update())


def _next_position(consultation: Consultation) -> int:
    last = select(func.max(Outcome.position)).where(Outcome.consultation_id == consultation.id)
    return (db.session().scalar(last) or 0) + 1


def _write(outcome: Outcome, text: OutcomeText) -> None:
    outcome.part, outcome.decision, outcome.progress = text.part, text.decision, text.progress
    outcome.theme, outcome.said, outcome.did = text.theme, text.said, text.did
    change = text.change
    outcome.from_version = change.from_version if change else None
    outcome.to_version = change.to_version if change else None
    outcome.hunk = change.hunk if change else ""
