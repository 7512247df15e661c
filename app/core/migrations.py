"""The schema's version: where it is, where it should be, how it gets there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.core import db

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made


def is_ours(name: str | None, _kind: str, _parents: object = None) -> bool:
    """Whether the models say what this is; the full-text indexes are made beside them, each in its database's way."""
    return not (name or "").startswith(("search_index", "ix_search_entries_terms"))


def newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


def present() -> str | None:
    with db.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(revision: str = "head") -> None:
    command.upgrade(config(), revision)


def downgrade(revision: str) -> None:
    command.downgrade(config(), revision)
