"""Families of near-identical texts: copies and near copies find each other, in Arabic and English.

A text is placed once, in a scope (texts of different scopes are never compared), and gets the name of its family:
that of the text it is most like, or its own. Texts of different languages are never alike. The name is the
`text_id` of the family's earliest text.

Copies are found by a digest of the normalised words. Near copies are found by MinHash (Broder 1997): the sketch of
a text holds, for each of `HASHES` hash functions, the smallest hash of its pieces of `PIECE` characters; the
share of equal places in two sketches estimates the share of pieces that both texts have. Sketches are cut into bands;
only texts with a common band are compared. A band is kept once for each family, so that a
campaign of thousands costs a newcomer no more than one text does.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL
from app.core.references import new_public_id
from app.core.text import WORD, language_of, normalise

ALIKE_FROM = 0.42
"""Estimated share of common pieces from which texts are near copies; measured in tests/app/core/test_likeness.py."""

FEWEST_WORDS = 5
"""Shorter texts ("I agree with article 4") have only exact copies: near ones would be different opinions."""

LONGEST = 20_000
"""Characters of a text that are looked at."""

PIECE, HASHES, BANDS, ROWS = 5, 128, 32, 3
COMPARED = 24
"""Families whose sketches are compared with a newcomer's: those with the most bands in common."""

_numbers = np.random.Generator(np.random.PCG64(20_261_128))  # fixed: sketches are kept for years
_FACTORS = _numbers.integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
_SUMMANDS = _numbers.integers(0, 2**63, HASHES, dtype=np.uint64)
_POWERS = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, PIECE + 1, dtype=np.uint64)

Sketch = np.ndarray[Any, np.dtype[np.uint32]]


class PlacedText(db.Base):
    """A text that has its family. `digest`: of its normalised words; `sketch`: its minimum hashes, or nothing."""

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
    language: Mapped[str] = mapped_column(info=INTERNAL)
    sketch: Mapped[bytes] = mapped_column(info=INTERNAL)
    placed_at: Mapped[datetime] = mapped_column(default=clock.now)


