"""The routing model: which agency answers a text, how surely, and by which of the citizen's words.

Pure: no Flask, no database, and no scikit-learn to load or use a model (training needs it). A
model is arrays and word lists; it is never pickled.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.text import language_of, variety_of
from feedback.routing import files
from feedback.routing.decision import Certificate, is_urgent, reasons_to_ask
from feedback.routing.function_words import is_function_word
from feedback.routing.preparation import VIEWS, Gram, Prepared, prepare
from feedback.routing.rows import slice_key

NOWHERE = ""
"""The class of texts that no agency answers. It takes its part of the probabilities and is never shown."""

SHOWN = 3
WORDS_FOR_AND_AGAINST = 3
_SHORTEST_REASON = 3

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A word of the original text: `text[start:end]` spoke for (weight > 0) or against the first answer."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the router says about one text.

    `top`: up to three (label, p), falling. `sure` False: the citizen reads "we are not sure".
    `decision`: "route" or "triage", with the codes of `decision.reasons_to_ask` in `reasons`.
    """

    language: str
    variety: str
    top: list[tuple[str, float]]
    sure: bool
    decision: str
    reasons: list[str]
    explanation: list[Span]
    model_version: str


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a text: its grams, their columns in the weights, their inverse text frequencies."""

    name: str
    columns: Mapping[str, int]
    idf: Floats
    first_column: int

    def values(self, grams: Sequence[Gram]) -> dict[str, float]:
        """The weight of each known gram: (1 + ln count) x idf, scaled to length 1 over the view."""
        counts = Counter(gram for gram, _ in grams if gram in self.columns)
        columns = [self.columns[gram] - self.first_column for gram in counts]
        raw = {
            gram: (1.0 + log(count)) * idf
            for (gram, count), idf in zip(counts.items(), self.idf[columns].tolist(), strict=True)
        }
        length = sqrt(sum(value * value for value in raw.values()))
        return {gram: value / length for gram, value in raw.items()} if length else {}


@dataclass(frozen=True, slots=True)
class Model:
    """A trained router. `weights`: float32 (features, labels); `bias`: float32 (labels)."""

    labels: tuple[str, ...]
    views: tuple[View, ...]
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    temperature: float
    sure_above: float
    version: str
    facts: Mapping[str, object] = field(default_factory=dict, repr=False)
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    temperatures: Mapping[str, float] = field(default_factory=dict)
    """Temperatures of slices that were fixed on confirmed cases; the others have `temperature`."""

    @property
    def agencies(self) -> tuple[str, ...]:
        """The labels that may be suggested, in the order of the columns of `predict_proba`."""
        return tuple(label for label in self.labels if label != NOWHERE)

    def predict_proba(self, texts: list[str]) -> NDArray[np.float64]:
        """Float array (texts, agencies). A row sums to 1, less what belongs to no agency."""
        return self.probabilities([prepare(text) for text in texts])

    def probabilities(self, prepared: Sequence[Prepared], slices: Sequence[str] = ()) -> NDArray[np.float64]:
        """`predict_proba` for prepared texts, at the temperatures of their slices if these are given."""
        if not prepared:
            return np.zeros((0, len(self.agencies)))
        heat = np.array([self.temperature_of(slice_) for slice_ in slices] or [self.temperature])
        margins = np.stack([self.margins(each) for each in prepared])
        return softmax(heat[:, None] * margins)[:, [label != NOWHERE for label in self.labels]]

    def temperature_of(self, slice_: str) -> float:
        """The factor on the margins that makes them probabilities."""
        return self.temperatures.get(slice_, self.temperature)

    def margins(self, prepared: Prepared) -> Floats:
        """Distances to the separating planes, one for each label."""
        return self._margins([view.values(VIEWS[view.name](prepared.words)) for view in self.views])

    def suggest(self, text: str, *, variety: str | None = None, cost_floor: float = 0.0) -> Suggestion:
        """The agencies to show for a text, and whether it may go to the first without a person.

        `cost_floor`: 1 - cost of triage / cost of a misrouted case; 0 leaves it to the certificate.
        """
        prepared = prepare(text)
        grams = [VIEWS[view.name](prepared.words) for view in self.views]
        values = [view.values(each) for view, each in zip(self.views, grams, strict=True)]
        language, own_variety = language_of(text), variety or variety_of(text)
        slice_ = slice_key(language, own_variety)
        p = softmax(self.temperature_of(slice_) * self._margins(values)[None, :])[0]
        order = [int(at) for at in np.argsort(-p, kind="stable") if self.labels[at] != NOWHERE][:SHOWN]
        top = [(self.labels[at], float(p[at])) for at in order]
        known = self._known_share(grams)
        reasons = self.reasons_to_ask(top, known, slice_, cost_floor, is_urgent(text))
        return Suggestion(
            language=language,
            variety=own_variety,
            top=top,
            sure=bool(top) and known > 0 and top[0][1] >= self.sure_above,
            decision="triage" if reasons else "route",
            reasons=reasons,
            explanation=self._explanation(prepared, grams, values, order) if len(order) > 1 else [],
            model_version=self.version,
        )

    def reasons_to_ask(
        self, top: Sequence[tuple[str, float]], known: float, slice_: str, cost_floor: float, urgent: bool
    ) -> list[str]:
        """The decision rule with this model's certificate for a slice."""
        first, second = [*(p for _, p in top), 0.0, 0.0][:2]
        return reasons_to_ask(first, second, known, self.certificates.get(slice_), cost_floor, urgent)

    def known_share(self, prepared: Prepared) -> float:
        """Share of the stemmed words and pairs of a text that were learned; 0 for a text without words."""
        return self._known_share(
            [VIEWS[view.name](prepared.words) if view.name == "words" else [] for view in self.views]
        )

    def save(self, folder: Path) -> str:
        """Write the model into a folder; the SHA-256 that a registry keeps for it."""
        return files.save(self, folder)

    @staticmethod
    def load(folder: Path, expected_sha256: str | None = None) -> "Model":
        """Read a folder. Raises ModelRefused if a byte differs from what was saved or registered."""
        parts = files.read(folder, expected_sha256)
        return Model(
            labels=parts.labels,
            views=views_of(parts.vocabulary, parts.idf),
            weights=parts.weights,
            bias=parts.bias,
            temperature=parts.temperature,
            sure_above=parts.sure_above,
            version=parts.version,
            facts=parts.facts,
            certificates={key: Certificate(**each) for key, each in parts.certificates.items()},
            temperatures=parts.temperatures,
        )

    def _margins(self, values: Sequence[Mapping[str, float]]) -> Floats:
        columns = [view.columns[gram] for view, each in zip(self.views, values, strict=True) for gram in each]
        weights = np.fromiter((value for each in values for value in each.values()), np.float32, len(columns))
        return np.asarray(weights @ self.weights[columns] + self.bias, dtype=np.float32)

    def _contrast(self, columns: list[int], first: int, second: int) -> list[float]:
        """How much more each feature speaks for one label than for another."""
        weights = self.weights[columns]
        contrast: list[float] = (weights[:, first] - weights[:, second]).tolist()
        return contrast

    def _known_share(self, grams: Sequence[Sequence[Gram]]) -> float:
        columns, words = next(
            (view.columns, each) for view, each in zip(self.views, grams, strict=True) if view.name == "words"
        )
        return sum(gram in columns for gram, _ in words) / len(words) if words else 0.0

    def _explanation(
        self,
        prepared: Prepared,
        grams: Sequence[Sequence[Gram]],
        values: Sequence[Mapping[str, float]],
        order: Sequence[int],
    ) -> list[Span]:
        """The words that spoke most for and against the first answer compared with the second, as read."""
        spoken: dict[str, float] = defaultdict(float)
        for view, each, value in zip(self.views, grams, values, strict=True):
            contrast = self._contrast([view.columns[gram] for gram in value], order[0], order[1])
            counts = Counter(gram for gram, _ in each)
            said = {
                gram: weight * apart / counts[gram]
                for (gram, weight), apart in zip(value.items(), contrast, strict=True)
            }
            for gram, words in each:
                for at in words:
                    spoken[prepared.words[at]] += said.get(gram, 0.0) / len(words)
        return _deciding_spans(prepared, spoken)


