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

    `kind`: `open` (people may comment now), `said` (what people said), `response` (the answer of the agency),
    `source` (the draft it came from) or `result` (what became of it). `label` in the reader's language.
    """

    kind: Literal["open", "said", "response", "source", "result"]
    label: str
    url: str


Links = Callable[[Actor, Document], list[LinkOfDocument]]
Check = Callable[[Document], str]
"""Why the document may not be published yet, as a sentence for its keeper; empty when it may."""

_links: list[Links] = []
_checks: list[Check] = []


def give_links_with(links: Links) -> None:
    """Set what is linked on the page of a document."""
    if links not in _links:
        _links.append(links)


def links_of(actor: Actor, document: Document) -> list[LinkOfDocument]:
    return [link for links in _links for link in links(actor, document)]


def check_publishing_with(check: Check) -> None:
    """Add a condition for publishing: a law that came from a consultation needs its response document."""
    if check not in _checks:
        _checks.append(check)


def forget_check(check: Check) -> None:
    """Take the condition back; for tests."""
    _checks.remove(check)


def objections(document: Document) -> list[str]:
    """Everything that stands against publishing it now."""
    return [reason for check in _checks if (reason := check(document))]
