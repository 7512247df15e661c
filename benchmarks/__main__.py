"""`./run bench [ROW …] [--size S|M|L] [--database URL] [--json]`: the table of what each page and act costs.

Sizes are cases in the database: S 1,000, M 10,000, L 100,000. Each row is measured at S and at the chosen size;
growth is the quotient. The database named must be empty; without one a new SQLite file is made.
Compare only what ran in the same minute: absolute times are the machine's.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from app.core import db, migrations
from app.factory import create_app
from benchmarks import rows
from benchmarks.filling import fill
from benchmarks.measuring import Figures, measure
from config import Settings
from tests.conftest import KEYS
from tests.factories.agencies import water

SIZES = {"S": 1_000, "M": 10_000, "L": 100_000}
HEAD: tuple[str, ...] = ("row", "ms", "p95", "floor", "x floor", "SQL", "bytes", "growth", "held against")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def asked(words: list[str]) -> argparse.Namespace:
    reading = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    reading.add_argument("rows", nargs="*", metavar="ROW", help="only rows whose name begins so")
    reading.add_argument("--size", choices=SIZES, default="M")
    reading.add_argument("--database", default="", metavar="URL")
    reading.add_argument("--json", action="store_true")
    return reading.parse_args(words)


def stand(folder: Path, database: str) -> rows.Stand:
    """A migrated site of its own, with a trained model."""
    url = database or f"sqlite:///{folder / 'bench.sqlite3'}"
    fixed = {"ENV": "test", "JOBS": "worker", "BASE_URL": "http://localhost", **KEYS}
    app = create_app(Settings(DATABASE_URL=url, INSTANCE=folder, **fixed))  # type: ignore[arg-type]
    migrations.upgrade()
    water()
    return rows.built(app)


def figures(site: rows.Stand, wanted: list[str]) -> dict[str, Figures]:
    """The rows asked for, measured now."""
    found = {}
    for name, make in rows.operations(site).items():
        if not wanted or name.startswith(tuple(wanted)):
            say(f"measuring {name}")
            operation = make()
            _gather_statistics()
            found[name] = measure(operation)
    return found


def _gather_statistics() -> None:
    """As a PostgreSQL server does by itself, a minute after a table has grown."""
    if db.engine().dialect.name == "postgresql":
        with db.transaction() as session:
            session.execute(sa.text("ANALYZE"))


def table(before: dict[str, Figures], now: dict[str, Figures]) -> str:
    lines = [HEAD]
    for name, row in now.items():
        times = (f"{ms:.2f}" for ms in (row.median_ms, row.p95_ms, row.floor_ms))
        counts = (str(row.statements), f"{row.bytes:,}", f"{growth(before[name], row):.2f}")
        lines.append((name, *times, f"{row.ratio:.2f}", *counts, row.held_against))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def growth(before: Figures, now: Figures) -> float:
    """How many times the best run has become slower; the best one, because it met the least noise."""
    return now.best_ms / before.best_ms


def main(words: list[str]) -> None:
    choice = asked(words)
    with tempfile.TemporaryDirectory(prefix="sawt-bench-") as folder:
        site = stand(Path(folder), choice.database)
        fill(SIZES["S"], agency_key=rows.AGENCY)
        before = now = figures(site, choice.rows)
        if choice.size != "S":
            fill(SIZES[choice.size] - SIZES["S"], seed=2, agency_key=rows.AGENCY)
            now = figures(site, choice.rows)
    if choice.json:
        grown = {name: {**asdict(row), "growth": growth(before[name], row)} for name, row in now.items()}
        print(json.dumps(grown))
    else:
        print(f"{SIZES[choice.size]:,} cases\n{table(before, now)}")


if __name__ == "__main__":
    main(sys.argv[1:])
