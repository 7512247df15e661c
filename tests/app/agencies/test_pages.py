"""The pages of agencies: what people see, and what administrators keep."""

import re
from datetime import date, time

import pytest
from werkzeug.test import TestResponse

from app.agencies import actions, queries
from app.agencies.events import CalendarChanged
from app.agencies.hours import FRIDAY, MONDAY, Range
from app.agencies.models import Agency
from app.agencies.timetable import Holiday
from app.core import db, events
from app.core.permissions import SYSTEM
from app.core.text import isolate
from app.identity.models import Person
from tests.client import Browser
from tests.factories.agencies import roads, water
from tests.factories.people import adam, huda, omar, rana, salma

BASE = "/ar/administration/agencies"
ONE_CLICK_ACTS = {"confirmation", "removal", "proposals"}
EIGHT_TO_THREE = (Range(time(8), time(15)),)


@pytest.fixture(autouse=True)
def agencies(app: object) -> None:
    with db.transaction():
        water(), roads()


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def send(client: Browser, address: str, **fields: object) -> TestResponse:
    """Post a form with its token, and the version of the calendar that its page shows."""
    form, _, last = address.rpartition("/")
    form = form if last in ONE_CLICK_ACTS else address
    page = client.get(form).text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page)
    hidden = {"csrf_token": token(page), **({"seen": seen[1]} if seen else {})}
    return client.post(address, data=hidden | fields)


def week(**days: str) -> dict[str, str]:
    return {f"day_{number}": days.get(f"day_{number}", "") for number in range(7)}


def present(key: str = "water") -> Agency:
    return next(agency for agency in queries.all_of_them() if agency.key == key)


# What people see


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everybody_sees_the_agencies_with_remit_and_hours(client: Browser, language: str) -> None:
    page = client.get(f"/{language}/agencies").text
    assert {"ar": "مؤسسة المياه", "en": "Water Company"}[language] in page
    page = client.get(f"/{language}/agencies/water").text
    assert "08:00" in page
    assert "15:00" in page


def test_a_closed_agency_is_not_shown(client: Browser) -> None:
    with db.transaction():
        actions.close(SYSTEM, present())
    assert "مؤسسة المياه" not in client.get("/ar/agencies").text
    assert client.get("/ar/agencies/water").status_code == 404


def test_an_estimated_holiday_is_marked_and_a_confirmed_one_is_not(client: Browser) -> None:
    with db.transaction():
        actions.add_holidays(
            SYSTEM, present(), 0, Holiday(date(2090, 1, 10), "عيد", "Feast", is_estimated=True)
        )
    assert "Expected, not confirmed yet" in client.get("/en/agencies/water").text
    with db.transaction():
        actions.change_holiday(
            SYSTEM, present(), 1, date(2090, 1, 10), Holiday(date(2090, 1, 10), "عيد", "Feast")
        )
    page = client.get("/en/agencies/water").text
    assert "Feast" in page
    assert "Expected, not confirmed yet" not in page


# Who may


@pytest.mark.parametrize(
    ("who", "own", "other", "new"),
    [
        (huda, 403, 403, 403),
        (omar, 403, 403, 403),
        (salma, 403, 403, 403),
        (rana, 200, 403, 403),
        (adam, 200, 200, 200),
    ],
)
def test_only_administrators_edit_and_an_agencys_only_its_own(
    client: Browser, who: "type[Person]", own: int, other: int, new: int
) -> None:
    client.enter(who())
    parts = ("", "/hours", "/holidays", "/special-hours")
    assert {client.get(f"{BASE}/water{part}").status_code for part in parts} == {own}
    assert {client.get(f"{BASE}/roads{part}").status_code for part in parts} == {other}
    assert client.get(f"{BASE}/new").status_code == new


def test_an_agencys_administrator_may_not_close_it(client: Browser) -> None:
    client.enter(rana())
    assert "closure" not in client.get(f"{BASE}/water").text
    page = client.get(f"{BASE}/water").text
    assert client.post(f"{BASE}/water/closure", data={"csrf_token": token(page)}).status_code == 403


# Agencies


NEW = {
    "key": "energy",
    "name_ar": "وزارة الطاقة",
    "name_en": "Ministry of Energy",
    "remit_ar": "الكهرباء والوقود.",
    "remit_en": "Electricity and fuel.",
}


