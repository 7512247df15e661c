"""What was sent before its sender was known becomes the person's, and counts as soon as the person is confirmed."""

import uuid
from typing import Any

from sqlalchemy import select, update

from app.core import db
from app.core.events import on
from app.identity.events import BrowserSignedIn, PersonConfirmed, PersonVerified
from app.identity.models import Person
from participation.consultations.actions.responses import let_count
from participation.consultations.models import (
    Consultation,
    KeyPoint,
    Phase,
    PointStance,
    Question,
    Response,
    SurveyAnswer,
)


@on(BrowserSignedIn)
def claim(event: BrowserSignedIn) -> None:
    """What this browser answered is the person's from now on; the later answer stands where there are two."""
    for table, column in ((SurveyAnswer, "question_id"), (PointStance, "key_point_id")):
        for row in db.session().scalars(select(table).where(table.author_key == event.browser_key)).all():
            _claim(table, column, row, event.person_id)
    _claim_responses(event.browser_key, event.person_id)
    confirm(event.person_id)


def _claim(table: Any, column: str, row: Any, person_id: uuid.UUID) -> None:
    key = f"person:{person_id}"
    own = db.session().scalar(
        select(table).where(getattr(table, column) == getattr(row, column), table.author_key == key)
    )
    if own is not None:
        older = min((own, row), key=lambda each: each.given_at)
        db.session().delete(older)
        db.session().flush()
        if older is row:
            return
    row.author_key, row.person_id = key, person_id
    db.session().flush()


def _claim_responses(browser_key: str, person_id: uuid.UUID) -> None:
    key = f"person:{person_id}"
    for row in db.session().scalars(select(Response).where(Response.author_key == browser_key)).all():
        same = Response.author_key == key, Response.client_id == row.client_id
        if db.session().scalar(select(Response.id).where(*same)) is None:
            row.author_key, row.person_id = key, person_id
            db.session().flush()


@on(PersonConfirmed)
def confirm_at_sign_up(event: PersonConfirmed) -> None:
    confirm(event.person_id)


@on(PersonVerified)
def confirm_at_verification(event: PersonVerified) -> None:
    confirm(event.person_id)


def confirm(person_id: uuid.UUID) -> None:
    """Let everything count that waited for the person to be confirmed as far as its consultation asks.

    In a consultation that is over, nothing is let in any more: it would change what has been answered.
    """
    level = db.session().scalar(select(Person.level).where(Person.id == person_id)) or 0
    for answers, items, link in (
        (SurveyAnswer, Question, SurveyAnswer.question_id),
        (PointStance, KeyPoint, PointStance.key_point_id),
    ):
        asked = _within_reach(items, level)
        waiting = answers.person_id == person_id, answers.is_confirmed.is_(False), link.in_(asked)
        db.session().execute(update(answers).where(*waiting).values(is_confirmed=True))
    _publish_responses(person_id, level)


def _publish_responses(person_id: uuid.UUID, level: int) -> None:
    asks = select(Phase.consultation_id).where(Phase.kind == "comment", Phase.least_level <= level)
    waiting = select(Response).where(Response.person_id == person_id, Response.state == "unconfirmed")
    for response in db.session().scalars(waiting.where(Response.consultation_id.in_(asks))).all():
        if _still_runs(response.consultation_id):
            let_count(response)


def _still_runs(consultation_id: uuid.UUID) -> bool:
    """Whoever ends it waits until this unit is over."""
    state = select(Consultation.state).where(Consultation.id == consultation_id)
    return db.session().scalar(state.with_for_update(read=True)) == "published"


def _within_reach(items: type[Question] | type[KeyPoint], level: int) -> Any:
    """The questions or points of consultations that ask for this level at most."""
    asks = select(Phase.consultation_id).where(Phase.takes_answers, Phase.least_level <= level)
    runs = select(Consultation.id).where(Consultation.state == "published")
    return select(items.id).where(items.consultation_id.in_(asks), items.consultation_id.in_(runs))
