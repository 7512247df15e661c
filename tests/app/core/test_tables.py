"""C19: nothing that people typed is run by a spreadsheet, and every cell reads back as it was."""

import csv
import io

import pytest

from app.core.tables import csv_rows, csv_text

FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u200f=1+1", "\u061c-2", "\ufeff=1",
    "\u2067=نص\u2069",
    "＝1+1", "－٥", "'=1", "''=1", "\u200f\u200e @x", '=HYPERLINK("http://evil.example","اضغط هنا")',
    "=cmd|' /C calc'!A0",
    "\u00a0=1", "\u200b=1", "−1",
)  # fmt: skip
HARMLESS = (
    "المادة 4",
    "أوافق = لا",
    "it's",
    "'quoted'",
    "",
    "a;=1+1",
    "نص,\n=1",
    'قال: "نعم"',
    "٥-",
    "a\r\nb",
)


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_a_cell_that_a_spreadsheet_would_run_is_text(formula: str) -> None:
    assert cells(csv_text([[formula]])) == [f"'{formula}"]


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_other_cells_stand_as_they_were_typed(text: str) -> None:
    assert cells(csv_text([[text]])) == [text]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_no_other_separator_cuts_a_formula_out_of_a_text(separator: str) -> None:
    assert csv_text([[f"نعم{separator}=1+1"]]) == f'"نعم{separator}=1+1"\r\n'


def test_every_cell_reads_back_as_it_was() -> None:
    rows = [[text, "المادة"] for text in FORMULAS + HARMLESS]
    assert csv_rows(csv_text(rows)) == rows
    assert csv_rows("\ufeff" + csv_text(rows)) == rows


def test_numbers_stay_numbers() -> None:
    assert csv_text([[-5, 0.25, None]]) == '"-5","0.25",""\r\n'
