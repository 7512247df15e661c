""" "You said, we did" as everybody reads it, and where its changed words stand."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.core import db
from app.core.errors import Missing
from app.core.i18n import LANGUAGES, LocalText, language, other
from app.core.permissions import Actor
from app.documents import diff
from app.documents import queries as documents
from app.documents.models import Article, Document, Version
from participation.consultations.answering.permissions import may_write_outcomes
from participation.consultations.answering.queries.leads import Lead, leads
from participation.consultations.models import Consultation, Family, Outcome

LINKED_SHOWN = 5


@dataclass(frozen=True)
class Linked:
    """A public family behind an outcome."""

    family: Family
    lead: Lead


@dataclass(frozen=True)
class OutcomeRow:
    """One row of "you said, we did". `families`: some of those behind it; `family_count` and `people`: all of them."""

    outcome: Outcome
    families: Sequence[Linked]
    family_count: int
    people: int


@dataclass(frozen=True)
class PartRows:
    """The rows of one part of the draft, in the order of the draft."""

    part: str
    title: LocalText | None
    rows: Sequence[OutcomeRow]


def may_read_outcomes(actor: Actor, consultation: Consultation) -> bool:
    """Everybody, once the response is public; before that those who write it."""
    return consultation.state == "ended" or may_write_outcomes(actor, consultation)


def outcomes(
    actor: Actor, consultation: Consultation, decision: str = "", part: str | None = None
) -> list[PartRows]:
    """The rows by part of the draft, each with what stands behind it. Raises Missing before the response is public."""
    if not may_read_outcomes(actor, consultation):
        raise Missing
    wanted = select(Outcome).where(Outcome.consultation_id == consultation.id)
    if decision:
        wanted = wanted.where(Outcome.decision == decision)
    if part is not None:
        wanted = wanted.where(Outcome.part == part)
    found = list(
        db.session().scalars(wanted.options(selectinload(Outcome.updates)).order_by(Outcome.position))
    )
    return _by_part(consultation, _rows(found))


def _rows(found: Sequence[Outcome]) -> list[OutcomeRow]:
    ids = [outcome.id for outcome in found]
    counts, shown = _counts_behind(ids), _shown_behind(ids)
    return [
        OutcomeRow(outcome, shown.get(outcome.id, ()), *counts.get(outcome.id, (0, 0))) for outcome in found
    ]


def _counts_behind(outcome_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Public families and people behind each outcome; confidential ones are told by the register's total alone."""
    if not outcome_ids:
        return {}
    counted = (
        select(Family.outcome_id, func.count(Family.id), func.coalesce(func.sum(Family.people), 0))
        .where(Family.outcome_id.in_(outcome_ids), Family.is_public, Family.size > 0)
        .group_by(Family.outcome_id)
    )
    return {key: (families, people) for key, families, people in db.session().execute(counted) if key}


def _shown_behind(outcome_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Linked]]:
    """The families with the most support behind each outcome."""
    if not outcome_ids:
        return {}
    place = func.row_number().over(
        partition_by=Family.outcome_id, order_by=(Family.support.desc(), Family.id)
    )
    ranked = (
        select(Family.id, place.label("place"))
        .where(Family.outcome_id.in_(outcome_ids), Family.is_public, Family.size > 0)
        .subquery()
    )
    wanted = select(Family).join(ranked, ranked.c.id == Family.id).where(ranked.c.place <= LINKED_SHOWN)
    families = list(db.session().scalars(wanted.order_by(ranked.c.place)))
    texts, found = leads([family.id for family in families]), dict[uuid.UUID, list[Linked]]()
    for family in families:
        if family.outcome_id is not None and family.id in texts:
            found.setdefault(family.outcome_id, []).append(Linked(family, texts[family.id]))
    return found


def _by_part(consultation: Consultation, rows: Sequence[OutcomeRow]) -> list[PartRows]:
    titles = part_titles(consultation)
    order = {key: place for place, key in enumerate(titles)}
    keys = sorted({row.outcome.part for row in rows}, key=lambda key: (order.get(key, -1), key))
    return [PartRows(key, titles.get(key), [row for row in rows if row.outcome.part == key]) for key in keys]


