"""One row in each table, made from the models: for rules that hold for every table there is or will be."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import db, migrations
from app.core.crypto import Encrypted

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
CHECKED: dict[str, Any] = {
    "audience": "public",
    "authentic_language": "ar",
    "by_mail": "now",
    "channel": "web",
    "consultation_phases.kind": "comment",
    "consultations.state": "draft",
    "decision": "accepted",
    "document_articles.kind": "article",
    "document_events.kind": "publication",
    "document_versions.published_at": None,  # the articles of a published one are closed
    "documents.kind": "law",
    "ends_at": AT + timedelta(days=1),
    "language": "ar",
    "least_level": 1,
    "level": 1,
    "moderation": "after",
    "moderation_acts.act": "hidden",
    "posts.kind": "comment",
    "posts.state": "published",
    "predicate": "amends",
    "progress": "planned",
    "reactions.kind": "agree",
    "sealed_fields": '{"body": "نص"}',
    "side": "official",
    "stance": "partly",
    "start_hour": 22,
    "survey_questions.kind": "choice",
    "terms": "xنص",
    "text_state": "text",
    "until_hour": 6,
    "version": 1,
    "wording_state": "none",
}
"""Values of columns that do not take an arbitrary one, by the column's name, or by table and column."""


def fill() -> None:
    """Add a row to every table, each column filled, each key leading to the row of the table it names."""
    made: dict[str, dict[str, Any]] = {}
    with db.transaction() as session:
        for table in db.Base.metadata.sorted_tables:
            row = {column.key: _value(column, made) for column in table.columns}
            session.execute(table.insert().values(row))
            made[table.name] = row


def _value(column: sa.Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        leads_to = made.get(key.column.table.name)  # nothing yet for a row that would lead to itself
        return leads_to and leads_to[key.column.key]
    for name in (f"{column.table.name}.{column.key}", column.key):
        if name in CHECKED:
            return CHECKED[name]
    return _of_type(column)


def _of_type(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Uuid):
        return uuid.uuid4()
    if isinstance(kind, sa.Text | Encrypted):
        return f"نص {column}"
    if isinstance(kind, sa.LargeBinary):
        return b"\x00\xff"
    if isinstance(kind, db.UtcDateTime):
        return AT
    if isinstance(kind, sa.Date):
        return AT.date()
    if isinstance(kind, sa.JSON):
        return {"مفتاح": [1, None, "قيمة"]}
    if isinstance(kind, sa.Boolean | sa.Integer):
        return kind.python_type(1)
    raise TypeError(f"{column}: say in tests/structure/rows.py what fills a column of type {kind!r}")


Content = dict[str, list[dict[str, Any]]]
"""Rows by table, each a mapping of columns."""


def content(engine: sa.Engine) -> Content:
    """Every row as it lies in the database, whatever its schema is at present."""
    with engine.connect() as line:
        names = sorted(set(sa.inspect(line).get_table_names()) - {"alembic_version"})
        names = [name for name in names if migrations.is_ours(name, "table")]
        return {
            name: [dict(row) for row in line.execute(sa.text(f'SELECT * FROM "{name}"')).mappings()]
            for name in names
        }


def losses(earlier: Content, later: Content) -> list[str]:
    """What of the tables and columns that both have is no longer the same."""
    lost = []
    for name in sorted(earlier.keys() & later.keys()):
        had, has = earlier[name], later[name]
        shared = set(had[0]) & set(has[0]) if had and has else set()
        if len(had) != len(has):
            lost.append(f"{name} had {len(had)} rows and has {len(has)}")
        elif _shared(had, shared) != _shared(has, shared):
            lost.append(f"{name} has other values")
    return lost


def _shared(rows: list[dict[str, Any]], columns: set[str]) -> list[str]:
    return sorted(repr([(name, row[name]) for name in sorted(columns)]) for row in rows)
