"""Measured on public intents in five varieties: the floor under which no change may fall.

A dozen of the 77 intents always, all of them in the long runs.
"""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

from feedback.routing.evaluation import evaluate
from feedback.routing.model import Model
from feedback.routing.rows import Row
from feedback.routing.training import train

BESIDE = Path("shared", "data", "routing", "banking77_bilingual.tsv")
TABLE = next(
    (parent / BESIDE for parent in Path(__file__).resolve().parents if (parent / BESIDE).is_file()), BESIDE
)

DOZEN = 12
FLOORS = [
    ("en", 0.90, 0.03),
    ("msa", 0.875, 0.04),
    ("pal", 0.835, 0.05),
    ("saudi", 0.71, 0.08),
    ("moroccan", 0.60, 0.08),
]

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not TABLE.exists() and not os.environ.get("CI"),
        reason="banking77 is not in ../shared/data: not measured",
    ),
]


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    with TABLE.open(encoding="utf-8", newline="") as table:
        read = list(csv.DictReader(table, delimiter="\t"))
    splits = {each["split"] for each in read}
    return {
        split: [
            Row(each["text"], each["lang"], each["label"], each["variety"])
            for each in read
            if each["split"] == split
        ]
        for split in splits
    }


@pytest.fixture(scope="module")
def banking(rows: dict[str, list[Row]]) -> Model:
    return train(rows["train"])


@pytest.fixture(scope="module")
def report(banking: Model, rows: dict[str, list[Row]]) -> dict[str, Any]:
    return evaluate(banking, rows["devtest"])


def test_a_dozen_intents_are_told_apart_in_each_known_variety(rows: dict[str, list[Row]]) -> None:
    chosen = sorted({row.label for row in rows["train"] if row.label})[:DOZEN]
    model = train([row for row in rows["train"] if row.label in chosen])
    found = evaluate(model, [row for row in rows["devtest"] if row.label in chosen])
    for variety, accuracy, _ in FLOORS[:3]:
        assert found["by_variety"][variety]["accuracy"] >= accuracy + 0.03, variety
    assert found["ece"] <= 0.03


@pytest.mark.long
@pytest.mark.parametrize(("variety", "accuracy", "error"), FLOORS)
def test_accuracy_and_calibration_hold_in_each_variety(
    report: dict[str, Any], variety: str, accuracy: float, error: float
) -> None:
    assert report["by_variety"][variety]["accuracy"] >= accuracy
    assert report["by_variety"][variety]["ece"] <= error


@pytest.mark.long
def test_the_model_stays_under_25_megabytes(banking: Model, tmp_path: Path) -> None:
    banking.save(tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 25_000_000
