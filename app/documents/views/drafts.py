"""Drafts: begun, imported with a review, edited article by article, Arabic and English side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.core import db, ratelimit
from app.core.errors import Missing, Stale, WrongState
from app.core.forms import Form, checks_csrf, choices, side_by_side
from app.core.i18n import LANGUAGES, language
from app.core.i18n import gettext as _
from app.core.inspection import WrongFile
from app.core.visitor import current_actor
from app.documents import actions, queries, receiving, words
from app.documents.addresses import desk_url, document_url
from app.documents.articles import PART, as_text, title_of
from app.documents.forms import (
    ArticleForm,
    FormFileForm,
    ImportForm,
    PublicationForm,
    StartForm,
    VersionForm,
    WithdrawalForm,
)
from app.documents.markup import to_markdown
from app.documents.models import Article, Document, Version
from app.documents.ports import Objection
from app.documents.recognition import findings_of
from app.documents.views.desk import (
    DOCUMENT,
    VERSION,
    back,
    blueprint,
    desk_page,
    document_of,
    form_page,
    version_url_of,
)

NEW = "new"
IMPORTS = "60/hour"


@blueprint.post(f"{DOCUMENT}/versions")
@checks_csrf
def create_version(kind: str, year: int, number: int) -> ResponseReturnValue:
    document, form = document_of(kind, year, number), StartForm()
    if not form.validate():
        return desk_page(document, form)
    begun = actions.start_version(current_actor(), document, bool(form.is_correction.data))
    return redirect(version_url_of(document, begun), 303)


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
    return draft_page(document_of(kind, year, number), version)


def draft_page(
    document: Document, version: int, wrong: Form | None = None, objections: Sequence[Objection] = ()
) -> ResponseReturnValue:
    pair = {code: each for code, each in queries.draft_pair(document.id, version).items() if each}
    if not pair:
        raise Missing
    forms: dict[str, Form] = {
        "publication": PublicationForm(formdata=None),
        "withdrawal": WithdrawalForm(formdata=None),
        "file": FormFileForm(formdata=None),
    }
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
        objections=objections,
        forms_of=side_by_side(forms, wrong),
        form=wrong,
        words=words,
        document_url=document_url,
        desk_url=desk_url,
    )
    return page, 409 if objections else 422 if wrong else 200


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
            beginnings={code: side[row.key].text[:200] for code, side in sides.items() if row.key in side},
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
    document = document_of(kind, year, number)
    pair = unpublished(document, version)
    form = VersionForm(data=_written_version(pair))
    if form.validate_on_submit():
        actions.tell_of_version(
            current_actor(), document, version, form.dated, form.changes, bool(form.is_correction.data)
        )
        flash(_("Saved."), "success")
        return redirect(version_url_of(document, version), 303)
    return form_page("version", form, document, number=version, version_url=version_url_of(document, version))


def unpublished(document: Document, version: int) -> dict[str, Version]:
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
    document = document_of(kind, year, number)
    actions.discard_draft(current_actor(), document, version)
    flash(_("The draft has been discarded."), "success")
    return back(document)


@blueprint.route(f"{VERSION}/articles/<key>", methods=["GET", "POST"])
@checks_csrf
def article(kind: str, year: int, number: int, version: int, key: str) -> ResponseReturnValue:
    """One article, Arabic and English side by side; the key `new` adds one at the end."""
    document = document_of(kind, year, number)
    pair = queries.draft_pair(document.id, version)
    unpublished(document, version)
    own = "" if key == NEW else key
    if own and own not in queries.keys_in(pair.values()):
        raise Missing
    form = _article_form(document, version, pair, own)
    if form.validate_on_submit() and (kept := _written(document, version, own, form)):
        flash(_("Saved."), "success")
        return redirect(f"{version_url_of(document, version)}#{kept}", 303)
    return form_page(
        "article",
        form,
        document,
        number=version,
        key=own,
        version_url=version_url_of(document, version),
        closed=[code for code, each in pair.items() if each and each.is_published],
    )


def _written(document: Document, version: int, key: str, form: ArticleForm) -> str:
    """The key under which the article is kept; empty when it is not, and the form says why."""
    seen, continues = form.seen.data or "", form.continues.data or ""
    try:
        return actions.write_article(current_actor(), document, version, key, form.sides, seen, continues)
    except Stale:
        form.seen.data = queries.mark_of(queries.draft_pair(document.id, version), key)
        form.kind.errors = [_("Somebody changed this article while you did. Compare, then save again.")]
    except WrongState:
        form.continues.errors = [_("Another article of this draft continues that one already.")]
    return ""


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
    document = document_of(kind, year, number)
    steps = -1 if request.form.get("steps") == "-1" else 1
    actions.move_article(current_actor(), document, version, key, steps)
    return redirect(f"{version_url_of(document, version)}#{key}", 303)


@blueprint.post(f"{VERSION}/articles/<key>/removal")
def remove(kind: str, year: int, number: int, version: int, key: str) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    actions.remove_article(current_actor(), document, version, key)
    flash(_("The article has been removed from the draft."), "success")
    return redirect(version_url_of(document, version), 303)


@blueprint.post(f"{VERSION}/numbering")
def renumber(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    document = document_of(kind, year, number)
    actions.renumber(current_actor(), document, version)
    flash(_("The articles are numbered anew; their keys and comments stay."), "success")
    return redirect(version_url_of(document, version), 303)


@blueprint.route(f"{VERSION}/import", methods=["GET", "POST"])
@checks_csrf
@db.own_transactions
def import_text(kind: str, year: int, number: int, version: int) -> ResponseReturnValue:
    """Take a whole text apart; what was found is reviewed on the page of the draft before anybody publishes it."""
    form = ImportForm()
    with db.transaction(reading=True):
        document = document_of(kind, year, number)
        unpublished(document, version)
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
            return _import_page(form, document_of(kind, year, number), version)
    with db.transaction():
        document = document_of(kind, year, number)
        actions.import_text(current_actor(), document, version, form.language.data, found, pictures)
        flash(_("This is what was found. Look at the marked articles before you publish."), "success")
        return redirect(version_url_of(document, version), 303)


def _sent(file: object) -> FileStorage | None:
    return file if isinstance(file, FileStorage) and file.filename else None


def _import_page(form: ImportForm, document: Document, version: int) -> ResponseReturnValue:
    form.file.data = None
    return form_page(
        "import", form, document, number=version, version_url=version_url_of(document, version),
        accepted=receiving.ACCEPTED,
    )  # fmt: skip
