"""What every page asks of identity: the way of staff to the second step, and Hijri dates."""

from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.identity.views.browser import current_sign_in

FREE_BLUEPRINTS = frozenset({"identity", "health", "demo"})


def lead_to_second_step() -> ResponseReturnValue | None:
    """Whoever holds a role and has no second factor is led to its set-up from every page they open.

    Until then no role counts (see `browser.load_actor`); what they send as a resident is not lost.
    """
    if (
        request.method != "GET"
        or request.endpoint in {None, "static"}
        or request.blueprint in FREE_BLUEPRINTS
    ):
        return None
    if not current_app.url_map.is_endpoint_expecting(str(request.endpoint), "lang"):
        return None
    here = current_sign_in()
    if here is None or here.second_factor or not here.person.must_use_second_factor:
        return None
    return redirect(url_for("identity.second_factor"), 303)


def page_context() -> dict[str, Any]:
    """`prefers_hijri` for the `date` filter; `person_key` parts the drafts of two people in a browser."""
    here = current_sign_in()
    return {
        "prefers_hijri": here is not None and here.person.prefers_hijri,
        "person_key": here.person.public_id if here is not None else "",
    }
