"""The event stream of a case: every act appends one event, chained to the one before, in the transaction at hand."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.cases.kinds import kind_of
from app.cases.models import Attachment, Case, CaseEvent, CaseText, CaseWord
from app.cases.workflow import Side, State, next_state
from app.core import clock, db, uploads
from app.core.permissions import Actor
from app.core.text import language_of, normalise
from app.core.uploads import StoredFile

DECIDED_UPON = (
    "state",
    "is_open",
    "agency_id",
    "agency",
    "assignee_id",
    "hops",
    "last_seq",
    "head_hash",
    "closed_at",
)


@dataclass(frozen=True)
class Said:
    """What somebody writes: body, files, and the key that makes a repeated submit harmless."""

    body: str
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    files: Sequence[StoredFile] = ()


def append_event(
    case: Case,
    *,
    by: Actor,
    side: Side,
    kind: str,
    audience: str = "public",
    said: Said | None = None,
    **facts: Any,
) -> CaseEvent:
    """Add the next event to the case's chain. The row of the case is locked until the transaction ends.

    A repeat of the same (author, client id) raises IntegrityError at flush: acts check `said_before` first.
    """
    seq, previous = _next_place(case)
    now = clock.now()
    event = CaseEvent(
        id=db.new_id(),
        case_id=case.id,
        seq=seq,
        kind=kind,
        audience=audience,
        side=side,
        author_key=by.key,
        author_id=by.person_id,
        agency_id=case.agency_id if side is Side.OFFICIAL else None,
        client_id=said.client_id if said else f"seq:{seq}",
        at=now,
        facts=facts,
    )
    text = _text_of(event, said) if said and said.body else None
    event.text_digest = text.digest() if text else ""
    event.hash = event.chained_after(previous)
    case.head_hash, case.touched_at = event.hash, now
    db.session().add(event)
    db.session().flush()
    if text and said:
        db.session().add_all([text, CaseWord(event_id=event.id, case_id=case.id, words=normalise(said.body))])
    _attach(case, event, said.files if said else ())
    return event


def _next_place(case: Case) -> tuple[int, str]:
    """The number of the next event, and the hash of the one before it."""
    db.session().flush()
    bump = (
        update(Case)
        .where(Case.id == case.id)
        .values(last_seq=Case.last_seq + 1)
        .returning(Case.last_seq, Case.head_hash)
        .execution_options(synchronize_session=False)
    )
    seq, previous = db.session().execute(bump).one()
    set_committed_value(case, "last_seq", seq)
    return seq, previous


def _text_of(event: CaseEvent, said: Said) -> CaseText:
    return CaseText(
        event_id=event.id, body=said.body, language=language_of(said.body), salt=secrets.token_hex(8)
    )


def _attach(case: Case, event: CaseEvent, files: Sequence[StoredFile]) -> None:
    for position, stored in enumerate(files):
        uploads.attach(stored, "case", str(case.id))
        db.session().add(
            Attachment(
                event_id=event.id,
                case_id=case.id,
                file_public_id=stored.public_id,
                position=position,
                name=stored.name,
                media_type=stored.media_type,
                size=stored.size,
            )
        )


def said_before(actor: Actor, case: Case, said: Said) -> CaseEvent | None:
    """The event an earlier submit of the same form has made. Locks the case, so that twins wait for each other."""
    lock(case)
    same = select(CaseEvent).where(
        CaseEvent.case_id == case.id, CaseEvent.author_key == actor.key, CaseEvent.client_id == said.client_id
    )
    return db.session().scalar(same)


def lock(case: Case) -> None:
    """Decide upon the row as it is now, and let nobody change it meanwhile."""
    db.session().flush()
    db.session().execute(select(Case.id).where(Case.id == case.id).with_for_update())
    db.session().refresh(case, DECIDED_UPON)


def move(case: Case, side: Side, act: str) -> None:
    """Bring the case to the state its workflow names after this act. Raises WrongState when none does."""
    case.state = next_state(kind_of(case).workflow, side, act, case.state)
    case.is_open = case.state != State.CLOSED
    case.closed_at = None if case.is_open else clock.now()
