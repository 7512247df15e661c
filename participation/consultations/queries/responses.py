"""Reading responses of organisations and of people on paper."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.errors import Missing
from app.core.paging import newest_first
from app.core.permissions import Actor
from participation.consultations.models import Consultation, Response
from participation.consultations.permissions import SHOWN_STATES, may_read
from participation.consultations.queries import contributions, imported_sets
from participation.consultations.queries.contributions import Sent
from participation.discussion.models import Post

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
    """How many were sent in confidence, as everybody may know it; None: too few. Of an imported one: as it was told."""
    origin = imported_sets.origin(consultation)
    if origin is not None:
        return origin.confidential
    return contributions.sent([consultation.id]).get(consultation.id, Sent()).confidential


def find(actor: Actor, consultation: Consultation, public_id: str) -> Response:
    """One response: a public one for everybody; any of one's own; a confidential one for the agency's officials."""
    wanted = select(Response).options(joinedload(Response.post).joinedload(Post.thread))
    found = db.session().scalar(
        wanted.where(Response.consultation_id == consultation.id, Response.public_id == public_id)
    )
    if found is None or not may_read(actor, consultation, found):
        raise Missing
    return found
