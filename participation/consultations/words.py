"""The words for where a consultation stands, what it lacks, and who may take part."""

from dataclasses import dataclass
from datetime import datetime

from app.core import i18n
from app.core.i18n import gettext as _
from app.core.text import isolate
from participation.consultations import phases
from participation.consultations.checklist import Lack
from participation.consultations.models import Consultation
from participation.consultations.phases import Standing

TONES = {
    Standing.DRAFT: "note",
    Standing.UPCOMING: "info",
    Standing.OPEN: "good",
    Standing.CLOSED: "neutral",
    Standing.ENDED: "neutral",
    Standing.CANCELLED: "bad",
}


@dataclass(frozen=True)
class Pill:
    """The status of a consultation as its pill shows it."""

    standing: Standing
    label: str
    tone: str


def standing(consultation: Consultation, now: datetime) -> Pill:
    found = phases.standing(consultation, now)
    return Pill(found, standing_name(found), TONES[found])


def standing_name(found: Standing) -> str:
    names: dict[Standing, str] = {
        Standing.DRAFT: _("Draft: not public yet"),
        Standing.UPCOMING: _("Opens soon"),
        Standing.OPEN: _("Open for comments"),
        Standing.CLOSED: _("Comments are closed"),
        Standing.ENDED: _("Response published"),
        Standing.CANCELLED: _("Cancelled"),
    }
    return names[found]


def lack(found: Lack) -> str:
    """What is missing, in words of the person who can add it."""
    if found.what in {"article", "question", "point", "options"}:
        return _lack_of_item(found)
    texts: dict[tuple[str, str], str] = {
        ("title", "ar"): _("The title in Arabic is missing."),
        ("title", "en"): _("The title in English is missing."),
        ("lead", "ar"): _("The lead in Arabic is missing."),
        ("lead", "en"): _("The lead in English is missing."),
        ("summary", "ar"): _("The plain-language summary in Arabic is missing."),
        ("summary", "en"): _("The plain-language summary in English is missing."),
        ("open_to_change", "ar"): _("What can still change is not said in Arabic."),
        ("open_to_change", "en"): _("What can still change is not said in English."),
        ("data_notice", "ar"): _("What happens with people's data is not said in Arabic."),
        ("data_notice", "en"): _("What happens with people's data is not said in English."),
        ("version", "ar"): _("The draft itself is not published in Arabic."),
        ("version", "en"): _("The draft itself is not published in English."),
        ("document", ""): _("No published draft is chosen."),
        ("phases", ""): _("There are no dates for comments yet."),
        ("order", ""): _("The dates of the phases overlap."),
        ("past", ""): _("The comment phase would already be over."),
        ("agency", ""): _("The agency takes no new cases."),
    }
    if found.what == "short":
        return _(
            "People would have fewer than %(days)s days to comment.",
            days=i18n.number(phases.LEAST_COMMENT_DAYS),
        )
    return texts[found.what, found.language]


def _lack_of_item(found: Lack) -> str:
    thing = isolate(found.thing)
    texts: dict[tuple[str, str], str] = {
        ("article", "ar"): _("This article is missing in Arabic: %(article)s", article=thing),
        ("article", "en"): _("This article is missing in English: %(article)s", article=thing),
        ("question", "ar"): _("Question %(number)s is missing in Arabic.", number=thing),
        ("question", "en"): _("Question %(number)s is missing in English.", number=thing),
        ("point", "ar"): _("Key point %(number)s is missing in Arabic.", number=thing),
        ("point", "en"): _("Key point %(number)s is missing in English.", number=thing),
        ("options", "ar"): _("The options of question %(number)s are not complete in Arabic.", number=thing),
        ("options", "en"): _("The options of question %(number)s are not complete in English.", number=thing),
    }
    return texts[found.what, found.language]
