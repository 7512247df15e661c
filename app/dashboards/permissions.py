"""Who tends what belongs to no feature."""

from app.core.lexicon import LexiconGroup
from app.core.permissions import Actor, Role, may_rule


def may_tend_search(actor: Actor) -> bool:
    """Read what was searched in vain, and say which words are alike."""
    return actor.has(Role.ADMINISTRATOR)


@may_rule(LexiconGroup)
def may_remove(actor: Actor, group: LexiconGroup) -> bool:
    return may_tend_search(actor)
