"""Who may prepare, see, answer and take part in a consultation. What people may do, the running phase says first."""

from datetime import datetime

from app.agencies.models import Agency
from app.core import clock
from app.core.permissions import Actor, Role, may_rule
from participation.consultations import phases
from participation.consultations.models import Consultation, Response
from participation.discussion.models import PUBLIC_STATES

PREPARING = (Role.SUPERVISOR, Role.AGENCY_ADMINISTRATOR)
ANSWERING = (Role.OFFICIAL, Role.SUPERVISOR)
OF_THE_AGENCY = (*PREPARING, Role.OFFICIAL)

SHOWN_STATES = (*PUBLIC_STATES, "hidden")
"""In which a public response has a line in the list and a page: with its text, or with the reason why it is hidden."""


def is_administrator(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def may_prepare_any(actor: Actor) -> bool:
    """Whether the actor prepares consultations of any agency at all."""
    return is_administrator(actor) or bool(actor.agencies(*PREPARING))


@may_rule(Agency)
def may_consult(actor: Actor, agency: Agency) -> bool:
    """Prepare a consultation in the name of this agency."""
    return is_administrator(actor) or agency.key in actor.agencies(*PREPARING)


@may_rule(Consultation)
def may_see(actor: Actor, consultation: Consultation) -> bool:
    """Everybody, once it has been published; before that the officials of its agency."""
    if consultation.published_at is not None:
        return True
    return is_administrator(actor) or consultation.agency.key in actor.agencies(*OF_THE_AGENCY)


@may_rule(Consultation)
def may_prepare(actor: Actor, consultation: Consultation) -> bool:
    """Write its texts, dates and questions, publish it, change its dates, open a version, cancel it.

    Nobody changes an imported one: it says what was said elsewhere.
    """
    return not consultation.is_imported and may_consult(actor, consultation.agency)


@may_rule(Consultation)
def may_answer(actor: Actor, consultation: Consultation) -> bool:
    """Speak for the agency on what people sent."""
    is_answered_here = consultation.published_at is not None and not consultation.is_imported
    return is_answered_here and consultation.agency.key in actor.agencies(*ANSWERING)


@may_rule(Consultation)
def may_read_confidential(actor: Actor, consultation: Consultation) -> bool:
    """Read what people sent in confidence: the officials of the agency, and nobody above them."""
    return consultation.agency.key in actor.agencies(*ANSWERING)


def may_read(actor: Actor, consultation: Consultation, response: Response) -> bool:
    """Any of one's own. What is confidential: the officials of the agency. A public one: everybody, once it counts.

    A hidden one has a page that says so, without its text; moderators read also what nobody else does yet.
    """
    if is_sender(actor, response):
        return True
    if response.is_confidential:
        return may_read_confidential(actor, consultation)
    return response.state in SHOWN_STATES or (response.state != "removed" and actor.has(Role.MODERATOR))


def is_sender(actor: Actor, response: Response) -> bool:
    return response.channel == "web" and is_known(actor) and response.author_key == actor.key


def is_known(actor: Actor) -> bool:
    """A browser without an id has sent nothing."""
    return bool(actor.person_id or actor.browser)


@may_rule(Consultation)
def may_record(actor: Actor, consultation: Consultation) -> bool:
    """Type what came on paper: a clerk of the agency, while comments come in or shortly after."""
    is_asked_here = consultation.state == "published" and not consultation.is_imported
    return is_asked_here and actor.has(Role.CLERK, consultation.agency.key)


def counts(actor: Actor, consultation: Consultation, now: datetime | None = None) -> bool:
    """Whether what the actor says counts at once: the actor is confirmed as far as the running phase asks."""
    phase = phases.current(consultation, now or clock.now())
    return phase is not None and actor.level >= phase.least_level
