"""Taking over a set of open data as a consultation of its own, which is read here and no more."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from app.agencies.models import Agency
from app.core import audit, db, events
from app.core.permissions import Actor, require
from participation.consultations import queries as consultations
from participation.consultations.actions import preparing
from participation.consultations.events import ConsultationImported
from participation.consultations.models import RESPONSE, SUBJECT, Consultation, ImportedSet
from participation.consultations.open_data import entering, queries
from participation.consultations.open_data.archive import Faulty
from participation.consultations.open_data.sets import DATA, MANIFEST, Set
from participation.consultations.permissions import is_administrator
from participation.consultations.queries import imported_sets
from participation.discussion.models import Post, Thread
from participation.discussion.state import publish_text

OF_THIS_SITE = frozenset({MANIFEST, "dictionary.csv"})
"""Files that tell how a site words its columns, and the digests of the others: not compared."""


@dataclass(frozen=True)
class TakenOver:
    """`what`: `new`, `published` (a draft before) or `known` (the same set again, nothing changed)."""

    consultation: Consultation
    what: Literal["new", "published", "known"]


def take_over(actor: Actor, agency: Agency, read: Set, as_draft: bool = False) -> TakenOver:
    """Write the set as a consultation of this agency; the same set again is the same consultation.

    What is written is exported again and held against the set: it comes back byte by byte, or Faulty is raised and
    nothing may be kept. As a draft only its agency sees it, until it is taken over again without that. Nobody is told.
    Raises Denied.
    """
    require(is_administrator(actor))
    known = db.session().scalar(select(ImportedSet.consultation_id).where(ImportedSet.digest == read.digest))
    if known is not None:
        return _again(actor, consultations.by_id(known), as_draft)
    made = preparing.numbered(agency, read.about.title[1], f"import {read.digest}")
    entering.enter(made, read)
    _prove(made, read)
    audit.record(actor, "consultation.import", SUBJECT, made.id, digest=read.digest)
    if not as_draft:
        _publish(made)
    return TakenOver(made, "new")


def _again(actor: Actor, made: Consultation, as_draft: bool) -> TakenOver:
    if as_draft or made.published_at is not None:
        return TakenOver(made, "known")
    audit.record(actor, "consultation.publish", SUBJECT, made.id)
    _publish(made)
    return TakenOver(made, "published")


def _publish(made: Consultation) -> None:
    """Everybody finds it and its posts from now on."""
    origin = imported_sets.origin(made)
    assert origin is not None
    made.state, made.published_at = origin.state, made.created_at
    db.session().flush()
    events.publish(ConsultationImported(made.id))
    here = Thread.place_kind.in_((SUBJECT, RESPONSE)), Thread.place_id == str(made.id)
    for post in db.session().scalars(select(Post).join(Post.thread).where(*here)):
        publish_text(post)


# Held against the set


def _prove(made: Consultation, read: Set) -> None:
    """Raises Faulty where what was written does not come back as it is in the set."""
    db.session().expire_all()
    if read.files:
        _prove_figures(made, read)
    written = {one.name: one.content for one in queries.files(consultations.by_id(made.id))}
    for name in (name for name in read.files if name not in {*OF_THIS_SITE, *written}):
        raise Faulty(f"{name}: a set has no such file")
    for name in (name for name in written if read.files and name not in OF_THIS_SITE):
        if written[name] != read.files.get(name):
            raise Faulty(_difference(name, read.files.get(name, b""), written[name]))


def _prove_figures(made: Consultation, read: Set) -> None:
    """No rows stand behind figures: those that the contributions decide must be what these give."""
    told: dict[str, list[Any]] = {}
    for row in read.figures:
        told.setdefault(str(row["part"]), []).append(tuple(row.values()))
    spoken_of = {row["part"] for row in read.contributions if row["stance"]}
    for part in (part for part in told if part not in spoken_of):
        raise Faulty(f"figures.csv: nobody takes a stance on part {part!r} in contributions.csv")
    for part, derived in queries.derived_figures(made).items():
        if told.get(part, []) != derived:
            raise Faulty(f"figures.csv: contributions.csv gives other numbers for part {part!r}")


def _difference(name: str, told: bytes, written: bytes) -> str:
    """Names the first line that differs; data.json says everything once more and is read last."""
    pairs = zip(told.split(b"\n"), written.split(b"\n"), strict=False)
    place, (first, second) = next(
        ((place, pair) for place, pair in enumerate(pairs, start=1) if pair[0] != pair[1]), (0, (b"", b""))
    )
    where = f"{name}, line {place}" if place else f"{name}: its end"
    told_there, written_there = (text.decode(errors="replace").strip()[:200] for text in (first, second))
    other = "the tables" if name == DATA else "the other files"
    return f"{where}: does not follow from {other}: {told_there!r} should be {written_there!r}"
