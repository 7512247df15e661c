"""Makes the texts of a mail from its templates, in one language, inside a request or outside of any."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import current_app

from app.core import i18n
from app.core.bidi import PDI
from app.core.plain import site_name

_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029]")
_ISOLATES = re.compile("[\u2066-\u2069]")


@dataclass(frozen=True)
class Told:
    """The texts of one mail."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, facts: dict[str, Any]) -> Told:
    """The three parts of `email/<template>`; raises TemplateNotFound when one is missing.

    A value of the facts can neither add a header nor turn the direction of the line it stands in.
    """
    with i18n.speaking(language):
        safe = _safe(facts)
        subject = _one_line(_part(f"{template}.subject.txt", safe))
        return Told(subject, _part(f"{template}.txt", safe), _part(f"{template}.html", safe))


def _part(name: str, facts: dict[str, Any]) -> str:
    """Rendered past Flask's context processors: a mail must not know who sits at the browser."""
    template = current_app.jinja_env.get_template(f"email/{name}")
    return template.render({**_frame(), **facts}).strip() + "\n"


def _frame() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    return {
        "locale": i18n.language(),
        "direction": i18n.direction(),
        "site_name": site_name(settings),
        "emergency_number": settings.EMERGENCY_NUMBER,
        "url_for": absolute_url,
    }


def _safe(value: Any) -> Any:
    """The value without control characters; isolates stay where every one is closed, so none leaks out."""
    if isinstance(value, dict):
        return {key: _safe(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(each) for each in value]
    return _safe_text(value) if isinstance(value, str) else value


def _safe_text(text: str) -> str:
    clean = _NEVER.sub("", text)
    depth = lowest = 0
    for mark in _ISOLATES.findall(clean):
        depth += -1 if mark == PDI else 1
        lowest = min(lowest, depth)
    return clean if depth == lowest == 0 else _ISOLATES.sub("", clean)


def _one_line(subject: str) -> str:
    """A subject has no line ends, whatever its parts had: no further header can follow it."""
    return " ".join(_NEVER.sub("", subject).split())


def sender_name(language: str) -> str:
    with i18n.speaking(language):
        return site_name(current_app.config["SETTINGS"])


def absolute_url(endpoint: str, **values: Any) -> str:
    """The public address of a page (BASE_URL), in the language being spoken, wherever it is asked for."""
    base = urlsplit(current_app.config["BASE_URL"])
    current_app.inject_url_defaults(endpoint, values)
    values.pop("_external", None)
    adapter = current_app.url_map.bind(base.netloc, base.path or "/", url_scheme=base.scheme)
    return str(adapter.build(endpoint, values, force_external=True))


def absolute(address: str) -> str:
    """The public address of a path of this site; a full address stays as it is."""
    return urljoin(str(current_app.config["BASE_URL"]) + "/", address)
