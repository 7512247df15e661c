"""Pages of nobody's feature: the style guide."""

from flask import Blueprint, render_template

from app.core.i18n import PREFIX
from app.dashboards import specimens

blueprint = Blueprint("dashboards", __name__, url_prefix=PREFIX)


@blueprint.get("/styleguide")
def styleguide() -> str:
    """Each component in every state; the target of the accessibility and picture tests."""
    return render_template("styleguide.html", **specimens.everything())
