"""Tables as text: CSV that no spreadsheet takes for a formula, and that reads back as it was.

A cell that people typed may begin with `=`, `+`, `-`, `@`, a tab or a line end, also behind direction marks, blanks
or in full width; a spreadsheet would run it. Such a cell gets an apostrophe in front; `csv_rows` takes it away
again. Every cell stands in quotes, so that no other separator can cut a formula out of the middle of a text.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from app.core.normalising import BIDI_CONTROLS, INVISIBLE

Cell = str | int | float | None

_RISKY = re.compile(rf"'*(?:[{BIDI_CONTROLS}{INVISIBLE}\s]*[=+\-@＝＋－＠−﹢﹣﹫]|[\t\r\n\v\f])")  # noqa: RUF001


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows as CSV (RFC 4180, lines end with CR LF). Numbers stand as they are, None as nothing."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([_neutral(cell) for cell in row] for row in rows)
    return written.getvalue()


def csv_rows(text: str) -> list[list[str]]:
    """The cells that `csv_text` was given, as text; a byte order mark is passed over."""
    read = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [[_as_typed(cell) for cell in row] for row in read]


def _neutral(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and _RISKY.match(cell) else cell


def _as_typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell
