"""The door of the demo: one click, and one is somebody else."""

from typing import Any

from flask import Blueprint, current_app, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core import db
from app.core.errors import Missing
from app.core.i18n import PREFIX
from app.demo import queries, script
from app.identity.models import Person
from app.identity.views.browser import sign_in_here
from config import Settings

blueprint = Blueprint("demo", __name__, url_prefix=PREFIX)


@blueprint.post("/demo/entrance")
def create_entrance() -> ResponseReturnValue:
    """Enter as somebody of the cast, on the page this person works on. Only the demo has this door."""
    if not _is_demo():
        raise Missing
    wanted = next((p for p in script.cast() if p.key == request.form.get("person")), None)
    person = db.session().get(Person, wanted.id) if wanted else None
    if wanted is None or person is None or not queries.lands_somewhere(wanted):
        raise Missing
    sign_in_here(person, second_factor=True)
    return redirect(url_for(wanted.landing), 303)


def context() -> dict[str, Any]:
    """What the banner on top of each page shows; nothing in mails."""
    if not (has_request_context() and _is_demo()):
        return {}
    return {"demo_people": queries.offered(), "demo_url": url_for("demo.create_entrance")}


def _is_demo() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.is_demo
