"""Pages of nobody's feature: home, what the site says of itself, the style guide."""

from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    has_request_context,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.core import clock, i18n
from app.core.i18n import PREFIX, ngettext
from app.core.i18n import gettext as _
from app.dashboards import queries, specimens
from participation.consultations import showing
from participation.consultations.queries.lists import open_now

blueprint = Blueprint("dashboards", __name__, url_prefix=PREFIX, template_folder="templates")
root = Blueprint("root", __name__)

KEPT_FROM_ROBOTS = ("account", "administration", "cases", "demo", "inbox", "inquiries", "notices")


@root.get("/")
def start() -> ResponseReturnValue:
    """To the home page in the language chosen before, else the browser's, else the site's own."""
    answer = redirect(url_for("dashboards.home", lang=i18n.language()))
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


@root.get("/robots.txt")
def robots() -> Response:
    """Public pages may be found; the demo may not, so that nobody takes it for a government."""
    if current_app.config["SETTINGS"].is_demo:
        closed = ["/"]
    else:
        closed = [f"/{code}/{path}" for code in i18n.LANGUAGES for path in KEPT_FROM_ROBOTS]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/")
def home() -> str:
    """What the site is, the ways in, what is open for comments, how it works, honest figures, the agencies."""
    shown = queries.figures()
    return render_template(
        "dashboards/home.html",
        consultations=[showing.card_of(listed, clock.now()) for listed in open_now(clock.now())],
        agencies=sorted(agencies.all_active(), key=lambda agency: str(agency.name)),
        figures=shown,
        to_first_answer=working_time(shown.to_first_answer) if shown.to_first_answer is not None else None,
        days=queries.PERIOD.days,
        smallest=queries.SMALLEST_SHOWN,
    )


def working_time(wait: timedelta) -> str:
    """`5 working hours`, in the reader's language; shorter waits in minutes."""
    minutes = round(wait.total_seconds() / 60)
    if minutes < 90:
        return ngettext("%(num)s working minute", "%(num)s working minutes", minutes)
    hours = round(minutes / 60)
    return ngettext("%(num)s working hour", "%(num)s working hours", hours)


@blueprint.get("/accessibility")
def accessibility() -> str:
    return render_template("dashboards/accessibility.html")


@blueprint.get("/privacy")
def privacy() -> str:
    return render_template("dashboards/privacy.html")


@blueprint.get("/styleguide")
def styleguide() -> str:
    """Each component in every state; the target of the accessibility and picture tests."""
    return render_template("styleguide.html", **specimens.everything())


def context() -> dict[str, Any]:
    """The search box of every page; the footer's way to report this one: an inquiry that begins with its address."""
    if not has_request_context():
        return {}
    found = {"search_url": url_for("search.index")}
    if request.endpoint is None or request.blueprint == "inquiries":
        return found
    return found | {"report_url": url_for("inquiries.write", about=request.path[:200])}


def accessibility_label() -> str:
    return _("Accessibility")


def privacy_label() -> str:
    return _("Your data and your rights")
