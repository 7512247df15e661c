"""What others add to posts when they register: moderation its reasons and links, features what became of a post."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PostLink:
    """A link under posts, such as "Report".

    `url`: its address for a post, in which the post's public id stands as it is. `shown_on`: whether it stands under
    this row (a `queries.Row`).
    """

    label: Callable[[], str]
    url: Callable[[str], str]
    shown_on: Callable[[Any], bool]


@dataclass(frozen=True)
class PostNote:
    """What became of a post, in the reader's language. `tone` as of a status pill; `url`: where more is said."""

    label: str
    url: str
    tone: str = "info"


NotesOnPosts = Callable[[Collection[uuid.UUID]], dict[uuid.UUID, PostNote]]

_links: list[PostLink] = []
_reason_name: Callable[[str], str] = lambda reason: reason  # noqa: E731
_appeal_url: Callable[[str], str | None] = lambda public_id: None  # noqa: E731


def add_post_link(link: PostLink) -> None:
    if link not in _links:
        _links.append(link)


def all_post_links() -> list[PostLink]:
    return list(_links)


def explain_with(reason_name: Callable[[str], str], appeal_url: Callable[[str], str | None]) -> None:
    """Set how a reason reads and where the author of a post (public id) asks for a second look."""
    global _reason_name, _appeal_url
    _reason_name, _appeal_url = reason_name, appeal_url


def reason_name(reason: str) -> str:
    return _reason_name(reason)


def appeal_url(public_id: str) -> str | None:
    return _appeal_url(public_id)


_sources: dict[str, NotesOnPosts] = {}


def register_notes(place_kind: str, source: NotesOnPosts) -> None:
    """Let the posts at places of this kind show what became of them."""
    _sources[place_kind] = source


def notes_on_posts(place_kind: str, post_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PostNote]:
    """The note on each of these posts that has one: one question, whatever the number."""
    source = _sources.get(place_kind)
    return source(post_ids) if source is not None and post_ids else {}
