"""Reading consultations: each query takes the actor and returns what the actor may see."""

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.core import db
from app.core.errors import Missing
from app.core.permissions import Actor
from app.documents.models import Article, Version
from participation.consultations.models import Consultation
from participation.consultations.permissions import may_see


def find(actor: Actor, slug: str) -> Consultation:
    """The consultation at this address, with its phases, agency and document. Raises Missing."""
    found = db.session().scalar(_whole().where(Consultation.slug == slug))
    if found is None or not may_see(actor, found):
        raise Missing
    return found


def by_id(consultation_id: uuid.UUID) -> Consultation:
    """For listeners and jobs, which act for nobody. Raises Missing."""
    found = db.session().scalar(_whole().where(Consultation.id == consultation_id))
    if found is None:
        raise Missing
    return found


def _whole() -> Select[Consultation]:
    return select(Consultation).options(
        joinedload(Consultation.agency),
        joinedload(Consultation.document),
        selectinload(Consultation.phases),
    )


def versions_with(consultation: Consultation, key: str) -> set[int]:
    """The numbers of the published versions of its document that have an article with this key."""
    published = (
        select(Version.number)
        .join(Article, Article.version_id == Version.id)
        .where(Version.document_id == consultation.document_id, Version.published_at.is_not(None))
        .where(Article.key == key)
    )
    return set(db.session().scalars(published))
