"""C38: the way of the schema is one line, ends at the models, and keeps every row, there and back."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from app.core import db, migrations
from app.factory import Sawt
from tests.conftest import DATABASES
from tests.sites import fresh_database
from tests.structure import rows

NAME = re.compile(r"(\d{4}_[01]\d_[0-3]\d_[0-2]\d[0-5]\d[0-5]\d)_[a-z0-9]+(?:_[a-z0-9]+)*\.py")
FILES = sorted(file for file in (migrations.FOLDER / "versions").iterdir() if file.suffix == ".py")


def chain() -> list[Script]:
    """Every migration, the newest first."""
    return list(ScriptDirectory.from_config(migrations.config()).walk_revisions())


@pytest.fixture(params=DATABASES)
def engine(
    request: pytest.FixtureRequest, tmp_path: Path, applications: dict[str, Sawt]
) -> Iterator[sa.Engine]:
    """A database without tables, in use; the application's own is in use again afterwards."""
    with fresh_database(request.param, tmp_path) as url:
        engine = db.connect(url)
        before = db._engine
        db.use(engine)
        try:
            yield engine
        finally:
            db._engine = before
            engine.dispose()


def test_there_is_one_head_and_one_line_to_it() -> None:
    assert len(ScriptDirectory.from_config(migrations.config()).get_heads()) == 1
    assert [script.down_revision for script in chain()] == [*(s.revision for s in chain()[1:]), None]
    assert len(chain()) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_migration_is_named_by_its_date_and_its_intent(file: Path) -> None:
    found = NAME.fullmatch(file.name)
    assert found, f"{file.name}: make it with tools/new_migration.py"
    script = ScriptDirectory.from_config(migrations.config()).get_revision(found[1])
    assert script.revision == found[1], "the number in the file is not that of its name"
    assert script.doc, "its first line says what it is for"
    assert script.down_revision is None or str(script.down_revision) < script.revision, (
        "it dates before its parent"
    )


def test_c38_the_migrations_end_at_the_models(engine: sa.Engine) -> None:
    migrations.upgrade()
    with engine.connect() as line:
        context = MigrationContext.configure(
            line,
            opts={
                "compare_type": True,
                "include_name": migrations.is_ours,
                "include_object": _is_compared_in(engine.dialect.name),
            },
        )
        assert compare_metadata(context, db.Base.metadata) == []


def _is_compared_in(dialect: str) -> Callable[..., bool]:
    """SQLite does not say that an index runs downwards: those are compared on PostgreSQL, and below by name."""
    downwards = {
        index.name
        for table in db.Base.metadata.tables.values()
        for index in table.indexes
        if any("DESC" in str(column) for column in index.expressions)
    }
    return lambda _thing, name, *_more: dialect != "sqlite" or name not in downwards


def test_c38_migrated_tables_are_those_that_the_models_would_make(engine: sa.Engine, tmp_path: Path) -> None:
    """Autogenerate is blind to checks, defaults and names: the two schemas are laid side by side."""
    migrations.upgrade()
    migrated = facts(engine)
    with fresh_database(engine.dialect.name, tmp_path / "made") as url:
        other = db.connect(url)
        db.Base.metadata.create_all(other)
        made = facts(other)
        other.dispose()
    assert {name for name, table in migrated.items() if table["checks"]}, (
        "no check is seen: this proves nothing"
    )
    assert migrated == made


def facts(engine: sa.Engine) -> dict[str, dict[str, Any]]:
    """What the database says of its tables: columns, keys, constraints, indexes, all by name."""
    seen = sa.inspect(engine)
    return {name: _table(seen, name) for name in seen.get_table_names() if name != "alembic_version"}


def _table(seen: sa.Inspector, name: str) -> dict[str, Any]:
    return {
        "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(name)},
        "key": seen.get_pk_constraint(name),
        "leads to": sorted(seen.get_foreign_keys(name), key=str),
        "unique": sorted(seen.get_unique_constraints(name), key=str),
        "checks": sorted(
            (c["name"] or "", " ".join(c["sqltext"].split())) for c in seen.get_check_constraints(name)
        ),
        "indexes": sorted(
            ((i["name"], i["column_names"], i["unique"]) for i in seen.get_indexes(name)), key=str
        ),
    }


