"""Everything that changes a case."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

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
from app.cases.models import Case, CaseEvent, CaseName, Writing
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
from app.cases.stream import Said, append_event, lock, move, said_before
from app.cases.workflow import Side, State
from app.core import clock, crypto, db, events
from app.core.errors import Stale
from app.core.events import on
from app.core.permissions import SYSTEM, Actor, require
from app.core.references import new_reference, receipt_digest, receipt_for
from app.core.text import first_words, language_of, name_words
from app.identity.events import PersonSuspended, RoleRevoked
from app.identity.models import Person, actor_of

ARBITER_AT_HOP = 3
LONGEST_TITLE = 90


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
    _index_name(case.id, contact.name)
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
    """A case is called by the first words of its text."""
    return first_words(body, LONGEST_TITLE)


def _index_name(case_id: uuid.UUID, name: str) -> None:
    for word in set(name_words(name)):
        db.session().add(CaseName(case_id=case_id, word_index=crypto.blind_index(word, "name word")))


def index_name_anew(case_id: uuid.UUID, plain: dict[str, str]) -> dict[str, Any]:
    """Find the case by the words of its name under the keys of now (app.identity.rotation)."""
    db.session().execute(delete(CaseName).where(CaseName.case_id == case_id))
    _index_name(case_id, plain.get("contact_name", ""))
    return {}


# the citizen's acts


def write(actor: Actor, case: Case, said: Said) -> CaseEvent:
    """A further message of the author; a question that waited for it is answered by it."""
    earlier = said_before(actor, case, said)
    if earlier is not None:
        return earlier
    require(may_write(actor, case))
    move(case, Side.CITIZEN, "write")
    event = append_event(case, by=actor, side=Side.CITIZEN, kind="message", said=said)
    events.publish(CitizenWrote(case.id, event.seq))
    return event


def reopen(actor: Actor, case: Case, said: Said) -> CaseEvent:
    """The author is not content: the case goes on where it was (agency or sorting desk), with a reason."""
    earlier = said_before(actor, case, said)
    if earlier is not None:
        return earlier
    require(may_reopen(actor, case))
    move(case, Side.CITIZEN, "reopen" if case.agency_id else "reopen-unsorted")
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
    move(case, Side.OFFICIAL, "ask" if asks else "answer")
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
    lock(case)
    is_self = assignee.id == actor.person_id
    require(may_assign(actor, case) if is_self else may_assign_others(actor, case))
    require(_can_handle(assignee, case))
    if case.assignee_id == assignee.id:
        return
    move(case, Side.OFFICIAL, "assign")
    case.assignee_id = assignee.id
    append_event(
        case, by=actor, side=Side.OFFICIAL, kind="assigned", audience="internal", assignee=str(assignee.id)
    )
    events.publish(CaseAssigned(case.id, assignee.id, actor.person_id))


def route(actor: Actor, case: Case, agency: Agency) -> None:
    """Out of triage, to the agency that answers for it."""
    lock(case)
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
    move(case, Side.OFFICIAL, "transfer" if target else "return")
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
    move(case, Side.OFFICIAL, "route")
    case.agency = agency
    append_event(case, by=by, side=side, kind=kind, to=agency.key)


def close(actor: Actor, case: Case, said: Said) -> None:
    """End the case: the author says it is settled, or an official gives a reason."""
    if said_before(actor, case, said) is not None:
        return
    require(may_close(actor, case))
    side = Side.CITIZEN if is_author(actor, case) else Side.OFFICIAL
    move(case, side, "close")
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


# officials who leave


@on(RoleRevoked)
def release_without_role(event: RoleRevoked) -> None:
    _release(event.person_id)


@on(PersonSuspended)
def release_suspended(event: PersonSuspended) -> None:
    _release(event.person_id)


def _release(person_id: uuid.UUID) -> None:
    """Open cases of an official who may no longer handle them are nobody's again: colleagues find and take them."""
    person = db.session().get_one(Person, person_id)
    held = select(Case).where(Case.assignee_id == person.id, Case.is_open).order_by(Case.id)
    for case in db.session().scalars(held).all():
        lock(case)
        if case.assignee_id == person.id and not _can_handle(person, case):
            case.assignee_id = None
            append_event(case, by=SYSTEM, side=Side.SYSTEM, kind="released", audience="internal")


def _can_handle(person: Person, case: Case) -> bool:
    return person.suspended_at is None and is_handler(actor_of(person), case)
