"""From rows to a model: features, a linear SVM, and what is fixed on rows held back.

The same rows always give the same model, in whatever order they come.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback.routing.calibration import calibrated, log_loss, slices_of, with_certificates
from feedback.routing.decision import Certificate
from feedback.routing.files import version_name
from feedback.routing.model import NOWHERE, Floats, Model, views_of
from feedback.routing.preparation import VIEWS, Prepared, prepare
from feedback.routing.rows import Row, in_order
from feedback.routing.splitting import held_sets

VERSION = "1.0.0"
C = 0.5
RARE_ALLOWED_BELOW = 1_000
"""Texts below which a gram of a single text is kept; from there on two texts must share it."""
PEOPLE_PER_GRAM = 3
"""Known authors who must have used a gram, lest a name enter the vocabulary."""
SMOOTHING = 0.3
EVIDENCE_SHARES = (0.0, 0.25, 0.5)
"""Shares of word evidence that are tried on rows held back, in standard deviations of the planes' margins."""
UNEVEN = 10
"""Largest class over smallest from which classes are balanced."""
FEWEST_HELD_BACK = 30

Log = Callable[[str], object]

Matrix = Any
"""A SciPy sparse matrix; SciPy carries no types."""


class CannotTrain(ValueError):
    """Too little to learn from."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """One view of all texts: its grams and how often each text has them, a matrix (texts, grams)."""

    name: str
    grams: NDArray[Any]
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class _Lot:
    """Rows with their prepared texts and counts, in the order of training."""

    rows: list[Row]
    prepared: list[Prepared]
    counts: list[_Counts]

    @property
    def labels(self) -> NDArray[Any]:
        return np.array([row.label or NOWHERE for row in self.rows])

    def part(self, chosen: NDArray[np.bool_]) -> "_Lot":
        at = np.flatnonzero(chosen)
        return _Lot(
            [self.rows[i] for i in at],
            [self.prepared[i] for i in at],
            [replace(each, matrix=each.matrix[at]) for each in self.counts],
        )


def train(rows: Iterable[Row], *, version: str = VERSION, confirmed: bool = True, log: Log = str) -> Model:
    """A calibrated model. Rows without label teach what no agency answers; there may be none.

    Rows held back choose the share of word evidence and fix temperature, the value below which the
    citizen reads "we are not sure" and, where enough of them are `confirmed` cases, certificates;
    then all rows are learned. Raises CannotTrain below two labels.
    """
    ordered = in_order(rows)
    if len({row.label for row in ordered if row.label is not None}) < 2:
        raise CannotTrain("training needs rows of at least two labels")
    lot = _counted(ordered)
    trials = _trials(lot)
    log(f"{len(ordered)} rows, {sum(len(trial.asked.rows) for trial in trials)} held back")
    share, model = _calibrated(_learned(lot), trials)
    log(f"evidence {share}, temperature {model.temperature}, sure above {model.sure_above}")
    final = replace(
        model,
        certificates=_certificates(trials[0], share, model) if confirmed and len(trials) == 1 else {},
        facts={
            "rows": len(ordered),
            "held_back": sum(len(trial.asked.rows) for trial in trials),
            "evidence_share": share,
            "rows_sha256": _rows_sha256(ordered),
        },
    )
    return replace(final, version=version_name(version, final))


def _trials(lot: "_Lot") -> list["_Trial"]:
    """Something learned without each set of rows held back; a part that cannot teach is left out."""
    trials = []
    for held in held_sets(lot.rows, lot.prepared):
        rest = lot.part(~held)
        if len(set(rest.labels) - {NOWHERE}) > 1:
            learned = _learned(rest)
            trials.append(_Trial(learned, lot.part(held & np.isin(lot.labels, learned.labels))))
    return trials


def _calibrated(learned: "_Learned", trials: Sequence["_Trial"]) -> tuple[float, Model]:
    """The share of evidence under which the rows held back are least surprising, and the model with it.

    With too few of them nothing is known about how sure it may be, so it never is.
    """
    truth = [np.searchsorted(learned.labels, trial.asked.labels) for trial in trials]
    if sum(map(len, truth)) < FEWEST_HELD_BACK:
        return EVIDENCE_SHARES[0], replace(learned.model(EVIDENCE_SHARES[0]), sure_above=1.0)
    tries = []
    for share in EVIDENCE_SHARES:
        margins = np.vstack([trial.margins(share, learned.labels) for trial in trials])
        model = calibrated(learned.model(share), margins, np.concatenate(truth))
        tries.append((log_loss(model.temperature * margins, np.concatenate(truth)), share, model))
    _, share, best = min(tries, key=lambda tried: tried[0])
    return share, best


def _certificates(trial: "_Trial", share: float, model: Model) -> Mapping[str, Certificate]:
    """What the trial's answers at the model's temperature allow."""
    tried = replace(trial.learned.model(share), temperature=model.temperature)
    return with_certificates(tried, slices_of(trial.asked.rows)).certificates


def _counted(rows: list[Row]) -> _Lot:
    prepared = [prepare(row.text) for row in rows]
    return _Lot(rows, prepared, [_counts(name, prepared) for name in VIEWS])


def _counts(name: str, prepared: Sequence[Prepared]) -> _Counts:
    from sklearn.feature_extraction.text import CountVectorizer

    grams = ([gram for gram, _ in VIEWS[name](each.words)] for each in prepared)
    counter = CountVectorizer(analyzer=list, dtype=np.float32)
    try:
        matrix = counter.fit_transform(grams)
    except ValueError:  # scikit-learn's "empty vocabulary": no text has a gram of this view
        return _Counts(name, np.array([], dtype=str), _nothing(len(prepared)))
    return _Counts(name, counter.get_feature_names_out(), matrix)


@dataclass(frozen=True, slots=True)
class _Weighting:
    """One view's kept columns and their idf, as learned."""

    name: str
    grams: list[str]
    kept: NDArray[np.int_]
    scaled: Any
    """A fitted TfidfTransformer, or None when no gram was kept."""

    def matrix(self, counts: _Counts) -> Matrix:
        """The tf-idf matrix (texts, kept grams); each row has length 1."""
        chosen = counts.matrix[:, self.kept]
        return self.scaled.transform(chosen) if self.scaled else chosen

    @property
    def idf(self) -> Floats:
        return self.scaled.idf_.astype(np.float32) if self.scaled else np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class _Learned:
    """What one lot taught: planes and word evidence, to be mixed. `labels` are sorted."""

    labels: NDArray[Any]
    weightings: list[_Weighting]
    planes: NDArray[np.float64]
    evidence: NDArray[np.float64]
    bias: Floats

    def weights(self, share: float) -> Floats:
        """Planes with a share of evidence (features, labels), in the precision of the file."""
        return (self.planes + share * self.evidence).astype(np.float16).astype(np.float32)

    def model(self, share: float) -> Model:
        """A model that is not calibrated yet."""
        views = views_of(
            {each.name: each.grams for each in self.weightings},
            np.concatenate([each.idf for each in self.weightings]),
        )
        labels = tuple(map(str, self.labels))
        return Model(
            labels, views, self.weights(share), self.bias, temperature=1.0, sure_above=0.0, version=""
        )

    def matrix(self, lot: _Lot) -> Matrix:
        """All views side by side."""
        return _beside(
            [each.matrix(counts) for each, counts in zip(self.weightings, lot.counts, strict=True)]
        )


