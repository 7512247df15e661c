"""What everybody reads: the list, a document, its history, the comparison of two versions, files and feeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.core import clock, i18n, ratelimit, uploads
from app.core.errors import Missing
from app.core.i18n import language, other
from app.core.permissions import Actor
from app.core.text import clean_line, fold_digits
from app.core.visitor import current_actor
from app.documents import diff, feeds, listing, ports, queries, words
from app.documents.addresses import comparison_url, desk_url, document_url
from app.documents.articles import title_of
from app.documents.listing import Filters
from app.documents.models import KINDS, Document, DocumentEvent, Version
from app.documents.standing import Standing, standing
from app.notifications.queries import attention

blueprint = Blueprint("documents", __name__, template_folder="../templates")
root = Blueprint("documents_root", __name__)

COMPARISONS = "120/minute"
"""A long law costs a second."""

INLINE, SIDE_BY_SIDE = "inline", "side"
OTHER_VIEW = {INLINE: SIDE_BY_SIDE, SIDE_BY_SIDE: INLINE}


@root.get("/docs/<path:rest>")
def in_own_language(rest: str) -> ResponseReturnValue:
    """An address without language leads to the reader's."""
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    answer = redirect(f"/{language()}/docs/{_quoted(rest)}{query}")
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def _quoted(rest: str) -> str:
    return quote(rest, safe="/@")


# The list


@blueprint.get("/docs")
def index() -> ResponseReturnValue:
    filters = asked_filters()
    page = listing.library(current_actor(), filters, request.args.get("after"))
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in ("kind", "agency", "year", "in_force")
    }
    return render_template(
        "documents/index.html",
        page=page,
        filters=filters,
        next_url=page.next_cursor and url_for("documents.index", **kept, after=page.next_cursor),
        first_url=url_for("documents.index", **kept) if request.args.get("after") else None,
        years=[(year, str(year)) for year in listing.years()],
        agencies=[(agency.key, agency.name) for agency in agencies.known().values()],
        kinds=[(kind, words.kind_name(kind)) for kind in KINDS],
        words=words,
        document_url=document_url,
        feed_names={name: kept[name] for name in ("kind", "agency") if kept.get(name)},
    )


def asked_filters() -> Filters:
    """The filters of the address; what is no kind, agency or year filters nothing."""
    asked = {name: clean_line(value, 60) for name, value in request.args.items()}
    year = fold_digits(asked.get("year", ""))
    return Filters(
        kind=asked["kind"] if asked.get("kind") in KINDS else "",
        agency=asked.get("agency", ""),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
        in_force=asked.get("in_force") == "1",
    )


@blueprint.get("/docs/feed.atom")
def atom() -> Response:
    return feeds.atom(asked_filters(), request.url)


@blueprint.get("/docs/feed.json")
def json_feed() -> Response:
    return Response(feeds.json_feed(asked_filters(), request.url), mimetype="application/feed+json")


@blueprint.get("/docs/manifest.json")
def manifest() -> Response:
    """The newest signed day with its lines: whoever keeps it can prove later what stood here."""
    heads = queries.manifest_heads(most=1)
    if not heads:
        raise Missing
    return Response(
        feeds.manifest_json(heads[0], queries.manifest_lines(heads[0].day)), mimetype="application/json"
    )


# One document


@dataclass(frozen=True)
class Shown:
    """A document on a day, or one version of it, as its page tells it."""

    document: Document
    number: int
    standing: Standing
    day: date
    is_today: bool
    versions: dict[str, Version]
    withdrawn: list[Version]
    events: list[DocumentEvent]
    history: list[Version]

    @cached_property
    def rows(self) -> list[Any]:
        return queries.article_rows(self.versions, language())

    @property
    def own(self) -> Version:
        """The side in the reader's language, or the other one."""
        return self.versions.get(language()) or self.versions[other(language())]

    @property
    def is_fallback(self) -> bool:
        return bool(self.versions) and language() not in self.versions

    @property
    def previous(self) -> int:
        """The number of the public version before this one; 0 when there is none."""
        public = {each.number for each in self.history if each.is_public and each.number < self.number}
        return max(public, default=0)

    @property
    def newest(self) -> int:
        return max(each.number for each in self.history)


@blueprint.get("/docs/<kind>/<int:year>/<int:number>")
def show(kind: str, year: int, number: int) -> ResponseReturnValue:
    """What applies today, on the day `as-of`, or the version `version`."""
    return _show(kind, year, number, _asked_day())


@blueprint.get("/docs/<kind>/<int:year>/<int:number>@<day:day>")
def show_on(kind: str, year: int, number: int, day: date) -> ResponseReturnValue:
    return _show(kind, year, number, day)


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(fold_digits(request.args.get("as-of", ""))[:10])
    except ValueError:
        return None


def _show(kind: str, year: int, number: int, day: date | None) -> ResponseReturnValue:
    actor = current_actor()
    document = queries.find(actor, kind, year, number)
    if moved := moved_to(document):
        return moved
    history = queries.history(document.id)
    if not history:
        return redirect(desk_url(document))
    shown = _shown(document, history, day, _asked_number())
    return render_template(
        "documents/show.html",
        shown=shown,
        document=document,
        words=words,
        files=queries.files_of([each.id for each in shown.versions.values()]),
        **_related(actor, document),
        titles={row.key: row.title for row in shown.rows},
        attention=attention(actor, "document", document.id),
        document_url=document_url,
        desk_url=desk_url,
    )


