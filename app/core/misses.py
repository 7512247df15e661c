"""Searches that found nothing, counted without the person: what the lexicon lacks."""

from datetime import date

from sqlalchemy import UniqueConstraint, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL
from app.core.text import mask_personal, normalise

MOST_WORDS_KEPT = 100


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
