"""The pages on which administrators keep agencies, their hours and their days off."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter, ValidationError

from app.agencies import actions, proposals, queries, words
from app.agencies.description import Description
from app.agencies.forms import (
    CalendarForm,
    DescriptionForm,
    HolidayForm,
    NewAgencyForm,
    PeriodForm,
    WeekForm,
    YearForm,
    written_holiday,
    written_period,
    written_week,
)
from app.agencies.models import Agency
from app.agencies.permissions import may_administer, may_create
from app.agencies.timetable import Holiday, SpecialPeriod
from app.core.errors import Missing, Stale
from app.core.forms import Form, checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.permissions import require
from app.core.visitor import current_actor

blueprint = Blueprint(
    "agency_administration", __name__, template_folder="templates", url_prefix="/administration/agencies"
)


class DayConverter(BaseConverter):
    """A day in an address: 2026-03-20; anything else is not found."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: date) -> str:
        return value.isoformat()


@blueprint.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    require(may_administer(actor))
    return render_template(
        "agencies/administration/index.html",
        agencies=queries.administered_by(actor),
        may_create=may_create(actor, Agency),
    )


# What people read


@blueprint.route("/new", methods=["GET", "POST"])
@checks_csrf
def create() -> ResponseReturnValue:
    actor = current_actor()
    require(may_create(actor, Agency))
    form = NewAgencyForm()
    if form.validate_on_submit():
        try:
            agency = actions.create_agency(actor, form.key.data or "", form.description)
        except actions.KeyTaken:
            form.refuse_key()
        except actions.NameTaken as taken:
            form.refuse_name(taken.language)
        else:
            flash(_("The agency has been added. Look at its hours and holidays next."), "success")
            return redirect(url_for("agency_administration.hours", key=agency.key), 303)
    return _page("new", form)


@blueprint.route("/<key>", methods=["GET", "POST"])
@checks_csrf
def describe(key: str) -> ResponseReturnValue:
    actor = current_actor()
    agency = queries.to_edit(actor, key)
    form = DescriptionForm(data=asdict(Description.of(agency)))
    if form.validate_on_submit():
        try:
            actions.describe(actor, agency, form.description)
        except actions.NameTaken as taken:
            form.refuse_name(taken.language)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("agency_administration.describe", key=key), 303)
    return _page("description", form, agency)


@blueprint.post("/<key>/closure")
def close(key: str) -> ResponseReturnValue:
    actions.close(current_actor(), queries.to_edit(current_actor(), key))
    return redirect(url_for("agency_administration.describe", key=key), 303)


@blueprint.post("/<key>/reopening")
def reopen(key: str) -> ResponseReturnValue:
    actions.reopen(current_actor(), queries.to_edit(current_actor(), key))
    return redirect(url_for("agency_administration.describe", key=key), 303)


# The week


@blueprint.route("/<key>/hours", methods=["GET", "POST"])
@checks_csrf
def hours(key: str) -> ResponseReturnValue:
    agency = queries.to_edit(current_actor(), key)
    form = WeekForm(data=_seen(agency) | written_week(queries.timetable_of(agency).week))
    done = _submit(
        form, agency, lambda seen: actions.set_hours(current_actor(), agency, seen, form.week), back="hours"
    )
    return done or _page("hours", form, agency, history=queries.history(agency))


# Days off


@blueprint.route("/<key>/holidays", methods=["GET", "POST"])
@checks_csrf
def holidays(key: str) -> ResponseReturnValue:
    agency = queries.to_edit(current_actor(), key)
    form = HolidayForm(data=_seen(agency))
    done = _submit(
        form,
        agency,
        lambda seen: actions.add_holidays(current_actor(), agency, seen, form.holiday),
        back="holidays",
    )
    return done or _holidays_page(agency, form)


def _holidays_page(
    agency: Agency, form: HolidayForm, proposal: YearForm | None = None
) -> ResponseReturnValue:
    today = words.today(queries.calendar_of(agency))
    timetable = queries.timetable_of(agency)
    proposal = proposal or YearForm(formdata=None, data=_seen(agency) | {"year": str(today.year + 1)})
    return _page(
        "holidays",
        proposal if proposal.errors else form,
        agency,
        addition=form.within("addition"),
        proposal=proposal.within("proposal"),
        holidays=[holiday for holiday in timetable.holidays if holiday.day >= today],
        version=queries.version_number(agency),
    )


@blueprint.post("/<key>/holidays/proposals")
@checks_csrf
def propose_holidays(key: str) -> ResponseReturnValue:
    """Add the country's holidays of a year, to be confirmed one by one."""
    agency = queries.to_edit(current_actor(), key)
    form = YearForm()
    added: list[int] = []

    def act(seen: int) -> None:
        added.append(actions.propose_holidays(current_actor(), agency, seen, int(form.year.data or 0)))

    done = _submit(form, agency, act, "holidays", lambda: _added_words(added[0]))
    return done or _holidays_page(agency, HolidayForm(formdata=None, data=_seen(agency)), form)


def _added_words(count: int) -> str:
    return ngettext("%(num)d day off added.", "%(num)d days off added.", count)


