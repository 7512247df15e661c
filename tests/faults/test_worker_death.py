"""Workers are killed in the middle of jobs: each job's effect on the database happens exactly once.

Several worker processes share one job table. For mails, which leave the database, see test_worker_kill.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.core import db, jobs, migrations
from app.core.audit import AuditEntry
from app.core.jobs import Job
from tests.conftest import DATABASES
from tests.faults import labour
from tests.sites import ROOT, fresh_database

WORKERS = 3
DONE_WITHIN_SECONDS = 120

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database, which is also that of this process."""
    with fresh_database(request.param, tmp_path) as url:
        engine = db.connect(url)
        db.use(engine)
        migrations.upgrade()
        yield url
        engine.dispose()


@contextmanager
def workers(database: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    crew = [_start(database) for _ in range(WORKERS)]
    try:
        yield crew
    finally:
        for worker in crew:
            worker.kill()
            worker.wait()


def _start(database: str) -> subprocess.Popen[bytes]:
    surroundings = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "tests.faults.labour"], cwd=ROOT, env=surroundings)


@pytest.mark.parametrize(
    ("amount", "kills"), [(12, 1), pytest.param(60, 3, marks=pytest.mark.long)], ids=["small", "full"]
)
def test_each_job_takes_effect_exactly_once_whoever_dies(database: str, amount: int, kills: int) -> None:
    with db.transaction():
        for number in range(amount):
            jobs.enqueue(labour.JOB, number=number)
    with workers(database) as crew:
        killed = [_kill_one_at_work(crew, database) for _ in range(kills)]
        _wait_until_all_done()
    traces, doers = _traces()
    assert traces == Counter({str(number): 1 for number in range(amount)})
    assert len(killed) == kills
    assert len(doers - set(killed)) >= 1


def _kill_one_at_work(crew: list[subprocess.Popen[bytes]], database: str) -> int:
    """Kill the first worker as soon as some jobs are done and one is leased; a new one takes its place."""
    done = _count(Job.done_at.is_not(None))
    until = time.monotonic() + DONE_WITHIN_SECONDS
    while _count(Job.done_at.is_not(None)) < done + 2 or not _count(_LEASED):
        assert time.monotonic() < until, "nobody works"
        time.sleep(0.01)
    dying = crew.pop(0)
    dying.kill()
    dying.wait()
    crew.append(_start(database))
    return dying.pid


_LEASED = sa.and_(Job.done_at.is_(None), Job.lease_until.is_not(None))


def _count(condition: sa.ColumnElement[bool]) -> int:
    wanted = sa.select(sa.func.count()).select_from(Job).where(Job.name == labour.JOB, condition)
    with db.transaction(reading=True) as session:
        return session.scalar(wanted) or 0


def _wait_until_all_done() -> None:
    until = time.monotonic() + DONE_WITHIN_SECONDS
    while left := _count(Job.done_at.is_(None)):
        assert time.monotonic() < until, f"{left} jobs are not done"
        time.sleep(0.05)


def _traces() -> tuple[Counter[str], set[int]]:
    """How often each job took effect, and the processes that did them."""
    with db.transaction(reading=True) as session:
        entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.subject_kind == "labour")).all()
    return Counter(entry.subject_id for entry in entries), {entry.details["process"] for entry in entries}


def test_a_worker_whose_lease_ran_out_does_nothing_twice(database: str) -> None:
    """Two workers hold the same job, because the first was slower than its lease: only one takes effect."""
    with db.transaction():
        jobs.enqueue(labour.JOB, number=1)
    slow = jobs._lease()
    with db.transaction() as session:
        session.execute(sa.update(Job).values(lease_until=sa.null()))
    assert jobs.work_once()
    assert slow is not None
    jobs._run(slow)
    assert _traces()[0] == Counter({"1": 1})


@pytest.mark.postgresql
def test_workers_pass_each_other_instead_of_waiting(tmp_path: Path) -> None:
    """SKIP LOCKED: while one transaction holds the first due job, another one leases the second."""
    with fresh_database("postgresql", tmp_path) as url:
        engine = db.connect(url)
        db.use(engine)
        migrations.upgrade()
        with db.transaction():
            jobs.enqueue(labour.JOB, number=1)
            jobs.enqueue(labour.JOB, number=2)
        with db.transaction() as session:
            first = session.scalars(sa.select(Job).order_by(Job.id).limit(1).with_for_update()).one()
            with db.apart():
                leased = jobs._lease()
            assert leased is not None
            assert leased.id != first.id
        engine.dispose()
