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
