"""What every page can print: language, names, menus, the actor and the question `may`."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, has_request_context

from app.core import i18n, navigation, plain, text, visitor
from app.core.permissions import May


@dataclass(frozen=True)
class OtherLanguage:
    """The same page in the other language, named in that language."""

    code: str

    @property
    def name(self) -> str:
        return i18n.NAMES[self.code]

    @property
    def direction(self) -> str:
        return i18n.direction(self.code)

    @property
    def url(self) -> str:
        return i18n.same_page_in(self.code)


def register(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        bidi=text.bidi_html,
        isolate=text.isolate,
        paragraphs=text.paragraphs_html,
        cleaned=text.clean_body,
        is_web_address=text.is_web_address,
        number=i18n.number,
        date=i18n.day,
        datetime=i18n.moment,
        listed=i18n.listed,
        filesize=i18n.file_size,
        duration=i18n.duration,
    )
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return plain.context() | (_request_context() if has_request_context() else {})


def _request_context() -> dict[str, Any]:
    actor = visitor.current_actor()
    return {
        "actor": actor,
        "may": May(actor),
        "other_language": OtherLanguage(i18n.other(i18n.language())),
        "navigation": navigation.entries("main", actor),
        "account_navigation": navigation.entries("account", actor),
        "administration_navigation": navigation.entries("administration", actor),
        "footer_navigation": navigation.entries("footer", actor),
    }