class TextBand(db.Base):
    """A part of a sketch, once per family: `band` is its hash, together with scope and language."""

    __tablename__ = "text_bands"
    __table_args__ = (UniqueConstraint("band", "family"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    band: Mapped[int] = mapped_column(BigInteger)
    family: Mapped[str] = mapped_column(info=INTERNAL)
    placed_id: Mapped[int] = mapped_column(ForeignKey("placed_texts.id", ondelete="CASCADE"), index=True)


@dataclass(frozen=True)
class _Looked:
    """What is compared of a text. `sketch` is empty for a text too short to have near copies."""

    language: str
    digest: str
    sketch: Sketch


def place(scope: str, text_id: str, text: str) -> str:
    """Keep the text's sketch and return the name of its family. Placed again, it keeps its place.

    Two units that place in one scope wait for each other (on PostgreSQL by a lock until the end of the unit, on
    SQLite every writing unit waits anyway), so that two copies sent at once do not found two families.
    """
    _wait_for_others(scope)
    placed = _find(scope, text_id)
    if placed is not None:
        return placed.family
    looked = _look_at(text)
    return _keep(scope, text_id, looked, _family_of_copies(scope, looked))


def forget(scope: str, text_id: str) -> None:
    """Remove the text's sketch. Its family keeps its name, and its other members stay findable."""
    _wait_for_others(scope)
    placed = _find(scope, text_id)
    if placed is not None:
        db.session().delete(placed)
        db.session().flush()
        for member in _earliest(scope, placed.family, limit=COMPARED):
            _lay_bands(member)


def members(scope: str, family: str) -> list[str]:
    """The ids of the texts of a family, in the order in which they were placed."""
    of_family = select(PlacedText.text_id).where(PlacedText.scope == scope, PlacedText.family == family)
    return list(db.session().scalars(of_family.order_by(PlacedText.id)))


def size(scope: str, family: str) -> int:
    of_family = select(func.count()).where(PlacedText.scope == scope, PlacedText.family == family)
    return db.session().scalar(of_family) or 0


def share_in_common(text: str, other: str) -> float:
    """The estimated share (0 to 1) of pieces that both texts have; 0 where near copies are not looked for."""
    one, two = _look_at(text), _look_at(other)
    return _likeness(one.sketch, two.sketch) if one.language == two.language else 0.0


def _wait_for_others(scope: str) -> None:
    if db.session().get_bind().dialect.name == "postgresql":
        key = int.from_bytes(
            hashlib.blake2b(f"likeness {scope}".encode(), digest_size=8).digest(), signed=True
        )
        db.session().execute(select(func.pg_advisory_xact_lock(key)))


def _find(scope: str, text_id: str) -> PlacedText | None:
    found = select(PlacedText).where(PlacedText.scope == scope, PlacedText.text_id == text_id)
    return db.session().scalar(found)


def _look_at(text: str) -> _Looked:
    language = language_of(text[:LONGEST])
    words = WORD.findall(normalise(text[:LONGEST]))
    joined = " ".join(words)
    digest = hashlib.blake2b(f"{language} {joined}".encode(), digest_size=16).hexdigest()
    return _Looked(language, digest, _sketch(joined) if len(words) >= FEWEST_WORDS else _EMPTY)


_EMPTY: Sketch = np.empty(0, dtype=np.uint32)


def _sketch(joined: str) -> Sketch:
    """The minimum hashes of the pieces of a normalised text: uint32 array (HASHES,)."""
    pieces = np.unique(_hashed_pieces(f" {joined} "))
    smallest = np.full(HASHES, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(pieces), 1024):
        hashed = pieces[None, start : start + 1024] * _FACTORS[:, None] + _SUMMANDS[:, None]
        smallest = np.minimum(smallest, hashed.min(axis=1))
    return (smallest >> np.uint64(32)).astype(np.uint32)


def _hashed_pieces(text: str) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """One 64-bit hash for each run of PIECE characters."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    count = len(codes) - PIECE + 1
    hashed = np.zeros(count, dtype=np.uint64)
    for at, power in enumerate(_POWERS):
        hashed += codes[at : at + count] * power
    return _mixed(hashed)


def _mixed(hashed: np.ndarray[Any, np.dtype[np.uint64]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Spread near numbers over all 64 bits (the finaliser of SplitMix64)."""
    hashed = (hashed ^ (hashed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashed = (hashed ^ (hashed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashed ^ (hashed >> np.uint64(31))


def _likeness(one: Sketch, two: Sketch) -> float:
    return float(np.mean(one == two)) if len(one) and len(two) else 0.0


def _family_of_copies(scope: str, looked: _Looked) -> str | None:
    same = select(PlacedText.family).where(PlacedText.scope == scope, PlacedText.digest == looked.digest)
    exact = db.session().scalar(same.order_by(PlacedText.id).limit(1))
    return exact if exact is not None or not len(looked.sketch) else _nearest(scope, looked)


def _nearest(scope: str, looked: _Looked) -> str | None:
    best, family = ALIKE_FROM, None
    for row in db.session().execute(_candidates(scope, looked)):
        likeness = _likeness(looked.sketch, np.frombuffer(row.sketch, dtype=np.uint32))
        if likeness > best or (family is None and likeness == best):
            best, family = likeness, row.family
    return family


def _candidates(scope: str, looked: _Looked) -> Any:
    """Texts with a common band, those with the most first, of equal ones the earliest."""
    shared = (
        select(TextBand.placed_id, func.count().label("bands"))
        .where(TextBand.band.in_(_bands(scope, looked.language, looked.sketch)))
        .group_by(TextBand.placed_id)
        .order_by(func.count().desc(), TextBand.placed_id)
        .limit(COMPARED)
        .subquery()
    )
    placed = select(PlacedText.family, PlacedText.sketch).join(shared, shared.c.placed_id == PlacedText.id)
    return placed.order_by(shared.c.bands.desc(), PlacedText.id)


def _bands(scope: str, language: str, sketch: Sketch) -> list[int]:
    """A number for each band; scope, language and place are hashed in, so that only like bands are equal."""
    parts = (sketch[at * ROWS : (at + 1) * ROWS].tobytes() for at in range(BANDS))
    return [_band_number(f"{language} {at} {scope}".encode() + part) for at, part in enumerate(parts)]


def _band_number(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), signed=True)


def _keep(scope: str, text_id: str, looked: _Looked, family: str | None) -> str:
    placed = PlacedText(
        scope=scope,
        text_id=text_id,
        family=family or _new_name(scope, text_id),
        digest=looked.digest,
        language=looked.language,
        sketch=looked.sketch.tobytes(),
    )
    db.session().add(placed)
    db.session().flush()
    _lay_bands(placed)
    return placed.family


def _new_name(scope: str, text_id: str) -> str:
    """The text's own name, unless a family still has it from an earlier wording that was forgotten."""
    return text_id if size(scope, text_id) == 0 else f"{text_id}.{new_public_id()}"


def _lay_bands(placed: PlacedText) -> None:
    sketch = np.frombuffer(placed.sketch, dtype=np.uint32)
    if len(sketch):
        numbers = set(_bands(placed.scope, placed.language, sketch))
        rows = [
            {"band": number, "family": placed.family, "placed_id": placed.id} for number in sorted(numbers)
        ]
        db.insert_new(TextBand, rows, "band", "family")


def _earliest(scope: str, family: str, limit: int) -> Iterable[PlacedText]:
    of_family = select(PlacedText).where(PlacedText.scope == scope, PlacedText.family == family)
    return db.session().scalars(of_family.order_by(PlacedText.id).limit(limit)).all()
