"""Reading responses of organisations and of people on paper."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.errors import Missing
from app.core.paging import newest_first
from app.core.permissions import Actor
from participation.consultations.models import Consultation, Response
from participation.consultations.permissions import SHOWN_STATES, may_read
from participation.consultations.shares import shown_count
from participation.discussion.models import PUBLIC_STATES, Post

PAGE = 20


def page(consultation: Consultation, before: str | None = None) -> tuple[list[Response], str | None]:
    """What organisations and people on paper let everybody read, newest first; and where the next page begins.

    Hidden ones among them: their place says why.
    """
    public = Response.consultation_id == consultation.id, Response.is_confidential.is_(False)
    wanted = select(Response).where(*public, Response.state.in_(SHOWN_STATES))
    return newest_first(
        wanted.options(joinedload(Response.post)), Response.id, Response.public_id, before, PAGE
    )


def confidential_count(consultation: Consultation) -> int | None:
    """How many were sent in confidence, as everybody may know it; None: too few to be shown."""
    secret = Response.consultation_id == consultation.id, Response.is_confidential
    counted = select(func.count()).where(*secret, Response.state.in_(PUBLIC_STATES))
    return shown_count(db.session().scalar(counted) or 0)


def find(actor: Actor, consultation: Consultation, public_id: str) -> Response:
    """One response: a public one for everybody; any of one's own; a confidential one for the agency's officials."""
    wanted = select(Response).options(joinedload(Response.post).joinedload(Post.thread))
    found = db.session().scalar(
        wanted.where(Response.consultation_id == consultation.id, Response.public_id == public_id)
    )
    if found is None or not may_read(actor, consultation, found):
        raise Missing
    return found
