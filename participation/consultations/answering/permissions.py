"""Who reads, answers and ends a consultation: the officials of its agency; policymakers see the figures."""

from app.core.permissions import Actor, Role, may_rule
from participation.consultations.models import Consultation
from participation.consultations.permissions import may_answer, may_prepare

WORKING = (Role.OFFICIAL, Role.SUPERVISOR)


def may_work_anywhere(actor: Actor) -> bool:
    """Whether the actor reads what people sent to any consultation at all."""
    return bool(actor.agencies(*WORKING))


def may_see_any_figures(actor: Actor) -> bool:
    return may_work_anywhere(actor) or actor.has(Role.POLICYMAKER)


@may_rule(Consultation)
def may_see_register_figures(actor: Actor, consultation: Consultation) -> bool:
    """The working figures: policymakers, and the officials who answer."""
    return may_answer(actor, consultation) or (
        actor.has(Role.POLICYMAKER) and consultation.published_at is not None
    )


@may_rule(Consultation)
def may_end(actor: Actor, consultation: Consultation) -> bool:
    """Publish the response, which ends the consultation: who may prepare it, or a supervisor who answers."""
    return consultation.published_at is not None and may_prepare(actor, consultation)


@may_rule(Consultation)
def may_write_outcomes(actor: Actor, consultation: Consultation) -> bool:
    return may_answer(actor, consultation) and consultation.state != "cancelled"
