"""What happened to consultations. Ids only."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class ConsultationPublished:
    consultation_id: uuid.UUID


@dataclass(frozen=True)
class ConsultationImported:
    """A consultation held elsewhere can be read here from now on. Nobody is told: it is no news."""

    consultation_id: uuid.UUID


@dataclass(frozen=True)
class ConsultationChanged:
    """Dates, phases or texts of a published consultation were changed."""

    consultation_id: uuid.UUID


@dataclass(frozen=True)
class PhaseMoved:
    """A phase of a published consultation ends earlier or later than it was said."""

    consultation_id: uuid.UUID
    position: int


@dataclass(frozen=True)
class ConsultationCancelled:
    consultation_id: uuid.UUID


@dataclass(frozen=True)
class VersionOpened:
    """People comment on a later version from now on; each earlier contribution was kept, moved or orphaned."""

    consultation_id: uuid.UUID
    version_number: int


@dataclass(frozen=True)
class ResponseSent:
    """A confidential response counts from now on; a public one is published as the post that its text is."""

    consultation_id: uuid.UUID
    response_id: uuid.UUID


@dataclass(frozen=True)
class FamiliesAnswered:
    """Officials answered these families at once. `act_key` names the act, so that each person is told of it once."""

    consultation_id: uuid.UUID
    family_ids: tuple[uuid.UUID, ...]
    act_key: str


@dataclass(frozen=True)
class OutcomeUpdated:
    consultation_id: uuid.UUID
    outcome_id: uuid.UUID
    update_id: uuid.UUID


@dataclass(frozen=True)
class ConsultationEnded:
    """The response is published, with "you said, we did"."""

    consultation_id: uuid.UUID
