"""How people take part beside the comments: the short way, the survey, responses, and paper at the counter."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, ratelimit
from app.core.errors import Denied, Missing
from app.core.forms import Form, checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import language, ngettext
from app.core.permissions import require
from app.core.visitor import browser_id, current_actor
from app.identity import ports
from participation.consultations import paper_tables, phases, places, queries, showing, words
from participation.consultations.actions import responses as sending
from participation.consultations.actions import taking_part
from participation.consultations.forms.taking_part import (
    LONGEST_CSV,
    ConfirmTableForm,
    PaperForm,
    PaperTableForm,
    ResponseForm,
    given,
    survey_form,
)
from participation.consultations.models import Consultation, KeyPoint
from participation.consultations.permissions import is_sender, may_record
from participation.consultations.queries import responses as reading
from participation.consultations.queries import surveys
from participation.discussion import queries as posts
from participation.discussion.places import STANCES

blueprint = Blueprint("taking_part", __name__, template_folder="../templates", url_prefix="/consultations")

ANSWERS_PER_NET = "1200/hour"
RESPONSES_PER_NET = "60/hour"
"""Generous: a school or a ministry may sit behind one address."""


# The short way


@blueprint.get("/<slug>/short")
def short(slug: str) -> ResponseReturnValue:
    """The first point without a stance; the end when there is none."""
    consultation = queries.find(current_actor(), slug)
    points = surveys.key_points(consultation)
    own = surveys.own_stances(current_actor(), consultation)
    open_ones = [place for place, point in enumerate(points, start=1) if point.id not in own]
    if not points:
        raise Missing
    if not open_ones:
        return redirect(url_for("taking_part.short_end", slug=slug))
    return redirect(url_for("taking_part.point", slug=slug, place=open_ones[0]))


@blueprint.route("/<slug>/short/<int:place>", methods=["GET", "POST"])
def point(slug: str, place: int) -> ResponseReturnValue:
    """One point at a time; each answer leads to the next point."""
    consultation = queries.find(current_actor(), slug)
    points = surveys.key_points(consultation)
    if not 1 <= place <= len(points):
        raise Missing
    if request.method == "POST":
        return _stance_taken(consultation, points, place)
    own = surveys.own_stances(current_actor(), consultation).get(points[place - 1].id)
    return render_template(
        "consultations/point.html",
        consultation=consultation,
        point=points[place - 1],
        article_title=_heading(consultation, points[place - 1]),
        place=place,
        most=len(points),
        own=own,
        is_open=phases.allows(consultation, "answers", clock.now()),
        why_closed=places.why_closed(consultation, clock.now()),
    )


def _heading(consultation: Consultation, point: KeyPoint) -> Any:
    return places.heading_of(consultation, point.article_key) if point.article_key else None


def _stance_taken(consultation: Consultation, points: list[KeyPoint], place: int) -> ResponseReturnValue:
    """Keep the stance. `skip` keeps what was said before, if anything was."""
    browser_id()
    stance = request.form.get("stance", "")
    if stance in STANCES:
        ratelimit.demand(ANSWERS_PER_NET, "stance", ratelimit.net())
        taking_part.take_stance(current_actor(), consultation, points[place - 1], stance)
    if place == len(points):
        return redirect(url_for("taking_part.short_end", slug=consultation.slug), 303)
    return redirect(url_for("taking_part.point", slug=consultation.slug, place=place + 1), 303)


@blueprint.get("/<slug>/short/end")
def short_end(slug: str) -> ResponseReturnValue:
    """What one has said, whether it counts, and the ways to say more."""
    consultation = queries.find(current_actor(), slug)
    points = surveys.key_points(consultation)
    if not points:
        raise Missing
    own = surveys.own_stances(current_actor(), consultation)
    return render_template(
        "consultations/short_end.html",
        consultation=consultation,
        points=[(each, own.get(each.id)) for each in points],
        waits=any(not stance.is_confirmed for stance in own.values()),
        is_open=phases.allows(consultation, "answers", clock.now()),
    )


# The survey


@blueprint.route("/<slug>/survey", methods=["GET", "POST"])
@checks_csrf
def answer_survey(slug: str) -> ResponseReturnValue:
    """The survey on a page of its own; the consultation shows the same form."""
    consultation = queries.find(current_actor(), slug)
    if request.method == "POST":
        browser_id()
    survey = showing.survey(current_actor(), consultation)
    if not survey.questions:
        raise Missing
    form = survey_form(survey.questions, survey.own)
    is_open = phases.allows(consultation, "answers", clock.now())
    if is_open and form.validate_on_submit():
        ratelimit.demand(ANSWERS_PER_NET, "survey", ratelimit.net())
        answers = given(form, survey.questions)
        taking_part.answer_survey(current_actor(), consultation, answers, language())
        flash(_("Your answers are saved."), "success")
        return redirect(url_for("consultations.show", slug=slug, _anchor="survey"), 303)
    page = render_template(
        "consultations/survey.html",
        consultation=consultation,
        survey=survey,
        form=form,
        is_open=is_open,
        why_closed=places.why_closed(consultation, clock.now()),
    )
    return page, _status(form, is_open)


def _status(form: Form, is_open: bool) -> int:
    if request.method == "GET":
        return 200
    return 422 if is_open else 409


@blueprint.get("/<slug>/survey/<public_id>")
def text_answers(slug: str, public_id: str) -> ResponseReturnValue:
    """What people answered in their own words, for the officials who read it."""
    consultation = queries.find(current_actor(), slug)
    asked = surveys.question(consultation, public_id)
    found, cursor = surveys.text_answers(current_actor(), consultation, asked, request.args.get("before"))
    return render_template(
        "consultations/text_answers.html",
        consultation=consultation,
        question=asked,
        answers=found,
        next_cursor=cursor,
    )


# Responses of their own kind


@blueprint.get("/<slug>/responses")
def responses(slug: str) -> ResponseReturnValue:
    """What organisations and people on paper said to everybody; confidential ones are counted only."""
    consultation = queries.find(current_actor(), slug)
    found, next_cursor = reading.page(consultation, request.args.get("before"))
    return render_template(
        "consultations/responses.html",
        consultation=consultation,
        standing=words.standing(consultation, clock.now()),
        responses=found,
        next_cursor=next_cursor,
        confidential=reading.confidential_count(consultation),
    )


@blueprint.route("/<slug>/responses/new", methods=["GET", "POST"])
@checks_csrf
def respond(slug: str) -> ResponseReturnValue:
    """Write a response as a whole: for an organisation, in confidence, or late."""
    if request.method == "POST":
        browser_id()
    consultation = queries.find(current_actor(), slug)
    form, is_open = ResponseForm(), _takes_responses(consultation)
    if is_open and form.validate_on_submit():
        ratelimit.demand(RESPONSES_PER_NET, "response", ratelimit.net())
        made = sending.respond(current_actor(), consultation, form.sent)
        flash(f"response-{slug}", "draft-received")
        return redirect(url_for("taking_part.response", slug=slug, public_id=made.public_id), 303)
    page = render_template(
        "consultations/respond.html",
        consultation=consultation,
        form=form,
        is_open=is_open,
        is_late=phases.has_run(consultation, clock.now()),
        why_closed=places.why_closed(consultation, clock.now()),
    )
    return page, _status(form, is_open)


def _takes_responses(consultation: Consultation) -> bool:
    now = clock.now()
    return phases.allows(consultation, "posts", now) or phases.has_run(consultation, now)


@blueprint.get("/<slug>/responses/<public_id>")
def response(slug: str, public_id: str) -> ResponseReturnValue:
    consultation = queries.find(current_actor(), slug)
    found = reading.find(current_actor(), consultation, public_id)
    return render_template(
        "consultations/response.html",
        consultation=consultation,
        response=found,
        row=posts.row_of(current_actor(), found.post) if found.post else None,
        is_own=is_sender(current_actor(), found),
    )


# Paper


@blueprint.route("/<slug>/paper", methods=["GET", "POST"])
@checks_csrf
def record_paper(slug: str) -> ResponseReturnValue:
    """A clerk types one response that came on paper."""
    consultation, form = _to_record(slug), PaperForm()
    if form.validate_on_submit():
        sending.record_paper(current_actor(), consultation, form.typed)
        flash(_("Recorded. The next one can be typed now."), "success")
        return redirect(url_for("taking_part.record_paper", slug=slug), 303)
    return _paper_page("paper", consultation, form)


@blueprint.route("/<slug>/paper/table", methods=["GET", "POST"])
@checks_csrf
def read_table(slug: str) -> ResponseReturnValue:
    """A table of them: read first, and shown row by row before anything is kept."""
    consultation, form = _to_record(slug), PaperTableForm()
    if request.method == "GET" or not form.validate():
        return _paper_page("paper_table", consultation, form, columns=paper_tables.COLUMNS)
    confirm = ConfirmTableForm(formdata=None, data={"table": _table_of(form)})
    try:
        rows = _rows(confirm, "")
    except paper_tables.Unreadable:
        return _unreadable_page(consultation, form)
    return _paper_page("paper_review", consultation, confirm, rows=rows)


def _rows(form: ConfirmTableForm, key: str) -> list[paper_tables.Read]:
    return paper_tables.read(form.table.data or "", key, ports.what_agencies_are_called())


def _unreadable_page(consultation: Consultation, form: PaperTableForm) -> ResponseReturnValue:
    why = ngettext(
        "We cannot read this table. Its first line has to name the columns as below, with at most %(num)s row.",
        "We cannot read this table. Its first line has to name the columns as below, with at most %(num)s rows.",
        paper_tables.MOST_ROWS,
    )
    form.form_errors.append(why)
    return _paper_page("paper_table", consultation, form, columns=paper_tables.COLUMNS)


def _table_of(form: PaperTableForm) -> str:
    """The file if there is one, else what was pasted."""
    file = form.file.data
    if not file:
        return form.table.data or ""
    return str(file.read(LONGEST_CSV).decode("utf-8-sig", errors="replace"))


@blueprint.post("/<slug>/paper/rows")
@checks_csrf
def record_table(slug: str) -> ResponseReturnValue:
    """Keep every row of the table that was looked at; sent again, it adds nothing."""
    consultation, form = _to_record(slug), ConfirmTableForm()
    try:
        rows = _rows(form, form.client_id.data or "")
    except paper_tables.Unreadable:
        return _unreadable_page(consultation, PaperTableForm(data={"table": form.table.data}))
    if not form.validate() or any(row.faults for row in rows):
        return _paper_page("paper_review", consultation, form, rows=rows)
    for row in rows:
        sending.record_paper(current_actor(), consultation, row.sent)
    flash(ngettext("%(num)d response recorded.", "%(num)d responses recorded.", len(rows)), "success")
    return redirect(url_for("taking_part.responses", slug=slug), 303)


def _to_record(slug: str) -> Consultation:
    consultation = queries.find(current_actor(), slug)
    require(may_record(current_actor(), consultation))
    if not _takes_responses(consultation):
        raise Denied
    return consultation


def _paper_page(name: str, consultation: Consultation, form: Form, **more: object) -> ResponseReturnValue:
    page = render_template(f"consultations/{name}.html", consultation=consultation, form=form, **more)
    return page, 422 if form.errors else 200
