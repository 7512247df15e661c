"""Words that are one word to whoever searches: forms that no rule makes, and words that say the same."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL, personal


class LexiconGroup(db.Base):
    """Words that an administrator has declared alike, beside those of the file."""

    __tablename__ = "lexicon_groups"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    words: Mapped[list[str]] = mapped_column(info=INTERNAL)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by: Mapped[str] = mapped_column(info=personal("answering for what was done"))
