"""The public pages of the library."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Missing
from app.core.i18n import language
from app.core.visitor import current_actor
from app.documents import diff, queries

blueprint = Blueprint("documents", __name__, template_folder="templates")


@blueprint.get("/docs/<kind>/<int:year>/<int:number>")
def show(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = queries.find(current_actor(), kind, year, number)
    shown = request.args.get("version", queries.newest_number(document.id), int)
    pair = queries.published_pair(document.id, shown)
    return render_template(
        "documents/show.html", document=document, articles=queries.article_rows(pair, language())
    )


@blueprint.get("/docs/<kind>/<int:year>/<int:number>/comparison")
def compare(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = queries.find(current_actor(), kind, year, number)
    older, newer = (request.args.get(side, 0, int) for side in ("from", "to"))
    pairs = [queries.published_pair(document.id, each)[language()] for each in (older, newer)]
    if pairs[0] is None or pairs[1] is None:
        raise Missing
    return render_template(
        "documents/compare.html", document=document, changes=diff.articles(pairs[0], pairs[1])
    )
