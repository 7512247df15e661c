"""The officials' inbox of a consultation: families, the chosen ones' acts, one family, answering many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.cases import canned
from app.core import db
from app.core.errors import Missing
from app.core.forms import checks_csrf, choices
from app.core.i18n import gettext as _
from app.core.i18n import ngettext, number
from app.core.permissions import require
from app.core.text import clean_line, first_words
from app.core.visitor import current_actor
from app.documents import diff
from participation.consultations.answering import actions
from participation.consultations.answering.actions import Answer, AnsweredMeanwhile
from participation.consultations.answering.forms import (
    LONGEST_THEME,
    AnswerForm,
    AssignForm,
    ThemeForm,
    seen_in,
)
from participation.consultations.answering.notes import state_label
from participation.consultations.answering.permissions import may_see_any_figures
from participation.consultations.answering.queries import families, figures, outcomes, register
from participation.consultations.answering.queries.register import MOST_AT_ONCE, FamilyRow, Filters, token_of
from participation.consultations.answering.views.showing import (
    decision_label,
    labels,
    worked_on,
)
from participation.consultations.models import Consultation, Family
from participation.discussion.places import STANCES
from participation.discussion.words import stance_heading

SHOWN_OF_MANY = 10
TABS = ("open", "unread", "read", "considered", "accepted", "partly", "rejected", "all")


def add_routes(blueprint: Blueprint) -> None:
    at = "/consultations/<slug>/answering"
    blueprint.get("/answering")(index)
    blueprint.get(at)(inbox)
    blueprint.post(f"{at}/selection")(create_selection)
    blueprint.post(f"{at}/readings")(create_reading)
    blueprint.post(f"{at}/themes")(create_theme)
    blueprint.post(f"{at}/assignments")(create_assignment)
    blueprint.route(f"{at}/answers/new", methods=["GET", "POST"])(new_answer)
    blueprint.get(f"{at}/families/<public_id>")(work)


def index() -> ResponseReturnValue:
    """The consultations whose register the actor works on, or whose figures a policymaker reads."""
    actor = current_actor()
    require(may_see_any_figures(actor))
    return render_template("answering/index.html", overviews=figures.overviews(actor))


@dataclass(frozen=True)
class Tab:
    """One state of the inbox."""

    url: str
    label: str
    current: bool
    count: int | None = None


def inbox(slug: str) -> ResponseReturnValue:
    consultation, actor, filters = worked_on(slug), current_actor(), _filters()
    page = register.register_page(actor, consultation, filters, request.args.get("after"))
    kept = _as_query(filters)
    return render_template(
        "answering/inbox.html",
        consultation=consultation,
        page=page,
        filters=filters,
        kept=kept,
        tabs=_tabs(consultation, filters),
        titles=outcomes.part_titles(consultation),
        stances=[(each, stance_heading(each)) for each in STANCES],
        themes=[(each, each) for each in register.themes_of(consultation)],
        assign=_with_officials(AssignForm(formdata=None), consultation),
        tag=ThemeForm(formdata=None),
        next_url=page.next_cursor and url_for("answering.inbox", slug=slug, after=page.next_cursor, **kept),
        first_url=url_for("answering.inbox", slug=slug, **kept) if request.args.get("after") else None,
        **labels(),
    )


def _filters() -> Filters:
    asked = request.args
    state = asked.get("state", "open")
    return Filters(
        state=state if state in TABS else "open",
        part=asked.get("part") if "part" in asked and asked.get("part") != "any" else None,
        language=asked.get("language", ""),
        stance=asked.get("stance", ""),
        theme=clean_line(asked.get("theme", ""), LONGEST_THEME),
        is_mine=asked.get("mine") == "1",
    )


def _as_query(filters: Filters) -> dict[str, Any]:
    query: dict[str, Any] = {"state": filters.state}
    if filters.part is not None:
        query["part"] = filters.part
    for name in ("language", "stance", "theme"):
        if getattr(filters, name):
            query[name] = getattr(filters, name)
    return query | ({"mine": "1"} if filters.is_mine else {})


def _tabs(consultation: Consultation, filters: Filters) -> list[Tab]:
    counts = register.state_counts(consultation)
    return [
        Tab(
            url_for("answering.inbox", slug=consultation.slug, **_as_query(replace(filters, state=state))),
            _tab_label(state),
            state == filters.state,
            counts[state].families if state in counts else None,
        )
        for state in TABS
    ]


def _tab_label(state: str) -> str:
    if state == "all":
        return _("All of them")
    if state == "open":
        return decision_label(state)
    return _("Read, not yet answered") if state == "read" else state_label(state)


def _with_officials(form: AssignForm, consultation: Consultation) -> AssignForm:
    them = register.officials_of(consultation.agency.key)
    form.assignee.choices = choices([("", _("Nobody")), *((p.public_id, p.display_name) for p in them)])
    return form


# Acts on the chosen families


def create_selection(slug: str) -> ResponseReturnValue:
    """The chosen families, on their way to the form that answers them together."""
    consultation, chosen = worked_on(slug), _chosen()
    if not chosen:
        return _nothing_chosen(slug)
    return redirect(url_for("answering.new_answer", slug=consultation.slug, family=chosen), 303)


def create_reading(slug: str) -> ResponseReturnValue:
    consultation, chosen = worked_on(slug), _chosen()
    if not chosen:
        return _nothing_chosen(slug)
    actions.mark_read(current_actor(), consultation, chosen)
    flash(_("Marked as read: the authors can see that."), "success")
    return _back(slug)


def create_theme(slug: str) -> ResponseReturnValue:
    consultation, chosen, form = worked_on(slug), _chosen(), ThemeForm()
    if not chosen:
        return _nothing_chosen(slug)
    if form.validate():
        actions.tag(current_actor(), consultation, chosen, form.theme.data or "")
        flash(_("The theme is kept."), "success")
    return _back(slug)


def create_assignment(slug: str) -> ResponseReturnValue:
    consultation, chosen = worked_on(slug), _chosen()
    form = _with_officials(AssignForm(), consultation)
    if not chosen:
        return _nothing_chosen(slug)
    if form.validate():
        people = register.officials_of(consultation.agency.key)
        assignee = next((p for p in people if p.public_id == form.assignee.data), None)
        actions.assign(current_actor(), consultation, chosen, assignee)
        flash(_("Assigned."), "success")
    return _back(slug)


def _chosen() -> list[str]:
    return list(dict.fromkeys(seen_in(" ".join(request.form.getlist("family")))))[:MOST_AT_ONCE]


def _nothing_chosen(slug: str) -> ResponseReturnValue:
    flash(_("Choose at least one text first."), "warning")
    return _back(slug)


def _back(slug: str) -> ResponseReturnValue:
    """To the family it was done on, else to the list as it was filtered."""
    family = clean_line(request.form.get("back", ""), 20)
    if family:
        return redirect(url_for("answering.work", slug=slug, public_id=family), 303)
    return redirect(url_for("answering.inbox", slug=slug, **_as_query(_filters())), 303)


# Answering


@checks_csrf
def new_answer(slug: str) -> ResponseReturnValue:
    """One answer for the chosen families, or for all that match the filters of the inbox."""
    consultation = worked_on(slug)
    form = _with_outcomes(AnswerForm(), consultation)
    if request.method == "GET":
        found = _asked_for(consultation)
        form.families.data = " ".join(token_of(family) for family in found)
        return _answer_page(consultation, form, found)
    seen = form.families.seen
    found = _named(consultation, seen)
    if not form.validate():
        return _answer_page(consultation, form, found, status=422)
    try:
        answered = actions.answer_families(
            current_actor(), consultation, seen, _answer_in(form, consultation), _act_key(form)
        )
    except AnsweredMeanwhile as meanwhile:
        return _answered_meanwhile(consultation, form, seen, meanwhile)
    flash(_told(len(answered)), "success")
    return redirect(url_for("answering.inbox", slug=slug), 303)


def _told(count: int) -> str:
    return ngettext(
        "Answered: one text. Each author is told once.",
        "Answered: %(count)s texts. Each author is told once.",
        count,
        count=number(count),
    )


def _asked_for(consultation: Consultation) -> list[Family]:
    if request.args.get("all") == "1":
        matching = register.matching(current_actor(), consultation, _filters())
        ordered = matching.order_by(Family.rank.desc(), Family.id.desc()).limit(MOST_AT_ONCE)
        return list(db.session().scalars(ordered))
    return _named(consultation, request.args.getlist("family"))


def _named(consultation: Consultation, public_ids: Collection[str]) -> list[Family]:
    """Raises Missing when there is none, or none for this actor."""
    named = register.matching(current_actor(), consultation, Filters(state="all"))
    found = named.where(Family.public_id.in_(list(public_ids)[:MOST_AT_ONCE]))
    chosen = list(db.session().scalars(found.order_by(Family.rank.desc(), Family.id.desc())))
    if not chosen:
        raise Missing
    return chosen


def _with_outcomes(form: AnswerForm, consultation: Consultation) -> AnswerForm:
    rows = outcomes.all_outcomes(consultation)
    named = [(row.public_id, str(row.theme) or first_words(str(row.said), 60)) for row in rows]
    form.outcome.choices = choices([("", _("No row")), *named])
    return form


def _answer_in(form: AnswerForm, consultation: Consultation) -> Answer:
    chosen = form.outcome.data
    outcome = outcomes.find_outcome(consultation, chosen) if chosen else None
    return Answer(form.decision.data, *form.pair("reason"), outcome)


def _act_key(form: AnswerForm) -> str:
    said = (form.families.data or "", form.decision.data, *form.pair("reason"), form.outcome.data or "")
    return form.key_of("\0".join(said))


def _answered_meanwhile(
    consultation: Consultation, form: AnswerForm, seen: dict[str, int], meanwhile: AnsweredMeanwhile
) -> ResponseReturnValue:
    """The colleagues' answers stand on top; sent again, this one takes their place."""
    others = {family.public_id for family in meanwhile.families}
    found = _named(consultation, seen)
    form.families.data = " ".join(token_of(family) for family in found)
    mine = " ".join(token_of(family) for family in found if family.public_id not in others)
    return _answer_page(consultation, form, found, others, mine, status=409)


