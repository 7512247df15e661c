"""Re-encryption of the identity columns under the newest key, in batches, while the site runs.

Afterwards the old keys can be removed from PII_KEYS. The blind index hangs on the oldest key: after removing
one, run the rotation again at once, which computes the index anew.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.core import crypto, db
from app.core.crypto import Encrypted, email_index
from app.identity.models import Invitation, Person

BATCH = 200


def encrypted_columns() -> list[sa.Column[Any]]:
    """Every encrypted column of every feature, found by its type: none can be forgotten in a list."""
    return [
        column
        for table in db.Base.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, Encrypted)
    ]


def rotate(told: Callable[[str, int], None] = lambda table, count: None) -> int:
    """Write every encrypted value anew, batch by batch in transactions; returns the number of rows."""
    tables = {column.table: [] for column in encrypted_columns()}  # type: dict[Any, list[sa.Column[Any]]]
    for column in encrypted_columns():
        tables[column.table].append(column)
    total = 0
    for table, columns in tables.items():
        count = _rotate_table(table, columns)
        told(table.name, count)
        total += count
    return total


def _rotate_table(table: sa.Table, columns: list[sa.Column[Any]]) -> int:
    (key,) = table.primary_key.columns
    done, last = 0, None
    while True:
        with db.transaction() as session:
            batch = sa.select(key, *(sa.type_coerce(c, sa.LargeBinary).label(c.name) for c in columns))
            batch = batch.where(key > last) if last is not None else batch
            rows = session.execute(batch.order_by(key).limit(BATCH).with_for_update()).all()
            for row in rows:
                _rewrite(session, table, key, columns, row)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1][0]


def _rewrite(session: Any, table: sa.Table, key: Any, columns: list[sa.Column[Any]], row: Any) -> None:
    """One row: the ciphertext under the newest key, and the blind index of an address beside it."""
    values: dict[Any, Any] = {}
    for column, token in zip(columns, row[1:], strict=True):
        if token is not None:
            values[column.name] = sa.type_coerce(
                sa.literal(crypto.rotated(bytes(token)), sa.LargeBinary), sa.LargeBinary
            )
            if column.name == "email" and table.name in INDEXED:
                values["email_index"] = email_index(crypto.decrypt(bytes(token)))
    if values:
        session.execute(sa.update(table).where(key == row[0]).values(values))


INDEXED = frozenset({Person.__tablename__, Invitation.__tablename__})