def test_a_new_agency_starts_with_the_usual_hours_and_the_holidays_of_the_country(client: Browser) -> None:
    assert send(client.enter(adam()), f"{BASE}/new", **NEW).location == f"{BASE}/energy/hours"
    with db.transaction():
        timetable = queries.timetable_of(present("energy"))
        assert timetable.week[MONDAY] == EIGHT_TO_THREE
        assert len(timetable.holidays) > 15
        assert queries.version_number(present("energy")) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"key": "water"}, "Another agency has this key"),
        ({"key": "Water Company"}, "A key has small Latin letters"),
        ({"name_ar": "مؤسسه الميـاه"}, "Another agency has this name"),
        ({"name_en": "Watеr Company"}, "Another agency has this name"),  # a Cyrillic letter
        ({"email": "nobody"}, "Enter an e-mail address"),
        ({"website": "javascript:alert(1)"}, "a full address such as https://"),
        ({"phone": "call me"}, "Enter a telephone number"),
        ({"remit_en": "x" * 1_000_000}, "the limit is 600"),
    ],
)
def test_a_wrong_description_is_explained_and_what_was_typed_is_kept(
    client: Browser, fields: dict[str, str], words: str
) -> None:
    answer = send(client.enter(adam()), f"{BASE.replace('/ar', '/en')}/new", **{**NEW, **fields})
    assert answer.status_code == 422
    assert words in answer.text
    assert NEW["remit_ar"] in answer.text


def test_a_description_is_changed_in_both_languages(client: Browser) -> None:
    changed = {**NEW, "phone": "٨٠٠ ١٢٣٤"}
    del changed["key"]
    assert send(client.enter(rana()), f"{BASE}/water", **changed).status_code == 303
    assert "Ministry of Energy" in client.get("/en/agencies/water").text
    assert "800 1234" in client.get("/ar/agencies/water").text


# Hours


@pytest.mark.parametrize(
    "text", ["08:00-12:00, 12:30-15:00", "٨:٠٠ – ١٢:٠٠، من ١٢:٣٠ إلى ١٥:٠٠", "8-12 and 12.30 to 15"]
)
def test_hours_are_read_as_people_write_them(client: Browser, text: str) -> None:
    assert send(client.enter(rana()), f"{BASE}/water/hours", **week(day_0=text)).status_code == 303
    with db.transaction():
        read = queries.timetable_of(present()).week
    assert read == {MONDAY: (Range(time(8), time(12)), Range(time(12, 30), time(15)))}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quarter to nine", "We cannot read"),
        ("25:00-26:00", "We cannot read"),
        ("08:00-12:00, 11:00-13:00", "overlap"),
    ],
)
def test_hours_that_cannot_be_right_are_refused_and_kept(client: Browser, text: str, words: str) -> None:
    answer = send(client.enter(rana()), f"{BASE.replace('/ar', '/en')}/water/hours", **week(day_0=text))
    assert answer.status_code == 422
    assert words in answer.text
    assert text in answer.text
    with db.transaction():
        assert queries.version_number(present()) == 0


def test_the_hours_in_the_arabic_refusal_read_from_left_to_right(client: Browser) -> None:
    answer = send(client.enter(rana()), f"{BASE}/water/hours", **week(day_0="25:00-26:00"))
    assert answer.status_code == 422
    assert f"«{isolate('25:00-26:00')}»" in answer.text
    assert f"{isolate('08:00-12:00, 12:30-15:00')}." in answer.text


def test_every_change_makes_a_version_and_the_old_one_still_counts_as_it_did(client: Browser) -> None:
    client.enter(rana())
    send(client, f"{BASE}/water/hours", **week(day_0="08:00-12:00"))
    send(client, f"{BASE}/water/hours", **week(day_4="20:00-02:00"))
    with db.transaction():
        agency = present()
        assert queries.version_number(agency) == 2
        assert set(queries.calendar_of(agency).week) == {FRIDAY}
        assert set(queries.calendar_of(agency, 1).week) == {MONDAY}


def test_saving_the_same_hours_again_makes_no_version(client: Browser) -> None:
    client.enter(rana())
    for _ in range(2):
        send(client, f"{BASE}/water/hours", **week(day_0="08:00-12:00"))
    with db.transaction():
        assert queries.version_number(present()) == 1


def test_whoever_changed_the_calendar_meanwhile_is_not_overwritten(client: Browser) -> None:
    client.enter(rana())
    page = client.get(f"{BASE}/water/hours").text
    send(client, f"{BASE}/water/hours", **week(day_0="08:00-12:00"))
    late = client.post(
        "/en/administration/agencies/water/hours",
        data={"csrf_token": token(page), "seen": "0", **week(day_1="09:00-10:00")},
    )
    assert late.status_code == 422
    assert "Somebody changed this calendar meanwhile" in late.text
    assert "09:00-10:00" in late.text
    with db.transaction():
        assert set(queries.timetable_of(present()).week) == {MONDAY}


@pytest.mark.parametrize("seen", ["", "-1", "9" * 400, "١", "x", "1 OR 1=1"])
def test_a_forged_version_is_stale_and_no_crash(client: Browser, seen: str) -> None:
    client.enter(rana())
    send(client, f"{BASE}/water/hours", **week(day_0="08:00-12:00"))
    answer = send(client, f"{BASE}/water/hours", **week(day_1="09:00-10:00"), seen=seen)
    assert answer.status_code == 422


# Days off


