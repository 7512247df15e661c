"""Reading questions and key points, and where people stand on them."""

import uuid
from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from app.core import db
from app.core.errors import Missing
from app.core.paging import newest_first
from app.core.permissions import Actor, require
from participation.consultations.models import Consultation, KeyPoint, PointStance, Question, SurveyAnswer
from participation.consultations.permissions import is_known, may_read_confidential

PAGE = 20


def questions(consultation: Consultation) -> list[Question]:
    of_this = select(Question).where(Question.consultation_id == consultation.id)
    return list(db.session().scalars(of_this.order_by(Question.position)))


def key_points(consultation: Consultation) -> list[KeyPoint]:
    of_this = select(KeyPoint).where(KeyPoint.consultation_id == consultation.id)
    return list(db.session().scalars(of_this.order_by(KeyPoint.position)))


Item = TypeVar("Item", Question, KeyPoint)


def question(consultation: Consultation, public_id: str) -> Question:
    """Raises Missing."""
    return _one(questions(consultation), public_id)


def key_point(consultation: Consultation, public_id: str) -> KeyPoint:
    """Raises Missing."""
    return _one(key_points(consultation), public_id)


def _one(items: Sequence[Item], public_id: str) -> Item:
    found = next((item for item in items if item.public_id == public_id), None)
    if found is None:
        raise Missing
    return found


def text_answers(
    actor: Actor, consultation: Consultation, question: Question, before: str | None = None
) -> tuple[list[SurveyAnswer], str | None]:
    """What people wrote to a question, for the officials who answer: newest first, without names. Raises Denied."""
    require(may_read_confidential(actor, consultation))
    own = SurveyAnswer.question_id == question.id, SurveyAnswer.is_confirmed, SurveyAnswer.body != ""
    return newest_first(
        select(SurveyAnswer).where(*own), SurveyAnswer.id, SurveyAnswer.public_id, before, PAGE
    )


def own_answers(actor: Actor, consultation: Consultation) -> dict[uuid.UUID, SurveyAnswer]:
    """What the actor has answered, by question."""
    rows = select(SurveyAnswer).join(Question, Question.id == SurveyAnswer.question_id)
    rows = rows.where(Question.consultation_id == consultation.id, SurveyAnswer.author_key == actor.key)
    return {row.question_id: row for row in db.session().scalars(rows)} if is_known(actor) else {}


def own_stances(actor: Actor, consultation: Consultation) -> dict[uuid.UUID, PointStance]:
    """Where the actor stands, by key point."""
    rows = select(PointStance).join(KeyPoint, KeyPoint.id == PointStance.key_point_id)
    rows = rows.where(KeyPoint.consultation_id == consultation.id, PointStance.author_key == actor.key)
    return {row.key_point_id: row for row in db.session().scalars(rows)} if is_known(actor) else {}
