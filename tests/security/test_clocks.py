"""C16: clocks that are wrong, are set back or forward, or change by law: everything turns at its right instant."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.agencies import actions as agency_actions
from app.agencies import queries as agency_queries
from app.agencies.hours import Range
from app.agencies.timetable import Holiday
from app.cases.models import Case
from app.core import audit, clock, db, i18n, jobs
from app.core.permissions import SYSTEM
from app.factory import Sawt
from app.identity import engine
from tests import world
from tests.client import Browser
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.cases import inquiry
from tests.factories.people import TOTP_KEY

PASSWORD = "نافذة خضراء وقطة بيضاء"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
OPEN, CLOSED = "مفتوح الآن", "مغلق الآن"
EVERY_DAY = dict.fromkeys(range(7), (Range(time(8), time(14, 30)),))


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    """A server whose clock the test sets."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def zone(app: Sawt) -> Iterator[None]:
    """Whatever zone the test uses, the site's own is in use again afterwards."""
    yield
    clock.use_zone(app.config["TIME_ZONE"])


# a clock that is set back or forward


@pytest.mark.parametrize(
    "jump", [-SECOND, -HOUR, timedelta(days=1)], ids=["1 s back", "1 h back", "1 day on"]
)
def test_c16_a_clock_that_jumps_signs_nobody_out_and_loses_no_draft(
    client: Browser, travel: time_machine.Traveller, jump: timedelta
) -> None:
    """Two servers whose clocks differ by a second are the same case."""
    client.enter(people.huda())
    client.send("/ar/inquiries/new", {"body": "انقطعت المياه", "act": "language"})
    travel.shift(jump)
    assert client.get("/ar/account").status_code == 200
    assert "انقطعت المياه" in client.get("/ar/inquiries/new").text
    assert client.send("/ar/sign-out").status_code == 303


def test_c16_a_cookie_from_too_far_in_the_past_or_future_counts_no_more(
    client: Browser, travel: time_machine.Traveller
) -> None:
    client.enter(people.huda())
    for moment in (NOON + timedelta(days=31), NOON - timedelta(days=2)):
        travel.move_to(moment)
        assert client.get("/ar/account").status_code == 303, moment


def test_c16_a_code_that_was_used_stays_used_when_the_clock_is_set_back(
    client: Browser, travel: time_machine.Traveller
) -> None:
    omar = people.omar(password=engine.hashed(PASSWORD))
    code = engine.present_code(engine.totp_secret_of(TOTP_KEY))
    assert _signs_in(client, omar.email, code) == 303
    assert _signs_in(client.another(), omar.email, code) == 422
    travel.shift(-HOUR)
    assert _signs_in(client.another(), omar.email, code) == 422
    travel.move_to(NOON + SECOND)
    assert _signs_in(client.another(), omar.email, code) == 422
    travel.shift(60)
    fresh = engine.present_code(engine.totp_secret_of(TOTP_KEY))
    assert _signs_in(client.another(), omar.email, fresh) == 303


def _signs_in(browser: Browser, email: str | None, code: str) -> int:
    browser.send("/ar/sign-in", {"email": email, "password": PASSWORD})
    return browser.send("/ar/sign-in/code", {"code": code}).status_code


def _enqueued() -> None:
    with db.transaction():
        jobs.enqueue("tests.clocks")


@jobs.job("tests.clocks", lease=timedelta(minutes=5))
def _note() -> None:
    audit.record(SYSTEM, "noted", "test", "clock")


def _effects() -> int:
    with db.transaction(reading=True) as session:
        return session.query(audit.AuditEntry).filter_by(act="noted").count()


def test_c16_a_lease_does_not_last_longer_because_the_clock_was_set_back(
    app: Sawt, travel: time_machine.Traveller
) -> None:
    _enqueued()
    assert jobs._lease() is not None  # the worker dies with the job in its hands
    travel.shift(SECOND)
    jobs.schedule()
    assert "tests.clocks" not in _done_now(), "the lease runs"
    travel.shift(-HOUR)
    jobs.schedule()
    assert "tests.clocks" in _done_now()
    assert _effects() == 1


def _done_now() -> list[str]:
    """Names of the jobs that get done at this moment."""
    open_jobs = sa.select(jobs.Job.id).where(jobs.Job.done_at.is_(None))
    with db.transaction(reading=True) as session:
        before = set(session.scalars(open_jobs))
    jobs.work_off()
    with db.transaction(reading=True) as session:
        after = set(session.scalars(open_jobs))
        return list(session.scalars(sa.select(jobs.Job.name).where(jobs.Job.id.in_(before - after))))


def test_c16_a_job_whose_lease_ended_by_a_jump_takes_effect_once(
    app: Sawt, travel: time_machine.Traveller
) -> None:
    _enqueued()
    slow = jobs._lease()
    assert slow is not None
    travel.shift(timedelta(days=1))
    assert jobs.work_off() == 1, "another worker takes over"
    jobs._run(slow)
    assert _effects() == 1


def test_c16_periodic_work_is_not_repeated_when_the_clock_is_set_back(
    app: Sawt, travel: time_machine.Traveller
) -> None:
    def kept() -> list[str]:
        with db.transaction(reading=True) as session:
            return sorted(filter(None, session.scalars(sa.select(jobs.Job.dedup_key))))

    jobs.schedule()
    before = kept()
    travel.shift(timedelta(seconds=-30))
    travel.move_to(NOON)
    jobs.schedule()
    assert kept() == before != []