def test_an_eid_that_moves_by_a_day_moves_in_the_calendar_and_tells_the_others(client: Browser) -> None:
    heard: list[CalendarChanged] = []
    events.on(CalendarChanged)(heard.append)
    client.enter(rana())
    eid = {"day": "٢٠/٣/٢٠٩٠", "name_ar": "عيد الفطر", "name_en": "Eid", "is_estimated": "y"}
    assert send(client, f"{BASE}/water/holidays", **eid).status_code == 303
    moved = send(
        client, f"{BASE}/water/holidays/2090-03-20", **{**eid, "day": "2090-03-21", "is_estimated": ""}
    )
    assert moved.status_code == 303
    with db.transaction():
        assert queries.timetable_of(present()).holidays == (Holiday(date(2090, 3, 21), "عيد الفطر", "Eid"),)
    assert [(event.act, event.version) for event in heard] == [("holiday-added", 1), ("holiday-changed", 2)]


def test_a_day_off_is_confirmed_and_removed_with_one_click_each(client: Browser) -> None:
    client.enter(rana())
    send(client, f"{BASE}/water/holidays", day="2090-03-20", name_ar="عيد", name_en="Eid", is_estimated="y")
    assert send(client, f"{BASE}/water/holidays/2090-03-20/confirmation").status_code == 303
    with db.transaction():
        assert queries.timetable_of(present()).holidays == (Holiday(date(2090, 3, 20), "عيد", "Eid"),)
    assert send(client, f"{BASE}/water/holidays/2090-03-20/removal").status_code == 303
    with db.transaction():
        assert queries.timetable_of(present()).holidays == ()


@pytest.mark.parametrize(
    "day", ["2026-02-30", "31/2/2026", "tomorrow", "0001-01-01", "20/3/26", "9999999/1/1"]
)
def test_a_day_that_does_not_exist_is_refused(client: Browser, day: str) -> None:
    answer = send(client.enter(rana()), f"{BASE}/water/holidays", day=day, name_ar="عيد", name_en="Eid")
    assert answer.status_code == 422


def test_the_countrys_holidays_are_proposed_and_leave_what_is_there(client: Browser) -> None:
    client.enter(rana())
    send(client, f"{BASE}/water/holidays", day="2027-12-02", name_ar="يومنا", name_en="Our day")
    assert send(client, f"{BASE}/water/holidays/proposals", year="2027").status_code == 303
    with db.transaction():
        found = {holiday.day: holiday for holiday in queries.timetable_of(present()).holidays}
    assert found[date(2027, 12, 2)].name_en == "Our day"
    assert found[date(2027, 3, 9)] == Holiday(date(2027, 3, 9), "عيد الفطر", "Eid al-Fitr", is_estimated=True)


@pytest.mark.parametrize("year", ["", "27", "1900", "3000", "-2027"])
def test_a_year_out_of_reach_is_refused(client: Browser, year: str) -> None:
    assert send(client.enter(rana()), f"{BASE}/water/holidays/proposals", year=year).status_code == 422


@pytest.mark.parametrize("day", ["2026-02-30", "2026-03-20", "x"])
def test_a_day_that_is_no_holiday_is_not_found(client: Browser, day: str) -> None:
    assert client.enter(rana()).get(f"{BASE}/water/holidays/{day}").status_code == 404


# Special hours


def test_ramadan_is_proposed_by_the_hijri_calendar_and_can_be_planned_moved_and_removed(
    client: Browser,
) -> None:
    client.enter(rana())
    assert 'value="Ramadan"' in client.get(f"{BASE}/water/special-hours").text
    plan = {"first": "2027-02-08", "last": "2027-03-08", "name_ar": "رمضان", "name_en": "Ramadan"}
    hours = week(day_0="10:00-15:00")
    assert send(client, f"{BASE}/water/special-hours", **plan, **hours).status_code == 303
    moved = {**plan, "first": "2027-02-09"}
    assert send(client, f"{BASE}/water/special-hours/2027-02-08", **moved, **hours).status_code == 303
    with db.transaction():
        calendar = queries.calendar_of(present())
        assert [period.first for period in queries.timetable_of(present()).special] == [date(2027, 2, 9)]
    assert calendar.ranges(date(2027, 2, 8)) == EIGHT_TO_THREE
    assert calendar.ranges(date(2027, 2, 15)) == (Range(time(10), time(15)),)
    assert send(client, f"{BASE}/water/special-hours/2027-02-09/removal").status_code == 303
    with db.transaction():
        assert queries.timetable_of(present()).special == ()


@pytest.mark.parametrize(
    ("first", "last"), [("2027-02-08", "2027-02-07"), ("2027-02-08", "2029-02-08"), ("x", "y")]
)
def test_special_hours_end_after_they_begin_and_last_a_year_at_most(
    client: Browser, first: str, last: str
) -> None:
    fields = {"first": first, "last": last, "name_ar": "صيف", "name_en": "Summer"}
    answer = send(client.enter(rana()), f"{BASE}/water/special-hours", **fields, **week(day_0="10:00-15:00"))
    assert answer.status_code == 422
