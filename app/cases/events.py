"""What happens to cases, told to whoever listens."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class CaseOpened:
    case_id: uuid.UUID


@dataclass(frozen=True)
class CaseRouted:
    """The case has come to an agency; `by_citizen` when the person chose it."""

    case_id: uuid.UUID
    agency_key: str
    by_citizen: bool


@dataclass(frozen=True)
class CaseTransferred:
    case_id: uuid.UUID
    from_key: str
    to_key: str | None


@dataclass(frozen=True)
class OfficialWrote:
    """An official answered or asked; the person is told."""

    case_id: uuid.UUID
    seq: int


@dataclass(frozen=True)
class CitizenWrote:
    case_id: uuid.UUID
    seq: int


@dataclass(frozen=True)
class CaseAssigned:
    case_id: uuid.UUID
    assignee_id: uuid.UUID
    by_id: uuid.UUID | None


@dataclass(frozen=True)
class CaseClosed:
    case_id: uuid.UUID
    by_citizen: bool


@dataclass(frozen=True)
class CaseReopened:
    case_id: uuid.UUID
