"""What is fixed on rows the model has not learned: temperature, when it is sure, certificates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.routing.decision import CASES_FOR_A_CERTIFICATE, Certificate, certify
from feedback.routing.model import NOWHERE, Model, softmax
from feedback.routing.preparation import prepare
from feedback.routing.rows import Row

COOLEST, HOTTEST, TEMPERATURE_STEP = 0.1, 30.0, 0.001
FEWEST_UNSURE, MOST_UNSURE = 0.25, 0.38
"""Shares of held-back texts of known agencies of which the citizen may read "we are not sure"."""
NOWHERE_UNSURE = 0.9
"""Share of held-back texts without agency that should read it, as far as `MOST_UNSURE` allows."""
FEWEST_NOWHERE = 30


def calibrated(model: Model, margins: NDArray[Any], truth: NDArray[np.int_]) -> Model:
    """The model with its temperature and the value under which the citizen reads "we are not sure".

    `margins`: (rows, labels) of rows held back, `truth`: the columns of their labels.
    """
    factor = fitting_temperature(margins, truth)
    shown = np.array([label != NOWHERE for label in model.labels])
    first = softmax(factor * margins)[:, shown].max(axis=1)
    above = sure_from(first[shown[truth]], first[~shown[truth]])
    return replace(model, temperature=factor, sure_above=round(above, 4))


def sure_from(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """The p from which an answer is called sure: nearly all texts without agency lie below it.

    `inside`, `outside`: the first answer's p of texts held back, with and without an agency. Without
    enough of the latter, a quarter of the former are called unsure.
    """
    lowest, highest = np.quantile(inside, (FEWEST_UNSURE, MOST_UNSURE))
    if len(outside) < FEWEST_NOWHERE:
        return float(lowest)
    return float(np.clip(np.quantile(outside, NOWHERE_UNSURE), lowest, highest))


def fitting_temperature(margins: NDArray[Any], truth: NDArray[np.int_]) -> float:
    """The factor on the margins under which the truth is likeliest.

    The log loss is convex in the factor, so the interval around its least value can be narrowed by thirds.
    """
    low, high = COOLEST, HOTTEST
    while high - low > TEMPERATURE_STEP:
        third = (high - low) / 3
        if log_loss((low + third) * margins, truth) <= log_loss((high - third) * margins, truth):
            high -= third
        else:
            low += third
    return round((low + high) / 2, 3)


def log_loss(scaled: NDArray[Any], truth: NDArray[np.int_]) -> float:
    """Mean surprise at the truth under the softmax of scaled margins, in nats."""
    p = softmax(scaled)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(p, 1e-12)).mean())


def certified(model: Model, rows: Sequence[Row]) -> Model:
    """The model with temperature and certificate of each slice fixed anew on confirmed cases.

    The cases must be later than training. A slice with too few keeps the model's own temperature
    and has no certificate.
    """
    slices = slices_of(rows)
    temperatures = {
        name: fitting_temperature(*_margins_and_truth(model, cases)) for name, cases in slices.items()
    }
    return with_certificates(replace(model, temperatures=temperatures), slices)


def with_certificates(model: Model, slices: Mapping[str, list[Row]]) -> Model:
    """The model with a certificate for each slice on whose cases the promise is kept."""
    found = {slice_: _certificate(model, slice_, cases) for slice_, cases in slices.items()}
    return replace(model, certificates={slice_: each for slice_, each in found.items() if each})


def slices_of(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The confirmed cases of each slice that has enough of them."""
    cases = [row for row in rows if row.label is not None]
    names = sorted({row.slice for row in cases})
    slices = {name: [row for row in cases if row.slice == name] for name in names}
    return {name: cases for name, cases in slices.items() if len(cases) >= CASES_FOR_A_CERTIFICATE}


def _certificate(model: Model, slice_: str, cases: Sequence[Row]) -> Certificate | None:
    p = model.probabilities([prepare(row.text) for row in cases], [slice_] * len(cases))
    answers = [model.agencies[int(at)] for at in p.argmax(axis=1)]
    right = [answer in row.right_labels for answer, row in zip(answers, cases, strict=True)]
    return certify(p.max(axis=1).tolist(), right)


def _margins_and_truth(model: Model, cases: Sequence[Row]) -> tuple[NDArray[Any], NDArray[np.int_]]:
    """Margins (rows, labels) and the column of the label, of the cases whose label the model knows."""
    known = [row for row in cases if (row.label or NOWHERE) in model.labels]
    margins = [model.margins(prepare(row.text)) for row in known]
    return np.stack(margins), np.array([model.labels.index(row.label or NOWHERE) for row in known])
