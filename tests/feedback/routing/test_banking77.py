"""Measured on public intents in five varieties: the floor under which no change may fall (long)."""

import csv
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from feedback.routing.evaluation import evaluate
from feedback.routing.model import Model
from feedback.routing.rows import Row
from feedback.routing.training import train

BESIDE = Path("shared", "data", "routing", "banking77_bilingual.tsv")
TABLE = next(
    (parent / BESIDE for parent in Path(__file__).resolve().parents if (parent / BESIDE).is_file()), BESIDE
)

pytestmark = [
    pytest.mark.long,
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


@pytest.mark.parametrize(
    ("variety", "accuracy", "error"),
    [
        ("en", 0.90, 0.03),
        ("msa", 0.875, 0.04),
        ("pal", 0.835, 0.05),
        ("saudi", 0.71, 0.08),
        ("moroccan", 0.60, 0.08),
    ],
)
def test_accuracy_and_calibration_hold_in_each_variety(
    report: dict[str, Any], variety: str, accuracy: float, error: float
) -> None:
    assert report["by_variety"][variety]["accuracy"] >= accuracy
    assert report["by_variety"][variety]["ece"] <= error


def test_one_text_takes_five_milliseconds_with_its_explanation(
    banking: Model, rows: dict[str, list[Row]]
) -> None:
    taken = []
    for row in rows["devtest"][:400]:
        started = time.process_time()
        banking.suggest(row.text)
        taken.append(time.process_time() - started)
    assert np.quantile(taken, 0.5) <= 0.005
    assert np.quantile(taken, 0.99) <= 0.025


def test_the_model_stays_under_25_megabytes(banking: Model, tmp_path: Path) -> None:
    banking.save(tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 25_000_000
