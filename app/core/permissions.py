"""Who acts, and what they may.

A feature writes its rules as predicates `may_reply(actor, case)` and registers them for templates with
`@may_rule(Case)`; actions ask `require(may_reply(actor, case))` first. Nothing else decides.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.core.errors import Denied


class Role(StrEnum):
    """Per agency: official, supervisor, agency administrator, clerk. For the platform: the others."""

    OFFICIAL = "official"
    SUPERVISOR = "supervisor"
    AGENCY_ADMINISTRATOR = "agency-administrator"
    CLERK = "clerk"
    MODERATOR = "moderator"
    POLICYMAKER = "policymaker"
    ARBITER = "arbiter"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


AGENCY_ROLES = frozenset({Role.OFFICIAL, Role.SUPERVISOR, Role.AGENCY_ADMINISTRATOR, Role.CLERK})
PLATFORM_ROLES = frozenset(Role) - AGENCY_ROLES


@dataclass(frozen=True)
class Grant:
    """A role, for one agency (by its key) or, with None, for the platform."""

    role: Role
    agency: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person or nobody, with grants, level of verification (0-3) and receipts held."""

    person_id: uuid.UUID | None = None
    name: str = ""
    browser: str = ""
    grants: frozenset[Grant] = frozenset()
    level: int = 0
    receipts: frozenset[uuid.UUID] = field(default=frozenset(), repr=False)
    is_system: bool = False

    @property
    def is_anonymous(self) -> bool:
        return self.person_id is None and not self.is_system

    @property
    def key(self) -> str:
        """Who wrote: stable over one person's requests, or over one browser's when nobody is signed in."""
        if self.is_system:
            return "system"
        return f"person:{self.person_id}" if self.person_id else f"browser:{self.browser}"

    def has(self, role: Role, agency: str | None = None) -> bool:
        return Grant(role, agency) in self.grants

    def agencies(self, *roles: Role) -> frozenset[str]:
        """Keys of the agencies in which the actor holds one of the roles (any agency role if none is named)."""
        wanted = roles or tuple(AGENCY_ROLES)
        return frozenset(g.agency for g in self.grants if g.agency is not None and g.role in wanted)

    @property
    def is_staff(self) -> bool:
        return bool(self.grants)


SYSTEM = Actor(is_system=True, name="system")
NOBODY = Actor()


def require(allowed: bool) -> None:
    """Go on only if allowed; otherwise Denied, which becomes a 403 page."""
    if not allowed:
        raise Denied


Predicate = Callable[[Actor, Any], bool]
_rules: dict[tuple[str, type], Predicate] = {}


def may_rule(kind: type) -> Callable[[Predicate], Predicate]:
    """Decorator: let templates ask `may.<act>(thing)` for things of this kind; the function is `may_<act>`."""

    def register(predicate: Predicate) -> Predicate:
        _rules[(predicate.__name__.removeprefix("may_"), kind)] = predicate
        return predicate

    return register


class May:
    """What templates ask: `may.reply(case)`. An unknown question is an error, not a no."""

    def __init__(self, actor: Actor):
        self._actor = actor

    def __getattr__(self, act: str) -> Callable[[object], bool]:
        def ask(thing: object) -> bool:
            for kind in thing.__mro__ if isinstance(thing, type) else type(thing).__mro__:
                if (act, kind) in _rules:
                    return _rules[(act, kind)](self._actor, thing)
            raise LookupError(f"no rule says who may {act} a {type(thing).__name__}")

        return ask
