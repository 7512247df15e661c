"""The database: models' base, the current session, and the only place that commits.

A unit of work is either reading or writing. A request of a safe method reads, any other writes; SQLite opens
writing units with BEGIN IMMEDIATE, because two deferred transactions that read first and then write lose
updates or fail. Work that must follow a success (socket messages) is noted with `after_commit`; the few
rows a reading request owes are noted with `owe` and written in a short transaction of their own.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import JSON, DateTime, Engine, MetaData, Text, TypeDecorator, Uuid, create_engine, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from uuid_utils import uuid7

log = logging.getLogger(__name__)
R = TypeVar("R")

ROWS_AT_ONCE = 500
POSTGRESQL_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,
    "pool_timeout": 10,
    "connect_args": {"connect_timeout": 3, "tcp_user_timeout": 10_000},
}
"""A server that went away is noticed within seconds, and each connection is tried before it is used again."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC; a naive value is refused, because nobody knows which clock it came from."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone was given to the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return (
            value
            if value is None
            else value.replace(tzinfo=UTC)
            if value.tzinfo is None
            else value.astimezone(UTC)
        )


Document = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Base of every model. Columns with text or a person carry their privacy class in `info`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UtcDateTime(),
        uuid.UUID: Uuid(),
        str: Text(),
        dict[str, Any]: Document,
        list[str]: Document,
    }


def new_id() -> uuid.UUID:
    """A time-ordered key for the inside; never shown, because it tells the time."""
    return uuid.UUID(bytes=uuid7().bytes)


class NoTransaction(RuntimeError):
    """Database work was asked for outside a unit of work."""


@dataclass
class _Work:
    session: Session
    reading: bool
    after: list[Callable[[], object]] = field(default_factory=list)
    owed: list[Callable[[], object]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)


_work: ContextVar[_Work | None] = ContextVar("work", default=None)
_engine: Engine | None = None


