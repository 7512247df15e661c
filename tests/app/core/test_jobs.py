"""Background work: certain with the commit, done once, tried again later, taken over from the dead."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from app.core import audit, clock, db, jobs
from app.core.audit import AuditEntry
from app.core.jobs import KEEP_DONE, MOST_ATTEMPTS, PAUSES, Job
from app.core.permissions import SYSTEM

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
calls: list[str] = []

pytestmark = pytest.mark.usefixtures("app")


@jobs.job("tests.note")
def note(what: str) -> None:
    calls.append(what)
    audit.record(SYSTEM, "noted", "test", what)


@jobs.job("tests.fail")
def fail(what: str) -> None:
    note(what)
    db.session().flush()
    raise ValueError(f"the text of a person: {what}")


@jobs.job("tests.outside", own_transactions=True)
def outside(what: str) -> None:
    assert not db.in_unit()
    calls.append(what)


@pytest.fixture(autouse=True)
def _no_calls() -> None:
    calls.clear()


@pytest.fixture
def clock_at_nine() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def enqueue(name: str = "tests.note", **args: Any) -> None:
    with db.transaction():
        jobs.enqueue(name, **{"what": "it", **args})


def rows() -> list[Job]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(Job).order_by(Job.id)))


def effects() -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def test_a_job_is_done_once_and_marked_done_with_its_effect() -> None:
    enqueue()
    assert jobs.work_off() == 1
    assert jobs.work_off() == 0
    assert (calls, effects()) == (["it"], 1)
    assert rows()[0].done_at is not None


def test_no_job_remains_of_an_act_that_broke() -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        jobs.enqueue("tests.note", what="ghost")
        raise ZeroDivisionError
    assert rows() == []


def test_a_name_that_nobody_declares_is_refused_at_once() -> None:
    with db.transaction(), pytest.raises(jobs.UnknownJob):
        jobs.enqueue("tests.nothing")


def test_the_same_key_is_enqueued_once_even_after_the_first_is_done() -> None:
    for _ in range(2):
        with db.transaction():
            jobs.enqueue("tests.note", key="once", what="it")
        jobs.work_off()
    assert calls == ["it"]


def test_jobs_without_a_key_are_all_done_in_order() -> None:
    for what in "abc":
        enqueue(what=what)
    jobs.work_off()
    assert calls == ["a", "b", "c"]


def test_a_job_for_later_waits_for_its_time(clock_at_nine: time_machine.Traveller) -> None:
    with db.transaction():
        jobs.enqueue("tests.note", after=timedelta(hours=1), what="later")
    assert not jobs.work_once()
    clock_at_nine.shift(timedelta(minutes=61))
    assert jobs.work_once()


def test_a_failing_job_leaves_no_effect_and_is_tried_again_after_growing_pauses(
    clock_at_nine: time_machine.Traveller,
) -> None:
    enqueue("tests.fail")
    for attempt in range(1, 4):
        assert jobs.work_once()
        assert not jobs.work_once(), "not again before its pause is over"
        assert rows()[0].run_at == clock.now() + PAUSES[attempt - 1]
        clock_at_nine.shift(PAUSES[attempt - 1])
    assert effects() == 0
    assert calls == ["it"] * 3


def test_after_the_last_attempt_it_stays_failed_for_the_operator(
    clock_at_nine: time_machine.Traveller,
) -> None:
    enqueue("tests.fail")
    for _ in range(MOST_ATTEMPTS):
        assert jobs.work_once()
        clock_at_nine.shift(PAUSES[-1])
    assert not jobs.work_once()
    assert rows()[0].failed_at is not None
    assert rows()[0].done_at is None


def test_the_kept_error_names_class_and_place_but_no_text() -> None:
    enqueue("tests.fail", what="سرّ")
    jobs.work_once()
    error = rows()[0].error or ""
    assert error.startswith("ValueError")
    assert "test_jobs.py" in error
    assert "سرّ" not in error
    assert "the text of a person: " + "سرّ" not in error


def test_one_failing_job_does_not_stop_the_others() -> None:
    enqueue("tests.fail")
    enqueue(what="the other")
    jobs.work_off()
    assert "the other" in calls
    assert effects() == 1


def test_a_job_of_a_dead_worker_is_taken_over_when_its_lease_ends(
    clock_at_nine: time_machine.Traveller,
) -> None:
    enqueue()
    assert jobs._lease() is not None  # the worker dies here
    assert not jobs.work_once()
    clock_at_nine.shift(timedelta(minutes=5, seconds=1))
    assert jobs.work_once()
    assert (calls, effects(), rows()[0].attempts) == (["it"], 1, 2)


def test_a_job_with_transactions_of_its_own_runs_outside_of_one() -> None:
    enqueue("tests.outside")
    assert jobs.work_off() == 1
    assert rows()[0].done_at is not None


def test_each_periodic_job_is_enqueued_once_per_slot(clock_at_nine: time_machine.Traveller) -> None:
    for _ in range(3):
        jobs.schedule()
    seals = [row for row in rows() if row.name == "audit.seal"]
    assert len(seals) == 1
    clock_at_nine.shift(timedelta(minutes=1))
    jobs.schedule()
    assert len([row for row in rows() if row.name == "audit.seal"]) == 2
    assert len({row.dedup_key for row in rows()}) == len(rows())


def test_done_jobs_are_forgotten_after_a_week_and_failed_ones_are_kept(
    clock_at_nine: time_machine.Traveller,
) -> None:
    enqueue()
    enqueue("tests.fail")
    jobs.work_off()
    clock_at_nine.shift(KEEP_DONE + timedelta(seconds=1))
    with db.transaction():
        jobs.forget()
    assert [row.name for row in rows()] == ["tests.fail"]


def test_a_worker_thread_works_until_it_is_stopped() -> None:
    worker = jobs.Worker(pause=0.05)
    worker.start()
    enqueue()
    until = time.monotonic() + 20
    while not calls and time.monotonic() < until:
        time.sleep(0.02)
    worker.stop()
    assert calls == ["it"]
    assert not worker.is_alive()
