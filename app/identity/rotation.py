"""Re-encryption of the identity columns under the newest key, in batches, while the site runs.

Afterwards the old keys can be removed from PII_KEYS. Blind indexes hang on the oldest key: after removing
one, run the rotation again at once, which computes them anew.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.core import crypto, db
from app.core.crypto import Encrypted, email_index
from app.core.mail import Mail
from app.identity.models import Invitation, Person

BATCH = 200

Indexing = Callable[[Any, dict[str, str]], dict[str, Any]]
"""From the key of a row and its decrypted columns: the blind indexes of the row, by column.

Indexes that stand in another table it writes anew itself.
"""

_indexing: dict[str, Indexing] = {}


def register_indexing(table: str, indexing: Indexing) -> None:
    """Have the blind indexes of this table's encrypted columns computed anew with them."""
    _indexing[table] = indexing


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
    """One row: the ciphertext under the newest key, and the blind indexes of what it holds."""
    tokens = {c.name: bytes(token) for c, token in zip(columns, row[1:], strict=True) if token is not None}
    values: dict[str, Any] = {name: _as_it_is(crypto.rotated(token)) for name, token in tokens.items()}
    if tokens and table.name in _indexing:
        plain = {name: crypto.decrypt(token) for name, token in tokens.items()}
        values |= _indexing[table.name](row[0], plain)
    if values:
        session.execute(sa.update(table).where(key == row[0]).values(values))


def _as_it_is(token: bytes) -> Any:
    """Ciphertext for an encrypted column, not to be encrypted once more."""
    return sa.type_coerce(sa.literal(token, sa.LargeBinary), sa.LargeBinary)


def _address_indexed(column: str, index: str) -> Indexing:
    return lambda _key, plain: {index: email_index(plain[column])} if column in plain else {}


register_indexing(Person.__tablename__, _address_indexed("email", "email_index"))
register_indexing(Invitation.__tablename__, _address_indexed("email", "email_index"))
register_indexing(Mail.__tablename__, _address_indexed("to", "to_index"))
