"""How good a model is on rows it has not seen: the figures of a report, whole and per slice.

A prediction found in a row's `also` counts as its label. Rows without label only serve the
figures on texts that no agency answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.routing.decision import is_urgent
from feedback.routing.model import SHOWN, Model
from feedback.routing.preparation import prepare
from feedback.routing.rows import Row

BINS = 15
"""Equal bins of the first answer's p for the expected calibration error."""
COVERED_PRECISION = 0.95

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said about one row. `counted`: the prediction, accepted ones written as the label."""

    row: Row
    counted: str
    p: float
    right: bool
    right_in_shown: bool
    routed: bool
    unsure: bool


def evaluate(model: Model, rows: Sequence[Row], cost_floor: float = 0.0) -> Figures:
    """All figures of the command line's `evaluate`, with the same keys per language and per variety."""
    answers = answer(model, rows, cost_floor)
    scored = [each for each in answers if each.row.label is not None]
    return {
        **figures(scored),
        **_out_of_scope(answers),
        "unsure_in_scope": _share([each.unsure for each in scored]),
        "by_language": _by(scored, lambda row: row.lang),
        "by_variety": _by(scored, lambda row: row.variety),
        "model_version": model.version,
    }


def answer(model: Model, rows: Sequence[Row], cost_floor: float = 0.0) -> list[Answer]:
    """The model's answer to each row, with the decision rule under the certificate of the row's slice."""
    prepared, slices = [prepare(row.text) for row in rows], [row.slice for row in rows]
    answers = []
    for row, each, p in zip(rows, prepared, model.probabilities(prepared, slices), strict=True):
        order = np.argsort(-p, kind="stable")[:SHOWN]
        top = [(model.agencies[at], float(p[at])) for at in order]
        known = model.known_share(each)
        reasons = model.reasons_to_ask(top, known, row.slice, cost_floor, is_urgent(row.text))
        answers.append(
            _answer(row, top, routed=not reasons, unsure=known == 0 or top[0][1] < model.sure_above)
        )
    return answers


def figures(answers: Sequence[Answer]) -> Figures:
    """The stable keys for one set of answers; figures are null where there is nothing to count."""
    routed = [each for each in answers if each.routed]
    p = np.array([each.p for each in answers])
    right = np.array([each.right for each in answers], dtype=bool)
    return {
        "n": len(answers),
        "accuracy": _share(right.tolist()),
        "macro_f1": macro_f1([each.row.label or "" for each in answers], [each.counted for each in answers]),
        "ece": calibration_error(p, right),
        "coverage_at_95": coverage(p, right),
        "auto_routed": _share([each.routed for each in answers]),
        "auto_precision": _share([each.right for each in routed]),
        "top3_accuracy": _share([each.right_in_shown for each in answers]),
    }


def calibration_error(p: NDArray[np.float64], right: NDArray[np.bool_]) -> float | None:
    """Mean distance between p and the share that was right, over equal bins of p, by their size (ECE)."""
    if not len(p):
        return None
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = [
        abs(p[bins == at].mean() - right[bins == at].mean()) * (bins == at).mean()
        for at in set(bins.tolist())
    ]
    return round(float(sum(gaps)), 4)


def coverage(
    p: NDArray[np.float64], right: NDArray[np.bool_], precision: float = COVERED_PRECISION
) -> float | None:
    """The largest share of cases, by falling p, of which `precision` are right; equal p go together."""
    if not len(p):
        return None
    order = np.argsort(-p, kind="stable")
    precise = np.cumsum(right[order]) / np.arange(1, len(p) + 1) >= precision
    ends = np.append(p[order][1:] != p[order][:-1], True)
    taken = np.flatnonzero(precise & ends)
    return round(float(taken[-1] + 1) / len(p), 4) if taken.size else 0.0


def macro_f1(labels: Sequence[str], predictions: Sequence[str]) -> float | None:
    """The plain mean of F1 over every class that occurs as label or prediction."""
    scores = []
    for name in {*labels, *predictions}:
        hits = sum(1 for label, found in zip(labels, predictions, strict=True) if label == found == name)
        scores.append(2 * hits / (labels.count(name) + predictions.count(name)))
    return round(sum(scores) / len(scores), 4) if scores else None


def area_under_curve(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """How often a text with an agency has a higher p than one without (AUROC), ties counted half."""
    if not inside or not outside:
        return None
    rising = np.sort(np.array(outside))
    below = np.searchsorted(rising, inside, side="left")
    not_above = np.searchsorted(rising, inside, side="right")
    return round(float((below + not_above).sum()) / (2 * len(inside) * len(outside)), 4)


def _answer(row: Row, top: list[tuple[str, float]], *, routed: bool, unsure: bool) -> Answer:
    predicted, p = top[0]
    right = predicted in row.right_labels
    return Answer(
        row=row,
        counted=(row.label or "") if right else predicted,
        p=p,
        right=right,
        right_in_shown=any(label in row.right_labels for label, _ in top),
        routed=routed,
        unsure=unsure,
    )


def _out_of_scope(answers: Sequence[Answer]) -> Figures:
    outside = [each for each in answers if each.row.label is None]
    if not outside:
        return {}
    inside = [each.p for each in answers if each.row.label is not None]
    return {
        "n_out_of_scope": len(outside),
        "out_of_scope_auroc": area_under_curve(inside, [each.p for each in outside]),
        "unsure_out_of_scope": _share([each.unsure for each in outside]),
    }


def _by(answers: Sequence[Answer], key: Callable[[Row], str]) -> dict[str, Figures]:
    slices = sorted({key(each.row) for each in answers})
    return {name: figures([each for each in answers if key(each.row) == name]) for name in slices}


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None
