"""Background work: a row in the same transaction as the act, so that nothing is lost and nothing is a ghost.

A job gets ids and runs in a transaction of its own, in which it is also marked done: its effects on the
database happen exactly once. A job with effects outside (mail) is marked `own_transactions` and must be safe
to run twice. A worker leases a job before it works; if it dies, the lease ends and another takes over.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.privacy import INTERNAL

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 12
KEEP_DONE = timedelta(days=7)
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600))


class Job(db.Base):
    """One piece of work to do; kept for a week after it is done."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due", "done_at", "failed_at", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(info=INTERNAL)
    args: Mapped[dict[str, Any]] = mapped_column(info=INTERNAL)
    dedup_key: Mapped[str | None] = mapped_column(unique=True, info=INTERNAL)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(info=INTERNAL)


@dataclass(frozen=True)
class Kind:
    """What a job name stands for."""

    name: str
    act: Callable[..., None]
    every: timedelta | None
    lease: timedelta
    own_transactions: bool


_kinds: dict[str, Kind] = {}
_waiting = threading.Event()


class UnknownJob(LookupError):
    """A job was enqueued under a name that no feature declares."""


def job(
    name: str,
    *,
    every: timedelta | None = None,
    lease: timedelta = timedelta(minutes=5),
    own_transactions: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job: `@job("complaints.remind")`, `@job("audit.seal", every=timedelta(minutes=1))`.

    `lease`: how long a worker may take before another one takes over.
    """

    def declare(act: Callable[..., None]) -> Callable[..., None]:
        _kinds[name] = Kind(name, act, every, lease, own_transactions)
        return act

    return declare


def names() -> frozenset[str]:
    return frozenset(_kinds)


def enqueue(name: str, *, key: str | None = None, after: timedelta = timedelta(), **args: Any) -> None:
    """Have this done once the unit at hand is committed. A second job with the same key is not added."""
    if name not in _kinds:
        raise UnknownJob(name)
    row = {"name": name, "args": args, "dedup_key": key, "run_at": clock.now() + after, "attempts": 0}
    db.insert_new(Job, [row], "dedup_key")
    db.after_commit(_waiting.set)


@dataclass(frozen=True)
class _Leased:
    id: int
    kind: Kind
    args: dict[str, Any]
    attempts: int


def _lease() -> _Leased | None:
    """Take the longest-due job that nobody works on. SKIP LOCKED lets many workers pass each other."""
    now = clock.now()
    with db.transaction() as session:
        due = (
            select(Job)
            .where(Job.done_at.is_(None), Job.failed_at.is_(None), Job.run_at <= now, Job.name.in_(_kinds))
            .where(or_(Job.lease_until.is_(None), Job.lease_until < now))
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.scalars(due).first()
        if row is None:
            return None
        kind = _kinds[row.name]
        row.lease_until = now + kind.lease
        row.attempts += 1
        return _Leased(row.id, kind, dict(row.args), row.attempts)


def work_once() -> bool:
    """Do one due job; False when there is none. A failure is kept for the operator and tried again later."""
    leased = _lease()
    if leased is None:
        return False
    try:
        _run(leased)
    except Exception as error:
        log.exception("job failed", extra={"job": leased.kind.name, "job_id": leased.id})
        _put_off(leased, error)
    return True


def _run(leased: _Leased) -> None:
    if leased.kind.own_transactions:
        leased.kind.act(**leased.args)
        with db.transaction():
            _mark_done(leased)
        return
    with db.transaction():
        if _mark_done(leased):
            leased.kind.act(**leased.args)


def _mark_done(leased: _Leased) -> bool:
    """Mark the job done, unless its lease was lost to a worker that has finished it meanwhile."""
    done = (
        update(Job)
        .where(Job.id == leased.id, Job.done_at.is_(None), Job.attempts == leased.attempts)
        .values(done_at=clock.now(), lease_until=None, error=None)
    )
    return bool(db.session().execute(done).rowcount)  # type: ignore[attr-defined]


def _put_off(leased: _Leased, error: Exception) -> None:
    now = clock.now()
    pause = PAUSES[min(leased.attempts, len(PAUSES)) - 1]
    where = "".join(traceback.format_tb(error.__traceback__)[-2:])
    with db.transaction() as session:
        row = session.get_one(Job, leased.id)
        row.lease_until, row.run_at = None, now + pause
        row.error = f"{type(error).__name__}\n{where}"  # the class and place only: messages may quote people
        row.failed_at = now if leased.attempts >= MOST_ATTEMPTS else None


def work_off(most: int = 10_000) -> int:
    """Do everything that is due; for inline mode and tests. Returns the number of jobs done."""
    done = 0
    while done < most and work_once():
        done += 1
    return done


def schedule() -> None:
    """Enqueue each periodic job for the present slot; the key makes many schedulers harmless."""
    now = clock.now()
    with db.transaction():
        _end_overlong_leases(now)
        for kind in _kinds.values():
            if kind.every is not None:
                slot = int(now.timestamp() // kind.every.total_seconds())
                enqueue(kind.name, key=f"{kind.name}@{slot}")


def _end_overlong_leases(now: datetime) -> None:
    """Free what is leased for longer than any lease: the clock was set back meanwhile, and the worker may be dead."""
    longest = max(kind.lease for kind in _kinds.values())
    overlong = update(Job).where(Job.done_at.is_(None), Job.lease_until > now + longest)
    db.session().execute(overlong.values(lease_until=None, run_at=now))


@job("jobs.forget", every=timedelta(hours=6))
def forget() -> None:
    """Remove jobs done more than a week ago; failed ones stay for the operator."""
    db.session().execute(delete(Job).where(Job.done_at < clock.now() - KEEP_DONE))


class Worker(threading.Thread):
    """Works on the job table until stopped; several, in one or many processes, do not disturb each other."""

    def __init__(self, pause: float = 1.0):
        super().__init__(name="sawt-worker", daemon=True)
        self._pause = pause
        self._stopping = threading.Event()

    def run(self) -> None:
        next_schedule = 0.0
        while not self._stopping.is_set():
            try:
                if time.monotonic() >= next_schedule:
                    schedule()
                    next_schedule = time.monotonic() + 15
                busy = work_once()
            except Exception:
                log.exception("the worker could not reach the job table")
                busy = False
                self._stopping.wait(2)
            if not busy:
                _waiting.wait(self._pause)
                _waiting.clear()

    def stop(self) -> None:
        self._stopping.set()
        _waiting.set()
        self.join(timeout=10)
