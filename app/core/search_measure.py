"""How well search finds: rows and questions that somebody wrote, in an index of their own that is gone afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.schema import CreateTable

from app.core import db, finding, search
from app.core.lexicon import LexiconGroup
from app.core.permissions import NOBODY
from app.core.search import Indexed, SearchEntry

FIRST_SHOWN = 5
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class BadRows(ValueError):
    """The file is not what was promised; the message names the line."""


def evaluate(path: Path) -> dict[str, Any]:
    """Recall over all hits, precision of the first five, questions with a miss; over all questions together."""
    return _figures([(_relevant(asked), ids) for asked, ids in answers(path)])


def _relevant(asked: dict[str, Any]) -> set[str]:
    return {str(one) for one in asked["relevant"]}


def answers(path: Path) -> list[tuple[dict[str, Any], list[str]]]:
    """Each question with the ids of all its hits, in order."""
    things, questions = _read(path)
    with _own_index():
        for number, thing in enumerate(things):
            search.index(_indexed(thing, number))
        return [(asked, finding.all_ids(NOBODY, asked["query"])) for asked in questions]


def faults(path: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each question with what it missed and what it wrongly showed among the first: for whoever mends the lexicon."""
    for asked, ids in answers(path):
        wanted = _relevant(asked)
        yield (
            asked["query"],
            sorted(wanted - set(ids)),
            [one for one in ids[:FIRST_SHOWN] if one not in wanted],
        )


def _figures(answered: list[tuple[set[str], list[str]]]) -> dict[str, Any]:
    relevant = found = shown = shown_relevant = missed = 0
    for wanted, ids in answered:
        first = ids[:FIRST_SHOWN]
        relevant, found = relevant + len(wanted), found + len(wanted & set(ids))
        shown, shown_relevant = shown + len(first), shown_relevant + len(wanted & set(first))
        missed += bool(wanted - set(ids))
    return {
        "queries": len(answered),
        "recall": round(found / relevant, 4) if relevant else 1.0,
        "precision_at_5": round(shown_relevant / shown, 4) if shown else 1.0,
        "with_a_miss": missed,
    }


@contextmanager
def _own_index() -> Iterator[None]:
    """Temporary tables under the names of the real ones, which they hide on this connection until it is rolled back."""
    with db.unit(reading=False):
        session = db.session()
        connection = session.connection()
        dialect = connection.dialect
        for model in (SearchEntry, LexiconGroup):
            made = str(CreateTable(model.__table__).compile(dialect=dialect))  # type: ignore[arg-type]
            connection.exec_driver_sql(made.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1))
        for statement in search.FULL_TEXT[dialect.name]:
            connection.exec_driver_sql(_temporary(statement) if dialect.name == "sqlite" else statement)
        try:
            yield
        finally:
            session.rollback()


def _temporary(statement: str) -> str:
    return statement.replace("VIRTUAL TABLE ", "VIRTUAL TABLE temp.", 1).replace(
        "CREATE TRIGGER ", "CREATE TEMPORARY TRIGGER ", 1
    )


def _indexed(thing: dict[str, Any], number: int) -> Indexed:
    return Indexed(
        "row",
        str(thing["id"]),
        thing["title"],
        thing.get("body", ""),
        thing["lang"],
        at=_BEGIN + timedelta(seconds=number),
    )


def _read(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    things: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip():
            row = _row(line, number)
            (questions if "query" in row else things).append(row)
    return things, questions


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadRows(f"line {number} is no JSON: {error}") from error
    if not isinstance(row, dict) or not (
        {"query", "relevant"} <= set(row) or {"id", "title", "lang"} <= set(row)
    ):
        raise BadRows(f'line {number}: neither {{"id", "title", "body", "lang"}} nor {{"query", "relevant"}}')
    return row
