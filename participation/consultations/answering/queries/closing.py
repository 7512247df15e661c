"""What still stands between a consultation and its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from app.core import db
from app.core.i18n import LANGUAGES
from app.documents.models import Document, Version
from participation.consultations import phases
from participation.consultations.answering.queries.outcomes import all_outcomes, missing_texts
from participation.consultations.answering.queries.register import FamilyRow, rows_of
from participation.consultations.models import Consultation, Family, Outcome

MOST_LISTED = 50


@dataclass(frozen=True)
class Gaps:
    """What is missing. `unanswered`: the first families without an answer, of `unanswered_count`."""

    is_still_open: bool = False
    unanswered_count: int = 0
    unanswered: Sequence[FamilyRow] = ()
    closing_words: Sequence[str] = ()
    has_no_outcome: bool = False
    untranslated: Sequence[tuple[Outcome, list[str]]] = ()
    unlinked: Sequence[Outcome] = field(default=())

    def __bool__(self) -> bool:
        return bool(
            self.is_still_open
            or self.unanswered_count
            or self.closing_words
            or self.has_no_outcome
            or self.untranslated
            or self.unlinked
        )


def gaps(consultation: Consultation, now: datetime) -> Gaps:
    """Everything that must be mended before the response can be published."""
    open_families = select(Family).where(
        Family.consultation_id == consultation.id, Family.decision == "open", Family.size > 0
    )
    count = db.session().scalar(select(func.count()).select_from(open_families.subquery())) or 0
    first = db.session().scalars(open_families.order_by(Family.rank.desc(), Family.id).limit(MOST_LISTED))
    rows = all_outcomes(consultation)
    missing = [(outcome, missing_texts(outcome)) for outcome in rows]
    return Gaps(
        is_still_open=phases.allows(consultation, "posts", now),
        unanswered_count=count,
        unanswered=rows_of(list(first)),
        closing_words=[code for code in LANGUAGES if not getattr(consultation, f"closing_words_{code}")],
        has_no_outcome=not rows and _has_contributions(consultation),
        untranslated=[(outcome, codes) for outcome, codes in missing if codes],
        unlinked=[outcome for outcome in rows if outcome.decision == "accepted" and not outcome.hunk],
    )


def _has_contributions(consultation: Consultation) -> bool:
    any_family = select(Family.id).where(Family.consultation_id == consultation.id, Family.size > 0)
    return db.session().scalar(any_family.limit(1)) is not None


def possible_responses(consultation: Consultation) -> list[Document]:
    """The published documents of the agency that can be its response: reports, policies and laws, newest first."""
    published = select(Version.document_id).where(Version.published_at.is_not(None))
    wanted = select(Document).where(
        Document.agency_id == consultation.agency_id,
        Document.kind.in_(("report", "policy", "law")),
        Document.id.in_(published),
    )
    return list(db.session().scalars(wanted.order_by(Document.year.desc(), Document.id.desc()).limit(200)))


def response_document(consultation: Consultation) -> Document | None:
    if consultation.response_document_id is None:
        return None
    return db.session().get(Document, consultation.response_document_id)
