"""Responses of their own kind, beside the posts: of organisations, in confidence, late, and on paper."""

from sqlalchemy import select

from app.core import audit, clock, db, events
from app.core.errors import WrongState
from app.core.permissions import Actor, require
from participation.consultations import phases
from participation.consultations.events import ResponseSent
from participation.consultations.models import Consultation, Response
from participation.consultations.permissions import counts, is_known, may_record, may_see
from participation.consultations.written import Sent


def respond(actor: Actor, consultation: Consultation, sent: Sent) -> Response:
    """Keep the response; one that comes after the comment phase is late, and says so.

    It counts once its sender is confirmed as far as the comment phase asks. The same form sent again gives the
    same response. Raises WrongState before comments open and after the consultation has ended.
    """
    require(may_see(actor, consultation) and is_known(actor))
    is_late = _is_late(consultation)
    if sent.is_confidential and not consultation.takes_confidential:
        raise WrongState
    state = "published" if _counts(actor, consultation) else "unconfirmed"
    return _kept(actor, consultation, sent, state=state, is_late=is_late, channel="web")


def _is_late(consultation: Consultation) -> bool:
    db.session().refresh(consultation, ["state"], with_for_update={"read": True})  # nobody ends it meanwhile
    now = clock.now()
    if phases.has_run(consultation, now):
        return True
    if not phases.allows(consultation, "posts", now):
        raise WrongState
    return False


def _counts(actor: Actor, consultation: Consultation) -> bool:
    """A late one is measured by the phase it is late for."""
    phase = phases.comment_phase(consultation, clock.now())
    return counts(actor, consultation) or (phase is not None and actor.level >= phase.least_level)


def record_paper(actor: Actor, consultation: Consultation, sent: Sent) -> Response:
    """Type a response that came on paper: the clerk is its recorder, never its author."""
    require(may_record(actor, consultation))
    return _kept(
        actor, consultation, sent, state="published", is_late=_is_late(consultation), channel="paper"
    )


def _kept(
    actor: Actor, consultation: Consultation, sent: Sent, *, state: str, is_late: bool, channel: str
) -> Response:
    is_paper = channel == "paper"
    author = f"paper:{consultation.id}:{sent.client_id}" if is_paper else actor.key
    row = {
        "id": db.new_id(),
        "consultation_id": consultation.id,
        "author_key": author,
        "client_id": sent.client_id,
        "person_id": None if is_paper else actor.person_id,
        "recorded_by_id": actor.person_id if is_paper else None,
        "channel": channel,
        "is_confidential": sent.is_confidential,
        "is_late": is_late,
        "organisation": sent.organisation,
        "members_asked": sent.members_asked,
        "name": sent.name,
        "stance": sent.stance,
        "body": sent.body,
        "language": sent.language,
        "state": state,
    }
    if db.insert_new(Response, [row], "author_key", "client_id"):
        _tell(actor, consultation, row["id"], state, is_paper)
    own = Response.author_key == author, Response.client_id == sent.client_id
    return db.session().scalars(select(Response).where(*own)).one()


def _tell(actor: Actor, consultation: Consultation, response_id: object, state: str, is_paper: bool) -> None:
    if is_paper:
        audit.record(actor, "consultation.paper", "consultation", consultation.id, response=str(response_id))
    if state == "published":
        events.publish(ResponseSent(consultation.id, response_id))  # type: ignore[arg-type]
