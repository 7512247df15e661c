"""The page of the open data, its dictionary, and the files."""

from flask import Blueprint, Response, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from app.core.errors import Missing
from app.core.visitor import current_actor
from participation.consultations.open_data import dictionary, queries

blueprint = Blueprint(
    "open_data",
    __name__,
    template_folder="templates",
)


@blueprint.get("/consultations/<slug>/data")
def show(slug: str) -> ResponseReturnValue:
    consultation, made = queries.newest(current_actor(), slug)
    return render_template(
        "open_data/show.html",
        consultation=consultation,
        made=made,
        tables=dictionary.TABLES,
        polis=dictionary.POLIS,
        about=dictionary.ABOUT,
        manifest=dictionary.FILES,
        licence=queries.licence(consultation),
    )


@blueprint.get("/consultations/<slug>/data/<public_id>")
def download(slug: str, public_id: str) -> Response:
    """One file, as a download that no browser runs."""
    file = queries.find_file(current_actor(), slug, public_id)
    try:
        content = current_app.extensions["storage"].open(file.storage_name)
    except FileNotFoundError:
        raise Missing from None
    answer = send_file(content, mimetype=file.media_type, etag=False)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Content-Length"] = str(file.size)
    answer.headers["Content-Security-Policy"] = "sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer
