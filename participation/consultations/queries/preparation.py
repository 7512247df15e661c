"""Reading what an agency prepares: its consultations, the drafts it may open, what still stands against opening."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.agencies import queries as agencies
from app.agencies.models import Agency
from app.core import clock, db
from app.core.permissions import Actor, require
from app.documents.models import Document, Version
from participation.consultations import checklist
from participation.consultations.checklist import Lack
from participation.consultations.models import Consultation
from participation.consultations.permissions import PREPARING, is_administrator, may_prepare, may_prepare_any
from participation.consultations.queries.drafts import pair
from participation.consultations.queries.finding import find, whole
from participation.consultations.queries.surveys import key_points, questions

MOST_LISTED = 200
"""Of an agency's consultations, or of its drafts: a list that one chooses from, not an archive."""


def to_prepare(actor: Actor, slug: str) -> Consultation:
    """The consultation, for somebody who may prepare it. Raises Missing or Denied."""
    found = find(actor, slug)
    require(may_prepare(actor, found))
    return found


def prepared_by(actor: Actor) -> list[Consultation]:
    """What the actor prepares, newest first."""
    require(may_prepare_any(actor))
    wanted = whole().where(~Consultation.is_imported).order_by(Consultation.id.desc()).limit(MOST_LISTED)
    if not is_administrator(actor):
        wanted = wanted.join(Agency, Agency.id == Consultation.agency_id)
        wanted = wanted.where(Agency.key.in_(actor.agencies(*PREPARING)))
    return list(db.session().scalars(wanted))


def agencies_to_consult_for(actor: Actor) -> list[Agency]:
    """In whose name the actor may prepare one."""
    own = actor.agencies(*PREPARING)
    return [each for each in agencies.all_active() if is_administrator(actor) or each.key in own]


def drafts_to_open(actor: Actor) -> list[Document]:
    """The drafts with a published version of the agencies that the actor prepares for, newest first."""
    keys = [agency.key for agency in agencies_to_consult_for(actor)]
    published = select(Version.id).where(
        Version.document_id == Document.id, Version.published_at.is_not(None)
    )
    wanted = (
        select(Document)
        .join(Agency, Agency.id == Document.agency_id)
        .where(Document.kind == "draft", Agency.key.in_(keys), published.exists())
        .options(joinedload(Document.agency))
        .order_by(Document.id.desc())
        .limit(MOST_LISTED)
    )
    return list(db.session().scalars(wanted))


def lacks(consultation: Consultation) -> list[Lack]:
    """What stands against opening it."""
    return checklist.lacks(
        consultation,
        pair(consultation),
        questions(consultation),
        key_points(consultation),
        clock.now(),
        clock.zone(),
    )
