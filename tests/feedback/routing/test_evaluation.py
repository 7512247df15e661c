"""The figures of a report mean what their names promise."""

import numpy as np
import pytest

from feedback.routing.evaluation import area_under_curve, calibration_error, coverage, evaluate, macro_f1
from feedback.routing.model import Model
from feedback.routing.rows import Row

KEYS = {
    "n",
    "accuracy",
    "macro_f1",
    "ece",
    "coverage_at_95",
    "auto_routed",
    "auto_precision",
    "top3_accuracy",
}


def test_a_report_holds_every_stable_key_whole_and_per_slice(model: Model, unseen: list[Row]) -> None:
    report = evaluate(model, unseen)
    assert set(report) >= KEYS | {"by_language", "by_variety", "out_of_scope_auroc", "unsure_in_scope"}
    for slices in (report["by_language"], report["by_variety"]):
        assert all(set(each) == KEYS for each in slices.values())
        assert sum(each["n"] for each in slices.values()) == report["n"]
    assert report["n"] + report["n_out_of_scope"] == len(unseen)
    assert (report["auto_routed"], report["auto_precision"]) == (0, None)
    assert report["out_of_scope_auroc"] > 0.8
    assert report["unsure_out_of_scope"] > report["unsure_in_scope"]


def test_a_label_accepted_besides_the_first_counts_as_right(model: Model) -> None:
    row = Row("المجاري طافحة في الشارع", "ar", "municipality", "ar")
    accepted = Row(row.text, "ar", "municipality", "ar", also=("water-sanitation",))
    assert evaluate(model, [row])["accuracy"] == 0
    assert evaluate(model, [accepted])["accuracy"] == evaluate(model, [accepted])["macro_f1"] == 1


def test_a_report_on_nothing_has_no_figures_and_does_not_fail(model: Model) -> None:
    report = evaluate(model, [])
    assert (report["n"], report["accuracy"], report["ece"]) == (0, None, None)


def test_calibration_error_is_the_gap_between_promise_and_truth() -> None:
    assert calibration_error(np.full(100, 0.9), np.arange(100) < 60) == pytest.approx(0.3)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0


def test_coverage_is_the_largest_share_that_keeps_its_precision() -> None:
    p = np.linspace(1, 0.01, 100)
    assert coverage(p, np.arange(100) < 95) == 1
    assert coverage(p, np.arange(100) < 57) == 0.6
    assert coverage(p, np.zeros(100, dtype=bool)) == 0
    assert coverage(np.full(100, 0.5), np.arange(100) < 57) == 0


def test_macro_f1_weighs_every_class_alike() -> None:
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0) / 2, abs=1e-4)


def test_area_under_the_curve_counts_ties_half() -> None:
    assert area_under_curve([0.9, 0.8], [0.1]) == 1
    assert area_under_curve([0.5], [0.5]) == 0.5
    assert area_under_curve([], [0.5]) is None
