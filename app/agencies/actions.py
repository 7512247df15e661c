"""Everything that changes agencies and their calendars."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from app.agencies import proposals, queries
from app.agencies.description import KEY, LONGEST_KEY, Description
from app.agencies.events import CalendarChanged
from app.agencies.hours import Week
from app.agencies.models import Agency, CalendarVersion
from app.agencies.permissions import may_close, may_create, may_edit
from app.agencies.timetable import Holiday, SpecialPeriod, Timetable
from app.core import audit, clock, db, events
from app.core.errors import DomainError, Missing, Stale
from app.core.permissions import Actor, require

Change = Callable[[Timetable], Timetable]


class KeyTaken(DomainError):
    """Another agency has this key, or it is not a key."""

    status = 409


class NameTaken(DomainError):
    """The name looks like that of another agency; people would take one for the other."""

    status = 409

    def __init__(self, language: str):
        super().__init__()
        self.language = language


def create_agency(actor: Actor, key: str, description: Description) -> Agency:
    """Add an agency, with the country's usual hours and holidays. Raises KeyTaken, NameTaken."""
    require(may_create(actor, Agency))
    taken = db.session().scalar(select(Agency.id).where(Agency.key == key))
    if taken or not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise KeyTaken
    agency = Agency(key=key)
    _describe(agency, description)
    db.session().add(agency)
    db.session().flush()
    _add_version(actor, agency, 1, proposals.first_timetable(clock.today().year), "first")
    audit.record(actor, "agency.create", "agency", key)
    return agency


def describe(actor: Actor, agency: Agency, description: Description) -> None:
    """Change what people read about an agency. Raises NameTaken."""
    require(may_edit(actor, agency))
    _describe(agency, description)
    audit.record(actor, "agency.describe", "agency", agency.key)


def _describe(agency: Agency, description: Description) -> None:
    with db.session().no_autoflush:
        for language, name in (("ar", description.name_ar), ("en", description.name_en)):
            if queries.look_alike(name, but=agency) is not None:
                raise NameTaken(language)
    agency.name = (description.name_ar, description.name_en)
    agency.remit = (description.remit_ar, description.remit_en)
    agency.email, agency.phone, agency.website = description.email, description.phone, description.website


def close(actor: Actor, agency: Agency) -> None:
    """Take no new cases for it; its cases and its name in old events stay."""
    require(may_close(actor, agency))
    agency.is_active = False
    audit.record(actor, "agency.close", "agency", agency.key)


def reopen(actor: Actor, agency: Agency) -> None:
    require(may_close(actor, agency))
    agency.is_active = True
    audit.record(actor, "agency.reopen", "agency", agency.key)


# The calendar. `seen` is the version the actor looked at; what changed meanwhile is not overwritten (Stale).


def set_hours(actor: Actor, agency: Agency, seen: int, week: Week) -> None:
    _change(actor, agency, seen, "hours", lambda before: before.with_week(week))


def add_holidays(actor: Actor, agency: Agency, seen: int, *holidays: Holiday) -> None:
    """Add days off; a day that is one already gets the new name."""
    _change(actor, agency, seen, "holiday-added", lambda before: before.with_holidays(*holidays))


def propose_holidays(actor: Actor, agency: Agency, seen: int, year: int) -> int:
    """Add the holidays of a year, but leave the days that are there. Returns how many were added."""
    present = {holiday.day for holiday in queries.timetable_of(agency).holidays}
    added = [holiday for holiday in proposals.holidays_of(year) if holiday.day not in present]
    require(may_edit(actor, agency))
    if added:
        add_holidays(actor, agency, seen, *added)
    return len(added)


def change_holiday(actor: Actor, agency: Agency, seen: int, day: date, holiday: Holiday) -> None:
    """Move, rename or confirm the holiday of `day`. Raises Missing if there is none."""

    def changed(timetable: Timetable) -> Timetable:
        if timetable.holiday(day) is None:
            raise Missing
        return timetable.without_holiday(day).with_holidays(holiday)

    _change(actor, agency, seen, "holiday-changed", changed)


def remove_holiday(actor: Actor, agency: Agency, seen: int, day: date) -> None:
    _change(actor, agency, seen, "holiday-removed", lambda before: before.without_holiday(day))


def set_period(
    actor: Actor, agency: Agency, seen: int, period: SpecialPeriod, instead_of: date | None = None
) -> None:
    """Add special hours, or put them in the place of those that began on `instead_of`."""

    def changed(timetable: Timetable) -> Timetable:
        return (timetable.without_period(instead_of) if instead_of else timetable).with_period(period)

    _change(actor, agency, seen, "special-hours", changed)


def remove_period(actor: Actor, agency: Agency, seen: int, first: date) -> None:
    _change(actor, agency, seen, "special-hours", lambda before: before.without_period(first))


def _change(actor: Actor, agency: Agency, seen: int, act: str, changed: Change) -> None:
    """Write the next version, if the change changes anything."""
    require(may_edit(actor, agency))
    db.session().execute(select(Agency.id).where(Agency.id == agency.id).with_for_update())
    if queries.version_number(agency) != seen:
        raise Stale
    before = queries.timetable_of(agency)
    after = changed(before)
    if after == before and seen:
        return
    _add_version(actor, agency, seen + 1, after, act)
    events.publish(CalendarChanged(agency.key, seen + 1, act))
    audit.record(actor, f"calendar.{act}", "agency", agency.key, version=seen + 1)


def _add_version(actor: Actor, agency: Agency, number: int, timetable: Timetable, act: str) -> None:
    db.session().add(
        CalendarVersion(
            agency_id=agency.id,
            version=number,
            time_zone=clock.zone().key,
            document=timetable.as_document(),
            act=act,
            made_by=actor.key,
        )
    )
    db.session().flush()
