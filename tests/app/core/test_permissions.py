"""Actors and the questions templates ask; the rules of each feature are tested with the feature."""

import uuid
from collections.abc import Iterator

import pytest

from app.core import permissions
from app.core.errors import Denied
from app.core.permissions import (
    AGENCY_ROLES,
    NOBODY,
    PLATFORM_ROLES,
    SYSTEM,
    Actor,
    Grant,
    May,
    Role,
    may_rule,
    require,
)

PERSON = uuid.UUID(int=1)


class Thing:
    """Something to ask about."""


class SpecialThing(Thing):
    """A kind of it."""


@pytest.fixture(autouse=True)
def _rule() -> Iterator[None]:
    """A rule of its own, gone after the test."""
    before = dict(permissions._rules)

    @may_rule(Thing)
    def may_polish(actor: Actor, thing: Thing) -> bool:
        return not actor.is_anonymous

    yield
    permissions._rules.clear()
    permissions._rules.update(before)


def test_every_role_belongs_to_agencies_or_to_the_platform() -> None:
    assert AGENCY_ROLES | PLATFORM_ROLES == set(Role)
    assert not AGENCY_ROLES & PLATFORM_ROLES


def test_a_role_in_one_agency_is_none_in_another_or_on_the_platform() -> None:
    actor = Actor(PERSON, grants=frozenset({Grant(Role.SUPERVISOR, "water")}))
    assert actor.has(Role.SUPERVISOR, "water")
    assert not actor.has(Role.SUPERVISOR, "roads")
    assert not actor.has(Role.SUPERVISOR)
    assert not actor.has(Role.OFFICIAL, "water")


def test_the_agencies_of_an_actor_are_those_of_the_roles_asked_for() -> None:
    grants = {Grant(Role.OFFICIAL, "water"), Grant(Role.CLERK, "roads"), Grant(Role.ARBITER)}
    actor = Actor(PERSON, grants=frozenset(grants))
    assert actor.agencies() == {"water", "roads"}
    assert actor.agencies(Role.OFFICIAL, Role.SUPERVISOR) == {"water"}
    assert actor.agencies(Role.ARBITER) == frozenset()


def test_an_author_key_is_stable_for_a_person_and_for_a_browser() -> None:
    assert Actor(PERSON, browser="one").key == Actor(PERSON, browser="two").key
    assert Actor(browser="one").key != Actor(browser="two").key
    assert Actor(browser=str(PERSON)).key != Actor(PERSON).key
    assert SYSTEM.key == "system"


def test_nobody_is_anonymous_and_the_system_is_not() -> None:
    assert NOBODY.is_anonymous
    assert not SYSTEM.is_anonymous
    assert not Actor(PERSON).is_anonymous
    assert not NOBODY.is_staff


def test_receipts_do_not_appear_in_logs() -> None:
    receipt = uuid.uuid4()
    assert receipt.hex not in repr(Actor(receipts=frozenset({receipt}))).replace("-", "")


def test_require_goes_on_or_stops() -> None:
    require(True)
    with pytest.raises(Denied):
        require(False)


def test_templates_ask_the_rule_of_the_thing_or_of_what_it_is_a_kind_of() -> None:
    for thing in (Thing(), SpecialThing(), SpecialThing):
        assert May(Actor(PERSON)).polish(thing)
        assert not May(NOBODY).polish(thing)


def test_a_question_without_a_rule_is_an_error_and_never_a_no() -> None:
    with pytest.raises(LookupError):
        May(Actor(PERSON)).sell(Thing())
    with pytest.raises(LookupError):
        May(Actor(PERSON)).polish("a word")
