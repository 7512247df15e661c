"""Counts the statements a piece of work sends to the database, and asks SQLite how it answers them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from app.core import db

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET TRANSACTION", "SET LOCAL", "SAVEPOINT", "RELEASE")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent meanwhile, in order; the frame of transactions is left out."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().upper().startswith(FRAME):
            seen.append(statement)

    engine = db.engine()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def steps(statements: list[str]) -> list[str]:
    """How SQLite reads for these statements, step by step: `SEARCH … USING INDEX`, `SCAN …`, `USE TEMP B-TREE …`."""
    found: list[str] = []
    with db.engine().connect() as connection:
        for statement in statements:
            unknown = (None,) * statement.count("?")
            found += [
                row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", unknown)
            ]
    return found


def wholly_read(steps: list[str], *tables: str) -> list[str]:
    """The steps that read one of these tables from end to end, or sort what they have read."""
    return [
        step
        for step in steps
        if step.startswith(tuple(f"SCAN {table}" for table in tables)) or "ORDER BY" in step
    ]
