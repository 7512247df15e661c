"""Keeping the order of the inbox fresh."""

import uuid
from datetime import timedelta

from sqlalchemy import select

from app.core import db, jobs
from app.core.jobs import job
from participation.consultations.answering.actions import register
from participation.consultations.models import Consultation, Family


@job("consultations.rank-all", every=timedelta(minutes=15))
def rank_all() -> None:
    """Have the families of each consultation that has unanswered ones put in order again."""
    waiting = select(Family.consultation_id).where(Family.decision == "open", Family.size > 0).distinct()
    running = select(Consultation.id).where(Consultation.id.in_(waiting), Consultation.state == "published")
    for consultation_id in db.session().scalars(running):
        jobs.enqueue("consultations.rank", consultation_id=str(consultation_id))


@job("consultations.rank")
def rank(consultation_id: str) -> None:
    """Run twice, it gives the same order."""
    register.rank_families(uuid.UUID(consultation_id))
