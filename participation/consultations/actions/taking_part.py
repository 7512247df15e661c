"""What people answer in a consultation: the survey and the key points. One row per person, whatever is clicked."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, update

from app.core import clock, db
from app.core.errors import WrongState
from app.core.permissions import Actor, require
from participation.consultations import phases
from participation.consultations.models import (
    Consultation,
    KeyPoint,
    PointStance,
    SurveyAnswer,
)
from participation.consultations.permissions import counts, is_known, may_see
from participation.consultations.written import Given


def answer_survey(
    actor: Actor, consultation: Consultation, given: Mapping[uuid.UUID, Given], language: str
) -> None:
    """Keep the answers, in place of earlier ones. Raises WrongState when the phase takes none (any more)."""
    _require_open(actor, consultation)
    now, is_confirmed = clock.now(), counts(actor, consultation)
    for question_id, answer in given.items():
        facts = {"chosen": list(answer.chosen), "scale": answer.scale, "body": answer.body}
        kept = {**facts, "language": language, "is_confirmed": is_confirmed, "given_at": now}
        _keep(SurveyAnswer, "question_id", question_id, actor, None if answer.is_empty else kept)


def take_stance(actor: Actor, consultation: Consultation, point: KeyPoint, stance: str | None) -> None:
    """Keep where the person stands on a key point; None: skipped, an earlier stance goes."""
    _require_open(actor, consultation)
    kept = {"stance": stance, "is_confirmed": counts(actor, consultation), "given_at": clock.now()}
    _keep(PointStance, "key_point_id", point.id, actor, kept if stance else None)


def _require_open(actor: Actor, consultation: Consultation) -> None:
    require(may_see(actor, consultation) and is_known(actor))
    if not phases.allows(consultation, "answers", clock.now()):
        raise WrongState


def _keep(
    table: type[SurveyAnswer] | type[PointStance],
    column: str,
    about: uuid.UUID,
    actor: Actor,
    kept: dict[str, Any] | None,
) -> None:
    """Write the one row of this person, or remove it."""
    own = (getattr(table, column) == about, table.author_key == actor.key)
    if kept is None:
        db.session().execute(delete(table).where(*own))
        return
    row = {"id": db.new_id(), column: about, "author_key": actor.key, "person_id": actor.person_id, **kept}
    if not db.insert_new(table, [row], column, "author_key"):
        db.session().execute(update(table).where(*own).values(**kept))
