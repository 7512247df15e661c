"""The public log: every act of moderators, with neither names nor texts."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core import db
from app.core.paging import newest_first
from participation.discussion.models import ModerationAct

PAGE = 50
MOST_IN_FILE = 10_000


@dataclass(frozen=True)
class LogPage:
    acts: list[ModerationAct]
    next_cursor: str | None


def page(cursor: str = "") -> LogPage:
    """The latest first."""
    acts = select(ModerationAct)
    return LogPage(*newest_first(acts, ModerationAct.id, ModerationAct.public_id, cursor or None, PAGE))


def rows() -> list[list[str]]:
    """The same as rows of a table, the head first: times to the minute, in UTC."""
    acts = select(ModerationAct).order_by(ModerationAct.id.desc()).limit(MOST_IN_FILE)
    head = ["id", "at", "act", "reason", "place_ar", "place_en"]
    rows = [
        [act.public_id, f"{act.at:%Y-%m-%d %H:%M}", act.act, act.reason, act.place_ar, act.place_en]
        for act in db.session().scalars(acts)
    ]
    return [head, *rows]