@dataclass(frozen=True, slots=True)
class _Trial:
    """What was learned without some rows, and those of them whose label it knows, to ask it about."""

    learned: _Learned
    asked: _Lot

    def margins(self, share: float, labels: NDArray[Any]) -> Floats:
        """Array (rows asked, labels); a label that was not learned stands last in each row."""
        known = self.learned.matrix(self.asked) @ self.learned.weights(share) + self.learned.bias
        wide = np.repeat(known.min(axis=1, keepdims=True), len(labels), axis=1)
        wide[:, np.searchsorted(labels, self.learned.labels)] = known
        return wide


def _learned(lot: _Lot) -> _Learned:
    weightings = [_weighting(each, lot.rows) for each in lot.counts]
    matrix = _beside([each.matrix(counts) for each, counts in zip(weightings, lot.counts, strict=True)])
    planes, bias = _planes(matrix, lot.labels)
    evidence = _evidence(matrix, lot.labels) * _spread(matrix @ planes)
    return _Learned(np.unique(lot.labels), weightings, planes, evidence, bias)


def _weighting(counts: _Counts, rows: Sequence[Row]) -> _Weighting:
    from sklearn.feature_extraction.text import TfidfTransformer

    kept = np.flatnonzero(_widely_used(counts.matrix, rows)) if counts.grams.size else np.zeros(0, dtype=int)
    scaled = TfidfTransformer(sublinear_tf=True).fit(counts.matrix[:, kept]) if kept.size else None
    return _Weighting(counts.name, counts.grams[kept].tolist(), kept, scaled)


