"""Sending an inquiry."""

from dataclasses import asdict

from app.agencies.models import Agency
from app.cases import actions as cases
from app.cases.actions import Contact, Opened
from app.cases.ports import Advice, routing_advice
from app.cases.stream import Said
from app.core.permissions import Actor
from feedback.inquiries.models import Inquiry


def send(actor: Actor, said: Said, contact: Contact, agency: Agency | None) -> Opened:
    """File the inquiry with the agency the person chose, or into triage.

    What the router suggests is kept beside the choice; it never overrides it. Anybody may send one.
    """
    advice = routing_advice(said.body)
    inquiry = Inquiry(suggestion=_kept(advice), choice=_choice(advice, agency))
    inquiry.is_urgent = bool(advice and advice.is_urgent)
    return cases.open_case(actor, inquiry, said, contact, agency)


def _choice(advice: Advice | None, agency: Agency | None) -> str:
    if agency is None:
        return "unknown"
    return "suggested" if advice and advice.top and advice.top[0][0] == agency.key else "other"


def _kept(advice: Advice | None) -> dict:  # type: ignore[type-arg]
    if advice is None:
        return {}
    return {
        "top": [[key, round(p, 4)] for key, p in advice.top],
        "is_sure": advice.is_sure,
        "spans": [asdict(span) for span in advice.spans],
        "variety": advice.variety,
        "model_version": advice.model_version,
    }
