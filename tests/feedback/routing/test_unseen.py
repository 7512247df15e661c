"""The shipped model on inquiries that nobody wrote for it: floors under which no change may fall.

`unseen_a.jsonl` was written by somebody who saw neither seeds nor model; its errors were read since, so it
only guards what was reached. `unseen_b.jsonl`, where present, was never read by those who mend the model.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from feedback.routing.decision import is_urgent
from feedback.routing.evaluation import evaluate
from feedback.routing.model import Model
from feedback.routing.rows import Row, read_rows
from feedback.routing.seeds import load_seeds
from feedback.routing.training import train

HERE = Path(__file__).parent
FLOORS = {  # first answer, first three (each language); unsure without agency, unsure with one (at most)
    "unseen_a.jsonl": (0.90, 0.96, 0.90, 0.28),
    "unseen_b.jsonl": (0.80, 0.93, 0.85, 0.35),
}
SETS = [name for name in FLOORS if (HERE / name).is_file()]


@cache
def shipped() -> Model:
    return train(load_seeds(), confirmed=False)


@cache
def report(name: str) -> dict[str, Any]:
    return evaluate(shipped(), read_rows(HERE / name))


@pytest.mark.parametrize("name", SETS)
def test_ordinary_inquiries_reach_their_agency_in_both_languages(name: str) -> None:
    first, three, _, _ = FLOORS[name]
    languages = report(name)["by_language"]
    for lang in ("ar", "en"):
        assert languages[lang]["accuracy"] >= first, lang
        assert languages[lang]["top3_accuracy"] >= three, lang
    assert languages["ar"]["accuracy"] >= languages["en"]["accuracy"] - 0.05


@pytest.mark.parametrize("name", SETS)
def test_what_no_agency_answers_is_met_with_doubt_and_little_else_is(name: str) -> None:
    _, _, outside, inside = FLOORS[name]
    assert report(name)["unsure_out_of_scope"] >= outside
    assert report(name)["unsure_in_scope"] <= inside
    assert report(name)["out_of_scope_auroc"] >= 0.9


@pytest.mark.parametrize("name", SETS)
def test_hardly_any_ordinary_inquiry_is_taken_for_an_emergency(name: str) -> None:
    rows = read_rows(HERE / name)
    assert sum(is_urgent(row.text) for row in rows) <= 0.01 * len(rows)


def is_left_out(row: Row) -> bool:
    return sum(row.situation.encode()) % 5 == 0


def test_situations_left_out_of_training_are_mostly_recognised() -> None:
    """The hardest question: what nobody ever thought of. n-grams know what they have seen."""
    seeds = load_seeds()
    model = train([row for row in seeds if not is_left_out(row)], confirmed=False)
    found = evaluate(model, [row for row in seeds if is_left_out(row)])
    assert found["n"] > 1_000
    assert found["accuracy"] >= 0.74
    assert found["top3_accuracy"] >= 0.90
    assert found["by_language"]["ar"]["accuracy"] >= found["by_language"]["en"]["accuracy"] - 0.05
    assert found["out_of_scope_auroc"] >= 0.84
    assert found["unsure_out_of_scope"] >= 0.75
