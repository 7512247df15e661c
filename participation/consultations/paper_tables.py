"""A table of responses that came on paper: read, checked row by row, never guessed.

Pure. Columns: `body` (needed), `language`, `stance`, `organisation`, `members_asked`, `name`, `confidential`.
"""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.core.tables import csv_rows
from app.core.text import clean_body, clean_line, fold_digits, language_of
from app.identity.names import is_called_as_an_agency
from participation.consultations.written import Sent

MOST_ROWS = 500
MOST_MEMBERS = 10_000_000
COLUMNS = ("body", "language", "stance", "organisation", "members_asked", "name", "confidential")
YES = frozenset({"yes", "1", "true", "نعم"})
NO = frozenset({"", "no", "0", "false", "لا"})
STANCES = {
    "": None,
    "support": "support",
    "مؤيد": "support",
    "partly": "partly",
    "مؤيد جزئيًا": "partly",
    "مؤيد جزئيا": "partly",
    "oppose": "oppose",
    "معارض": "oppose",
}


class Unreadable(ValueError):
    """No table with a column `body`, or one with too many rows."""


@dataclass(frozen=True)
class Read:
    """One row as it was read. `faults`: names of the columns that cannot be read, or be kept as they are."""

    number: int
    sent: Sent
    faults: tuple[str, ...]


def read(text: str, form_key: str, agency_names: Collection[str] = ()) -> list[Read]:
    """Every row of the table; `form_key`: makes the key of each response. Raises Unreadable.

    `agency_names`: what no organisation may be called.
    """
    try:
        header, *rows = _cells_of(text)
    except (ValueError, csv.Error):
        raise Unreadable from None
    names = [clean_line(name).lower() for name in header]
    filled = [dict(zip(names, row, strict=False)) for row in rows if any(row)]
    if "body" not in names or not 0 < len(filled) <= MOST_ROWS:
        raise Unreadable
    return [_row(number, _cells(row), form_key, agency_names) for number, row in enumerate(filled, start=1)]


def _cells_of(text: str) -> list[list[str]]:
    """Tables come with commas, semicolons or tabs."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    if separator == ",":
        return csv_rows(text)
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator))


def _cells(row: Mapping[str, str]) -> dict[str, str]:
    lines = {column: clean_line(row.get(column, ""), 160) for column in COLUMNS}
    return {**lines, "body": clean_body(row.get("body", ""))}


def _is_number(members: str) -> bool:
    return members.isdecimal() and len(members) <= 8 and 0 < int(members) <= MOST_MEMBERS


def _row(number: int, cells: Mapping[str, str], form_key: str, agency_names: Collection[str]) -> Read:
    members = fold_digits(cells["members_asked"])
    body = cells["body"]
    faults = {
        "body": not any(map(str.isalnum, body)) or len(body) > 40_000,
        "language": cells["language"] not in {"", "ar", "en"},
        "stance": cells["stance"].lower() not in STANCES,
        "organisation": is_called_as_an_agency(cells["organisation"], agency_names),
        "members_asked": bool(members) and not _is_number(members),
        "confidential": cells["confidential"].lower() not in YES | NO,
    }
    sent = Sent(
        body=body,
        client_id=f"{form_key}:{number}",
        language=cells["language"] if cells["language"] in {"ar", "en"} else language_of(body),
        organisation=cells["organisation"],
        members_asked=int(members) if members and not faults["members_asked"] else None,
        stance=STANCES.get(cells["stance"].lower()),
        is_confidential=cells["confidential"].lower() in YES,
        name=cells["name"],
    )
    return Read(number, sent, tuple(column for column, is_wrong in faults.items() if is_wrong))
