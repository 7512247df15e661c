"""Finding consultations: for an actor, those the actor may see; by id and without a response, for the house itself."""

import uuid

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.core import db
from app.core.errors import Missing
from app.core.permissions import Actor
from app.documents import queries as documents
from app.documents.models import Document
from participation.consultations.models import Consultation
from participation.consultations.permissions import may_see


def find(actor: Actor, slug: str) -> Consultation:
    """The consultation at this address, with its phases, agency and document. Raises Missing."""
    at_once = whole(phases=joinedload(Consultation.phases)).where(Consultation.slug == slug)
    found = db.session().scalars(at_once).unique().one_or_none()
    if found is None or not may_see(actor, found):
        raise Missing
    return found


def find_many(actor: Actor, slugs: list[str]) -> dict[str, Consultation]:
    """The same for a list, by slug, without those that are missing."""
    found = db.session().scalars(whole().where(Consultation.slug.in_(slugs)))
    return {each.slug: each for each in found if may_see(actor, each)}


def by_id(consultation_id: uuid.UUID) -> Consultation:
    """For listeners and jobs, which act for nobody. Raises Missing."""
    found = db.session().scalar(whole().where(Consultation.id == consultation_id))
    if found is None:
        raise Missing
    return found


def on_document(actor: Actor, document: Document) -> list[Consultation]:
    """Those that opened it or the draft it came from for comment, and those that it answers; the newest first."""
    answered = (Consultation.response_document_id == document.id) & (Consultation.state == "ended")
    wanted = whole().where(or_(_on_draft_of(document), answered))
    found = db.session().scalars(wanted.order_by(Consultation.id.desc()))
    return [each for each in found if may_see(actor, each)]


def without_response(document: Document) -> list[Consultation]:
    """Those that opened it or the draft it came from for comment and have not published their response.

    A cancelled one has told everybody why nothing comes of it; one that is being prepared has asked nobody yet.
    """
    waiting = whole().where(_on_draft_of(document), Consultation.state == "published")
    return list(db.session().scalars(waiting.order_by(Consultation.id)))


def _on_draft_of(document: Document) -> ColumnElement[bool]:
    return Consultation.document_id.in_([document.id, *documents.drafts_of(document)])


def whole(phases: ORMOption | None = None) -> Select[Consultation]:
    """With phases, agency and document. `phases`: how else to load the phases, which take a query of their own."""
    return select(Consultation).options(
        joinedload(Consultation.agency),
        joinedload(Consultation.document),
        phases or selectinload(Consultation.phases),
    )
