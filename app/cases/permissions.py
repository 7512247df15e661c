"""Who may do what to a case. The author: the person, or a browser that holds the receipt."""

from datetime import timedelta

from app.cases.kinds import kind_of
from app.cases.models import CannedAnswer, Case
from app.cases.workflow import Side, State, allows
from app.core import clock
from app.core.permissions import Actor, Role, may_rule

REOPEN_WITHIN = timedelta(days=30)
HANDLERS = (Role.OFFICIAL, Role.SUPERVISOR)
EDITORS = (Role.SUPERVISOR, Role.AGENCY_ADMINISTRATOR)
"""Who keeps the canned answers of an agency."""


def is_author(actor: Actor, case: Case) -> bool:
    is_person = actor.person_id is not None and actor.person_id == case.person_id
    return is_person or case.id in actor.receipts


def is_handler(actor: Actor, case: Case) -> bool:
    """Officials and supervisors of the agency that holds the case; arbiters while nobody does.

    Nobody handles what one has sent: the notes are about oneself, and the answer would be one's own.
    """
    if actor.person_id is not None and actor.person_id == case.person_id:
        return False
    if case.agency is None:
        return actor.has(Role.ARBITER)
    return case.agency.key in actor.agencies(*HANDLERS)


def is_supervisor(actor: Actor, case: Case) -> bool:
    return is_handler(actor, case) and case.agency is not None and actor.has(Role.SUPERVISOR, case.agency.key)


@may_rule(Case)
def may_see(actor: Actor, case: Case) -> bool:
    return actor.is_system or is_author(actor, case) or is_handler(actor, case)


@may_rule(Case)
def may_see_internal(actor: Actor, case: Case) -> bool:
    """Internal notes are for the handlers; never for the author, whatever roles the author has."""
    return actor.is_system or is_handler(actor, case)


@may_rule(Case)
def may_answer(actor: Actor, case: Case) -> bool:
    return is_handler(actor, case) and _moves(case, Side.OFFICIAL, "answer")


@may_rule(Case)
def may_note(actor: Actor, case: Case) -> bool:
    return is_handler(actor, case)


@may_rule(Case)
def may_assign(actor: Actor, case: Case) -> bool:
    return is_handler(actor, case) and _moves(case, Side.OFFICIAL, "assign")


@may_rule(Case)
def may_assign_others(actor: Actor, case: Case) -> bool:
    return is_supervisor(actor, case) and _moves(case, Side.OFFICIAL, "assign")


@may_rule(Case)
def may_transfer(actor: Actor, case: Case) -> bool:
    return is_handler(actor, case) and _moves(case, Side.OFFICIAL, "transfer")


@may_rule(Case)
def may_route(actor: Actor, case: Case) -> bool:
    return is_handler(actor, case) and _moves(case, Side.OFFICIAL, "route")


@may_rule(Case)
def may_close(actor: Actor, case: Case) -> bool:
    side = Side.CITIZEN if is_author(actor, case) else Side.OFFICIAL
    return (is_author(actor, case) or is_handler(actor, case)) and _moves(case, side, "close")


@may_rule(Case)
def may_write(actor: Actor, case: Case) -> bool:
    return is_author(actor, case) and _moves(case, Side.CITIZEN, "write")


@may_rule(Case)
def may_reopen(actor: Actor, case: Case) -> bool:
    """The citizen's right, within a published window after closing."""
    if not is_author(actor, case) or case.state != State.CLOSED or case.closed_at is None:
        return False
    return clock.now() - case.closed_at <= REOPEN_WITHIN


@may_rule(Case)
def may_rate(actor: Actor, case: Case) -> bool:
    has_answer = case.answered_at is not None and case.rating is None
    return is_author(actor, case) and has_answer and _moves(case, Side.CITIZEN, "rate")


@may_rule(CannedAnswer)
def may_edit(actor: Actor, answer: CannedAnswer) -> bool:
    return may_edit_canned_answers(actor, answer.agency.key)


def may_edit_canned_answers(actor: Actor, agency_key: str) -> bool:
    return agency_key in actor.agencies(*EDITORS)


def may_open_inbox(actor: Actor) -> bool:
    return bool(actor.agencies(*HANDLERS)) or actor.has(Role.ARBITER)


def _moves(case: Case, side: Side, act: str) -> bool:
    return allows(kind_of(case).workflow, side, act, case.state)
