"""A model on disk: arrays, word lists and a manifest with the SHA-256 of each. Nothing in it can run.

`model.json` numbers and facts, `vocabulary.json` grams by view in column order, `weights.npy`,
`bias.npy`, `idf.npy`, `certificates.json`, and `manifest.json`, whose own SHA-256 names the whole.
"""

import hashlib
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from feedback.routing import lexicon

if TYPE_CHECKING:
    from feedback.routing.model import Model

PREPARATION = 2
"""Raised whenever text preparation changes: a model is only true to the preparation it was trained with."""

_MANIFEST = "manifest.json"
_ARRAYS = ("weights.npy", "bias.npy", "idf.npy")
_TEXTS = ("model.json", "vocabulary.json", "certificates.json")


class ModelRefused(Exception):
    """The folder is not, byte for byte, a model that this version may use. Everything goes to triage."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a folder holds, checked."""

    labels: tuple[str, ...]
    vocabulary: dict[str, list[str]]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    idf: NDArray[np.float32]
    temperature: float
    sure_above: float
    version: str
    facts: dict[str, Any]
    certificates: dict[str, dict[str, Any]]
    temperatures: dict[str, float]


def save(model: "Model", folder: Path) -> str:
    """Write all files; the SHA-256 of the manifest. The same model gives the same bytes."""
    contents = {
        "model.json": _json(_numbers(model)),
        "vocabulary.json": _json({view.name: list(view.columns) for view in model.views}),
        "certificates.json": _json(
            {
                "certificates": {key: asdict(each) for key, each in sorted(model.certificates.items())},
                "temperatures": dict(sorted(model.temperatures.items())),
            }
        ),
        "weights.npy": _npy(model.weights.astype(np.float16)),
        "bias.npy": _npy(model.bias),
        "idf.npy": _npy(np.concatenate([view.idf for view in model.views])),
    }
    manifest = _json({name: _sha256(content) for name, content in sorted(contents.items())})
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in [*contents.items(), (_MANIFEST, manifest)]:
        (folder / name).write_bytes(content)
    return _sha256(manifest)


def read(folder: Path, expected_sha256: str | None = None) -> Parts:
    """The parts of a saved model. Raises ModelRefused for a missing, changed, foreign or outdated file."""
    if not (folder / _MANIFEST).is_file():
        raise ModelRefused(f"{folder}: no model is there")
    try:
        contents = _checked_contents(folder, expected_sha256)
        numbers, vocabulary, certificates = (json.loads(contents[name]) for name in _TEXTS)
        weights, bias, idf = (np.load(io.BytesIO(contents[name]), allow_pickle=False) for name in _ARRAYS)
        made_with = (numbers["preparation"], numbers["lexicon"])
        parts = Parts(
            labels=tuple(numbers["labels"]),
            vocabulary=vocabulary,
            weights=weights.astype(np.float32),
            bias=bias,
            idf=idf,
            temperature=float(numbers["temperature"]),
            sure_above=float(numbers["sure_above"]),
            version=str(numbers["version"]),
            facts=numbers["facts"],
            certificates=certificates["certificates"],
            temperatures=certificates["temperatures"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        raise ModelRefused(f"{folder.name}: {error}") from error
    _require(made_with == (PREPARATION, lexicon_sha256()), folder, "trained with other text preparation")
    _require(
        weights.shape == (sum(map(len, vocabulary.values())), len(parts.labels)), folder, "sizes do not match"
    )
    return parts


def sha256_of(folder: Path) -> str:
    """The SHA-256 that names a saved model. Raises ModelRefused if there is none."""
    try:
        return _sha256((folder / _MANIFEST).read_bytes())
    except OSError as error:
        raise ModelRefused(f"{folder.name}: {error}") from error


def lexicon_sha256() -> str:
    """The lexicon's hash, kept with each model that was trained on it."""
    return _sha256(lexicon.FILE.read_bytes())


def version_name(number: str, model: "Model") -> str:
    """`number` and the start of a hash over all that was learned: equal for equal training."""
    learned = hashlib.sha256(_npy(model.weights.astype(np.float16)))
    learned.update(_json({view.name: list(view.columns) for view in model.views}))
    learned.update(_json([*model.labels, model.temperature, model.sure_above]))
    return f"{number}-{learned.hexdigest()[:12]}"


def _checked_contents(folder: Path, expected_sha256: str | None) -> dict[str, bytes]:
    manifest = (folder / _MANIFEST).read_bytes()
    _require(expected_sha256 in (None, _sha256(manifest)), folder, "not the registered model")
    listed = json.loads(manifest)
    contents = {name: (folder / name).read_bytes() for name in (*_TEXTS, *_ARRAYS)}
    for name, content in contents.items():
        _require(listed.get(name) == _sha256(content), folder, f"{name} was changed")
    return contents


def _require(holds: bool, folder: Path, reason: str) -> None:
    if not holds:
        raise ModelRefused(f"{folder.name}: {reason}")


def _numbers(model: "Model") -> dict[str, Any]:
    return {
        "labels": list(model.labels),
        "temperature": model.temperature,
        "sure_above": model.sure_above,
        "version": model.version,
        "preparation": PREPARATION,
        "lexicon": lexicon_sha256(),
        "facts": dict(model.facts),
    }


def _npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=False, separators=(",", ":")).encode("utf-8")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
