"""What happened in threads. Ids only."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class PostPublished:
    """A post can be read by everybody from now on: new, confirmed, let through, or restored.

    `parent_id`: the post it answers. `is_official`: it speaks for an agency. `is_first`: it was never public before.
    """

    post_id: uuid.UUID
    thread_id: uuid.UUID
    place_kind: str
    place_id: str
    part: str
    parent_id: uuid.UUID | None
    is_official: bool
    is_first: bool


@dataclass(frozen=True)
class PostEdited:
    """A post that is public or waits for a moderator reads differently from now on."""

    post_id: uuid.UUID
    thread_id: uuid.UUID
    place_kind: str
    place_id: str
    part: str


@dataclass(frozen=True)
class PostWithdrawn:
    """The post is public no more. `by`: `author` or `moderator`."""

    post_id: uuid.UUID
    thread_id: uuid.UUID
    place_kind: str
    place_id: str
    part: str
    by: str


@dataclass(frozen=True)
class PostWaiting:
    """The post is kept until a moderator has read it: nobody but its author sees it."""

    post_id: uuid.UUID
    thread_id: uuid.UUID
    place_kind: str
    place_id: str
    part: str


@dataclass(frozen=True)
class PostRemoved:
    """Its author took the post back, whether it was public or not."""

    post_id: uuid.UUID
    thread_id: uuid.UUID
    place_kind: str
    place_id: str
    part: str
