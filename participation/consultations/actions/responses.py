"""Responses of their own kind, beside the posts: of organisations, in confidence, late, and on paper."""

from sqlalchemy import select

from app.core import audit, clock, db, events
from app.core.errors import WrongState
from app.core.permissions import NOBODY, Actor, require
from app.core.references import new_public_id
from participation.consultations import phases, response_places
from participation.consultations.events import ResponseSent
from participation.consultations.models import RESPONSE, Consultation, Response, ResponsePost
from participation.consultations.permissions import counts, is_known, may_record, may_see
from participation.consultations.written import Sent
from participation.discussion import actions as discussion
from participation.discussion.models import Post


def respond(actor: Actor, consultation: Consultation, sent: Sent) -> Response:
    """Keep the response; one that comes after the comment phase is late, and says so.

    It counts once its sender is confirmed as far as the comment phase asks; where posts are read before, a public one
    waits for a moderator, too. The same form sent again gives the same response.
    Raises WrongState before comments open and after the consultation has ended.
    """
    require(may_see(actor, consultation) and is_known(actor))
    is_late = _is_late(consultation)
    if sent.is_confidential and not consultation.takes_confidential:
        raise WrongState
    counts_now = _counts(actor, consultation)
    return _kept(actor, consultation, sent, counts_now=counts_now, is_late=is_late, channel="web")


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
    is_late = _is_late(consultation)
    return _kept(actor, consultation, sent, counts_now=True, is_late=is_late, channel="paper")


def _kept(
    actor: Actor, consultation: Consultation, sent: Sent, *, counts_now: bool, is_late: bool, channel: str
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
        "body": sent.body if sent.is_confidential else "",
        "language": sent.language,
        "state": "unconfirmed",
        "public_id": new_public_id(),
        "sent_at": clock.now(),
    }
    is_new = bool(db.insert_new(Response, [row], "author_key", "client_id"))
    own = Response.author_key == author, Response.client_id == sent.client_id
    kept = db.session().scalars(select(Response).where(*own)).one()
    if is_new:
        _enter(actor, kept, sent, counts_now)
        db.session().refresh(kept)
    return kept


def _enter(actor: Actor, kept: Response, sent: Sent, counts_now: bool) -> None:
    if kept.channel == "paper":
        audit.record(actor, "consultation.paper", "consultation", kept.consultation_id, response=str(kept.id))
    if not kept.is_confidential:
        thread = discussion.open_thread(RESPONSE, str(kept.consultation_id), kept.public_id)
        text = sent.body, sent.language
        post = discussion.keep_text(thread, kept.author_key, kept.person_id, *text)
        db.session().add(ResponsePost(response_id=kept.id, post_id=post.id))
        db.session().flush()
    if counts_now:
        let_count(kept)


def let_count(kept: Response) -> None:
    """It counts from now on: a confidential one for the agency; a public one for all, read by a moderator where asked.

    What came on paper is read after: a clerk has read it already.
    """
    if kept.is_confidential:
        kept.own_state = "published"
        db.session().flush()
        events.publish(ResponseSent(kept.consultation_id, kept.id))
        return
    asked = response_places.rights(NOBODY, str(kept.consultation_id), kept.public_id, clock.now())
    is_read_before = asked.moderation == "before" and kept.channel != "paper"
    its_post = select(Post).join(ResponsePost, ResponsePost.post_id == Post.id)
    post = db.session().scalars(its_post.where(ResponsePost.response_id == kept.id)).one()
    discussion.let_through(post, is_read_before)
