"""Which state follows which: the whole table, written down a second time by hand."""

import pytest

from app.cases.workflow import STANDARD, Move, Side, State, allows, inbox_state_label, next_state, state_label
from app.core.errors import WrongState
from app.factory import Sawt

STATES = {
    "t": State.TRIAGE,
    "r": State.RECEIVED,
    "p": State.IN_PROGRESS,
    "w": State.WAITING,
    "a": State.ANSWERED,
    "c": State.CLOSED,
}

TABLE = """
side      act             t r p w a c
official  route           r . . . . .
official  assign          . p p w a .
official  answer          . a a a a .
official  ask             . w w w w .
official  transfer        . r r r r .
official  return          . t t t t .
official  close           c c c c c .
citizen   write           t r p p p .
citizen   close           c c c c c .
citizen   reopen          . . . . . p
citizen   reopen-unsorted . . . . . t
citizen   rate            . . . . a c
"""


def _expected() -> dict[Move, State]:
    _head, *rows = TABLE.strip().splitlines()
    moves = {}
    for row in rows:
        side, act, *nexts = row.split()
        for now, then in zip(STATES, nexts, strict=True):
            if then != ".":
                moves[Move(Side(side), act, STATES[now])] = STATES[then]
    return moves


def test_the_workflow_has_exactly_these_moves() -> None:
    assert _expected() == STANDARD


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", sorted({move.act for move in STANDARD} | {"escalate"}))
def test_a_move_that_is_not_in_the_table_is_refused(side: Side, act: str, state: State) -> None:
    move = Move(side, act, state)
    assert allows(STANDARD, side, act, state) == (move in _expected())
    if move in _expected():
        assert next_state(STANDARD, side, act, state) == _expected()[move]
    else:
        with pytest.raises(WrongState):
            next_state(STANDARD, side, act, state)


def test_every_state_has_words_for_the_person_and_for_the_official(app: Sawt) -> None:
    with app.test_request_context("/en/"):
        labels = {state_label(state) for state in State}
        assert len(labels) == len(State)
        assert {s for s in State if state_label(s) != inbox_state_label(s)} == {State.WAITING}
