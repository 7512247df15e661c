"""Which model is in use: `models/routing/` in the instance folder, and the SHA-256 that was approved.

`CURRENT` holds the folder's name and the SHA-256 of its manifest. A model that differs is not loaded.
"""

from pathlib import Path

from feedback.routing.files import ModelRefused, sha256_of
from feedback.routing.model import Model

_CURRENT = "CURRENT"


def models_folder(instance_path: Path) -> Path:
    """Where this deployment keeps its routing models."""
    return instance_path / "models" / "routing"


def folder_for(instance_path: Path, model: Model) -> Path:
    """The folder of a freshly trained model: its version, which ends in the hash of what it learned."""
    return models_folder(instance_path) / model.version


def use(instance_path: Path, folder: Path) -> str:
    """Put a saved model of the models folder into use; the SHA-256 that is trusted from now on."""
    sha256 = sha256_of(folder)
    current = models_folder(instance_path) / _CURRENT
    written = current.with_suffix(".new")
    written.write_text(f"{folder.name}\n{sha256}\n", "utf-8")
    written.replace(current)
    return sha256


def in_use(instance_path: Path) -> Path | None:
    """The folder of the model in use, None when there is none. Raises ModelRefused if CURRENT is damaged."""
    found = _current(instance_path)
    return models_folder(instance_path) / found[0] if found else None


def load_in_use(instance_path: Path) -> Model | None:
    """The model in use, checked against its approved SHA-256. Raises ModelRefused: then triage sees all."""
    found = _current(instance_path)
    return Model.load(models_folder(instance_path) / found[0], found[1]) if found else None


def approved(instance_path: Path) -> str:
    """What CURRENT says as it stands, empty without it; it changes when another model is put into use."""
    try:
        return (models_folder(instance_path) / _CURRENT).read_text("utf-8")
    except FileNotFoundError:
        return ""


def _current(instance_path: Path) -> tuple[str, str] | None:
    name, _, sha256 = approved(instance_path).strip().partition("\n")
    if not name:
        return None
    if not sha256 or Path(name).name != name:
        raise ModelRefused(f"{_CURRENT} does not name a model and its SHA-256")
    return name, sha256
