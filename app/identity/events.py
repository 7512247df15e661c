"""What happened to people and, on the ground floor, to public texts (DESIGN 2.3). Ids only, never rows."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class PersonSignedUp:
    person_id: uuid.UUID


@dataclass(frozen=True)
class PersonConfirmed:
    """The address of the account has been confirmed: from now on mails may go there."""

    person_id: uuid.UUID


@dataclass(frozen=True)
class PersonSignedIn:
    person_id: uuid.UUID


@dataclass(frozen=True)
class PersonSuspended:
    """The person is out everywhere at once; open sockets must close."""

    person_id: uuid.UUID


@dataclass(frozen=True)
class PersonRestored:
    person_id: uuid.UUID


@dataclass(frozen=True)
class SignInRevoked:
    """One browser of the person is signed out; its open sockets must close."""

    person_id: uuid.UUID
    sign_in_id: uuid.UUID


@dataclass(frozen=True)
class RoleGranted:
    person_id: uuid.UUID
    role: str
    agency_key: str


@dataclass(frozen=True)
class RoleRevoked:
    person_id: uuid.UUID
    role: str
    agency_key: str


@dataclass(frozen=True)
class CitizenTextPublished:
    """A text that somebody wrote has become public. `kind`, `text_id`: as registered in core.subjects.

    `language`: "ar" or "en"; `context_kind`, `context_id`: what the text is about (a consultation, an
    article, a topic), empty where there is nothing above it.
    """

    kind: str
    text_id: uuid.UUID
    language: str
    context_kind: str = ""
    context_id: uuid.UUID | None = None


@dataclass(frozen=True)
class CitizenTextWithdrawn:
    """A public text is gone from view: removed by its author, by moderation or by erasure."""

    kind: str
    text_id: uuid.UUID
