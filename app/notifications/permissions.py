"""Who may do what with notices and with the outbox."""

from app.core.permissions import Actor, Role


def may_have_notices(actor: Actor) -> bool:
    """Notices belong to accounts; without one people are written to by e-mail alone."""
    return actor.person_id is not None


def may_tend_mails(actor: Actor) -> bool:
    """See which mails failed, send them again or give them up."""
    return actor.has(Role.ADMINISTRATOR)