def _related(actor: Actor, document: Document) -> dict[str, Any]:
    """Other documents, and apart from them the way from the draft over its consultation to the law."""
    relations = queries.relations_of(actor, document)
    return {
        "relations": [each for each in relations if each.relation.predicate != "adopts"],
        "adoptions": [each for each in relations if each.relation.predicate == "adopts"],
        "links": ports.links_of(actor, document),
    }


def _asked_number() -> int | None:
    asked = fold_digits(request.args.get("version", ""))
    return int(asked) if asked.isdecimal() and len(asked) < 6 else None


def moved_to(document: Document) -> ResponseReturnValue | None:
    """The permanent way from an older address, or one with other digits, to the one of now."""
    names = {"kind": document.kind, "year": document.year, "number": document.number}
    values: Mapping[str, Any] = {**(request.view_args or {}), **names}
    page = url_for(request.endpoint or "", **values)
    if page == request.path:
        return None
    query = request.query_string.decode("ascii", "ignore")
    return redirect(f"{page}?{query}" if query else page, 301)


def _shown(document: Document, history: list[Version], day: date | None, asked: int | None) -> Shown:
    events, today = queries.events_of(document.id), clock.today()
    that_day = standing(events, day or today)
    number = asked or that_day.text or (0 if day else max(each.number for each in history))
    if asked and asked not in {each.number for each in history}:
        raise Missing
    applied = _published(document, number)
    pair = applied
    if not asked and applied and not any(each.is_public for each in applied):
        number = max((each.number for each in history if each.is_public), default=number)
        pair = _published(document, number)
    return Shown(
        document=document,
        number=number,
        standing=that_day,
        day=day or today,
        is_today=day is None or day == today,
        versions={each.language: each for each in pair if each.is_public},
        withdrawn=[each for each in applied if not each.is_public],
        events=events,
        history=history,
    )


def _published(document: Document, number: int) -> list[Version]:
    """Both sides of a version, also when they were withdrawn."""
    return [each for each in queries.draft_pair(document.id, number).values() if each and each.is_published]


@blueprint.get("/docs/<kind>/<int:year>/<int:number>/history")
def history(kind: str, year: int, number: int) -> ResponseReturnValue:
    """Every version with its digest, and everything that happened."""
    document = queries.find(current_actor(), kind, year, number)
    if moved := moved_to(document):
        return moved
    versions = queries.history(document.id)
    if not versions:
        raise Missing
    events = queries.events_of(document.id)
    return render_template(
        "documents/history.html",
        document=document,
        versions=versions,
        numbers=[(number, number) for number in sorted({each.number for each in versions if each.is_public})],
        happened=events,
        titles=_titles(document, versions) if any(event.article_key for event in events) else {},
        words=words,
        document_url=document_url,
    )


def _titles(document: Document, versions: list[Version]) -> dict[str, str]:
    pair = queries.published_pair(document.id, versions[0].number)
    return {row.key: row.title for row in queries.article_rows(pair, language())}


@blueprint.get("/docs/<kind>/<int:year>/<int:number>/comparison")
def compare(kind: str, year: int, number: int) -> ResponseReturnValue:
    """Two versions word by word, in one language: that of `text`, the reader's, or the other when a side lacks."""
    ratelimit.demand(COMPARISONS, "comparison", ratelimit.net())
    document = queries.find(current_actor(), kind, year, number)
    if moved := moved_to(document):
        return moved
    older, newer = (_number_in(request.args.get(side, "")) for side in ("from", "to"))
    asked = request.args.get("text", "")
    code, old, new = _sides(document, older, newer, asked)
    changes = diff.articles(old, new)
    view = SIDE_BY_SIDE if request.args.get("view") == SIDE_BY_SIDE else INLINE
    return render_template(
        "documents/compare.html",
        document=document,
        old=old,
        new=new,
        code=code,
        is_fallback=code not in (asked, language()),
        dir=i18n.direction(code),
        changes=changes,
        counts=_counts(changes),
        view=view,
        other_view_url=f"{comparison_url(document, older, newer, text=asked)}&view={OTHER_VIEW[view]}",
        words=words,
        document_url=document_url,
        title_of=lambda article, code: title_of(article.kind, article.number, article.heading, code),
        unanchored=_unanchored,
    )


def _unanchored(change: diff.ArticleChange) -> list[diff.Part]:
    """The newer side: a change has its anchor once, on the older side if something went there."""
    given = {part.hunk for part in change.older_parts}
    return [part._replace(hunk="") if part.hunk in given else part for part in change.newer_parts]


def _number_in(asked: str) -> int:
    folded = fold_digits(asked)
    return int(folded) if folded.isdecimal() and len(folded) < 6 else 0


def _sides(document: Document, older: int, newer: int, asked: str) -> tuple[str, Version, Version]:
    olds, news = (queries.published_pair(document.id, number) for number in (older, newer))
    for code in (asked, language(), other(language())):
        old, new = olds.get(code), news.get(code)
        if old is not None and new is not None:
            return code, old, new
    raise Missing


def _counts(changes: list[diff.ArticleChange]) -> dict[str, int]:
    return {
        kind: sum(1 for each in changes if each.kind == kind)
        for kind in ("changed", "renumbered", "new", "gone", "same")
    }


@blueprint.get("/docs/<kind>/<int:year>/<int:number>/files/<public_id>")
def file(kind: str, year: int, number: int, public_id: str) -> ResponseReturnValue:
    """A file form of a version that may be read."""
    document = queries.find(current_actor(), kind, year, number)
    _file, version = queries.file_of(document.id, public_id)
    if not version.is_public:
        raise Missing
    return uploads.send(uploads.by_public_id(public_id))
