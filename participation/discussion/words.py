"""The names of stances, kinds, orders and states, as people read them."""

from typing import Any

from app.core import i18n
from app.core.i18n import gettext as _
from app.core.text import isolate
from participation.discussion import pseudonyms


def stance_name(stance: str) -> str:
    names: dict[str, Any] = {
        "support": _("Supports"),
        "partly": _("Supports in part"),
        "oppose": _("Opposes"),
    }
    return str(names[stance])


def own_stance_name(stance: str) -> str:
    """As somebody chooses it."""
    names: dict[str, Any] = {
        "support": _("I support it"),
        "partly": _("I support part of it"),
        "oppose": _("I oppose it"),
    }
    return str(names[stance])


def stance_heading(stance: str) -> str:
    """Above or beside the number of those who take it."""
    names: dict[str, Any] = {
        "support": _("Support"),
        "partly": _("Support in part"),
        "oppose": _("Oppose"),
    }
    return str(names[stance])


STANCE_TONES = {"support": "good", "partly": "wait", "oppose": "bad"}


def kind_name(kind: str) -> str:
    names: dict[str, Any] = {
        "comment": _("Comment"),
        "question": _("Question"),
        "information": _("Information"),
        "wording": _("Suggested wording"),
    }
    return str(names[kind])


def sort_name(sort: str) -> str:
    names: dict[str, Any] = {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "supported": _("Most supported"),
        "disputed": _("Most disputed"),
        "replies": _("Most replies"),
        "official": _("Official answers first"),
    }
    return str(names[sort])


def posts_label() -> str:
    return str(_("Comments"))


def pseudonym_name(author_key: str) -> str:
    """What the author of an imported text is called; empty for everybody else."""
    number = pseudonyms.number_of(author_key, pseudonyms.AUTHOR)
    return "" if number is None else _("Participant %(number)s", number=isolate(i18n.number(number + 1)))
