"""Published texts are closed by triggers of the database; tests put them aside to empty or to poison the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_GUARDS = sa.text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'search_entries_%'"
)
"""Those of the search stay: what they lay in the index would otherwise outlive its rows, and belong to later ones."""


@contextmanager
def put_aside(line: sa.Connection) -> Iterator[None]:
    """Until the block ends, everything may be changed; only the owner of the tables can do this."""
    if line.dialect.name == "postgresql":
        line.execute(sa.text("SET LOCAL session_replication_role = replica"))
        yield
        line.execute(sa.text("SET LOCAL session_replication_role = origin"))
        return
    guards = line.execute(_GUARDS).all()
    for name, _sql in guards:
        line.execute(sa.text(f"DROP TRIGGER {name}"))
    yield
    for _name_of_it, sql in guards:
        line.exec_driver_sql(sql)
