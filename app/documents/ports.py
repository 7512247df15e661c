"""What other features tell the library: where people talk about a document, and what must be there before it is public.

Filled in by a neighbour when it registers; empty without one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.core.permissions import Actor
from app.documents.models import Document


@dataclass(frozen=True)
class LinkOfDocument:
    """A page that belongs to the document.

    `kind`: `open` (people may comment now), `said` (what people said) or `response` (the answer of the agency).
    `label` in the reader's language.
    """

    kind: Literal["open", "said", "response"]
    label: str
    url: str


@dataclass(frozen=True)
class Objection:
    """Why a law or policy may not be public yet: a sentence for its keeper, and the page where that is mended."""

    sentence: str
    label: str
    url: str


Links = Callable[[Actor, Document], list[LinkOfDocument]]
Check = Callable[[Actor, Document], list[Objection]]

_links: list[Links] = []
_checks: list[Check] = []


def give_links_with(links: Links) -> None:
    """Set what is linked on the page of a document."""
    if links not in _links:
        _links.append(links)


def links_of(actor: Actor, document: Document) -> list[LinkOfDocument]:
    return [link for links in _links for link in links(actor, document)]


def check_publishing_with(check: Check) -> None:
    """Add a condition for what is adopted: a law that came from a consultation needs its response."""
    if check not in _checks:
        _checks.append(check)


def objections(actor: Actor, document: Document) -> list[Objection]:
    """Everything that stands against adopting it now."""
    return [objection for check in _checks for objection in check(actor, document)]