def connect(url: str) -> Engine:
    """An engine with Sawt's transaction rules. Measured: SQLAlchemy's SQLite defaults lose 739 of 800
    concurrent increments without one error; with these settings none."""
    sqlite = url.startswith("sqlite")
    options = {} if sqlite else POSTGRESQL_OPTIONS
    engine = create_engine(url, pool_size=20, max_overflow=20, **options)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """No compiling of plans: for a page of moderators it took .5 s, and the reading itself a few milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    connection.commit()


def _begin_sqlite(connection: Any) -> None:
    reading = is_reading()
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    if is_reading():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def is_reading() -> bool:
    """Whether the unit at hand writes nothing: what it has read once stays true in it."""
    work = _work.get()
    return work is not None and work.reading


def use(engine: Engine) -> None:
    """Make this engine the one that new units of work use."""
    global _engine
    _engine = engine


def engine() -> Engine:
    if _engine is None:
        raise NoTransaction("No database is connected: create_app() does it.")
    return _engine


def session() -> Session:
    """The session of the unit of work at hand."""
    return _at_hand().session


def _at_hand() -> _Work:
    work = _work.get()
    if work is None:
        raise NoTransaction("Database work belongs inside transaction().")
    return work


def in_unit() -> bool:
    return _work.get() is not None


@contextmanager
def unit(reading: bool) -> Iterator[None]:
    """Open a unit of work around a request; the connection is taken at the first query.

    Nothing is committed here: `completed` does it, around the view.
    """
    if _work.get() is not None:
        raise RuntimeError("A unit of work is open already: an action must not open its own.")
    token = _work.set(_Work(Session(engine(), expire_on_commit=False), reading))
    try:
        yield
    finally:
        session().close()
        _work.reset(token)


def completed(act: Callable[[], R]) -> R:
    """Run the act in the unit at hand; commit when it returns, roll back when it raises.

    Owed rows are written in both cases, because a refusal may be worth a record.
    """
    work = _at_hand()
    try:
        result = act()
        work.session.commit()
    except BaseException:
        work.session.rollback()
        work.after.clear()
        work.answers.clear()
        work.reading = True  # an error page may still read
        raise
    finally:
        _pay(work)
    _follow(work)
    return result


def _pay(work: _Work) -> None:
    owed, work.owed = work.owed, []
    if owed:
        if work.reading:
            work.session.rollback()
        with apart(), transaction():
            for act in owed:
                act()


def _follow(work: _Work) -> None:
    after, work.after = work.after, []
    with apart():
        for act in after:
            try:
                act()
            except Exception:
                log.exception("an act after the commit failed")


@contextmanager
def transaction(reading: bool = False) -> Iterator[Session]:
    """A unit of work of its own: for jobs, sockets, commands and tests. Commits at the end."""
    with unit(reading):
        work = _at_hand()
        try:
            yield work.session
            work.session.commit()
        except BaseException:
            work.session.rollback()
            work.after.clear()
            raise
        finally:
            _pay(work)
        _follow(work)


@contextmanager
def apart() -> Iterator[None]:
    """Step out of the unit at hand, to open another one (views marked `own_transactions`, owed rows)."""
    token = _work.set(None)
    try:
        yield
    finally:
        _work.reset(token)


def own_transactions(view: Callable[..., R]) -> Callable[..., R]:
    """Mark a view that waits (cleans a file, calls a provider): it opens short transactions itself."""
    view.own_transactions = True  # type: ignore[attr-defined]
    return view


def release() -> None:
    """End the reading so far, so that a view with transactions of its own holds no lock meanwhile.

    What was read stays as it was: asking it again would open this unit beside the view's own, and on SQLite
    each would wait for the other.
    """
    session().expunge_all()
    session().rollback()


def insert_new(model: type[Base], rows: list[dict[str, Any]], *unique: str) -> list[Any]:
    """Add the rows whose unique columns no row has yet; returns the (first) keys of those added.

    Two units that add the same row at once: the second waits for the first, and adds nothing.
    """
    if not rows:
        return []
    table: Any = model.__table__
    adding = _insert()(table).on_conflict_do_nothing(index_elements=list(unique))
    adding = adding.returning(table.primary_key.columns[0])
    options = {"insertmanyvalues_page_size": ROWS_AT_ONCE}
    return list(session().connection().execute(adding, rows, execution_options=options).scalars())


def insert_many_new(model: type[Base], rows: list[dict[str, Any]], *unique: str) -> None:
    """The same for thousands of rows, several times as fast: it does not say which were added."""
    if rows:
        adding = _insert()(model.__table__).on_conflict_do_nothing(index_elements=list(unique))
        session().connection().execute(adding, rows)


def _insert() -> Any:
    return sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert


def once(question: str, ask: Callable[[], R]) -> R:
    """What `ask` reads, read once in the unit at hand: for what every row of a list names and hardly ever changes.

    A change that the unit itself makes afterwards is not seen.
    """
    answers = _at_hand().answers
    if question not in answers:
        answers[question] = ask()
    return answers[question]  # type: ignore[no-any-return]


def after_commit(act: Callable[[], object]) -> None:
    """Do this when, and only when, the unit at hand has been committed."""
    _at_hand().after.append(act)


def owe(act: Callable[[], object]) -> None:
    """Write this in a short transaction of its own before the answer leaves, also after a rollback."""
    _at_hand().owed.append(act)


def is_passing(fault: Exception) -> bool:
    """Whether the database was away, full or too busy, so that the same act may succeed a little later.

    SQLite reports a wrong statement as operational, too (SQLITE_ERROR): that one is ours and does not pass.
    """
    if isinstance(fault, PoolTimeout):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    if getattr(fault.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
        return False
    return fault.connection_invalidated or isinstance(fault, OperationalError | InterfaceError)


def is_answering() -> bool:
    """Whether the database answers a question; for `/health/ready`."""
    try:
        with engine().connect() as connection:
            return connection.execute(text("SELECT 1")).scalar() == 1
    except Exception:
        log.warning("the database does not answer", exc_info=True)
        return False