def softmax(scaled: NDArray[Any]) -> NDArray[np.float64]:
    """Rows of margins as probabilities."""
    raised = np.exp(scaled.astype(np.float64) - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def views_of(vocabulary: Mapping[str, Sequence[str]], idf: Floats) -> tuple[View, ...]:
    """The views from their word lists; columns and `idf` run through all views in order."""
    views: list[View] = []
    first = 0
    for name, grams in vocabulary.items():
        columns = {gram: first + at for at, gram in enumerate(grams)}
        views.append(View(name, columns, idf[first : first + len(grams)], first))
        first += len(grams)
    return tuple(views)


def _is_reason(word: str) -> bool:
    return len(word) >= _SHORTEST_REASON and not is_function_word(word)


def _deciding_spans(prepared: Prepared, spoken: Mapping[str, float]) -> list[Span]:
    falling = sorted(spoken.items(), key=lambda each: -each[1])
    ranked = [(word, weight) for word, weight in falling if _is_reason(word)]
    speaking_for = [word for word, weight in ranked if weight > 0][:WORDS_FOR_AND_AGAINST]
    against = [word for word, weight in reversed(ranked) if weight < 0][:WORDS_FOR_AND_AGAINST]
    chosen = {*speaking_for, *against}
    return [
        Span(start, end, round(spoken[word], 4))
        for word, (start, end) in zip(prepared.words, prepared.spans, strict=True)
        if word in chosen
    ]