# hours of agencies


def _with_hours() -> None:
    with db.transaction():
        adam, agency = world.actor(people.adam()), water()
        version = agency_queries.version_number(agency)
        agency_actions.set_hours(adam, agency, version, EVERY_DAY)


def _says(client: Browser, travel: time_machine.Traveller, instant: datetime) -> str:
    travel.move_to(instant)
    page = client.get("/ar/agencies/water").text
    assert (OPEN in page) != (CLOSED in page)
    return OPEN if OPEN in page else CLOSED


@pytest.mark.parametrize(
    ("place", "opens"),
    [
        ("Asia/Dubai", datetime(2026, 11, 25, 4, tzinfo=UTC)),
        ("Asia/Beirut", datetime(2026, 3, 28, 6, tzinfo=UTC)),  # the day before the clocks go forward
        ("Asia/Beirut", datetime(2026, 3, 29, 5, tzinfo=UTC)),  # the day on which they do
        ("Asia/Beirut", datetime(2026, 10, 24, 5, tzinfo=UTC)),
        ("Asia/Beirut", datetime(2026, 10, 25, 6, tzinfo=UTC)),  # the day on which they go back
        ("Africa/Cairo", datetime(2026, 4, 24, 5, tzinfo=UTC)),  # a Friday at midnight
    ],
)
@pytest.mark.usefixtures("zone")
def test_c16_an_agency_opens_and_closes_on_the_second(
    client: Browser, travel: time_machine.Traveller, place: str, opens: datetime
) -> None:
    clock.use_zone(place)
    _with_hours()
    closes = opens + timedelta(hours=6, minutes=30)
    instants = [opens - SECOND, opens, closes - SECOND, closes]
    assert [_says(client, travel, instant) for instant in instants] == [CLOSED, OPEN, OPEN, CLOSED]


def test_c16_a_holiday_begins_and_ends_at_the_countrys_midnight(
    client: Browser, travel: time_machine.Traveller
) -> None:
    around_the_clock = dict.fromkeys(range(7), (Range(time(0), time(0)),))
    with db.transaction():
        adam, agency = world.actor(people.adam()), water()
        agency_actions.set_hours(adam, agency, agency_queries.version_number(agency), around_the_clock)
        feast = Holiday(date(2026, 12, 2), "عيد الاتحاد", "Union Day")
        agency_actions.add_holidays(adam, agency, agency_queries.version_number(agency), feast)
    begins = datetime(2026, 12, 1, 20, tzinfo=UTC)  # midnight in Dubai
    instants = [begins - SECOND, begins, begins + timedelta(days=1) - SECOND, begins + timedelta(days=1)]
    assert [_says(client, travel, instant) for instant in instants] == [OPEN, CLOSED, CLOSED, OPEN]


# days of cases


def test_c16_what_is_sent_a_minute_before_midnight_is_of_that_day(
    client: Browser, travel: time_machine.Traveller
) -> None:
    travel.move_to(datetime(2026, 12, 4, 19, 59, tzinfo=UTC))
    opened = inquiry(people.huda())
    with db.transaction(reading=True) as session:
        assert session.scalars(sa.select(Case.opened_at)).one() == datetime(2026, 12, 4, 19, 59, tzinfo=UTC)
    page = client.enter(people.huda()).get(f"/ar/cases/{opened.case.reference}").text
    assert "4 ديسمبر 2026" in page
    assert "23:59" in page
    assert "5 ديسمبر" not in page


def test_c16_a_case_can_be_reopened_to_the_last_second_and_no_longer(
    client: Browser, travel: time_machine.Traveller
) -> None:
    with client.application.app_context():
        case = world.closed(world.answered(world.sent(world.QUESTION)))
    assert case.closed_at is not None
    path, again = f"/ar/cases/{case.reference}/reopening", {"body": "لم يصل شيء."}
    client.enter(people.huda())
    client.get("/ar/account")
    travel.move_to(case.closed_at + timedelta(days=30, seconds=1))
    client.enter(people.huda())
    assert client.send(path, again).status_code == 403
    travel.move_to(case.closed_at + timedelta(days=30))
    assert client.send(path, again).status_code == 303


# two calendars


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 2, 17, 19, 59, 59, tzinfo=UTC), "17 فبراير 2026 (29 شعبان 1447)"),
        (datetime(2026, 2, 17, 20, 0, 0, tzinfo=UTC), "18 فبراير 2026 (1 رمضان 1447)"),
        (datetime(2026, 3, 19, 20, 0, 0, tzinfo=UTC), "20 مارس 2026 (1 شوال 1447)"),
        (datetime(2026, 12, 31, 20, 0, 0, tzinfo=UTC), "1 يناير 2027 (23 رجب 1448)"),
    ],
)
def test_c16_the_hijri_day_turns_with_the_countrys_day(app: Sawt, instant: datetime, shown: str) -> None:
    """Both dates are of the same civil day; the evening before, on which a Hijri day begins, is left to the reader."""
    with app.test_request_context("/ar/"):
        app.preprocess_request()
        assert i18n.day(instant, hijri=True) == shown
