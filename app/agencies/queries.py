"""Reading agencies and their calendars."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from app.agencies import proposals
from app.agencies.hours import Calendar
from app.agencies.models import Agency, CalendarVersion
from app.agencies.permissions import is_administrator, may_edit
from app.agencies.timetable import Timetable
from app.core import clock, db
from app.core.errors import Denied, Missing
from app.core.i18n import LANGUAGES
from app.core.permissions import Actor, Role
from app.core.text import name_skeleton


def all_active() -> list[Agency]:
    """Every agency that takes cases, in a stable order."""
    return [agency for agency in known().values() if agency.is_active]


def by_key(key: str) -> Agency | None:
    """The active agency with this key."""
    return db.session().scalar(select(Agency).where(Agency.key == key, Agency.is_active))


def all_of_them() -> list[Agency]:
    """Every agency, also those that take no new cases: for names in old events."""
    return list(db.session().scalars(select(Agency).order_by(Agency.key)))


def known() -> dict[str, Agency]:
    """The same by their keys, for naming them: read once in a unit, however many rows name one."""
    return db.once("agencies", lambda: {agency.key: agency for agency in all_of_them()})


def named(key: str) -> str:
    """The name of the agency with this key, in the language being spoken; the key when there is none."""
    agency = known().get(key)
    return str(agency.name) if agency else key


def administered_by(actor: Actor) -> list[Agency]:
    """The agencies the actor administers, closed ones too."""
    wanted = select(Agency).order_by(Agency.key)
    if not is_administrator(actor):
        wanted = wanted.where(Agency.key.in_(actor.agencies(Role.AGENCY_ADMINISTRATOR)))
    return list(db.session().scalars(wanted))


def to_edit(actor: Actor, key: str) -> Agency:
    """The agency with this key, for somebody who may edit it. Raises Missing or Denied."""
    agency = db.session().scalar(select(Agency).where(Agency.key == key))
    if agency is None:
        raise Missing
    if not may_edit(actor, agency):
        raise Denied
    return agency


def look_alike(name: str, but: Agency | None = None) -> Agency | None:
    """An agency (other than `but`) whose Arabic or English name a hurried reader takes for this one."""
    skeleton = name_skeleton(name)
    for agency in all_of_them():
        if agency is not but and skeleton in map(name_skeleton, both_names(agency)):
            return agency
    return None


def both_names(agency: Agency) -> tuple[str, str]:
    arabic, english = (Agency.name.read(agency, code).text for code in LANGUAGES)
    return arabic, english


def newest_version(agency: Agency) -> CalendarVersion | None:
    return db.session().scalar(_versions(agency).limit(1))


def version_number(agency: Agency) -> int:
    """Number of the calendar in force; 0 while the agency has none of its own."""
    newest = newest_version(agency)
    return newest.version if newest else 0


def timetable_of(agency: Agency) -> Timetable:
    """What is in force: the newest version, or the country's usage without holidays."""
    newest = newest_version(agency)
    return newest.timetable if newest else Timetable(proposals.usual_week())


def calendar_of(agency: Agency, version: int | None = None) -> Calendar:
    """The calendar in force, or that of a version a deadline was counted with (0: the country's usage).

    Raises Missing if there is no such version.
    """
    if version is None:
        found = newest_version(agency)
    else:
        found = db.session().scalar(_versions(agency).where(CalendarVersion.version == version))
        if found is None and version:
            raise Missing
    return found.calendar if found else Timetable(proposals.usual_week()).calendar(clock.zone())


def calendars_of(agencies: Sequence[Agency]) -> dict[str, Calendar]:
    """The calendars in force, by the agencies' keys; one question for all of them."""
    newest = (
        select(CalendarVersion.agency_id, func.max(CalendarVersion.version).label("version"))
        .where(CalendarVersion.agency_id.in_([agency.id for agency in agencies]))
        .group_by(CalendarVersion.agency_id)
        .subquery()
    )
    matching = (CalendarVersion.agency_id == newest.c.agency_id) & (
        CalendarVersion.version == newest.c.version
    )
    found = db.session().scalars(select(CalendarVersion).join(newest, matching))
    calendars = {version.agency_id: version.calendar for version in found}
    usual = Timetable(proposals.usual_week()).calendar(clock.zone())
    return {agency.key: calendars.get(agency.id, usual) for agency in agencies}


def history(agency: Agency, most: int = 20) -> Sequence[CalendarVersion]:
    """The last versions, newest first."""
    return db.session().scalars(_versions(agency).limit(most)).all()


def _versions(agency: Agency) -> Select[CalendarVersion]:
    of_agency = select(CalendarVersion).where(CalendarVersion.agency_id == agency.id)
    return of_agency.order_by(CalendarVersion.version.desc())
