"""Everything that changes a case. Each act appends one event in the transaction at hand."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app.agencies.models import Agency
from app.cases.events import (
    CaseAssigned,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseRouted,
    CaseTransferred,
    CitizenWrote,
    OfficialWrote,
)
from app.cases.kinds import kind_of
from app.cases.models import Attachment, Case, CaseEvent, CaseName, CaseText, CaseWord, Writing
from app.cases.permissions import (
    is_author,
    is_handler,
    may_answer,
    may_assign,
    may_assign_others,
    may_close,
    may_note,
    may_rate,
    may_reopen,
    may_route,
    may_transfer,
    may_write,
)
from app.cases.workflow import Side, State, next_state
from app.core import clock, crypto, db, events, uploads
from app.core.errors import Stale
from app.core.permissions import SYSTEM, Actor, require
from app.core.references import new_reference, receipt_digest, receipt_for
from app.core.text import language_of, name_words, normalise
from app.core.uploads import StoredFile
from app.identity.models import Person

ARBITER_AT_HOP = 3
LONGEST_TITLE = 90
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
class Contact:
    """How a person without an account can be told; every part may be empty."""

    name: str = ""
    email: str = ""
    language: str = "ar"


@dataclass(frozen=True)
class Opened:
    """A case just opened, or found again because the same form was sent before. The receipt is shown once."""

    case: Case
    receipt: str
    is_new: bool


@dataclass(frozen=True)
class Said:
    """What somebody writes: body, files, and the key that makes a repeated submit harmless."""

    body: str
    client_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    files: Sequence[StoredFile] = ()


# opening


def open_case(actor: Actor, case: Case, said: Said, contact: Contact, agency: Agency | None) -> Opened:
    """File the case with its first message. The same author and client id give the same case again.

    `case` is a new row of the feature's model; this fills in everything that `cases` owns.
    """
    receipt = receipt_for(actor.key, said.client_id)
    known = _filed_before(actor, said.client_id)
    if known is not None:
        return Opened(known, receipt, is_new=False)
    _fill_in(case, actor, said, contact, receipt)
    try:
        with db.session().begin_nested():
            db.session().add(case)
            db.session().flush()
    except IntegrityError:  # another process filed the same form in this very moment
        known = _filed_before(actor, said.client_id)
        if known is None:
            raise
        return Opened(known, receipt, is_new=False)
    _index_name(case, contact.name)
    append_event(case, by=actor, side=Side.CITIZEN, kind="opened", said=said)
    events.publish(CaseOpened(case.id))
    if agency is not None:
        _hand_to(case, agency, by=actor, side=Side.CITIZEN, kind="routed")
        events.publish(CaseRouted(case.id, agency.key, by_citizen=True))
    return Opened(case, receipt, is_new=True)


def _filed_before(actor: Actor, client_id: str) -> Case | None:
    return db.session().scalar(select(Case).where(Case.author_key == actor.key, Case.client_id == client_id))


def _fill_in(case: Case, actor: Actor, said: Said, contact: Contact, receipt: str) -> None:
    case.id = db.new_id()
    case.reference, case.receipt_digest = new_reference(), receipt_digest(receipt)
    case.author_key, case.client_id, case.person_id = actor.key, said.client_id, actor.person_id
    case.state, case.is_open, case.last_seq = State.TRIAGE, True, 0
    case.title, case.language = title_of(said.body), language_of(said.body)
    case.contact_name, case.contact_email = contact.name or None, contact.email or None
    case.contact_language = contact.language


def title_of(body: str) -> str:
    """The first words of a text, cut at a word."""
    line = " ".join(body.split())
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[:LONGEST_TITLE]
    return (cut.rpartition(" ")[0] or cut).rstrip(" .,،؛:;-") + "…"


def _index_name(case: Case, name: str) -> None:
    for word in set(name_words(name)):
        db.session().add(CaseName(case_id=case.id, word_index=crypto.blind_index(word, "name word")))


# events


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
    db.session().flush()
    now = clock.now()
    bump = (
        update(Case)
        .where(Case.id == case.id)
        .values(last_seq=Case.last_seq + 1)
        .returning(Case.last_seq, Case.head_hash)
        .execution_options(synchronize_session=False)
    )
    seq, previous = db.session().execute(bump).one()
    set_committed_value(case, "last_seq", seq)
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
    _lock(case)
    same = select(CaseEvent).where(
        CaseEvent.case_id == case.id, CaseEvent.author_key == actor.key, CaseEvent.client_id == said.client_id
    )
    return db.session().scalar(same)


def _lock(case: Case) -> None:
    """Decide upon the row as it is now, and let nobody change it meanwhile."""
    db.session().flush()
    db.session().execute(select(Case.id).where(Case.id == case.id).with_for_update())
    db.session().refresh(case, DECIDED_UPON)


def _move(case: Case, side: Side, act: str) -> None:
    case.state = next_state(kind_of(case).workflow, side, act, case.state)
    case.is_open = case.state != State.CLOSED
    case.closed_at = None if case.is_open else clock.now()


# the citizen's acts


def write(actor: Actor, case: Case, said: Said) -> CaseEvent:
    """A further message of the author; a question that waited for it is answered by it."""
    earlier = said_before(actor, case, said)
    if earlier is not None:
        return earlier
    require(may_write(actor, case))
    _move(case, Side.CITIZEN, "write")
    event = append_event(case, by=actor, side=Side.CITIZEN, kind="message", said=said)
    events.publish(CitizenWrote(case.id, event.seq))
    return event


def reopen(actor: Actor, case: Case, said: Said) -> CaseEvent:
    """The author is not content: the case goes on where it was (agency or sorting desk), with a reason."""
    earlier = said_before(actor, case, said)
    if earlier is not None:
        return earlier
    require(may_reopen(actor, case))
    _move(case, Side.CITIZEN, "reopen" if case.agency_id else "reopen-unsorted")
    event = append_event(case, by=actor, side=Side.CITIZEN, kind="reopened", said=said)
    events.publish(CaseReopened(case.id))
    return event


def rate(actor: Actor, case: Case, rating: int, said: Said) -> None:
    """How content the author is with the answer, from 1 to 5, once."""
    if said_before(actor, case, said) is not None:
        return
    require(may_rate(actor, case))
    case.rating = rating
    append_event(case, by=actor, side=Side.CITIZEN, kind="rated", said=said, rating=rating)


def confirm_contact(case: Case) -> None:
    """The person has shown that the address is theirs: from now on answers are mailed there."""
    if case.contact_email and case.contact_confirmed_at is None:
        case.contact_confirmed_at = clock.now()
        append_event(case, by=SYSTEM, side=Side.SYSTEM, kind="contact-confirmed")


# the officials' acts


def answer(actor: Actor, case: Case, said: Said, seen_seq: int, asks: bool = False) -> CaseEvent:
    """Answer the person, or ask a question back (`asks`). `seen_seq`: the newest event the official saw.

    Raises Stale when somebody else has written since: the official reads it first.
    """
    earlier = said_before(actor, case, said)
    if earlier is not None:
        return earlier
    require(may_answer(actor, case))
    _refuse_stale(case, seen_seq)
    _move(case, Side.OFFICIAL, "ask" if asks else "answer")
    case.answered_at = case.answered_at or (None if asks else clock.now())
    case.assignee_id = case.assignee_id or actor.person_id
    event = append_event(case, by=actor, side=Side.OFFICIAL, kind="question" if asks else "answer", said=said)
    stop_writing(actor, case)
    events.publish(OfficialWrote(case.id, event.seq))
    return event


def _refuse_stale(case: Case, seen_seq: int) -> None:
    newer = select(CaseEvent.seq).where(
        CaseEvent.case_id == case.id,
        CaseEvent.seq > seen_seq,
        CaseEvent.kind.in_(("answer", "question", "message", "reopened", "transferred", "closed")),
    )
    if db.session().scalar(newer.limit(1)) is not None:
        raise Stale


def note(actor: Actor, case: Case, said: Said) -> CaseEvent:
    """An internal note: its own kind and audience, never shown to the author."""
    earlier = said_before(actor, case, said)
    if earlier is not None:
        return earlier
    require(may_note(actor, case))
    return append_event(case, by=actor, side=Side.OFFICIAL, kind="note", audience="internal", said=said)


def assign(actor: Actor, case: Case, assignee: Person) -> None:
    """Give the case to an official of the agency; officials take for themselves, supervisors give to others."""
    _lock(case)
    is_self = assignee.id == actor.person_id
    require(may_assign(actor, case) if is_self else may_assign_others(actor, case))
    require(case.agency is not None and any(g.agency_key == case.agency.key for g in assignee.grants))
    if case.assignee_id == assignee.id:
        return
    _move(case, Side.OFFICIAL, "assign")
    case.assignee_id = assignee.id
    append_event(
        case, by=actor, side=Side.OFFICIAL, kind="assigned", audience="internal", assignee=str(assignee.id)
    )
    events.publish(CaseAssigned(case.id, assignee.id, actor.person_id))


def route(actor: Actor, case: Case, agency: Agency) -> None:
    """Out of triage, to the agency that answers for it."""
    _lock(case)
    require(may_route(actor, case))
    _hand_to(case, agency, by=actor, side=Side.OFFICIAL, kind="routed")
    events.publish(CaseRouted(case.id, agency.key, by_citizen=False))


def transfer(actor: Actor, case: Case, agency: Agency | None, said: Said) -> None:
    """Hand the case to another agency (None: back to triage), with a reason the person reads.

    Every hop counts; from the third one on the case goes to the arbiters instead.
    """
    if said_before(actor, case, said) is not None:
        return
    require(may_transfer(actor, case))
    before = case.holder
    case.hops += 1
    to_arbiter = agency is None or agency.id == before.id or case.hops >= ARBITER_AT_HOP
    target = None if to_arbiter else agency
    case.assignee_id = None
    _move(case, Side.OFFICIAL, "transfer" if target else "return")
    append_event(
        case,
        by=actor,
        side=Side.OFFICIAL,
        kind="transferred",
        said=said,
        left=before.key,
        to=target.key if target else None,
        wanted=agency.key if agency else None,
    )
    case.agency = target
    db.session().flush()
    events.publish(CaseTransferred(case.id, before.key, target.key if target else None))


def _hand_to(case: Case, agency: Agency, *, by: Actor, side: Side, kind: str) -> None:
    _move(case, Side.OFFICIAL, "route")
    case.agency = agency
    append_event(case, by=by, side=side, kind=kind, to=agency.key)


def close(actor: Actor, case: Case, said: Said) -> None:
    """End the case: the author says it is settled, or an official gives a reason."""
    if said_before(actor, case, said) is not None:
        return
    require(may_close(actor, case))
    side = Side.CITIZEN if is_author(actor, case) else Side.OFFICIAL
    _move(case, side, "close")
    append_event(case, by=actor, side=side, kind="closed", said=said)
    events.publish(CaseClosed(case.id, by_citizen=side is Side.CITIZEN))


# who is writing


def start_writing(actor: Actor, case: Case) -> None:
    """Show colleagues that this official has the answer form open."""
    if actor.person_id is None or not is_handler(actor, case):
        return
    stop_writing(actor, case)
    db.session().add(Writing(case_id=case.id, person_id=actor.person_id, since=clock.now()))


def stop_writing(actor: Actor, case: Case) -> None:
    db.session().execute(
        delete(Writing).where(Writing.case_id == case.id, Writing.person_id == actor.person_id)
    )