def _widely_used(counts: Matrix, rows: Sequence[Row]) -> NDArray[np.bool_]:
    """Grams of enough texts and, where authors are known, of enough people."""
    present = (counts > 0).astype(np.float32)
    texts = np.asarray(present.sum(axis=0)).ravel()
    enough = texts >= (1 if len(rows) < RARE_ALLOWED_BELOW else 2)
    if not any(row.author for row in rows):
        return np.asarray(enough)
    anonymous = np.array([not row.author for row in rows], dtype=np.float32) @ present
    return np.asarray(enough & ((anonymous > 0) | (_people(present, rows) >= PEOPLE_PER_GRAM)))


def _people(present: Matrix, rows: Sequence[Row]) -> NDArray[np.float64]:
    """How many people used each gram; a row without author is a person of its own."""
    from scipy.sparse import csr_matrix

    names = [row.author or f"\0{at}" for at, row in enumerate(rows)]
    place = {name: at for at, name in enumerate(dict.fromkeys(names))}
    owners = csr_matrix(
        (np.ones(len(rows), np.float32), ([place[name] for name in names], range(len(rows)))),
        shape=(len(place), len(rows)),
    )
    return np.asarray(((owners @ present) > 0).sum(axis=0)).ravel().astype(np.float64)


def _planes(matrix: Matrix, labels: NDArray[Any]) -> tuple[NDArray[np.float64], Floats]:
    """Weights (features, labels) and bias of one plane per label."""
    from sklearn.svm import LinearSVC

    _, sizes = np.unique(labels, return_counts=True)
    balance = "balanced" if sizes.max() > UNEVEN * sizes.min() else None
    fitted = LinearSVC(C=C, class_weight=balance, random_state=0).fit(matrix, labels)
    weights, bias = fitted.coef_.T, fitted.intercept_
    if len(sizes) == 2:  # one plane serves two labels: the second's is the first's turned round
        weights, bias = np.hstack([-weights, weights]), np.array([-bias[0], bias[0]])
    return weights, bias.astype(np.float32)


def _evidence(matrix: Matrix, labels: NDArray[Any]) -> NDArray[np.float64]:
    """Complement naive Bayes (Rennie and others, 2003) as weights of spread 1: it is linear in the features.

    Word by word evidence errs less than planes do where a situation was never seen.
    """
    from sklearn.naive_bayes import ComplementNB

    weights = ComplementNB(alpha=SMOOTHING).fit(matrix, labels).feature_log_prob_.T
    centred = weights - weights.mean(axis=1, keepdims=True)
    return np.asarray(centred / max(_spread(matrix @ centred), 1e-9), dtype=np.float64)


def _spread(margins: NDArray[Any]) -> float:
    return float(np.std(margins))


def _rows_sha256(rows: Sequence[Row]) -> str:
    """What was learned from, without keeping it."""
    lines = ("\0".join((row.text, row.lang, row.label or "", row.variety)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def _beside(matrices: Sequence[Matrix]) -> Matrix:
    from scipy.sparse import hstack

    return hstack(matrices).tocsr()


def _nothing(rows: int) -> Matrix:
    from scipy.sparse import csr_matrix

    return csr_matrix((rows, 0), dtype=np.float32)
