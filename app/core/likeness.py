"""Families of near-identical texts: copies and near copies find each other, in Arabic and English.

A text is placed once, in a scope (texts of different scopes are never compared), and gets the name of its family:
that of the text it is most like, or its own. Texts of different languages are never alike. The name is the
`text_id` of the family's earliest text. What "alike" means stands in `sketches`.

A band of a sketch is kept once for each family, so that a campaign of thousands costs a newcomer no more than one
text does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db, sketches
from app.core.privacy import INTERNAL
from app.core.references import new_public_id
from app.core.sketches import Sketched

COMPARED = 24
"""Texts whose sketches are compared with a newcomer's: those with the most bands in common."""


class PlacedText(db.Base):
    """A text that has its family, and what is compared of it (see `Sketched`)."""

    __tablename__ = "placed_texts"
    __table_args__ = (
        UniqueConstraint("scope", "text_id"),
        Index("ix_placed_texts_digest", "scope", "digest", "id"),
        Index("ix_placed_texts_family", "scope", "family", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    scope: Mapped[str] = mapped_column(info=INTERNAL)
    text_id: Mapped[str] = mapped_column(info=INTERNAL)
    family: Mapped[str] = mapped_column(info=INTERNAL)
    language: Mapped[str] = mapped_column(info=INTERNAL)
    digest: Mapped[str] = mapped_column(info=INTERNAL)
    side: Mapped[str] = mapped_column(info=INTERNAL)
    figures: Mapped[str] = mapped_column(info=INTERNAL)
    words: Mapped[int]
    pieces: Mapped[int]
    sketch: Mapped[bytes] = mapped_column(info=INTERNAL)
    placed_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def sketched(self) -> Sketched:
        return Sketched(
            self.language,
            self.digest,
            self.side,
            self.figures,
            self.words,
            self.pieces,
            np.frombuffer(self.sketch, dtype=np.uint32),
        )


class TextBand(db.Base):
    """A part of a sketch, once per family: its hash, together with scope and language."""

    __tablename__ = "text_bands"
    __table_args__ = (UniqueConstraint("band", "family"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    band: Mapped[int] = mapped_column(BigInteger)
    family: Mapped[str] = mapped_column(info=INTERNAL)
    placed_id: Mapped[int] = mapped_column(ForeignKey("placed_texts.id", ondelete="CASCADE"), index=True)


def place(scope: str, text_id: str, text: str) -> str:
    """Keep the text's sketch and return the name of its family. Placed again, it keeps its place.

    Two units that place in one scope wait for each other (on PostgreSQL by a lock until the end of the unit, on
    SQLite every writing unit waits anyway), so that two copies sent at once do not found two families.
    """
    looked = sketches.look_at(text)
    _begin(scope)
    known = _known(scope, text_id, looked.digest)
    if known.own_family is not None:
        return known.own_family
    family = known.family_of_copies or _nearest(scope, looked) or _new_name(text_id, known.is_name_taken)
    _keep(scope, text_id, looked, family)
    return family


def forget(scope: str, text_id: str) -> None:
    """Remove the text's sketch. Its family keeps its name, and its other members stay findable."""
    _begin(scope)
    placed = _find(scope, text_id)
    if placed is not None:
        db.session().delete(placed)
        db.session().flush()
        for member in _earliest(scope, placed.family):
            _lay_bands(member)


def members(scope: str, family: str) -> list[str]:
    """The ids of the texts of a family, in the order in which they were placed."""
    of_family = select(PlacedText.text_id).where(PlacedText.scope == scope, PlacedText.family == family)
    return list(db.session().scalars(of_family.order_by(PlacedText.id)))


def _begin(scope: str) -> None:
    """Wait for others who place in this scope; and have what follows in this unit planned anew.

    A plan that PostgreSQL made when the tables were nearly empty reads them whole.
    """
    if db.session().get_bind().dialect.name == "postgresql":
        key = sketches.number_of(f"likeness {scope}".encode())
        plan = func.set_config("plan_cache_mode", "force_custom_plan", True)
        db.session().execute(select(func.pg_advisory_xact_lock(key), plan))


def _find(scope: str, text_id: str) -> PlacedText | None:
    found = select(PlacedText).where(PlacedText.scope == scope, PlacedText.text_id == text_id)
    return db.session().scalar(found)


class _Known(NamedTuple):
    """What is known of a newcomer before it is compared. `own_family`: that of a text placed before."""

    own_family: str | None
    family_of_copies: str | None
    is_name_taken: bool


def _known(scope: str, text_id: str, digest: str) -> _Known:
    # One question for all three: thousands of texts are placed, each with its trips to the database.
    families = select(PlacedText.family).where(PlacedText.scope == scope)
    own = families.where(PlacedText.text_id == text_id)
    copies = families.where(PlacedText.digest == digest).order_by(PlacedText.id).limit(1)
    named = families.where(PlacedText.family == text_id).exists()
    asked = select(own.scalar_subquery(), copies.scalar_subquery(), named)
    return _Known(*db.session().execute(asked).one())


def _nearest(scope: str, looked: Sketched) -> str | None:
    """The family of the text that is most like this one; of equally like ones, the earliest."""
    numbers = sketches.bands(scope, looked)
    near = db.session().scalars(_with_common_bands(numbers)) if numbers else ()
    found = [(-sketches.likeness(looked, text.sketched), text.id, text.family) for text in near]
    best = min((one for one in found if one[0]), default=None)
    return best[2] if best else None


def _with_common_bands(numbers: list[int]) -> Any:
    shared = (
        select(TextBand.placed_id)
        .where(TextBand.band.in_(numbers))
        .group_by(TextBand.placed_id)
        .order_by(func.count().desc(), TextBand.placed_id)
        .limit(COMPARED)
    )
    return select(PlacedText).where(PlacedText.id.in_(shared))


def _keep(scope: str, text_id: str, looked: Sketched, family: str) -> None:
    placed = PlacedText(
        scope=scope,
        text_id=text_id,
        family=family,
        language=looked.language,
        digest=looked.digest,
        side=looked.side,
        figures=looked.figures,
        words=looked.words,
        pieces=looked.pieces,
        sketch=looked.sketch.tobytes(),
    )
    db.session().add(placed)
    db.session().flush()
    _lay_bands(placed)


def _new_name(text_id: str, is_taken: bool) -> str:
    """The text's own name, unless a family still has it from an earlier wording that was forgotten."""
    return f"{text_id}.{new_public_id()}" if is_taken else text_id


def _lay_bands(placed: PlacedText) -> None:
    numbers = sorted(set(sketches.bands(placed.scope, placed.sketched)))
    rows = [{"band": number, "family": placed.family, "placed_id": placed.id} for number in numbers]
    db.insert_new(TextBand, rows, "band", "family")


def _earliest(scope: str, family: str) -> Sequence[PlacedText]:
    of_family = select(PlacedText).where(PlacedText.scope == scope, PlacedText.family == family)
    return db.session().scalars(of_family.order_by(PlacedText.id).limit(COMPARED)).all()
