"""The entries of the menus: features register them, the base page shows those meant for the actor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flask import request, url_for

from app.core.permissions import Actor

Place = Literal["main", "account", "footer", "administration"]


@dataclass(frozen=True)
class Entry:
    """One registered entry. `label` is asked at each showing, in the reader's language."""

    place: Place
    order: int
    endpoint: str
    label: Callable[[], str]
    shown_to: Callable[[Actor], bool] = lambda actor: True
    count: Callable[[Actor], int] | None = None
    method: Literal["get", "post"] = "get"


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
    _entries[(entry.place, entry.endpoint)] = entry


def entries(place: Place, actor: Actor) -> list[Shown]:
    """What this actor sees in this place, in order."""
    meant = [e for e in _entries.values() if e.place == place and e.shown_to(actor)]
    return [_shown(entry, actor) for entry in sorted(meant, key=lambda e: e.order)]


def _shown(entry: Entry, actor: Actor) -> Shown:
    blueprint = entry.endpoint.rpartition(".")[0]
    return Shown(
        url=url_for(entry.endpoint),
        label=entry.label(),
        current=request.endpoint == entry.endpoint
        or (entry.place == "main" and request.blueprint == blueprint),
        count=entry.count(actor) if entry.count else 0,
        method=entry.method,
    )


def endpoints() -> frozenset[str]:
    return frozenset(endpoint for _, endpoint in _entries)