@pytest.mark.usefixtures("app")
def test_c38_down_and_up_again_keep_the_rows_of_every_table(engine: sa.Engine) -> None:
    """From the newest to the first: each step is taken back, done again with rows in place, and taken back."""
    migrations.upgrade()
    rows.fill()
    for script in chain():
        full = rows.content(engine)
        migrations.downgrade(str(script.down_revision or "base"))
        below = rows.content(engine)
        assert not rows.losses(full, below), f"taking back {script.revision} loses rows"
        migrations.upgrade(script.revision)
        assert not rows.losses(below, rows.content(engine)), f"{script.revision} loses rows of before"
        migrations.downgrade(str(script.down_revision or "base"))
    assert rows.content(engine) == {}
    migrations.upgrade()
    rows.fill()


@pytest.mark.usefixtures("app")
def test_the_rows_laid_down_are_in_every_table_and_a_lost_one_is_seen(engine: sa.Engine) -> None:
    migrations.upgrade()
    rows.fill()
    full = rows.content(engine)
    assert set(full) == set(db.Base.metadata.tables)
    assert all(len(found) == 1 for found in full.values())
    fewer = {**full, "persons": []}
    changed = {**full, "agencies": [{**full["agencies"][0], "key": "other"}]}
    assert rows.losses(full, fewer) == ["persons had 1 rows and has 0"]
    assert rows.losses(full, changed) == ["agencies has other values"]
    assert rows.losses(full, full) == []


@pytest.mark.usefixtures("app")
def test_threads_of_before_learn_how_many_people_stand_where(engine: sa.Engine) -> None:
    migrations.upgrade()
    rows.fill()
    with engine.begin() as line:
        line.execute(sa.text("UPDATE posts SET is_official = false"))
    migrations.downgrade("2026_11_28_202000")
    migrations.upgrade()
    with engine.connect() as line:
        counts = line.execute(sa.text("SELECT support_count, partly_count, oppose_count FROM threads"))
        assert counts.one() == (0, 1, 0)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("state", "state_before"), [("censored", "published"), ("hidden", "hidden")])
def test_c38_the_text_of_a_public_response_becomes_a_post_and_a_text_again(
    engine: sa.Engine, state: str, state_before: str
) -> None:
    migrations.upgrade()
    rows.fill()
    migrations.downgrade("2026_11_28_202500")
    change(engine, "UPDATE consultation_responses SET is_confidential = false, state = 'published'")
    [before] = rows.content(engine)["consultation_responses"]
    migrations.upgrade()
    found = rows.content(engine)
    [link], [response] = found["response_posts"], found["consultation_responses"]
    [post] = [each for each in found["posts"] if each["id"] == link["post_id"]]
    [thread] = [each for each in found["threads"] if each["id"] == post["thread_id"]]
    assert response["body"] == ""
    assert (post["body"], post["author_key"], post["state"]) == (
        before["body"],
        before["author_key"],
        "published",
    )
    assert (thread["place_kind"], thread["part"], thread["post_count"]) == (
        "response",
        before["public_id"],
        1,
    )
    assert found["contributions"][0]["post_id"] == post["id"]
    change(
        engine,
        f"UPDATE posts SET state = '{state}', body = 'نص' WHERE kind = 'comment' AND state = 'published'",
    )
    migrations.downgrade("2026_11_28_202500")
    after = rows.content(engine)
    assert after["consultation_responses"] == [{**before, "body": "نص", "state": state_before}]
    assert len(after["posts"]) == len(after["threads"]) == len(after["contributions"]) == 1
    assert after["contributions"][0]["post_id"] is None


def change(engine: sa.Engine, statement: str) -> None:
    with engine.begin() as line:
        line.execute(sa.text(statement))


@pytest.mark.usefixtures("app")
def test_c38_the_schema_before_adoption_keeps_every_other_relation_of_a_document(engine: sa.Engine) -> None:
    migrations.upgrade()
    rows.fill()
    [amends] = rows.content(engine)["document_relations"]
    relate(engine, "adopts")
    migrations.downgrade("2026_11_28_160900")
    assert rows.content(engine)["document_relations"] == [amends]
    with pytest.raises(sa.exc.IntegrityError):
        relate(engine, "adopts")
    migrations.upgrade()
    assert rows.content(engine)["document_relations"] == [amends]
    relate(engine, "adopts")
    with pytest.raises(sa.exc.IntegrityError):
        relate(engine, "eats")


def relate(engine: sa.Engine, predicate: str) -> None:
    """Another relation between the documents of the one that is there."""
    table = db.Base.metadata.tables["document_relations"]
    with engine.begin() as line:
        known = line.execute(sa.select(table)).mappings().first()
        assert known is not None
        line.execute(table.insert().values({**known, "id": uuid.uuid4(), "predicate": predicate}))
