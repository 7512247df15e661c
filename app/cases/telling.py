"""Events as sentences: what the timeline says of each, to the person or to an official."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.agencies import queries as agencies
from app.cases.models import Attachment, Case, CaseEvent
from app.cases.permissions import is_author
from app.cases.workflow import State, inbox_state_label, state_label
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.permissions import Actor
from app.core.text import isolate
from app.identity.models import Person

STATE_TONES = {
    State.TRIAGE: "info",
    State.RECEIVED: "info",
    State.IN_PROGRESS: "wait",
    State.WAITING: "bad",
    State.ANSWERED: "good",
    State.CLOSED: "neutral",
}


@dataclass(frozen=True)
class Listed:
    """A case as a list shows it to one reader. `state`: in the words for this reader."""

    case: Case
    state: str
    tone: str


def listed(actor: Actor, cases: Sequence[Case]) -> list[Listed]:
    """Cases of which the actor may have sent some and handle others."""
    return [_listed(case, state_label if is_author(actor, case) else inbox_state_label) for case in cases]


def _listed(case: Case, label: Callable[[str], str]) -> Listed:
    return Listed(case, label(case.state), STATE_TONES[State(case.state)])


@dataclass(frozen=True)
class Told:
    """One line of the timeline. `side` is `note` for internal notes; `author` may be empty."""

    seq: int
    side: str
    title: str
    author: str
    at: datetime
    text: str
    lang: str
    dir: str
    files: Sequence[Attachment]
    is_erased: bool


def tell(case: Case, events: Sequence[CaseEvent], to_official: bool) -> list[Told]:
    """The events in plain words. Officials see colleagues' names, the person sees agencies' names."""
    names = {key: str(agency.name) for key, agency in agencies.known().items()}
    return [_told(event, names, to_official) for event in events]


def writing(colleagues: Sequence[Person]) -> list[str]:
    """Who else has an answer in the making, in one sentence each."""
    return [_("%(name)s is writing an answer to this.", name=isolate(p.display_name)) for p in colleagues]


def _told(event: CaseEvent, names: dict[str, str], to_official: bool) -> Told:
    text = event.text
    return Told(
        seq=event.seq,
        side="note" if event.audience == "internal" else event.side,
        title=_title(event, names, to_official),
        author=_author(event, to_official),
        at=event.at,
        text=text.body if text else "",
        lang=text.language if text else language(),
        dir=text.direction if text else "auto",
        files=event.attachments,
        is_erased=bool(event.text_digest) and not (text and text.body),
    )


def _author(event: CaseEvent, to_official: bool) -> str:
    if event.side != "official":
        return ""
    if to_official:
        return event.author.display_name if event.author else ""
    return str(event.agency.name) if event.agency else ""


def _title(event: CaseEvent, names: dict[str, str], to_official: bool) -> str:
    you = not to_official
    facts: dict[str, Any] = event.facts
    to = isolate(names.get(str(facts.get("to")), ""))
    match event.kind:
        case "opened":
            return _("You sent this") if you else _("The citizen sent this")
        case "routed":
            return _("Sent to %(agency)s", agency=to)
        case "transferred" if facts.get("to"):
            return _("Transferred to %(agency)s", agency=to)
        case "transferred":
            return _("Returned for sorting")
        case "message":
            return _("You wrote") if you else _("The citizen wrote")
        case "answer":
            return _("Answer")
        case "question":
            return _("A question for you") if you else _("Question to the citizen")
        case "note":
            return _("Internal note")
        case "assigned":
            return _("Assigned to an official")
        case "released":
            return _("The official has left; it waits for a colleague")
        case "reopened":
            return _("You reopened this") if you else _("The citizen reopened this")
        case "closed" if event.side == "citizen":
            return _("You closed this") if you else _("The citizen closed this")
        case "closed":
            return _("Closed by the agency")
        case "rated":
            return _("Rating: %(rating)d of 5", rating=facts.get("rating", 0))
        case "contact-confirmed":
            return _("E-mail address confirmed")
    return event.kind
