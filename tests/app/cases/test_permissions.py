"""Who may do what to a case, in each of its states: truth tables."""

import uuid
from datetime import timedelta

import pytest

from app.agencies.models import Agency
from app.cases import permissions
from app.cases.models import CannedAnswer, Case
from app.cases.permissions import REOPEN_WITHIN, may_edit, may_open_inbox, may_reopen
from app.cases.workflow import State
from app.core import clock
from app.core.permissions import SYSTEM, Actor, Grant, May, Role
from feedback.inquiries.models import Inquiry

HUDA, CASE = uuid.uuid4(), uuid.uuid4()

ACTORS = {
    "huda": Actor(HUDA),
    "receipt": Actor(browser="a browser with the receipt", receipts=frozenset({CASE})),
    "yusuf": Actor(uuid.uuid4()),
    "nobody": Actor(browser="another browser"),
    "other-receipt": Actor(browser="a browser with another receipt", receipts=frozenset({uuid.uuid4()})),
    "omar": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.OFFICIAL, "water")})),
    "salma": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.SUPERVISOR, "water")})),
    "rana": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.AGENCY_ADMINISTRATOR, "water")})),
    "clerk": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.CLERK, "water")})),
    "karim": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.SUPERVISOR, "roads")})),
    "arbiter": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.ARBITER)})),
    "adam": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.ADMINISTRATOR)})),
    "lina": Actor(uuid.uuid4(), grants=frozenset({Grant(Role.MODERATOR)})),
    "system": SYSTEM,
}

STATES = dict(zip("trpwac", State, strict=True))

TABLE = {
    "see": {
        "huda": "trpwac", "receipt": "trpwac", "omar": "rpwac", "salma": "rpwac", "arbiter": "t", "system": "trpwac",
    },
    "see_internal": {"omar": "rpwac", "salma": "rpwac", "arbiter": "t", "system": "trpwac"},
    "answer": {"omar": "rpwa", "salma": "rpwa"},
    "note": {"omar": "rpwac", "salma": "rpwac", "arbiter": "t"},
    "assign": {"omar": "rpwa", "salma": "rpwa"},
    "assign_others": {"salma": "rpwa"},
    "transfer": {"omar": "rpwa", "salma": "rpwa"},
    "route": {"arbiter": "t"},
    "close": {"huda": "trpwa", "receipt": "trpwa", "omar": "rpwa", "salma": "rpwa", "arbiter": "t"},
    "write": {"huda": "trpwa", "receipt": "trpwa"},
    "reopen": {"huda": "c", "receipt": "c"},
    "rate": {"huda": "ac", "receipt": "ac"},
}  # fmt: skip

pytestmark = [pytest.mark.parametrize("app", ["sqlite"], indirect=True), pytest.mark.usefixtures("app")]


def case(state: State) -> Case:
    """Huda's case with the water company; nobody's while it is being sorted."""
    made = Inquiry(id=CASE, kind="inquiry", person_id=HUDA, state=state)
    made.agency = None if state is State.TRIAGE else Agency(key="water")
    made.answered_at = clock.now() if state in {State.ANSWERED, State.CLOSED} else None
    made.closed_at = clock.now() if state is State.CLOSED else None
    return made


@pytest.mark.parametrize("act", TABLE)
def test_exactly_these_may(act: str) -> None:
    predicate = getattr(permissions, f"may_{act}")
    allowed = {
        name: "".join(letter for letter, state in STATES.items() if predicate(actor, case(state)))
        for name, actor in ACTORS.items()
    }
    assert {name: letters for name, letters in allowed.items() if letters} == TABLE[act]


@pytest.mark.parametrize("act", TABLE)
def test_templates_ask_the_same_rule(act: str) -> None:
    predicate = getattr(permissions, f"may_{act}")
    for actor in ACTORS.values():
        for state in State:
            assert getattr(May(actor), act)(case(state)) == predicate(actor, case(state))


def test_a_case_is_reopened_within_thirty_days_only() -> None:
    closed = case(State.CLOSED)
    closed.closed_at = clock.now() - REOPEN_WITHIN + timedelta(minutes=1)
    assert may_reopen(ACTORS["huda"], closed)
    closed.closed_at = clock.now() - REOPEN_WITHIN - timedelta(minutes=1)
    assert not may_reopen(ACTORS["huda"], closed)


def test_an_answer_is_rated_once_and_only_when_there_is_one() -> None:
    closed = case(State.CLOSED)
    closed.rating = 4
    assert not permissions.may_rate(ACTORS["huda"], closed)
    closed.rating, closed.answered_at = None, None
    assert not permissions.may_rate(ACTORS["huda"], closed)


def test_an_official_who_is_the_author_elsewhere_sees_no_internal_notes() -> None:
    actor = Actor(HUDA, grants=frozenset({Grant(Role.SUPERVISOR, "roads")}))
    assert permissions.may_see(actor, case(State.RECEIVED))
    assert not permissions.may_see_internal(actor, case(State.RECEIVED))


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.SUPERVISOR])
def test_no_role_gives_power_over_the_own_case(role: Role) -> None:
    actor = Actor(HUDA, grants=frozenset({Grant(role, "water")}))
    for act in ("see_internal", "answer", "note", "assign", "assign_others", "transfer"):
        assert not getattr(permissions, f"may_{act}")(actor, case(State.RECEIVED)), act
    assert permissions.may_write(actor, case(State.RECEIVED))


def test_canned_answers_are_edited_by_supervisors_and_administrators_of_their_agency() -> None:
    answer = CannedAnswer(agency=Agency(key="water"))
    assert {name for name, actor in ACTORS.items() if may_edit(actor, answer)} == {"salma", "rana"}


def test_the_inbox_opens_for_those_who_handle_cases() -> None:
    assert {name for name, actor in ACTORS.items() if may_open_inbox(actor)} == {
        "omar",
        "salma",
        "karim",
        "arbiter",
    }
