"""Families of near-identical texts: copies and near copies find each other, in Arabic and English.

A text is placed once, in a scope (texts of different scopes are never compared), and gets the name of its family:
that of the earliest text it is like, or its own. Texts of different languages are never alike.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL


class PlacedText(db.Base):
    """A text that has its family. `digest`: of its normalised words; `sketch`: its minimum hashes."""

    __tablename__ = "placed_texts"
    __table_args__ = (
        UniqueConstraint("scope", "text_id"),
        Index("ix_placed_texts_digest", "scope", "digest"),
        Index("ix_placed_texts_family", "scope", "family", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    scope: Mapped[str] = mapped_column(info=INTERNAL)
    text_id: Mapped[str] = mapped_column(info=INTERNAL)
    family: Mapped[str] = mapped_column(info=INTERNAL)
    digest: Mapped[str] = mapped_column(info=INTERNAL)
    sketch: Mapped[list[str]] = mapped_column(default=list, info=INTERNAL)
    placed_at: Mapped[datetime] = mapped_column(default=clock.now)


class TextBand(db.Base):
    """A part of a sketch: texts that share one are compared in full."""

    __tablename__ = "text_bands"
    __table_args__ = (Index("ix_text_bands_find", "scope", "band"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    placed_id: Mapped[int]
    scope: Mapped[str] = mapped_column(info=INTERNAL)
    band: Mapped[str] = mapped_column(info=INTERNAL)


def place(scope: str, text_id: str, text: str) -> str:
    """Keep the text's sketch and return the name of its family. Placed again, it keeps its place."""
    raise NotImplementedError


def forget(scope: str, text_id: str) -> None:
    """Remove the text's sketch. Its family keeps its name."""
    raise NotImplementedError
