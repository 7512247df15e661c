"""Who may do what to an agency: administrators everything, an agency's administrator what is its own."""

from app.agencies.models import Agency
from app.core.permissions import Actor, Role, may_rule


def is_administrator(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def may_administer(actor: Actor) -> bool:
    """Whether the actor administers any agency at all."""
    return is_administrator(actor) or bool(actor.agencies(Role.AGENCY_ADMINISTRATOR))


@may_rule(Agency)
def may_create(actor: Actor, kind: type[Agency]) -> bool:
    """Asked of the class: there is no agency yet."""
    return is_administrator(actor)


@may_rule(Agency)
def may_edit(actor: Actor, agency: Agency) -> bool:
    """Names, remit, contact and calendar."""
    return is_administrator(actor) or actor.has(Role.AGENCY_ADMINISTRATOR, agency.key)


@may_rule(Agency)
def may_close(actor: Actor, agency: Agency) -> bool:
    """Take the agency out of the choice of where to send something, or back in."""
    return is_administrator(actor)
