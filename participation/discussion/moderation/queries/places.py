"""How the places are called in which moderators act."""

from app.core import i18n
from app.core.i18n import LANGUAGES, LocalText
from app.core.permissions import NOBODY
from participation.discussion.models import ModerationAct, Review, Thread
from participation.discussion.permissions import rights_in
from participation.discussion.places import place_kind


def place_names(thread: Thread) -> dict[str, str]:
    """How the place is called in both languages."""
    kind = place_kind(thread.place_kind)
    names = {}
    for code in LANGUAGES:
        with i18n.speaking(code):
            names[f"place_{code}"] = str(kind.title(thread.place_id, thread.part))
    return names


def public_place_names(thread: Thread) -> dict[str, str]:
    """The same for the log: nothing of a place that not everybody sees."""
    return place_names(thread) if rights_in(NOBODY, thread).see else {}


def place_of(thing: Review | ModerationAct) -> LocalText:
    """The place in the reader's language."""
    here = i18n.language()
    return LocalText(thing.place_ar if here == "ar" else thing.place_en, here)
