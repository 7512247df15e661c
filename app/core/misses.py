"""Searches that found nothing, counted without the person: what the lexicon lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.jobs import job
from app.core.privacy import INTERNAL
from app.core.text import mask_personal, normalise

MOST_WORDS_KEPT = 100
KEPT = timedelta(days=180)
MOST_SHOWN = 50


class SearchMiss(db.Base):
    """What was asked in vain on a day, masked for personal data; never by whom."""

    __tablename__ = "search_misses"
    __table_args__ = (UniqueConstraint("day", "language", "words"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    day: Mapped[date]
    language: Mapped[str] = mapped_column(info=INTERNAL)
    words: Mapped[str] = mapped_column(info=INTERNAL)
    times: Mapped[int]


def note(query: str, language: str) -> None:
    """Count the search when the page has been made; it is written apart, because a search only reads."""
    words = normalise(mask_personal(query))[:MOST_WORDS_KEPT].strip()
    if words:
        day = clock.today()
        db.owe(lambda: _count(day, language, words))


def _count(day: date, language: str, words: str) -> None:
    row = {"day": day, "language": language, "words": words, "times": 1}
    if not db.insert_new(SearchMiss, [row], "day", "language", "words"):
        same = (SearchMiss.day == day, SearchMiss.language == language, SearchMiss.words == words)
        db.session().execute(update(SearchMiss).where(*same).values(times=SearchMiss.times + 1))


@dataclass(frozen=True)
class Missed:
    """What was asked in vain, however often in the time that is kept; `last`: the last day."""

    words: str
    language: str
    times: int
    last: date


def most_frequent() -> Sequence[Missed]:
    """What was asked in vain most often."""
    times, last = func.sum(SearchMiss.times), func.max(SearchMiss.day)
    grouped = select(SearchMiss.words, SearchMiss.language, times, last).group_by(
        SearchMiss.words, SearchMiss.language
    )
    rows = db.session().execute(
        grouped.order_by(times.desc(), last.desc(), SearchMiss.words).limit(MOST_SHOWN)
    )
    return [Missed(*row) for row in rows]


@job("search.forget", every=timedelta(days=1))
def forget() -> None:
    """Remove the searches of more than half a year ago."""
    db.session().execute(delete(SearchMiss).where(SearchMiss.day < clock.today() - KEPT))
