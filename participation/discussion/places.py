"""Where threads stand: each feature registers its kind of place and the rights it gives at this moment."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.core.i18n import LocalText
from app.core.i18n import gettext as _
from app.core.permissions import Actor

POST_KINDS = ("comment", "question", "information", "wording")
STANCES = ("support", "partly", "oppose")


@dataclass(frozen=True)
class Rights:
    """What an actor may do in a thread now. `why_not`: the reason in the reader's language when posting is refused.

    `least_level`: the level of verification from which a post counts; below it a post is kept and waits for its
    author to be confirmed (0: guests count at once). `kinds`: kinds of post offered; `takes_stance`: whether a
    stance is asked. `version`: number of the version of the text that people comment on now, if there is one.
    """

    see: bool = False
    post: bool = False
    react: bool = False
    least_level: int = 1
    moderation: Literal["before", "after"] = "after"
    kinds: tuple[str, ...] = ("comment",)
    takes_stance: bool = False
    why_not: str = ""
    version: int | None = None


def _comment_on(title: str) -> str:
    return _("Comment on %(title)s", title=title)


@dataclass(frozen=True)
class PlaceKind:
    """One kind of place. A place is named by (kind, id, part): a consultation and the key of an article, say.

    `rights(actor, place_id, part, now)`: nothing at all for a place that does not exist or that the actor may not see.
    `title(place_id, part)`: what the thread is about. `url(place_id, part)`: the page on which the thread stands
    (path in the language at hand, without anchor). `agencies(place_id)`: keys of the agencies whose officials
    answer there officially. `sort`: the order in which its threads are shown unless the reader chooses
    another; `size`: how many posts stand on the place's own page. `version_url(place_id, part, version)`: where an
    earlier version of the text is read that older posts were written about. `titles(place_ids)`: the titles of several
    places (without their parts) in one query, for lists; `part_names(places)`: what the parts (place id, part) are
    called for short, likewise. `heading(title)`: what a post there is called in lists, by the title of its place.
    `is_one_text`: each thread is one text, whose page is the feature's and shows all there is: it has no page, feed or
    replies of its own, and does not say whose account it came from.
    """

    key: str
    rights: Callable[[Actor, str, str, datetime], Rights]
    title: Callable[[str, str], LocalText]
    url: Callable[[str, str], str]
    agencies: Callable[[str], frozenset[str]]
    sort: str = "newest"
    size: int = 20
    version_url: Callable[[str, str, int], str] | None = None
    titles: Callable[[Collection[str]], Mapping[str, LocalText]] | None = None
    part_names: Callable[[Collection[tuple[str, str]]], Mapping[tuple[str, str], str]] | None = None
    heading: Callable[[str], str] = _comment_on
    is_one_text: bool = False


_kinds: dict[str, PlaceKind] = {}


def register_place(kind: PlaceKind) -> None:
    _kinds[kind.key] = kind


def place_kind(key: str) -> PlaceKind:
    """Raises KeyError for a kind that nobody registers: it comes from our own rows."""
    return _kinds[key]


def titles_of(places: Collection[tuple[str, str]]) -> dict[tuple[str, str], LocalText]:
    """The titles of these places (kind, id), in one query for each kind."""
    ids: dict[str, set[str]] = {}
    for kind, place_id in places:
        ids.setdefault(kind, set()).add(place_id)
    return {
        (kind, place_id): title
        for kind, some in ids.items()
        if kind in _kinds and (titles := _kinds[kind].titles)
        for place_id, title in titles(sorted(some)).items()
    }


def part_names_of(places: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """What these parts (kind, id, part) are called for short, in one query for each kind."""
    parts: dict[str, set[tuple[str, str]]] = {}
    for kind, place_id, part in places:
        if part:
            parts.setdefault(kind, set()).add((place_id, part))
    return {
        (kind, *place): name
        for kind, some in parts.items()
        if kind in _kinds and (part_names := _kinds[kind].part_names)
        for place, name in part_names(sorted(some)).items()
    }
