"""What even the barest page prints: language, names, the number of the request. Asks neither database nor account."""

from typing import Any

from flask import current_app, g, has_request_context

from app.core import i18n
from config import Settings


def context() -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    facts = {
        "locale": i18n.language(),
        "direction": i18n.direction(),
        "site_name": site_name(settings),
        "emergency_number": settings.EMERGENCY_NUMBER,
    }
    return facts | {"request_id": g.get("request_id", "")} if has_request_context() else facts


def site_name(settings: Settings) -> str:
    return settings.SITE_NAME_AR if i18n.language() == "ar" else settings.SITE_NAME_EN
