"""Which state follows which, as one table: side x act x state -> next state. Every other move is refused.

`late` and the like are computed, never saved as a state.
"""

from enum import StrEnum
from typing import NamedTuple

from app.core.errors import WrongState
from app.core.i18n import gettext as _


class State(StrEnum):
    """Where a case stands, seen by the person who sent it."""

    TRIAGE = "triage"
    RECEIVED = "received"
    IN_PROGRESS = "in-progress"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


class Side(StrEnum):
    """From which side an act comes."""

    CITIZEN = "citizen"
    OFFICIAL = "official"
    SYSTEM = "system"


class Move(NamedTuple):
    side: Side
    act: str
    state: State


S, CITIZEN, OFFICIAL = State, Side.CITIZEN, Side.OFFICIAL
OPEN = (S.TRIAGE, S.RECEIVED, S.IN_PROGRESS, S.WAITING, S.ANSWERED)
AT_AGENCY = (S.RECEIVED, S.IN_PROGRESS, S.WAITING, S.ANSWERED)

Workflow = dict[Move, State]

STANDARD: Workflow = {
    Move(OFFICIAL, "route", S.TRIAGE): S.RECEIVED,
    Move(OFFICIAL, "assign", S.RECEIVED): S.IN_PROGRESS,
    **{Move(OFFICIAL, "assign", s): s for s in (S.IN_PROGRESS, S.WAITING, S.ANSWERED)},
    **{Move(OFFICIAL, "answer", s): S.ANSWERED for s in AT_AGENCY},
    **{Move(OFFICIAL, "ask", s): S.WAITING for s in AT_AGENCY},
    **{Move(OFFICIAL, "transfer", s): S.RECEIVED for s in AT_AGENCY},
    **{Move(OFFICIAL, "return", s): S.TRIAGE for s in AT_AGENCY},
    **{Move(OFFICIAL, "close", s): S.CLOSED for s in (*AT_AGENCY, S.TRIAGE)},
    Move(CITIZEN, "write", S.TRIAGE): S.TRIAGE,
    Move(CITIZEN, "write", S.RECEIVED): S.RECEIVED,
    Move(CITIZEN, "write", S.IN_PROGRESS): S.IN_PROGRESS,
    Move(CITIZEN, "write", S.WAITING): S.IN_PROGRESS,
    Move(CITIZEN, "write", S.ANSWERED): S.IN_PROGRESS,
    **{Move(CITIZEN, "close", s): S.CLOSED for s in OPEN},
    Move(CITIZEN, "reopen", S.CLOSED): S.IN_PROGRESS,
    Move(CITIZEN, "reopen-unsorted", S.CLOSED): S.TRIAGE,
    Move(CITIZEN, "rate", S.ANSWERED): S.ANSWERED,
    Move(CITIZEN, "rate", S.CLOSED): S.CLOSED,
}


def allows(workflow: Workflow, side: Side, act: str, state: str) -> bool:
    return Move(side, act, State(state)) in workflow


def next_state(workflow: Workflow, side: Side, act: str, state: str) -> State:
    """The state after the act. Raises WrongState when the table has no such move."""
    try:
        return workflow[Move(side, act, State(state))]
    except KeyError:
        raise WrongState(f"{side} may not {act} a case that is {state}") from None


def state_label(state: str) -> str:
    """The state in plain words, for the person who sent the case."""
    return {
        State.TRIAGE: _("Being sorted"),
        State.RECEIVED: _("Received"),
        State.IN_PROGRESS: _("In progress"),
        State.WAITING: _("Waiting for you"),
        State.ANSWERED: _("Answered"),
        State.CLOSED: _("Closed"),
    }[State(state)]


def inbox_state_label(state: str) -> str:
    """The state in plain words, for officials."""
    if state == State.WAITING:
        return _("Waiting for the citizen")
    return state_label(state)
