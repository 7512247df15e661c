"""Canned answers: texts that officials of an agency reuse, in paired Arabic and English."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.agencies.models import Agency
from app.cases.models import CannedAnswer
from app.cases.permissions import EDITORS, may_edit, may_edit_canned_answers
from app.core import clock, db
from app.core.errors import Missing
from app.core.permissions import Actor, require


def listed(actor: Actor) -> list[CannedAnswer]:
    """The canned answers of the actor's agencies."""
    wanted = select(CannedAnswer).join(Agency).where(Agency.key.in_(actor.agencies()))
    return list(db.session().scalars(wanted.options(joinedload(CannedAnswer.agency)).order_by(Agency.key)))


def editable(actor: Actor) -> frozenset[str]:
    """Keys of the agencies whose canned answers the actor may edit."""
    return actor.agencies(*EDITORS)


def find(actor: Actor, answer_id: uuid.UUID) -> CannedAnswer:
    """One of them, for editing. Raises Missing."""
    answer = db.session().get(CannedAnswer, answer_id, options=[joinedload(CannedAnswer.agency)])
    if answer is None or not may_edit(actor, answer):
        raise Missing
    return answer


def add(actor: Actor, agency_key: str, title: tuple[str, str], body: tuple[str, str]) -> None:
    """`title` and `body` as (Arabic, English). One that the agency has word for word is not added again."""
    require(may_edit_canned_answers(actor, agency_key))
    agency = db.session().scalars(select(Agency).where(Agency.key == agency_key).with_for_update()).one()
    if (*title, *body) in _texts_of(agency):
        return
    answer = CannedAnswer(agency_id=agency.id)
    answer.title, answer.body = title, body
    db.session().add(answer)


def _texts_of(agency: Agency) -> set[tuple[str, ...]]:
    table = CannedAnswer.__table__.c
    columns = table.title_ar, table.title_en, table.body_ar, table.body_en
    return {tuple(row) for row in db.session().execute(select(*columns).where(table.agency_id == agency.id))}


def change(actor: Actor, answer: CannedAnswer, title: tuple[str, str], body: tuple[str, str]) -> None:
    require(may_edit(actor, answer))
    answer.title, answer.body, answer.changed_at = title, body, clock.now()


def remove(actor: Actor, answer: CannedAnswer) -> None:
    require(may_edit(actor, answer))
    db.session().delete(answer)
