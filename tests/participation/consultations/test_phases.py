"""C16: a phase opens and closes on the right instant, and a skipped or repeated hour moves nothing."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from participation.consultations import phases
from participation.consultations.models import Consultation, Phase
from participation.consultations.phases import Planned, Standing

DUBAI, CAIRO, LONDON = ZoneInfo("Asia/Dubai"), ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/London")
PLAN = [Planned("information", 7), Planned("comment", 28), Planned("analysis", 30), Planned("response", 30)]
MINUTE = timedelta(minutes=1)


def planned(
    zone: ZoneInfo = DUBAI, first: date = date(2026, 11, 1), state: str = "published"
) -> Consultation:
    made = Consultation(state=state)
    made.phases = [
        Phase(
            position=place,
            kind=each.kind,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            takes_posts=each.kind == "comment",
            takes_answers=each.kind == "comment",
        )
        for place, each in enumerate(phases.dated(PLAN, first, zone))
    ]
    return made


def test_c16_a_phase_that_ends_on_a_day_closes_at_its_last_minute_on_the_countrys_clock() -> None:
    comment = planned().phases[1]
    assert comment.starts_at == datetime(2026, 11, 7, 19, 59, tzinfo=UTC)
    assert comment.ends_at == datetime(2026, 12, 5, 19, 59, tzinfo=UTC)
    assert comment.ends_at.astimezone(DUBAI).strftime("%Y-%m-%d %H:%M") == "2026-12-05 23:59"


@pytest.mark.parametrize(
    ("offset", "kind"), [(-MINUTE, "comment"), (timedelta(0), "analysis"), (MINUTE, "analysis")]
)
def test_c16_the_closing_instant_itself_is_closed(offset: timedelta, kind: str) -> None:
    made = planned()
    found = phases.current(made, made.phases[1].ends_at + offset)
    assert found is not None
    assert found.kind == kind


def test_c16_the_opening_instant_itself_is_open() -> None:
    made = planned()
    opens = made.phases[0].starts_at
    assert phases.current(made, opens - timedelta(microseconds=1)) is None
    assert phases.current(made, opens) is made.phases[0]


@pytest.mark.parametrize(("zone", "first"), [(LONDON, date(2026, 10, 20)), (CAIRO, date(2026, 4, 20))])
def test_c16_a_change_of_the_clocks_leaves_the_closing_at_its_local_minute(
    zone: ZoneInfo, first: date
) -> None:
    for phase in planned(zone, first).phases:
        assert phase.ends_at.astimezone(zone).strftime("%H:%M") == "23:59"


def test_c16_days_left_are_counted_in_days_of_the_country_not_in_hours() -> None:
    comment = planned().phases[1]
    late_evening = datetime(2026, 12, 4, 23, 30, tzinfo=DUBAI)
    assert phases.days_left(comment, late_evening, DUBAI) == 1
    assert phases.days_left(comment, late_evening + timedelta(hours=1), DUBAI) == 0
    assert phases.days_left(comment, comment.ends_at, DUBAI) == -1


def test_phases_follow_each_other_without_a_gap() -> None:
    made = planned()
    assert phases.is_in_order(made.phases)
    assert all(
        earlier.ends_at == later.starts_at
        for earlier, later in zip(made.phases, made.phases[1:], strict=False)
    )
    made.phases[2].starts_at -= MINUTE
    assert not phases.is_in_order(made.phases)


def test_the_plan_of_a_dated_consultation_is_the_plan_it_was_dated_from() -> None:
    for zone, first in ((DUBAI, date(2026, 11, 1)), (LONDON, date(2026, 10, 20))):
        assert phases.plan_of(planned(zone, first).phases, zone) == PLAN


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 10, 1), Standing.UPCOMING),
        (date(2026, 11, 3), Standing.UPCOMING),
        (date(2026, 11, 20), Standing.OPEN),
        (date(2026, 12, 20), Standing.CLOSED),
        (date(2027, 12, 20), Standing.CLOSED),
    ],
)
def test_where_a_consultation_stands_is_told_by_the_clock(day: date, standing: Standing) -> None:
    assert phases.standing(planned(), datetime(day.year, day.month, day.day, tzinfo=UTC)) == standing


@pytest.mark.parametrize("state", ["draft", "ended", "cancelled"])
def test_nothing_runs_in_what_is_not_published_or_over(state: str) -> None:
    made = planned(state=state)
    now = made.phases[1].starts_at + timedelta(days=1)
    assert phases.current(made, now) is None
    assert not phases.allows(made, "posts", now)
    assert phases.standing(made, now) == state
