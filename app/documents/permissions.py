"""Who may do what in the library: everything published is public; the agency that answers for it does the rest."""

from app.agencies.models import Agency
from app.core.permissions import Actor, Role, may_rule
from app.documents.models import Document

KEEPERS = (Role.SUPERVISOR, Role.AGENCY_ADMINISTRATOR)


def is_keeper(actor: Actor, agency_key: str) -> bool:
    """Whether the actor keeps the documents of this agency."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR) or agency_key in actor.agencies(*KEEPERS)


def may_keep_documents(actor: Actor) -> bool:
    """Whether the actor keeps the documents of any agency at all."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR) or bool(actor.agencies(*KEEPERS))


@may_rule(Agency)
def may_add_document(actor: Actor, agency: Agency) -> bool:
    return is_keeper(actor, agency.key)


@may_rule(Document)
def may_edit(actor: Actor, document: Document) -> bool:
    """Write drafts, publish, correct, withdraw, rename, record events and relations."""
    return is_keeper(actor, document.agency.key)
