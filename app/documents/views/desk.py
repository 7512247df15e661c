"""The desk of the keepers: new documents, drafts article by article, import, publishing, facts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.agencies import queries as agencies
from app.agencies.models import Agency
from app.core import db, ratelimit, uploads
from app.core.errors import DomainError, Missing, Stale, WrongState
from app.core.forms import Form, checks_csrf, choices
from app.core.i18n import LANGUAGES, language
from app.core.i18n import gettext as _
from app.core.inspection import WrongFile
from app.core.permissions import NOBODY, Actor, require
from app.core.visitor import current_actor
from app.documents import actions, files, queries, receiving, words
from app.documents.actions import AddressTaken, NotReady
from app.documents.addresses import desk_url, document_url
from app.documents.articles import PART, as_text, title_of
from app.documents.forms import (
    AddressField,
    AddressForm,
    ArticleForm,
    DescriptionForm,
    EventForm,
    FormFileForm,
    ImportForm,
    NewDocumentForm,
    PublicationForm,
    RelationForm,
    StartForm,
    VersionForm,
    WithdrawalForm,
    written_description,
)
from app.documents.markup import to_markdown
from app.documents.models import Article, Document, Version
from app.documents.permissions import is_keeper, may_keep_documents
from app.documents.recognition import findings_of

blueprint = Blueprint("document_desk", __name__, template_folder="../templates", url_prefix="/documents")

DOCUMENT = "/<kind>/<int:year>/<int:number>"
VERSION = f"{DOCUMENT}/versions/<int:version>"
NEW = "new"
IMPORTS = "60/hour"


def _document(kind: str, year: int, number: int) -> Document:
    return queries.to_edit(current_actor(), kind, year, number)


def _back(document: Document) -> ResponseReturnValue:
    return redirect(desk_url(document), 303)


def _version_url(document: Document, version: int) -> str:
    names: dict[str, Any] = {"kind": document.kind, "year": document.year, "number": document.number}
    return url_for("document_desk.draft", **names, version=version)


# Works


@blueprint.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    require(may_keep_documents(actor))
    page = queries.desk(actor, request.args.get("after"))
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
            return _back(_created(form, own[form.agency.data]))
        except AddressTaken:
            form.refuse()
    return _form_page("new", form)


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


def _form_page(name: str, form: Form, document: Document | None = None, **facts: Any) -> ResponseReturnValue:
    """A page that is one form; shown again with 422 when something in it is wrong."""
    page = render_template(
        f"documents/desk/{name}.html", form=form, document=document, words=words, desk_url=desk_url, **facts
    )
    return page, 422 if form.errors else 200


@blueprint.get(DOCUMENT)
def show(kind: str, year: int, number: int) -> ResponseReturnValue:
    return _desk(_document(kind, year, number))


def _desk(document: Document, wrong: Form | None = None) -> ResponseReturnValue:
    """The page of a document; `wrong` is the form that did not pass, shown again."""
    versions = queries.history(document.id, with_drafts=True)
    articles = _named_articles(document, versions)
    numbers = sorted({each.number for each in versions if each.is_published})
    forms: dict[str, Form] = {
        "address": AddressForm(
            formdata=None, kind=document.kind, year=str(document.year), number=str(document.number)
        ),
        "start": StartForm(formdata=None),
        "event": EventForm(articles, numbers, formdata=None),
        "relation": RelationForm(articles, formdata=None),
    }
    forms = {name: wrong if type(wrong) is type(form) else form for name, form in forms.items()}
    for name, form in forms.items():
        form.within(name)
    page = render_template(
        "documents/desk/show.html",
        document=document,
        versions=versions,
        draft_number=max((each.number for each in versions if not each.is_published), default=0),
        events=queries.events_of(document.id),
        relations=[each for each in queries.relations_of(current_actor(), document) if not each.is_inverse],
        titles=dict(articles),
        missing=_missing_sides(document, versions),
        forms_of=forms,
        form=wrong,
        words=words,
        document_url=document_url,
    )
    return page, 422 if wrong else 200


def _named_articles(document: Document, versions: list[Version]) -> list[tuple[str, str]]:
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
    document = _document(kind, year, number)
    form = DescriptionForm(data=written_description(document))
    if form.validate_on_submit():
        actions.describe(current_actor(), document, form.description)
        flash(_("Saved."), "success")
        return _back(document)
    return _form_page("description", form, document)


@blueprint.post(f"{DOCUMENT}/address")
@checks_csrf
def create_address(kind: str, year: int, number: int) -> ResponseReturnValue:
    document, form = _document(kind, year, number), AddressForm()
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
        else:
            flash(_("The document has its new address. The old one leads there."), "success")
            return _back(document)
    return _desk(document, form)


# Drafts


@blueprint.post(f"{DOCUMENT}/versions")
@checks_csrf
def create_version(kind: str, year: int, number: int) -> ResponseReturnValue:
    document, form = _document(kind, year, number), StartForm()
    if not form.validate():
        return _desk(document, form)
    begun = actions.start_version(current_actor(), document, bool(form.is_correction.data))
    return redirect(_version_url(document, begun), 303)


@dataclass(frozen=True)
class DraftRow:
    """One article of a draft with both sides, and what the reviewer should look at."""

    key: str
    is_part: bool
    titles: dict[str, str]
    beginnings: dict[str, str]
    is_unsure: bool
    change: str

    @property
    def missing(self) -> list[str]:
        return [code for code in LANGUAGES if code not in self.titles]


@blueprint.get(VERSION)
def draft(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    return _draft_page(_document(kind, year, number), version)


def _draft_page(
    document: Document, version: int, wrong: Form | None = None, reasons: list[str] | None = None
) -> ResponseReturnValue:
    pair = {code: each for code, each in queries.draft_pair(document.id, version).items() if each}
    if not pair:
        raise Missing
    forms: dict[str, Form] = {
        "publication": PublicationForm(formdata=None),
        "withdrawal": WithdrawalForm(formdata=None),
        "file": FormFileForm(formdata=None),
    }
    forms = {name: wrong if type(wrong) is type(form) else form for name, form in forms.items()}
    for name, form in forms.items():
        form.within(name)
    page = render_template(
        "documents/desk/draft.html",
        document=document,
        number=version,
        pair=pair,
        rows=_draft_rows(document, version, pair),
        is_draft=any(not each.is_published for each in pair.values()),
        is_open=any(code not in pair or not pair[code].is_published for code in LANGUAGES),
        is_public=any(each.is_public for each in pair.values()),
        findings={code: words.finding_sentences(_counts(each)) for code, each in pair.items()},
        mismatch=_mismatch(pair),
        files=queries.files_of([each.id for each in pair.values()]),
        reasons=reasons or [],
        forms_of=forms,
        form=wrong,
        words=words,
        document_url=document_url,
        desk_url=desk_url,
    )
    return page, 409 if reasons else 422 if wrong else 200


def _counts(version: Version) -> dict[str, int]:
    """What to look at in the articles as they are now, and how many pictures the import has left out."""
    return {"pictures": (version.findings or {}).get("pictures", 0)} | findings_of(version.articles)


def _mismatch(pair: dict[str, Version]) -> tuple[int, int] | None:
    """How many articles each language has, when the numbers differ."""
    counts = [sum(1 for a in each.articles if a.kind != PART) for _code, each in sorted(pair.items())]
    return (counts[0], counts[1]) if len(counts) == 2 and counts[0] != counts[1] else None


def _draft_rows(document: Document, version: int, pair: dict[str, Version]) -> list[DraftRow]:
    sides = {code: {a.key: a for a in each.articles} for code, each in pair.items()}
    before = queries.draft_pair(document.id, version - 1)
    earlier = {code: {a.key: a for a in each.articles} for code, each in before.items() if each}
    unsure = {key for each in pair.values() for key in (each.findings or {}).get("unsure", ())}
    rows = queries.article_rows(dict(pair), language())
    return [
        DraftRow(
            key=row.key,
            is_part=row.is_part,
            titles={code: _title(side[row.key], code) for code, side in sides.items() if row.key in side},
            beginnings={code: side[row.key].text[:160] for code, side in sides.items() if row.key in side},
            is_unsure=row.key in unsure,
            change=_change(row.key, sides, earlier),
        )
        for row in rows
    ]


def _title(article: Article, code: str) -> str:
    return title_of(article.kind, article.number, article.heading, code)


def _change(key: str, sides: dict[str, dict[str, Article]], earlier: dict[str, dict[str, Article]]) -> str:
    """`new`, `changed` or nothing, against the version before."""
    if not earlier:
        return ""
    if not any(key in side for side in earlier.values()):
        return "new"
    pairs = [
        (side[key], earlier[code].get(key)) for code, side in sides.items() if key in side and code in earlier
    ]
    same = all(
        old and (old.number, old.heading, old.html) == (a.number, a.heading, a.html) for a, old in pairs
    )
    return "" if same else "changed"


@blueprint.route(f"{VERSION}/description", methods=["GET", "POST"])
@checks_csrf
def describe_version(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document = _document(kind, year, number)
    pair = _unpublished(document, version)
    form = VersionForm(data=_written_version(pair))
    if form.validate_on_submit():
        actions.tell_of_version(
            current_actor(), document, version, form.dated, form.changes, bool(form.is_correction.data)
        )
        flash(_("Saved."), "success")
        return redirect(_version_url(document, version), 303)
    return _form_page("version", form, document, number=version, version_url=_version_url(document, version))


def _unpublished(document: Document, version: int) -> dict[str, Version]:
    """The sides that may still be changed; a language nobody has written yet may be. Raises Missing, WrongState."""
    written = {code: each for code, each in queries.draft_pair(document.id, version).items() if each}
    if not written:
        raise Missing
    drafts = {code: each for code, each in written.items() if not each.is_published}
    if not drafts and len(written) == len(LANGUAGES):
        raise WrongState
    return drafts


def _written_version(pair: dict[str, Version]) -> dict[str, object]:
    written: dict[str, object] = {"is_correction": any(each.is_correction for each in pair.values())}
    for code, each in pair.items():
        written |= {f"dated_{code}": each.dated.isoformat(), f"changes_{code}": each.changes}
    return written


@blueprint.post(f"{VERSION}/removal")
def discard(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document = _document(kind, year, number)
    actions.discard_draft(current_actor(), document, version)
    flash(_("The draft has been discarded."), "success")
    return _back(document)


@blueprint.route(f"{VERSION}/articles/<key>", methods=["GET", "POST"])
@checks_csrf
def article(kind: str, year: int, number: int, version: int, key: str) -> ResponseReturnValue:
    """One article, Arabic and English side by side; the key `new` adds one at the end."""
    document = _document(kind, year, number)
    pair = queries.draft_pair(document.id, version)
    _unpublished(document, version)
    own = "" if key == NEW else key
    if own and own not in queries.keys_in(pair.values()):
        raise Missing
    form = _article_form(document, version, pair, own)
    if form.validate_on_submit():
        try:
            kept = actions.write_article(
                current_actor(),
                document,
                version,
                own,
                form.sides,
                form.seen.data or "",
                form.continues.data or "",
            )
        except Stale:
            form.seen.data = queries.mark_of(pair, own)
            form.kind.errors = [_("Somebody changed this article while you did. Compare, then save again.")]
        except WrongState:
            form.continues.errors = [_("Another article of this draft continues that one already.")]
        else:
            flash(_("Saved."), "success")
            return redirect(f"{_version_url(document, version)}#{kept}", 303)
    return _form_page(
        "article",
        form,
        document,
        number=version,
        key=own,
        version_url=_version_url(document, version),
        closed=[code for code, each in pair.items() if each and each.is_published],
    )


def _article_form(document: Document, version: int, pair: dict[str, Version | None], key: str) -> ArticleForm:
    written = _written_article(pair, key) | {"seen": queries.mark_of(pair, key)}
    form = ArticleForm(data=written)
    form.continues.choices = choices(_continuable(document, version, pair, key))
    if request.method == "GET":
        form.continues.data = ""
    return form


def _written_article(pair: dict[str, Version | None], key: str) -> dict[str, object]:
    written: dict[str, object] = {"kind": "article"}
    for code, each in pair.items():
        for found in each.articles if each else ():
            if found.key == key:
                text = as_text(found)
                written |= {
                    "kind": text.kind,
                    f"number_{code}": text.number,
                    f"heading_{code}": text.heading,
                    f"body_{code}": to_markdown(text.html),
                }
    return written


def _continuable(
    document: Document, version: int, pair: dict[str, Version | None], key: str
) -> list[tuple[str, str]]:
    """Articles of the version before that no article of this draft continues."""
    before = queries.draft_pair(document.id, version - 1)
    used = queries.keys_in(pair.values())
    rows = queries.article_rows(before, language())
    free = [(row.key, row.title or row.key) for row in rows if row.key not in used]
    return [("", _("As it is now") if key else _("None: it is new")), *free]


@blueprint.post(f"{VERSION}/articles/<key>/position")
def move(kind: str, year: int, number: int, version: int, key: str) -> ResponseReturnValue:
    document = _document(kind, year, number)
    steps = -1 if request.form.get("steps") == "-1" else 1
    actions.move_article(current_actor(), document, version, key, steps)
    return redirect(f"{_version_url(document, version)}#{key}", 303)


@blueprint.post(f"{VERSION}/articles/<key>/removal")
def remove(kind: str, year: int, number: int, version: int, key: str) -> ResponseReturnValue:
    document = _document(kind, year, number)
    actions.remove_article(current_actor(), document, version, key)
    flash(_("The article has been removed from the draft."), "success")
    return redirect(_version_url(document, version), 303)


@blueprint.post(f"{VERSION}/numbering")
def renumber(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document = _document(kind, year, number)
    actions.renumber(current_actor(), document, version)
    flash(_("The articles are numbered anew; their keys and comments stay."), "success")
    return redirect(_version_url(document, version), 303)


@blueprint.route(f"{VERSION}/import", methods=["GET", "POST"])
@checks_csrf
@db.own_transactions
def import_text(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    """Take a whole text apart; what was found is reviewed on the page of the draft before anybody publishes it."""
    form = ImportForm()
    with db.transaction(reading=True):
        document = _document(kind, year, number)
        _unpublished(document, version)
        pair = queries.draft_pair(document.id, version)
        form.offer([code for code, each in pair.items() if each is None or not each.is_published])
        if not form.validate_on_submit():
            return _import_page(form, document, version)
    ratelimit.demand(IMPORTS, "document-import", current_actor().key)
    try:
        found, pictures = receiving.received(_sent(form.file.data), form.text.data or "", form.language.data)
    except WrongFile as wrong:
        form.file.errors = [str(wrong)]
        with db.transaction(reading=True):
            return _import_page(form, _document(kind, year, number), version)
    with db.transaction():
        document = _document(kind, year, number)
        actions.import_text(current_actor(), document, version, form.language.data, found, pictures)
        flash(_("This is what was found. Look at the marked articles before you publish."), "success")
        return redirect(_version_url(document, version), 303)


def _sent(file: object) -> FileStorage | None:
    return file if isinstance(file, FileStorage) and file.filename else None


def _import_page(form: ImportForm, document: Document, version: int) -> ResponseReturnValue:
    form.file.data = None
    return _form_page(
        "import", form, document, number=version, version_url=_version_url(document, version),
        accepted=receiving.ACCEPTED,
    )  # fmt: skip


# Publishing


@blueprint.post(f"{VERSION}/publication")
@checks_csrf
def publish(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document, form = _document(kind, year, number), PublicationForm()
    if not form.validate():
        return _draft_page(document, version, form)
    try:
        actions.publish(current_actor(), document, version, form.takes_effect.day)
    except NotReady as refused:
        return _draft_page(document, version, form, refused.reasons)
    except WrongState:  # sent twice: what was asked for is done
        return redirect(document_url(document, version), 303)
    flash(_("Version %(number)d is public.", number=version), "success")
    return redirect(document_url(document, version), 303)


@blueprint.post(f"{VERSION}/withdrawal")
@checks_csrf
def withdraw(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document, form = _document(kind, year, number), WithdrawalForm()
    if not form.validate():
        return _draft_page(document, version, form)
    if not any(queries.published_pair(document.id, version).values()):
        return _back(document)  # sent twice
    actions.withdraw(current_actor(), document, version, form.reason.data or "")
    flash(_("Version %(number)d is withdrawn; its page says why.", number=version), "success")
    return _back(document)


# Files


@blueprint.post(f"{VERSION}/files")
@checks_csrf
@db.own_transactions
def create_file(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    form, actor = FormFileForm(), current_actor()
    with db.transaction(reading=True):
        document = _document(kind, year, number)
        if not form.validate():
            return _draft_page(document, version, form)
        if queries.draft_pair(document.id, version)[form.language.data] is None:
            form.language.errors = [_("This version has no text in that language.")]
            return _draft_page(document, version, form)
    try:
        stored = uploads.receive(actor, form.file.data)
    except WrongFile as wrong:
        form.file.errors = [str(wrong)]
        with db.transaction(reading=True):
            return _draft_page(_document(kind, year, number), version, form)
    with uploads.content(stored) as content:
        state = files.text_state(stored.media_type, content)
    with db.transaction():
        document = _document(kind, year, number)
        side = queries.draft_pair(document.id, version)[form.language.data]
        if side is None:
            raise Missing
        actions.attach_file(actor, document, side, stored, state)
        flash(_("The file has been added."), "success")
        return redirect(_version_url(document, version), 303)


@blueprint.post(f"{DOCUMENT}/files/<public_id>/removal")
def remove_file(kind: str, year: int, number: int, public_id: str) -> ResponseReturnValue:
    document = _document(kind, year, number)
    actions.remove_file(current_actor(), document, public_id)
    return _back(document)


# Facts


@blueprint.post(f"{DOCUMENT}/events")
@checks_csrf
def create_event(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = _document(kind, year, number)
    versions = queries.history(document.id, with_drafts=True)
    numbers = sorted({each.number for each in versions if each.is_published})
    form = EventForm(_named_articles(document, versions), numbers)
    source = _other(form.source, NOBODY) if form.validate() else None
    if form.errors or form.day.day is None:
        return _desk(document, form)
    actions.record_event(
        current_actor(),
        document,
        form.kind.data,
        form.day.day,
        form.article_key.data or "",
        int(form.version_number.data) if form.version_number.data else None,
        source,
    )
    flash(_("Saved."), "success")
    return _back(document)


def _other(field: AddressField, actor: Actor) -> Document | None:
    """The document whose address was typed; an error of the field when this actor sees none there."""
    if field.place is None:
        return None
    try:
        return queries.find(actor, *field.place)
    except Missing:
        field.errors = [_("There is no document at this address.")]
        return None


@blueprint.post(f"{DOCUMENT}/events/<int:seq>/removal")
def remove_event(kind: str, year: int, number: int, seq: int) -> ResponseReturnValue:
    document = _document(kind, year, number)
    actions.strike_event(current_actor(), document, seq)
    return _back(document)


@blueprint.post(f"{DOCUMENT}/relations")
@checks_csrf
def create_relation(kind: str, year: int, number: int) -> ResponseReturnValue:
    document = _document(kind, year, number)
    versions = queries.history(document.id, with_drafts=True)
    form = RelationForm(_named_articles(document, versions))
    target = _other(form.target, current_actor()) if form.validate() else None
    if target is not None:
        _attempt(form.target, lambda: actions.relate(
            current_actor(), document, form.predicate.data, target, form.article_key.data or "", form.target.key
        ))  # fmt: skip
    if form.errors:
        return _desk(document, form)
    flash(_("Saved."), "success")
    return _back(document)


def _attempt(field: AddressField, act: Callable[[], None]) -> None:
    try:
        act()
    except DomainError:
        field.errors = [_("A document cannot do this to itself.")]


@blueprint.post(f"{DOCUMENT}/relations/<relation_id>/removal")
def remove_relation(kind: str, year: int, number: int, relation_id: str) -> ResponseReturnValue:
    document = _document(kind, year, number)
    actions.unrelate(current_actor(), document, queries.relation(document.id, relation_id))
    return _back(document)
