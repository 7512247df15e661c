"""What can be followed, flagged, searched, exported: each feature registers its kinds of things.

The ground floor handles (kind, id) and asks here for the rest, so that no secondary path knows a feature, and
none can forget who may see a thing: `load` takes the actor.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.core.errors import Missing
from app.core.i18n import LocalText
from app.core.permissions import Actor


@dataclass(frozen=True)
class SubjectKind:
    """One kind of thing.

    `load`: the thing with this id as the actor may see it, else Missing; ids come from addresses and may be
    anything. `title` in the reader's language, or in the thing's own. `url`: the path of its page in the
    language at hand, empty where there is none. `is_person`: the thing is a person, who can be muted but not
    followed. `load_many`: the same as `load` for a list, by id and without those that are missing, in as many
    queries as for one thing; without it a list asks for each.
    """

    key: str
    label: Callable[[], str]
    load: Callable[[Actor, str], Any]
    title: Callable[[Any], LocalText]
    url: Callable[[Any], str]
    is_person: bool = False
    load_many: Callable[[Actor, list[str]], dict[str, Any]] | None = None


@dataclass(frozen=True)
class Subject:
    """A thing with what pages print of it."""

    kind: str
    id: str
    thing: Any
    label: str
    title: LocalText
    url: str


_kinds: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    _kinds[kind.key] = kind


def kind_of(key: str) -> SubjectKind:
    """Raises Missing for a kind that nobody registers: the key comes from an address."""
    if key not in _kinds:
        raise Missing
    return _kinds[key]


def find(actor: Actor, key: str, subject_id: str) -> Subject:
    """The thing for this actor; Missing when there is none, or none for this actor."""
    kind = kind_of(key)
    return _subject(kind, subject_id, kind.load(actor, subject_id))


def find_many(actor: Actor, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Subject]:
    """The things of these kinds and ids that the actor may see; what is missing is left out."""
    ids: dict[str, list[str]] = defaultdict(list)
    for key, subject_id in pairs:
        ids[key].append(subject_id)
    return {
        (key, subject_id): _subject(_kinds[key], subject_id, thing)
        for key, some in ids.items()
        if key in _kinds
        for subject_id, thing in _loaded(_kinds[key], actor, some).items()
    }


def _loaded(kind: SubjectKind, actor: Actor, ids: list[str]) -> dict[str, Any]:
    if kind.load_many is not None:
        return kind.load_many(actor, ids)
    found = {}
    for subject_id in ids:
        with suppress(Missing):
            found[subject_id] = kind.load(actor, subject_id)
    return found


def _subject(kind: SubjectKind, subject_id: str, thing: Any) -> Subject:
    return Subject(kind.key, subject_id, thing, kind.label(), kind.title(thing), kind.url(thing))
