"""What administrators change about search."""

from sqlalchemy import select

from app.core import audit, db
from app.core.lexicon import LexiconGroup
from app.core.permissions import Actor, require
from app.dashboards.permissions import may_remove, may_tend_search


def add_lexicon_group(actor: Actor, phrases: list[str]) -> LexiconGroup:
    """Let these words find each other, from the next search on. Once said, it need not be said again."""
    require(may_tend_search(actor))
    said = db.session().scalars(select(LexiconGroup).where(LexiconGroup.words == phrases)).first()
    if said is not None:
        return said
    group = LexiconGroup(words=phrases, added_by=actor.key)
    db.session().add(group)
    db.session().flush()
    audit.record(actor, "search.lexicon_group_added", "lexicon group", group.id, phrases=len(phrases))
    return group


def remove_lexicon_group(actor: Actor, group: LexiconGroup) -> None:
    require(may_remove(actor, group))
    audit.record(actor, "search.lexicon_group_removed", "lexicon group", group.id)
    db.session().delete(group)
