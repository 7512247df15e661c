"""What every page can print: language, names, menus, the actor and the question `may`."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context

from app.core import i18n, navigation, text, visitor
from app.core.permissions import May
from config import Settings


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
        number=i18n.number,
        date=i18n.day,
        datetime=i18n.moment,
        listed=i18n.listed,
        filesize=i18n.file_size,
    )
    app.context_processor(_context)


def site_name(settings: Settings) -> str:
    return settings.SITE_NAME_AR if i18n.language() == "ar" else settings.SITE_NAME_EN


def _context() -> dict[str, Any]:
    code = i18n.language()
    settings: Settings = current_app.config["SETTINGS"]
    always = {
        "locale": code,
        "direction": i18n.direction(code),
        "site_name": site_name(settings),
        "emergency_number": settings.EMERGENCY_NUMBER,
    }
    if not has_request_context():
        return always
    numbered = always | {"request_id": g.get("request_id", "")}
    return numbered if g.get("asks_no_database") else numbered | _request_context()


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