def find_outcome(consultation: Consultation, public_id: str) -> Outcome:
    wanted = select(Outcome).where(Outcome.consultation_id == consultation.id, Outcome.public_id == public_id)
    found = db.session().scalar(wanted.options(selectinload(Outcome.updates)))
    if found is None:
        raise Missing
    return found


def outcome_of(actor: Actor, consultation: Consultation, family: Family) -> Outcome | None:
    """The row that answers this family, for those who may read it already."""
    if family.outcome_id is None or not may_read_outcomes(actor, consultation):
        return None
    return db.session().get(Outcome, family.outcome_id)


def all_outcomes(consultation: Consultation) -> list[Outcome]:
    """For the form that links an answer to one, and for the closing list."""
    wanted = select(Outcome).where(Outcome.consultation_id == consultation.id)
    return list(db.session().scalars(wanted.order_by(Outcome.position)))


# The draft


def part_titles(consultation: Consultation) -> dict[str, LocalText]:
    """The headings of all articles that the draft has or had, by key, in the order of the newest version: one query."""
    question = f"parts of {consultation.document_id} in {language()}"
    return db.once(question, lambda: _part_titles(consultation))


def _part_titles(consultation: Consultation) -> dict[str, LocalText]:
    rows = db.session().execute(
        select(Article.key, Article.heading, Article.position, Version.language, Version.number)
        .join(Version, Version.id == Article.version_id)
        .where(Version.document_id == consultation.document_id, Version.published_at.is_not(None))
        .where(Version.withdrawn_at.is_(None), Article.kind == "article")
        .order_by(Version.number, Article.position)
    )
    headings: dict[str, dict[str, str]] = {}
    places: dict[str, tuple[int, int]] = {}
    for row in rows:
        headings.setdefault(row.key, {})[row.language] = row.heading
        places[row.key] = (-row.number, row.position)
    return {key: _in_reader_s(headings[key]) for key in sorted(headings, key=lambda key: places[key])}


def _in_reader_s(heading: dict[str, str]) -> LocalText:
    wanted = language()
    code = wanted if wanted in heading else other(wanted)
    return LocalText(heading[code], code, is_fallback=code != wanted)


@dataclass(frozen=True)
class ChangedWords:
    """A change between two versions that an outcome can point to; `value` is how the form names it."""

    from_version: int
    to_version: int
    anchor: str
    title: str
    removed: str
    added: str

    @property
    def value(self) -> str:
        return f"{self.from_version}~{self.to_version}~{self.anchor}"


def changed_words(document: Document | None) -> list[ChangedWords]:
    """Every change between one published version and the next, as the comparison in the reader's language shows it."""
    if document is None:
        return []
    newest = documents.newest_number(document.id)
    return [
        change
        for number in range(1, newest)
        for change in _changes_between(document, number, number + 1, language())
    ]


def anchor_in_both(document: Document, change: ChangedWords) -> str:
    """The anchor of the changed words; that of their article, where the other language does not have them."""
    across = _changes_between(document, change.from_version, change.to_version, other(language()))
    if change.anchor in {each.anchor for each in across}:
        return change.anchor
    return change.anchor.partition("__")[0]


def _changes_between(document: Document, older: int, newer: int, code: str) -> list[ChangedWords]:
    before = documents.published_pair(document.id, older).get(code)
    after = documents.published_pair(document.id, newer).get(code)
    if before is None or after is None:
        return []
    return [
        ChangedWords(older, newer, hunk.anchor, change.shown.heading, hunk.removed, hunk.added)
        for change in diff.articles(before, after)
        for hunk in change.hunks
    ]


def missing_texts(outcome: Outcome) -> list[str]:
    """Languages in which the row lacks a text."""
    names = ("theme", "said", "did")
    return [code for code in LANGUAGES if not all(getattr(outcome, f"{name}_{code}") for name in names)]
