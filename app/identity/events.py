"""What happened to people. Ids only, never rows."""

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
class BrowserSignedIn:
    """Somebody signed in where nobody had been: what this browser wrote is the person's from now on.

    `browser_key`: the key under which the browser acted (`Actor.key`).
    """

    browser_key: str
    person_id: uuid.UUID


@dataclass(frozen=True)
class PersonVerified:
    """Somebody made sure who the person is: the level is higher than before."""

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
    """A text that somebody wrote can be read by everybody from now on, or reads differently from now on.

    `kind` and `text_id` name it (`post` and its public id): whoever listens loads it through its feature.
    `person_id`: the writer, when the writer has an account. `language`: of the text.
    """

    kind: str
    text_id: str
    person_id: uuid.UUID | None
    language: str


@dataclass(frozen=True)
class CitizenTextWithdrawn:
    """The text is no longer public: hidden by moderation, or removed by its author."""

    kind: str
    text_id: str
