"""Where an imported consultation comes from, and what came with it."""

from sqlalchemy import select

from app.core import db
from participation.consultations.models import Consultation, Contribution, ImportedSet


def origin(consultation: Consultation) -> ImportedSet | None:
    """Where an imported consultation comes from; None for one that is held here."""
    return db.session().get(ImportedSet, consultation.id) if consultation.is_imported else None


def imported_parts(consultation: Consultation) -> list[str]:
    """Keys of the articles that an imported set has contributions to; its draft itself is not here."""
    parts = select(Contribution.part).where(Contribution.consultation_id == consultation.id)
    found = db.session().scalars(parts.where(Contribution.part != "").distinct())
    return sorted(found) if consultation.is_imported else []
