"""Alembic's way in: runs over the engine that the application has connected."""

from alembic import context
from sqlalchemy import Connection

import app.factory  # noqa: F401  # importing it imports every model
from app.core import db


def compare(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine().connect() as connection:
    compare(connection)
    connection.commit()