def _answer_page(
    consultation: Consultation,
    form: AnswerForm,
    found: Sequence[Family],
    others: Collection[str] = (),
    without_others: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "answering/answer.html",
        consultation=consultation,
        form=form,
        rows=_rows_first(found, others),
        count=len(found),
        others=others,
        without_others=without_others,
        people=sum(family.people for family in found),
        titles=outcomes.part_titles(consultation),
        canned=canned.listed(current_actor()),
        **labels(),
    )
    return page, status


def _rows_first(found: Sequence[Family], others: Collection[str]) -> list[FamilyRow]:
    """Some of them, those that colleagues have answered first."""
    first = sorted(found, key=lambda family: family.public_id not in others)
    return register.rows_of(first[: max(SHOWN_OF_MANY, len(others))])


# One family


def work(slug: str, public_id: str) -> ResponseReturnValue:
    """Everything about one family, for the official who answers it."""
    consultation, actor = worked_on(slug), current_actor()
    family = families.find_family(actor, consultation, public_id)
    (row,) = register.rows_of([family])
    form = _with_outcomes(AnswerForm(formdata=None), consultation)
    form.families.data = token_of(family)
    return render_template(
        "answering/work.html",
        consultation=consultation,
        row=row,
        family=family,
        wordings=_against_lead(families.wordings(family)),
        answers=families.answers_of(family),
        form_of_answer=form,
        assign=_with_officials(AssignForm(formdata=None), consultation),
        tag=ThemeForm(formdata=None, theme=family.theme),
        themes=register.themes_of(consultation),
        titles=outcomes.part_titles(consultation),
        canned=canned.listed(actor),
        **labels(),
    )


def _against_lead(wordings: Sequence[families.Wording]) -> list[tuple[families.Wording, list[Any]]]:
    """Each wording with how it differs from the most frequent one, word by word."""
    if not wordings:
        return []
    lead, budget = wordings[0].lead.body, diff.Budget()
    return [
        (wording, [(part.kind, part.text) for part in diff.words(lead, wording.lead.body, budget)])
        for wording in wordings
    ]
