"""Words that have a post read by a moderator."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core import db
from app.core.permissions import Actor, require
from participation.discussion.models import BannedPhrase
from participation.discussion.moderation.permissions import may_edit_words, may_moderate

PAGE = 50


def phrases() -> list[str]:
    return list(db.session().scalars(select(BannedPhrase.phrase)))


@dataclass(frozen=True)
class PhrasePage:
    phrases: list[BannedPhrase]
    next_cursor: str | None


def page(actor: Actor, after: str = "") -> PhrasePage:
    require(may_edit_words(actor) or may_moderate(actor))
    wanted = select(BannedPhrase).where(BannedPhrase.phrase > after).order_by(BannedPhrase.phrase)
    found = list(db.session().scalars(wanted.limit(PAGE + 1)))
    more = len(found) > PAGE
    return PhrasePage(found[:PAGE], found[PAGE - 1].phrase if more else None)
