"""Alembic's way in: runs over the engine that the application has connected."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import app.factory  # noqa: F401  # importing it imports every model
from app.core import db, migrations
from app.core.crypto import Encrypted

JSON_ON_BOTH = 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'


def render(kind: str, item: object, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write plain column types: a migration must not change when our own types do."""
    if kind != "type":
        return False
    if isinstance(item, db.UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    if isinstance(item, sa.JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return JSON_ON_BOTH
    return False


def compare(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=migrations.is_ours,
        render_item=render,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine().connect() as connection:
    compare(connection)
    connection.commit()
