"""The record of acts: sealed into a chain in which one changed byte is found."""

import threading
import uuid

import pytest
import sqlalchemy as sa

from app.core import audit, db, jobs
from app.core.audit import AuditEntry
from app.core.permissions import SYSTEM, Actor

ADAM = Actor(uuid.UUID(int=7))

pytestmark = pytest.mark.usefixtures("app")


def record(*acts: str) -> None:
    for act in acts:
        with db.transaction():
            audit.record(ADAM, act, "person", "42", reason="duty")


def seal() -> None:
    with db.transaction():
        audit.seal()


def first_broken() -> int | None:
    with db.transaction(reading=True):
        return audit.first_broken()


def entries() -> list[AuditEntry]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_to_whom() -> None:
    record("suspended")
    entry = entries()[0]
    assert (entry.actor_key, entry.act, entry.subject_kind, entry.subject_id) == (
        ADAM.key, "suspended", "person", "42",
    )  # fmt: skip
    assert entry.details == {"reason": "duty"}


def test_nothing_is_recorded_of_an_act_that_broke() -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        audit.record(SYSTEM, "suspended", "person", "42")
        raise ZeroDivisionError
    assert entries() == []


def test_sealing_chains_every_entry_once_and_goes_on_where_it_stopped() -> None:
    record("suspended", "released")
    seal()
    sealed = [entry.hash for entry in entries()]
    record("looked")
    seal()
    seal()
    assert [entry.hash for entry in entries()][:2] == sealed
    assert len({entry.hash for entry in entries()} - {None}) == 3
    assert first_broken() is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "praised"),
        ("actor_key", "system"),
        ("subject_kind", "case"),
        ("subject_id", "43"),
        ("details", {"reason": "Duty"}),
        ("at", sa.func.current_timestamp()),
        ("hash", "0" * 64),
    ],
)
def test_one_changed_column_is_found(column: str, value: object) -> None:
    record("suspended", "released", "looked")
    seal()
    second = entries()[1].id
    with db.transaction() as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.id == second).values({column: value}))
    assert first_broken() == second


def test_a_removed_entry_is_found_by_the_one_after_it() -> None:
    record("suspended", "released", "looked")
    seal()
    _first, second, third = entries()
    with db.transaction() as session:
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == second.id))
    assert first_broken() == third.id


def test_the_worker_seals_by_itself() -> None:
    record("suspended")
    jobs.schedule()
    jobs.work_off()
    assert entries()[0].hash is not None


@pytest.mark.postgresql
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_an_entry_that_is_committed_late_does_not_look_like_tampering() -> None:
    """Two acts at once: the one with the lower number is committed after the other has been sealed."""
    sealing = threading.Thread(target=seal)
    with db.transaction() as session:
        audit.record(ADAM, "suspended", "person", "42")
        session.flush()
        with db.apart():
            record("looked")
            sealing.start()
            sealing.join(1)
    sealing.join(10)
    seal()
    assert first_broken() is None
    assert None not in {entry.hash for entry in entries()}
