"""The public pages of agencies: what each answers for, and when somebody is there."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.agencies import queries, words
from app.core import clock
from app.core.errors import Missing

blueprint = Blueprint("agencies", __name__, template_folder="templates")

HOLIDAYS_SHOWN = 12


@blueprint.get("/agencies")
def index() -> ResponseReturnValue:
    agencies = queries.all_active()
    calendars, now = queries.calendars_of(agencies), clock.now()
    return render_template(
        "agencies/index.html",
        agencies=[(agency, words.open_or_closed(calendars[agency.key], now)) for agency in agencies],
    )


@blueprint.get("/agencies/<key>")
def show(key: str) -> ResponseReturnValue:
    agency = queries.by_key(key)
    if agency is None:
        raise Missing
    calendar, timetable = queries.calendar_of(agency), queries.timetable_of(agency)
    today = words.today(calendar)
    return render_template(
        "agencies/show.html",
        agency=agency,
        state=words.open_or_closed(calendar, clock.now()),
        week=words.week_rows(timetable.week),
        special=[period for period in timetable.special if period.last >= today],
        holidays=[holiday for holiday in timetable.holidays if holiday.day >= today][:HOLIDAYS_SHOWN],
        words=words,
        calendar=calendar,
    )
