"""The entries of the menus: features register them, the base page shows those meant for the actor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flask import request, url_for

from app.core.permissions import Actor

Place = Literal["main", "account", "footer", "administration"]


@dataclass(frozen=True)
class Entry:
    """One registered entry. `label` is asked at each showing, in the reader's language. `anchor`: part of the page."""

    place: Place
    order: int
    endpoint: str
    label: Callable[[], str]
    shown_to: Callable[[Actor], bool] = lambda actor: True
    count: Callable[[Actor], int] | None = None
    method: Literal["get", "post"] = "get"
    anchor: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as the page prints it."""

    url: str
    label: str
    current: bool
    count: int
    method: str


_entries: dict[tuple[str, str], Entry] = {}


def register_entry(entry: Entry) -> None:
    _entries[(entry.place, f"{entry.endpoint}#{entry.anchor}")] = entry


def holds_any(place: Place, actor: Actor) -> bool:
    """Whether this place has anything for this actor."""
    return any(entry.shown_to(actor) for entry in _entries.values() if entry.place == place)


def entries(place: Place, actor: Actor) -> list[Shown]:
    """What this actor sees in this place, in order."""
    meant = sorted(
        (e for e in _entries.values() if e.place == place and e.shown_to(actor)), key=lambda e: e.order
    )
    current = _current(meant)
    return [_shown(entry, actor, entry is current) for entry in meant]


def _current(meant: list[Entry]) -> Entry | None:
    """Where the reader is: the entry of this very page, else the first one of its feature in the main menu."""
    exact = (entry for entry in meant if entry.endpoint == request.endpoint)
    main = (entry for entry in meant if entry.place == "main")
    of_feature = (entry for entry in main if _blueprint(entry.endpoint) == request.blueprint)
    return next(exact, None) or next(of_feature, None)


def _blueprint(endpoint: str) -> str:
    return endpoint.rpartition(".")[0]


def _shown(entry: Entry, actor: Actor, is_current: bool) -> Shown:
    return Shown(
        url=url_for(entry.endpoint, _anchor=entry.anchor or None),
        label=entry.label(),
        current=is_current,
        count=entry.count(actor) if entry.count else 0,
        method=entry.method,
    )
