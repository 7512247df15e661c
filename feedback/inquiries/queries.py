"""Reading what inquiries keep beside the case."""

from dataclasses import dataclass

from app.agencies import queries as agencies
from app.cases.models import Case
from app.core import db
from feedback.inquiries.models import Inquiry
from feedback.inquiries.suggestions import confidence


@dataclass(frozen=True)
class Suggested:
    """What the router said when the inquiry was sent: pairs (agency name, confidence), best first."""

    top: tuple[tuple[str, str], ...]
    is_sure: bool
    choice: str
    model_version: str


def suggestion(case: Case) -> Suggested | None:
    """The router's suggestion for this case, or None when there was no model."""
    inquiry = db.session().get(Inquiry, case.id)
    if inquiry is None or not inquiry.suggestion:
        return None
    kept, known = inquiry.suggestion, agencies.known()
    return Suggested(
        top=tuple((str(known[key].name), confidence(p)) for key, p in kept["top"] if key in known),
        is_sure=kept["is_sure"],
        choice=inquiry.choice,
        model_version=kept["model_version"],
    )
