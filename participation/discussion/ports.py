"""What other features say about posts: filled in when they register, asked once for all posts of a page."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class PostNote:
    """What became of a post, in the reader's language. `tone` as of a status pill; `url`: where more is said."""

    label: str
    url: str
    tone: str = "info"


NotesOnPosts = Callable[[Collection[uuid.UUID]], dict[uuid.UUID, PostNote]]

_sources: list[NotesOnPosts] = []


def register_notes(source: NotesOnPosts) -> None:
    if source not in _sources:
        _sources.append(source)


def notes_on_posts(post_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PostNote]:
    """The note on each of these posts that has one: one question to each source, whatever the number."""
    return {post_id: note for source in _sources for post_id, note in source(post_ids).items()}
