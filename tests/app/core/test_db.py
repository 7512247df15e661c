"""Units of work: all or nothing, readers cannot write, nothing leaves before the commit, no update is lost."""

import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core import clock, db
from app.core.drafts import Draft
from app.factory import Sawt

pytestmark = pytest.mark.usefixtures("app")


class Broken(Exception):
    """What a test raises in the middle of an act."""


def draft(key: str = "inquiry", owner: str = "browser:x") -> Draft:
    return Draft(owner_key=owner, form_key=key, sealed_fields="{}", saved_at=clock.now())


def kept() -> list[str]:
    with db.transaction(reading=True) as session:
        return sorted(session.scalars(sa.select(Draft.form_key)))


def test_an_act_that_breaks_leaves_nothing() -> None:
    with pytest.raises(Broken), db.transaction() as session:
        session.add(draft())
        session.flush()
        raise Broken
    assert kept() == []


def test_what_follows_the_commit_happens_after_it_and_only_then() -> None:
    seen: list[list[str]] = []
    with db.transaction() as session:
        session.add(draft())
        db.after_commit(lambda: seen.append(kept()))
        assert seen == []
    assert seen == [["inquiry"]]
    with pytest.raises(Broken), db.transaction():
        db.after_commit(lambda: seen.append(["ghost"]))
        raise Broken
    assert seen == [["inquiry"]]


def test_an_act_after_the_commit_that_fails_undoes_nothing_and_stops_no_other() -> None:
    seen: list[str] = []

    def fail() -> None:
        raise Broken

    with db.transaction() as session:
        session.add(draft())
        db.after_commit(fail)
        db.after_commit(lambda: seen.append("told"))
    assert kept() == ["inquiry"]
    assert seen == ["told"]


def test_what_is_owed_is_written_though_the_act_was_refused() -> None:
    with pytest.raises(Broken), db.transaction() as session:
        session.add(draft("refused"))
        session.flush()
        db.owe(lambda: db.session().add(draft("owed")))
        raise Broken
    assert kept() == ["owed"]


def test_a_reading_unit_may_owe_a_row_but_not_write_one() -> None:
    with db.transaction(reading=True):
        db.owe(lambda: db.session().add(draft("owed")))
    with pytest.raises(DBAPIError), db.transaction(reading=True) as session:
        session.add(draft("forbidden"))
        session.flush()
    assert kept() == ["owed"]


def test_a_connection_that_served_a_reader_can_write_again() -> None:
    for number in range(5):
        kept()
        with db.transaction() as session:
            session.add(draft(str(number)))
    assert kept() == list("01234")


def test_units_do_not_nest_unless_set_apart() -> None:
    with db.transaction(reading=True):
        with pytest.raises(RuntimeError), db.transaction():
            pass
        with db.apart(), db.transaction() as session:
            session.add(draft())
    assert kept() == ["inquiry"]


def test_what_is_asked_once_in_a_unit_is_asked_anew_in_the_next() -> None:
    answers = iter("ab")

    def twice() -> list[str]:
        with db.transaction(reading=True):
            return [db.once("letter", lambda: next(answers)) for _ in range(2)]

    assert twice() == ["a", "a"]
    assert twice() == ["b", "b"]


@pytest.mark.parametrize("ask", [db.session, lambda: db.after_commit(print), lambda: db.owe(print)])
def test_database_work_outside_of_a_unit_is_refused(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(db.NoTransaction):
        ask()


def test_sixteen_writers_lose_no_update() -> None:
    """Measured: 739 of 800 are lost with the driver's defaults on SQLite."""
    with db.transaction() as session:
        session.add(draft())
        session.flush()

    def count_up() -> None:
        for _ in range(10):
            with db.transaction() as session:
                row = session.scalars(sa.select(Draft).with_for_update()).one()
                count = int(row.fields.get("count", "0")) + 1
                row.sealed_fields = json.dumps({"count": str(count)})

    writers = [threading.Thread(target=count_up) for _ in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(100)
    with db.transaction(reading=True) as session:
        assert session.scalars(sa.select(Draft)).one().fields == {"count": "160"}


def test_new_rows_are_added_once_and_known_ones_left_alone() -> None:
    rows = [
        {"owner_key": "o", "form_key": str(n), "sealed_fields": "{}", "saved_at": clock.now()}
        for n in range(1200)
    ]
    with db.transaction():
        assert len(db.insert_new(Draft, rows[:700], "owner_key", "form_key")) == 700
    with db.transaction():
        assert len(db.insert_new(Draft, rows, "owner_key", "form_key")) == 500
    assert len(kept()) == 1200


# time


def test_an_instant_comes_back_as_the_same_instant_in_utc() -> None:
    given = datetime(2026, 12, 4, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=4)))
    row = draft()
    row.saved_at = given
    with db.transaction() as session:
        session.add(row)
    with db.transaction(reading=True) as session:
        found = session.scalars(sa.select(Draft.saved_at)).one()
    assert found == given
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused() -> None:
    row = draft()
    row.saved_at = datetime(2026, 12, 4)
    with pytest.raises(sa.exc.StatementError), db.transaction() as session:
        session.add(row)
        session.flush()


def test_identifiers_are_ordered_by_time() -> None:
    made = [db.new_id() for _ in range(100)]
    assert made == sorted(made)


# what passes and what does not


def test_a_database_that_cannot_be_reached_may_answer_later() -> None:
    engine = db.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError) as fault, engine.connect():
        pass
    assert db.is_passing(fault.value)


def test_a_pool_without_a_free_connection_may_have_one_later() -> None:
    assert db.is_passing(PoolTimeout())


def test_a_wrong_statement_and_a_broken_rule_do_not_pass() -> None:
    with pytest.raises(DBAPIError) as mistake, db.transaction(reading=True) as session:
        session.execute(sa.text("SELECT * FROM no_such_table"))
    assert not db.is_passing(mistake.value)
    with pytest.raises(IntegrityError) as twice, db.transaction() as session:
        session.add_all([draft(), draft()])
        session.flush()
    assert not db.is_passing(twice.value)


def test_the_database_says_whether_it_answers() -> None:
    assert db.is_answering()
    db.use(db.connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    assert not db.is_answering()


# requests


def test_a_get_request_cannot_write_and_a_post_request_can(app: Sawt) -> None:
    def write() -> str:
        db.session().add(draft())
        db.session().flush()
        return "written"

    with app.test_request_context("/ar/"), pytest.raises(DBAPIError), db.unit(reading=True):
        db.completed(write)
    with app.test_request_context("/ar/", method="POST"), db.unit(reading=False):
        assert db.completed(write) == "written"
    assert kept() == ["inquiry"]


def test_an_error_page_may_still_read_after_the_rollback() -> None:
    def fail() -> None:
        db.session().add(draft())
        db.session().flush()
        raise Broken

    with db.unit(reading=False):
        with pytest.raises(Broken):
            db.completed(fail)
        assert list(db.session().scalars(sa.select(Draft))) == []


def test_now_has_a_zone() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.postgresql
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_postgresql_compiles_no_plans(app: Sawt) -> None:
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.text("SHOW jit")) == "off"
