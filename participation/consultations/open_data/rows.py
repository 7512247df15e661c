"""The tables of a set as typed rows (pure): every cell is held against what the dictionary says of its column."""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date

from app.core.references import ALPHABET
from app.core.tables import Cell, csv_rows
from participation.consultations.open_data.archive import Faulty
from participation.consultations.open_data.dictionary import TABLES, Column, Described

Row = dict[str, Cell]

LONGEST_TEXT, LONGEST_CODE = 100_000, 200
NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
PUBLIC_ID = re.compile(f"[{ALPHABET}]{{12}}")
CODE = re.compile(r"[A-Za-z0-9._~:\-]*")
IDS = frozenset({"id", "family", "outcome", "question"})
MAY_BE_EMPTY = frozenset(
    {"part", "version", "stance", "moved", "answered", "outcome", "from_version", "to_version", "hunk"}
)
NUMBERS_OF_PEOPLE = frozenset({"figures", "survey"})
"""Tables in which a number is left empty when it tells of few people."""


def text_of(files: Mapping[str, bytes], name: str) -> str:
    """The file as text, without its byte order mark. Raises Faulty."""
    if name not in files:
        raise Faulty(f"{name}: is missing")
    try:
        text = files[name].decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise Faulty(f"{name}: is not UTF-8 (byte {fault.start})") from None
    if "\0" in text:
        raise Faulty(f"{name}: holds a NUL character")
    return text


def tables(files: Mapping[str, bytes]) -> dict[str, list[Row]]:
    """The rows of each table of the dictionary. Raises Faulty."""
    return {table.name: _table(table, text_of(files, f"{table.name}.csv")) for table in TABLES}


def _table(table: Described, text: str) -> list[Row]:
    name = f"{table.name}.csv"
    try:
        head, *body = csv_rows(text) or [[]]
    except csv.Error as fault:
        raise Faulty(f"{name}: {fault}") from None
    _check_head(name, head, [column.name for column in table.columns])
    return [_row(table, place, cells) for place, cells in enumerate(body, start=2)]


def _check_head(name: str, head: Sequence[str], wanted: Sequence[str]) -> None:
    for column in head:
        if column not in wanted:
            raise Faulty(f"{name}: the dictionary knows no column {column[:80]!r}")
    if list(head) != list(wanted):
        raise Faulty(f"{name}: the columns must be {', '.join(wanted)}, in this order")


def _row(table: Described, place: int, cells: Sequence[str]) -> Row:
    where = f"{table.name}.csv, row {place}"
    if len(cells) != len(table.columns):
        raise Faulty(f"{where}: has {len(cells)} cells instead of {len(table.columns)}")
    return {
        column.name: _cell(where, column, cell, table.name in NUMBERS_OF_PEOPLE)
        for column, cell in zip(table.columns, cells, strict=True)
    }


def _cell(where: str, column: Column, cell: str, may_hide: bool) -> Cell:
    where = f"{where}: {column.name}"
    if len(cell) > (LONGEST_TEXT if column.kind == "text" else LONGEST_CODE):
        raise Faulty(f"{where} is too long ({len(cell)} characters)")
    if column.kind == "text":
        return cell
    if not cell:
        if column.name in MAY_BE_EMPTY or (may_hide and column.kind == "number"):
            return None if column.kind == "number" else ""
        raise Faulty(f"{where} is empty")
    if not _is_right(column, cell):
        raise Faulty(f"{where} cannot be {cell[:80]!r}")
    return int(cell) if column.kind == "number" else cell


def _is_right(column: Column, cell: str) -> bool:
    if column.kind == "number":
        return NUMBER.fullmatch(cell) is not None
    if column.kind == "date":
        return _is_day(cell)
    if column.codes:
        return cell in {code for code, _meaning in column.codes}
    return (PUBLIC_ID if column.name in IDS else CODE).fullmatch(cell) is not None


def _is_day(cell: str) -> bool:
    try:
        return str(date.fromisoformat(cell)) == cell
    except ValueError:
        return False
