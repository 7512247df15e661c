"""Rows to learn from and to measure on: one JSON object per line, or rows made by the seeds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadRow(ValueError):
    """A line that is not a row. `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """A text and the agency that answers it.

    `label` None: no agency answers for it. `also`: labels that are right as well.
    `variety`: any word; the key of reports and certificates. Rows that share a `group`
    (author, thread, situation or near copy) never stand on both sides of a split.
    """

    text: str
    lang: str
    label: str | None
    variety: str
    also: tuple[str, ...] = ()
    author: str = ""
    thread: str = ""
    situation: str = ""

    @property
    def slice(self) -> str:
        return slice_key(self.lang, self.variety)

    @property
    def right_labels(self) -> frozenset[str]:
        return frozenset(self.also) | ({self.label} if self.label is not None else frozenset())


def slice_key(lang: str, variety: str) -> str:
    """A language and a variety: what a certificate is valid for."""
    return f"{lang}/{variety}"


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSONL file; blank lines are passed over. Raises BadRow with the line number."""
    with path.open("rb") as lines:
        return [_row(line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The same rows in the one order in which they are learned: same rows in, same model out."""
    return sorted(
        rows, key=lambda row: (row.label or "", row.lang, row.variety, row.text, row.situation, row.author)
    )


def _row(line: bytes, number: int) -> Row:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadRow(number, f"not JSON in UTF-8 ({error})") from error
    if not isinstance(found, dict):
        raise BadRow(number, "not an object")
    return _checked(found, number)


def _checked(found: dict[str, Any], number: int) -> Row:
    text, lang, label = found.get("text"), found.get("lang"), found.get("label")
    if not isinstance(text, str) or not text.strip():
        raise BadRow(number, '"text" must be a text that is not empty')
    if lang not in ("ar", "en"):
        raise BadRow(number, '"lang" must be "ar" or "en"')
    if "label" not in found or not (label is None or (isinstance(label, str) and label)):
        raise BadRow(number, '"label" must be a name, or null when no agency answers')
    also = found.get("also") or []
    if not isinstance(also, list) or not all(isinstance(other, str) for other in also):
        raise BadRow(number, '"also" must be a list of labels')
    return Row(
        text=text,
        lang=lang,
        label=label,
        variety=_word(found, "variety", number) or lang,
        also=tuple(also),
        author=_word(found, "author", number),
        thread=_word(found, "thread", number),
        situation=_word(found, "situation", number),
    )


def _word(found: dict[str, Any], key: str, number: int) -> str:
    value = found.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise BadRow(number, f'"{key}" must be a text')
    return str(value)
