"""Publishing the response, which ends the consultation."""

import uuid

from sqlalchemy import select

from app.core import audit, clock, db, events
from app.core.errors import DomainError, Missing, WrongState
from app.core.permissions import Actor, require
from app.documents import queries as documents
from participation.consultations.answering.permissions import may_end
from participation.consultations.answering.queries.closing import Gaps, gaps
from participation.consultations.events import ConsultationEnded
from participation.consultations.models import Consultation

Pair = tuple[str, str]


class NotReady(DomainError):
    """Something must be mended before the response can be published."""

    status = 409

    def __init__(self, missing: Gaps):
        super().__init__()
        self.gaps = missing


def write_closing_words(
    actor: Actor, consultation: Consultation, words: Pair, response_document_id: uuid.UUID | None
) -> None:
    """Keep the closing words and the response document; nobody else sees them before the response is published."""
    require(may_end(actor, consultation))
    if response_document_id is not None and not documents.newest_number(response_document_id):
        raise Missing
    consultation.closing_words = words
    consultation.response_document_id = response_document_id


def publish_response(actor: Actor, consultation: Consultation) -> None:
    """End the consultation. Raises NotReady with what is missing; published twice, it is published once.

    The consultation's row is locked, and whoever registers a contribution holds it too: no family can slip in
    unanswered between the check and the end.
    """
    require(may_end(actor, consultation))
    row = select(Consultation.state).where(Consultation.id == consultation.id)
    state = db.session().scalars(row.with_for_update()).one()
    if state == "ended":
        return
    if state != "published":
        raise WrongState
    db.session().flush()
    missing = gaps(consultation, clock.now())
    if missing:
        raise NotReady(missing)
    consultation.state, consultation.ended_at = "ended", clock.now()
    audit.record(actor, "consultation.end", "consultation", consultation.id)
    events.publish(ConsultationEnded(consultation.id))
