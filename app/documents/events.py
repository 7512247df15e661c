"""What happened to documents. Ids and numbers only."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class VersionPublished:
    """A version of a document is public in one language."""

    document_id: uuid.UUID
    version_id: uuid.UUID
    language: str
    number: int


@dataclass(frozen=True)
class VersionWithdrawn:
    document_id: uuid.UUID
    version_id: uuid.UUID
    language: str
    number: int
