"""The pages on which an agency prepares a consultation, opens it, and keeps its dates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.core import clock
from app.core.errors import Missing, WrongState
from app.core.forms import Form, checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.permissions import require
from app.core.visitor import current_actor
from participation.consultations import comparing, phases, words
from participation.consultations.actions import opening, preparing, versions
from participation.consultations.actions.preparing import Item
from participation.consultations.comparing import Fate
from participation.consultations.forms.preparation import (
    BeginForm,
    CopyForm,
    EndForm,
    OverrideForm,
    PointForm,
    QuestionForm,
    ReasonForm,
    ScheduleForm,
    TextsForm,
    merged_in,
    version_form,
    written_point,
    written_question,
    written_schedule,
)
from participation.consultations.models import Consultation, KeyPoint, Phase, Question
from participation.consultations.permissions import may_prepare_any
from participation.consultations.queries import drafts, preparation, surveys

blueprint = Blueprint(
    "consultation_preparation",
    __name__,
    template_folder="../templates",
    url_prefix="/administration/consultations",
)


@blueprint.get("")
def index() -> ResponseReturnValue:
    found = preparation.prepared_by(current_actor())
    now = clock.now()
    return render_template(
        "consultations/preparation/index.html",
        consultations=[(each, words.standing(each, now)) for each in found],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@checks_csrf
def begin() -> ResponseReturnValue:
    actor = current_actor()
    require(may_prepare_any(actor))
    form, drafts = BeginForm(), preparation.drafts_to_open(actor)
    form.offer(preparation.agencies_to_consult_for(actor), drafts)
    if form.validate_on_submit():
        agency = agencies.by_key(form.agency.data)
        if agency is None:
            raise Missing
        document = next((draft for draft in drafts if str(draft.id) == form.document.data), None)
        title = form.title_ar.data or "", form.title_en.data or ""
        made = preparing.create(actor, agency, document, title, form.client_id.data or "")
        return _to("texts", made)
    return _shown("begin", form)


@blueprint.route("/<slug>/texts", methods=["GET", "POST"])
@checks_csrf
def texts(slug: str) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    form = TextsForm(consultation)
    if form.validate_on_submit():
        preparing.describe(current_actor(), consultation, form.texts)
        flash(_("Saved."), "success")
        return _to("texts", consultation)
    return _page("texts", consultation, form)


@blueprint.route("/<slug>/dates", methods=["GET", "POST"])
@checks_csrf
def dates(slug: str) -> ResponseReturnValue:
    """The whole plan while it is a draft; then each phase, with the way to move its end."""
    consultation = preparation.to_prepare(current_actor(), slug)
    planned = phases.plan_of(consultation.phases, clock.zone())
    form = ScheduleForm(data=written_schedule(consultation, planned))
    if form.validate_on_submit():
        preparing.plan(current_actor(), consultation, form.plan, form.day, form.rules)
        flash(_("Saved. Check the dates below."), "success")
        return _to("dates", consultation)
    return _page("dates", consultation, form, now=clock.now())


# Questions and key points


@blueprint.get("/<slug>/questions")
def questions(slug: str) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    return _page("questions", consultation, None, items=surveys.questions(consultation))


@blueprint.route("/<slug>/questions/new", methods=["GET", "POST"])
@checks_csrf
def add_question(slug: str) -> ResponseReturnValue:
    consultation, form = preparation.to_prepare(current_actor(), slug), QuestionForm()
    if form.validate_on_submit():
        preparing.add_question(current_actor(), consultation, form.asked, form.client_id.data or "")
        return _to("questions", consultation)
    return _page("question", consultation, form)


@blueprint.route("/<slug>/questions/<public_id>", methods=["GET", "POST"])
@checks_csrf
def question(slug: str, public_id: str) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    found = surveys.question(consultation, public_id)
    form = QuestionForm(data=written_question(found))
    if form.validate_on_submit():
        preparing.change_question(current_actor(), consultation, found, form.asked)
        return _to("questions", consultation)
    return _page("question", consultation, form, item=found)


@blueprint.post("/<slug>/questions/<public_id>/removal")
def remove_question(slug: str, public_id: str) -> ResponseReturnValue:
    return _changed(slug, public_id, surveys.question, preparing.remove, "questions")


@blueprint.post("/<slug>/questions/<public_id>/rise")
def raise_question(slug: str, public_id: str) -> ResponseReturnValue:
    return _changed(slug, public_id, surveys.question, preparing.raise_up, "questions")


@blueprint.get("/<slug>/points")
def points(slug: str) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    return _page("points", consultation, None, items=surveys.key_points(consultation))


@blueprint.route("/<slug>/points/new", methods=["GET", "POST"])
@checks_csrf
def add_point(slug: str) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    form = _with_articles(PointForm(), consultation)
    if form.validate_on_submit():
        preparing.add_point(current_actor(), consultation, form.point, form.client_id.data or "")
        return _to("points", consultation)
    return _page("point", consultation, form)


@blueprint.route("/<slug>/points/<public_id>", methods=["GET", "POST"])
@checks_csrf
def point(slug: str, public_id: str) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    found = surveys.key_point(consultation, public_id)
    form = _with_articles(PointForm(data=written_point(found)), consultation)
    if form.validate_on_submit():
        preparing.change_point(current_actor(), consultation, found, form.point)
        return _to("points", consultation)
    return _page("point", consultation, form, item=found)


@blueprint.post("/<slug>/points/<public_id>/removal")
def remove_point(slug: str, public_id: str) -> ResponseReturnValue:
    return _changed(slug, public_id, surveys.key_point, preparing.remove, "points")


@blueprint.post("/<slug>/points/<public_id>/rise")
def raise_point(slug: str, public_id: str) -> ResponseReturnValue:
    return _changed(slug, public_id, surveys.key_point, preparing.raise_up, "points")


def _with_articles(form: PointForm, consultation: Consultation) -> PointForm:
    form.offer([(row.key, row.title) for row in drafts.articles(consultation, language()) if not row.is_part])
    return form


def _changed(
    slug: str,
    public_id: str,
    find: Callable[[Consultation, str], Question] | Callable[[Consultation, str], KeyPoint],
    act: Callable[[Any, Consultation, Item], None],
    back: str,
) -> ResponseReturnValue:
    consultation = preparation.to_prepare(current_actor(), slug)
    act(current_actor(), consultation, find(consultation, public_id))
    return _to(back, consultation)


# Opening, moving, calling off


@blueprint.get("/<slug>/checklist")
def checklist(slug: str) -> ResponseReturnValue:
    return _checklist(preparation.to_prepare(current_actor(), slug), OverrideForm(formdata=None))


@blueprint.post("/<slug>/publication")
@checks_csrf
def publish(slug: str) -> ResponseReturnValue:
    consultation, form = preparation.to_prepare(current_actor(), slug), OverrideForm()
    if not form.validate():
        return _checklist(consultation, form, 422)
    try:
        opening.publish(current_actor(), consultation, form.reason.data or "")
    except opening.NotReady:
        form.form_errors.append(_("It cannot be published yet. The list says what is missing."))
        return _checklist(consultation, form, 409)
    flash(_("The consultation is public."), "success")
    return redirect(url_for("consultations.show", slug=slug), 303)


def _checklist(consultation: Consultation, form: OverrideForm, status: int = 200) -> ResponseReturnValue:
    lacks = preparation.lacks(consultation)
    told = [(words.lack(each), each.is_final) for each in lacks]
    page = _rendered(
        "checklist", consultation, form, lacks=told, is_final=any(each.is_final for each in lacks)
    )
    return page, status


@blueprint.route("/<slug>/dates/<int:position>", methods=["GET", "POST"])
@checks_csrf
def ending(slug: str, position: int) -> ResponseReturnValue:
    """Move the end of one phase of a public consultation."""
    consultation = preparation.to_prepare(current_actor(), slug)
    phase = _phase(consultation, position)
    form = EndForm()
    if form.validate_on_submit():
        try:
            opening.move_end(current_actor(), consultation, phase, form.chosen, form.reason)
        except opening.NotAnEnd:
            form.refuse()
        else:
            flash(_("The dates have changed. Everybody who follows the consultation is told."), "success")
            return _to("dates", consultation)
    return _page("ending", consultation, form, phase=phase)


def _phase(consultation: Consultation, position: int) -> Phase:
    if consultation.state != "published":
        raise WrongState
    if position >= len(consultation.phases):
        raise Missing
    return consultation.phases[position]


@dataclass(frozen=True)
class Offered:
    """A later version that can be opened, and what it does to each article."""

    number: int
    fates: Sequence[Fate]

    @property
    def gone(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.kind == "gone"]

    @property
    def there(self) -> list[tuple[str, str]]:
        return [(fate.key, fate.title) for fate in self.fates if fate.kind != "gone"]


@blueprint.route("/<slug>/version", methods=["GET", "POST"])
@checks_csrf
def version(slug: str) -> ResponseReturnValue:
    """Open the newest published version of the draft for comment."""
    consultation = preparation.to_prepare(current_actor(), slug)
    offered = _offered(consultation)
    form = (
        version_form([(each.key, each.title) for each in offered.gone], offered.there) if offered else Form()
    )
    if offered and form.validate_on_submit():
        versions.open_version(current_actor(), consultation, offered.number, merged_in(form))
        flash(_("People comment on this version from now on. The authors are told."), "success")
        return _to("version", consultation)
    return _page("version", consultation, form, offered=offered)


def _offered(consultation: Consultation) -> Offered | None:
    newest = max(drafts.published_numbers(consultation), default=0)
    if consultation.state not in {"draft", "published"} or newest <= (consultation.version_number or 0):
        return None
    return Offered(newest, comparing.fates(consultation, newest) if consultation.version_number else ())


@blueprint.route("/<slug>/cancellation", methods=["GET", "POST"])
@checks_csrf
def cancel(slug: str) -> ResponseReturnValue:
    consultation, form = preparation.to_prepare(current_actor(), slug), ReasonForm()
    if form.validate_on_submit():
        opening.cancel(current_actor(), consultation, form.reason)
        return redirect(url_for("consultations.show", slug=slug), 303)
    return _page("cancel", consultation, form)


@blueprint.route("/<slug>/copy", methods=["GET", "POST"])
@checks_csrf
def copy(slug: str) -> ResponseReturnValue:
    consultation, form = preparation.to_prepare(current_actor(), slug), CopyForm()
    if form.validate_on_submit() and form.first_day.day:
        made = preparing.copy(current_actor(), consultation, form.first_day.day, form.client_id.data or "")
        flash(_("The copy is a draft. Check its texts and dates."), "success")
        return _to("texts", made)
    return _page("copy", consultation, form)


# What the pages share


def _to(view: str, consultation: Consultation) -> ResponseReturnValue:
    return redirect(url_for(f"consultation_preparation.{view}", slug=consultation.slug), 303)


def _page(name: str, consultation: Consultation, form: Form | None, **more: object) -> ResponseReturnValue:
    """The page of one consultation; 422 when something in its form is wrong."""
    status = 422 if form is not None and request.method == "POST" and form.errors else 200
    return _rendered(name, consultation, form, **more), status


def _rendered(name: str, consultation: Consultation, form: Form | None, **more: object) -> str:
    return render_template(
        f"consultations/preparation/{name}.html",
        consultation=consultation,
        form=form,
        standing=words.standing(consultation, clock.now()),
        **more,
    )


def _shown(name: str, form: Form) -> ResponseReturnValue:
    page = render_template(f"consultations/preparation/{name}.html", form=form)
    return page, 422 if form.errors else 200
