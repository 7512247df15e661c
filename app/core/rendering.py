"""Makes the texts of a mail from its templates, in one language, inside a request or outside of any."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import current_app

from app.core import i18n
from app.core.bidi import FSI, LRI, PDI
from app.core.pages import site_name
from app.core.text import clean_body, clean_line

ISOLATES = {LRI, FSI, PDI, "\u2067"}


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
        subject = _part(f"{template}.subject.txt", _cleaned(facts, clean_line))
        body = _cleaned(facts, clean_body)
        return Told(_one_line(subject), _part(f"{template}.txt", body), _part(f"{template}.html", body))


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


def _cleaned(value: Any, clean: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(each, clean) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each, clean) for each in value]
    return clean(value) if type(value) is str else value


def _one_line(subject: str) -> str:
    return " ".join("".join(c for c in subject if c in ISOLATES or c.isprintable() or c.isspace()).split())


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
