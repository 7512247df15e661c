"""What can be followed, flagged, searched, exported: each feature registers its kinds of things.

The ground floor handles (kind, id) and asks here for the rest, so that no secondary path knows a feature, and
none can forget who may see a thing: `load` takes the actor.
"""

from collections.abc import Callable
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
    language at hand. `is_person`: the thing is a person, who can be muted but not followed.
    """

    key: str
    label: Callable[[], str]
    load: Callable[[Actor, str], Any]
    title: Callable[[Any], LocalText]
    url: Callable[[Any], str]
    is_person: bool = False


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
    thing = kind.load(actor, subject_id)
    return Subject(key, subject_id, thing, kind.label(), kind.title(thing), kind.url(thing))
