"""The desk of the keepers: the list of what they keep, new documents, and the page of each."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.agencies.models import Agency
from app.core.forms import Form, checks_csrf, choices, side_by_side
from app.core.i18n import LANGUAGES, language
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.visitor import current_actor
from app.documents import actions, listing, queries, words
from app.documents.actions import AddressTaken, NotReady
from app.documents.addresses import desk_url, document_url
from app.documents.forms import (
    AddressForm,
    DescriptionForm,
    EventForm,
    NewDocumentForm,
    RelationForm,
    StartForm,
    written_description,
)
from app.documents.models import Document, Version
from app.documents.permissions import is_keeper, may_keep_documents
from app.documents.ports import Objection

blueprint = Blueprint("document_desk", __name__, template_folder="../templates", url_prefix="/documents")

DOCUMENT = "/<kind>/<int:year>/<int:number>"
VERSION = f"{DOCUMENT}/versions/<int:version>"


def document_of(kind: str, year: int, number: int) -> Document:
    return queries.to_edit(current_actor(), kind, year, number)


def back(document: Document) -> ResponseReturnValue:
    return redirect(desk_url(document), 303)


def version_url_of(document: Document, version: int) -> str:
    names: dict[str, Any] = {"kind": document.kind, "year": document.year, "number": document.number}
    return url_for("document_desk.draft", **names, version=version)


@blueprint.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    require(may_keep_documents(actor))
    page = listing.desk(actor, request.args.get("after"))
    return render_template(
        "documents/desk/index.html",
        page=page,
        next_url=page.next_cursor and url_for("document_desk.index", after=page.next_cursor),
        first_url=url_for("document_desk.index") if request.args.get("after") else None,
        words=words,
        desk_url=desk_url,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@checks_csrf
def create() -> ResponseReturnValue:
    actor = current_actor()
    require(may_keep_documents(actor))
    own = {key: each for key, each in agencies.known().items() if is_keeper(actor, key)}
    form = NewDocumentForm()
    form.agency.choices = choices((key, each.name) for key, each in own.items())
    if form.validate_on_submit():
        try:
            return back(_created(form, own[form.agency.data]))
        except AddressTaken:
            form.refuse()
    return form_page("new", form)


def _created(form: NewDocumentForm, agency: Agency) -> Document:
    said = form.description
    return actions.create_document(
        current_actor(),
        agency,
        form.kind.data,
        said.title,
        int(form.year.data) if form.year.data else None,
        int(form.number.data) if form.number.data else None,
        summary=said.summary,
        keywords=said.keywords,
        licence=said.licence,
        authentic_language=said.authentic_language,
        client_id=form.key_of(said.title[0], said.title[1], form.number.data or ""),
    )


def form_page(name: str, form: Form, document: Document | None = None, **facts: Any) -> ResponseReturnValue:
    """A page that is one form; shown again with 422 when something in it is wrong."""
    page = render_template(
        f"documents/desk/{name}.html", form=form, document=document, words=words, desk_url=desk_url, **facts
    )
    return page, 422 if form.errors else 200


@blueprint.get(DOCUMENT)
def show(kind: str, year: int, number: int) -> ResponseReturnValue:
    return desk_page(document_of(kind, year, number))


def desk_page(
    document: Document, wrong: Form | None = None, objections: Sequence[Objection] = ()
) -> ResponseReturnValue:
    """The page of a document; `wrong` is the form that did not pass, shown again."""
    versions = queries.history(document.id, with_drafts=True)
    articles = named_articles(document, versions)
    page = render_template(
        "documents/desk/show.html",
        document=document,
        versions=versions,
        draft_number=max((each.number for each in versions if not each.is_published), default=0),
        events=queries.events_of(document.id),
        relations=[each for each in queries.relations_of(current_actor(), document) if not each.is_inverse],
        titles=dict(articles),
        missing=_missing_sides(document, versions),
        forms_of=side_by_side(_forms(document, versions, articles), wrong),
        objections=objections,
        form=wrong,
        words=words,
        document_url=document_url,
    )
    return page, 409 if objections else 422 if wrong else 200


def _forms(document: Document, versions: list[Version], articles: list[tuple[str, str]]) -> dict[str, Form]:
    numbers = sorted({each.number for each in versions if each.is_published})
    address = {"kind": document.kind, "year": str(document.year), "number": str(document.number)}
    return {
        "address": AddressForm(formdata=None, **address),
        "start": StartForm(formdata=None),
        "event": EventForm(articles, numbers, formdata=None),
        "relation": RelationForm(document.kind, articles, formdata=None),
    }


def named_articles(document: Document, versions: list[Version]) -> list[tuple[str, str]]:
    """Keys and titles of the newest text, for choosing one."""
    if not versions:
        return []
    rows = queries.article_rows(queries.draft_pair(document.id, versions[0].number), language())
    return [(row.key, row.title) for row in rows if row.title]


def _missing_sides(document: Document, versions: list[Version]) -> list[str]:
    """What is there in one language alone: a task for the agency."""
    newest = {each.language for each in versions if each.number == versions[0].number}
    titles = [_no_title(code) for code in LANGUAGES if not getattr(document, f"title_{code}")]
    return titles + [_no_text(code) for code in LANGUAGES if newest and code not in newest]


def _no_title(code: str) -> str:
    return {"ar": _("The title in Arabic is missing."), "en": _("The title in English is missing.")}[code]


def _no_text(code: str) -> str:
    return {
        "ar": _("The newest version has no Arabic text."),
        "en": _("The newest version has no English text."),
    }[code]


@blueprint.route(f"{DOCUMENT}/description", methods=["GET", "POST"])
@checks_csrf
def describe(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    form = DescriptionForm(data=written_description(document))
    if form.validate_on_submit():
        actions.describe(current_actor(), document, form.description)
        flash(_("Saved."), "success")
        return back(document)
    return form_page("description", form, document)


@blueprint.post(f"{DOCUMENT}/address")
@checks_csrf
def create_address(kind: str, year: int, number: int) -> ResponseReturnValue:
    document, form = document_of(kind, year, number), AddressForm()
    if form.validate():
        try:
            actions.rename(
                current_actor(),
                document,
                form.kind.data,
                int(form.year.data or 0),
                int(form.number.data or 0),
            )
        except AddressTaken:
            form.refuse()
        except NotReady as refused:
            return desk_page(document, form, refused.objections)
        else:
            flash(_("The document has its new address. The old one leads there."), "success")
            return back(document)
    return desk_page(document, form)
