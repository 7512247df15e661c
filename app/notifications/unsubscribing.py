"""Links that end mails without signing in (RFC 8058): they carry a person and a kind, sealed."""

import uuid
from dataclasses import dataclass

from cryptography.fernet import InvalidToken

from app.core import crypto
from app.core.rendering import absolute_url

EVERYTHING = "digest"
"""Stands for all kinds that come in the daily mail."""

_PURPOSE = "unsubscribe"
LONGEST_TOKEN = 400


@dataclass(frozen=True)
class Unsubscription:
    """Which mails to whom are to end."""

    person_id: uuid.UUID
    kind: str


def unsubscribe_url(person_id: uuid.UUID, kind: str) -> str:
    """The address that goes into the mail and its List-Unsubscribe header."""
    token = crypto.encrypt(f"{_PURPOSE} {person_id.hex} {kind}").decode()
    return absolute_url("notifications.unsubscribe", token=token)


def read_token(token: str) -> Unsubscription | None:
    """What the link says, or None when it was not made here."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        purpose, person, kind = crypto.decrypt(token.encode()).split(" ", 2)
    except (InvalidToken, ValueError):
        return None
    return Unsubscription(uuid.UUID(person), kind) if purpose == _PURPOSE else None
