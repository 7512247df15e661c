"""What everybody reads: the list, the draft with its articles, the talk about them."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.visitor import current_actor
from participation.consultations import places, queries

blueprint = Blueprint("consultations", __name__, template_folder="templates", url_prefix="/consultations")


@blueprint.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    consultation = queries.find(current_actor(), slug)
    return render_template("consultations/show.html", consultation=consultation)


@blueprint.get("/<slug>/articles/<key>")
def article(slug: str, key: str) -> ResponseReturnValue:
    consultation = queries.find(current_actor(), slug)
    heading = places.heading_of(consultation, key)
    return render_template("consultations/article.html", consultation=consultation, heading=heading)


@blueprint.get("/<slug>/comments")
def comments(slug: str) -> ResponseReturnValue:
    consultation = queries.find(current_actor(), slug)
    return render_template("consultations/comments.html", consultation=consultation)
