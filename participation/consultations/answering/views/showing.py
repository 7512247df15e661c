"""What several pages print: the consultation at hand for those who work on it, labels, tokens of families."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import LocalText, language
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.visitor import current_actor
from participation.consultations import queries as consultations
from participation.consultations.answering.notes import TONES, state_label
from participation.consultations.models import Consultation
from participation.consultations.permissions import may_answer
from participation.discussion.words import stance_heading

STANCE_TONES = (("support", "support"), ("partly", "partly"), ("oppose", "oppose"))


def worked_on(slug: str) -> Consultation:
    """The consultation, for an official who answers in it; others are refused."""
    consultation = consultations.find(current_actor(), slug)
    require(may_answer(current_actor(), consultation))
    return consultation


def progress_label(progress: str) -> str:
    return {
        "planned": _("Planned"),
        "under-way": _("Under way"),
        "done": _("Done"),
        "dropped": _("Given up"),
    }[progress]


def part_title(part: str, titles: Mapping[str, LocalText]) -> LocalText:
    """The heading of the article; of the draft as a whole when there is no part."""
    if part in titles:
        return titles[part]
    return LocalText(part or _("The draft as a whole"), language())


def labels() -> dict[str, Any]:
    """What every template of answering may call."""
    return {
        "state_label": state_label,
        "decision_label": decision_label,
        "stance_heading": stance_heading,
        "progress_label": progress_label,
        "part_title": part_title,
        "state_tones": {"unread": "wait", "open": "wait", **TONES},
        "stance_tones": STANCE_TONES,
    }


def decision_label(decision: str) -> str:
    """The state of a family: open, or as it was decided."""
    return _("Not yet answered") if decision == "open" else state_label(decision)
