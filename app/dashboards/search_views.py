"""The page on which all one may see is searched, and the administrators' page of what was searched in vain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.cases import queries as cases
from app.cases import telling
from app.cases.permissions import may_open_inbox
from app.core import finding, i18n, lexicon, misses, ratelimit, search, subjects, suggesting
from app.core.errors import Missing
from app.core.finding import Found, Hit
from app.core.forms import checks_csrf
from app.core.i18n import LANGUAGES
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.references import parse_reference
from app.core.text import clean_line
from app.core.visitor import current_actor
from app.dashboards import actions
from app.dashboards.forms import LexiconGroupForm
from app.dashboards.permissions import may_tend_search

blueprint = Blueprint("search", __name__, template_folder="templates")

LONGEST_QUERY = 200
LIMIT = "300/minute"
CASES_SHOWN = 5
FACETS = ("agency", "year")
FILTERS = ("kind", "language", *FACETS)


@dataclass(frozen=True)
class Shown:
    """A hit as the page prints it. `heading`: what it is called when it has no title of its own."""

    hit: Hit
    label: str
    url: str
    heading: str


@dataclass(frozen=True)
class Filter:
    """One select of the page: its values with their names, and the one chosen."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    """Everything the reader may find; a reference typed in leads to its case, for those who may see it.

    Cases are in no index: those of the reader stand before what is public, until the reader pages or filters.
    """
    actor = current_actor()
    asked = {name: clean_line(request.args.get(name, ""), LONGEST_QUERY) for name in ("q", *FILTERS)}
    query = asked["q"]
    chosen: dict[str, Any] = {name: asked[name] for name in FILTERS if asked[name]}
    case_url = _case_url(query)
    if case_url:
        return redirect(case_url)
    found, cursor, of_reader = Found(), request.args.get("after"), cases.Page([], None)
    if query:
        ratelimit.demand(LIMIT, "search", ratelimit.net())
        found = _found(query, chosen, cursor)
    if not cursor and not chosen:
        of_reader = cases.search(actor, query, most=CASES_SHOWN)
    if query and not chosen and not found.count and not of_reader.cases:
        _note_miss(query)
    return render_template(
        "dashboards/search.html",
        query=query,
        found=found,
        hits=_shown(found.hits),
        cases=telling.listed(actor, of_reader.cases),
        cases_url=of_reader.next_cursor and url_for("cases.search", q=query),
        filters=_filters(found, chosen),
        is_filtered=bool(chosen),
        suggestion=suggesting.suggestion(actor, query) if query and not found.count else None,
        also_in_url=found.also_in and url_for("search.index", q=query, **chosen, language=found.also_in),
        first_url=url_for("search.index", q=query, **chosen) if cursor else None,
        next_url=found.next_cursor and url_for("search.index", q=query, after=found.next_cursor, **chosen),
    )


def _note_miss(query: str) -> None:
    """Who handles cases may have sought a person's name: no administrator is to read that."""
    if not may_open_inbox(current_actor()):
        misses.note(query, i18n.language())


def _case_url(query: str) -> str | None:
    if not parse_reference(query):
        return None
    try:
        case = cases.find(current_actor(), query)
    except Missing:
        return None
    return url_for("cases.show", reference=case.shown_reference)


def _found(query: str, chosen: Mapping[str, str], cursor: str | None) -> Found:
    return finding.find(
        current_actor(),
        query,
        kinds=[chosen["kind"]] if "kind" in chosen else [],
        language=chosen.get("language"),
        facets={name: chosen[name] for name in FACETS if name in chosen},
        cursor=cursor,
        own_language=i18n.language(),
    )


def _shown(hits: Sequence[Hit]) -> list[Shown]:
    kinds = {searchable.kind: searchable for searchable in search.searchables()}
    labels = {key: kind.label() for key, kind in kinds.items()}
    headings = {
        (key, one): heading
        for key, kind in kinds.items()
        if kind.headings and (ids := [hit.id for hit in hits if hit.kind == key])
        for one, heading in kind.headings(ids).items()
    }
    return [
        Shown(hit, labels.get(hit.kind, ""), _url(hit), headings.get((hit.kind, hit.id), "")) for hit in hits
    ]


def _url(hit: Hit) -> str:
    if "/" in hit.url_key:
        return f"/{i18n.language()}/{hit.url_key}"
    return url_for("search.show", kind=hit.kind, thing_id=hit.id)


@blueprint.get("/search/<kind>/<path:thing_id>")
def show(kind: str, thing_id: str) -> ResponseReturnValue:
    """Where a thing is that was found, asked of the feature it belongs to; Missing for those who may not see it."""
    return redirect(subjects.find(current_actor(), kind, thing_id).url)


# Filters


def _filters(found: Found, chosen: Mapping[str, str]) -> list[Filter]:
    """The values that the hits have; one that is chosen stays, though it is the only one then."""
    made = (_filter(name, found.values.get(name, {}), chosen.get(name, "")) for name in FILTERS)
    return [one for one in made if len(one.options) > 2 or one.chosen]


def _filter(name: str, counts: Mapping[str, int], chosen: str) -> Filter:
    values = {value: count for value, count in counts.items() if value} or ({chosen: 0} if chosen else {})
    named = sorted(_named(name, values), key=lambda pair: pair[1], reverse=name == "year")
    return Filter(name, _labels()[name], [("", _("All")), *named], chosen)


def _labels() -> dict[str, str]:
    return {"kind": _("Kind"), "language": _("Language"), "agency": _("Agency"), "year": _("Year")}


def _named(name: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Each value with what it is called; values that nobody knows are left out."""
    names: dict[str, str] = {}
    if name == "kind":
        names = {searchable.kind: searchable.label() for searchable in search.searchables()}
    elif name == "language":
        names = dict(zip(LANGUAGES, ("العربية", "English"), strict=True))
    elif name == "agency":
        names = {agency.key: str(agency.name) for agency in agencies.all_of_them()}
    else:
        names = {value: value for value in values if value.isdigit()}
    return [(value, names[value]) for value in values if value in names]


# What was searched in vain


@blueprint.get("/administration/search")
def in_vain() -> ResponseReturnValue:
    """What people asked without finding anything, and the words that administrators have declared alike."""
    require(may_tend_search(current_actor()))
    return _page_of_misses(LexiconGroupForm())


@blueprint.post("/administration/search")
@checks_csrf
def create_group() -> ResponseReturnValue:
    require(may_tend_search(current_actor()))
    form = LexiconGroupForm()
    if not form.validate():
        return _page_of_misses(form), 422
    actions.add_lexicon_group(current_actor(), form.separate())
    flash(_("These words find each other from now on."), "success")
    return redirect(url_for("search.in_vain"), 303)


@blueprint.post("/administration/search/<int:group_id>/removal")
def create_group_removal(group_id: int) -> ResponseReturnValue:
    require(may_tend_search(current_actor()))
    actions.remove_lexicon_group(current_actor(), lexicon.group(group_id))
    flash(_("The words are no longer declared alike."), "success")
    return redirect(url_for("search.in_vain"), 303)


def _page_of_misses(form: LexiconGroupForm) -> str:
    return render_template(
        "dashboards/search_misses.html", form=form, missed=misses.most_frequent(), groups=lexicon.groups()
    )