@blueprint.route("/<key>/holidays/<day:day>", methods=["GET", "POST"])
@checks_csrf
def holiday(key: str, day: date) -> ResponseReturnValue:
    """Move or rename one day off."""
    agency = queries.to_edit(current_actor(), key)
    present = _holiday(agency, day)
    form = HolidayForm(data=_seen(agency) | written_holiday(present))

    def act(seen: int) -> None:
        actions.change_holiday(current_actor(), agency, seen, day, form.holiday)

    done = _submit(form, agency, act, back="holidays")
    return done or _page("holiday", form, agency, holiday=present, version=queries.version_number(agency))


def _holiday(agency: Agency, day: date) -> Holiday:
    found = queries.timetable_of(agency).holiday(day)
    if found is None:
        raise Missing
    return found


@blueprint.post("/<key>/holidays/<day:day>/confirmation")
def confirm_holiday(key: str, day: date) -> ResponseReturnValue:
    agency = queries.to_edit(current_actor(), key)
    confirmed = replace(_holiday(agency, day), is_estimated=False)
    actions.change_holiday(current_actor(), agency, CalendarForm().version, day, confirmed)
    flash(_("The day is confirmed."), "success")
    return redirect(url_for("agency_administration.holidays", key=key), 303)


@blueprint.post("/<key>/holidays/<day:day>/removal")
def remove_holiday(key: str, day: date) -> ResponseReturnValue:
    agency = queries.to_edit(current_actor(), key)
    actions.remove_holiday(current_actor(), agency, CalendarForm().version, day)
    flash(_("The day is a working day again."), "success")
    return redirect(url_for("agency_administration.holidays", key=key), 303)


# Special hours


@blueprint.route("/<key>/special-hours", methods=["GET", "POST"])
@checks_csrf
def special_hours(key: str) -> ResponseReturnValue:
    """What is planned, and a form that starts as the next Ramadan that is not planned yet."""
    agency = queries.to_edit(current_actor(), key)
    timetable = queries.timetable_of(agency)
    form = PeriodForm(data=_seen(agency) | _proposed_period(agency))
    done = _submit(
        form,
        agency,
        lambda seen: actions.set_period(current_actor(), agency, seen, form.period),
        back="special_hours",
    )
    return done or _page("special_hours", form, agency, periods=timetable.special)


def _proposed_period(agency: Agency) -> dict[str, object]:
    today = words.today(queries.calendar_of(agency))
    planned = queries.timetable_of(agency).special
    coming = [*proposals.ramadan(today.year), *proposals.ramadan(today.year + 1)]
    free = [one for one in coming if one.last >= today and not any(one.overlaps(other) for other in planned)]
    return written_period(free[0]) if free else {}


@blueprint.route("/<key>/special-hours/<day:first>", methods=["GET", "POST"])
@checks_csrf
def period(key: str, first: date) -> ResponseReturnValue:
    agency = queries.to_edit(current_actor(), key)
    present = _period(agency, first)
    form = PeriodForm(data=_seen(agency) | written_period(present))

    def act(seen: int) -> None:
        actions.set_period(current_actor(), agency, seen, form.period, instead_of=first)

    done = _submit(form, agency, act, back="special_hours")
    return done or _page("period", form, agency, period=present, version=queries.version_number(agency))


def _period(agency: Agency, first: date) -> SpecialPeriod:
    found = queries.timetable_of(agency).period(first)
    if found is None:
        raise Missing
    return found


@blueprint.post("/<key>/special-hours/<day:first>/removal")
def remove_period(key: str, first: date) -> ResponseReturnValue:
    agency = queries.to_edit(current_actor(), key)
    _period(agency, first)
    actions.remove_period(current_actor(), agency, CalendarForm().version, first)
    flash(_("The special hours are removed."), "success")
    return redirect(url_for("agency_administration.special_hours", key=key), 303)


# What the pages share


def _seen(agency: Agency) -> dict[str, object]:
    return {"seen": str(queries.version_number(agency))}


def _submit(
    form: CalendarForm,
    agency: Agency,
    act: Callable[[int], object],
    back: str,
    said: Callable[[], str] = lambda: _("Saved. From now on, dates are counted by this calendar."),
) -> ResponseReturnValue | None:
    """Do the act of a form that was sent and is right, then lead to the view `back`.

    None when the page is to be shown (again): for a first look, or with what is wrong and what was typed.
    """
    if not form.validate_on_submit():
        return None
    try:
        act(form.version)
    except Stale:
        form.form_errors.append(
            _("Somebody changed this calendar meanwhile. Look at it, then send yours again.")
        )
        form.seen.data = str(queries.version_number(agency))
        return None
    flash(said(), "success")
    return redirect(url_for(f"agency_administration.{back}", key=agency.key), 303)


def _page(name: str, form: Form, agency: Agency | None = None, **more: object) -> ResponseReturnValue:
    """The page with its form; 422 when something in it is wrong."""
    page = render_template(
        f"agencies/administration/{name}.html", form=form, agency=agency, words=words, **more
    )
    return page, 422 if form.errors else 200
