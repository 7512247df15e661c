"""The project's own texts for the cold start: `seeds/<agency>.yaml`, by hand, situation by situation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from feedback.routing.rows import Row

FOLDER = Path(__file__).with_name("seeds")
VARIETIES = ("msa", "gulf", "egyptian", "levantine", "iraqi", "maghrebi", "arabizi", "mixed", "en")


def load_seeds(folder: Path = FOLDER) -> list[Row]:
    """All seeds as rows; a file with `agency: null` holds what no agency answers.

    Raises ValueError, naming the file, for anything that is not a seed.
    """
    return [row for file in sorted(folder.glob("*.yaml")) for row in _rows_of(file)]


def _rows_of(file: Path) -> Iterator[Row]:
    read = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    for situation in read["situations"]:
        for variety, texts in situation.items():
            if variety != "situation":
                yield from _voices(file, read["agency"], situation["situation"], variety, texts)


def _voices(file: Path, agency: str | None, situation: str, variety: str, texts: Any) -> Iterator[Row]:
    if variety not in VARIETIES:
        raise ValueError(f"{file.name}: {variety!r} is no variety, in {situation!r}")
    for text in [texts] if isinstance(texts, str) else texts:
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"{file.name}: {text!r} is no text, in {situation!r}")
        lang = "en" if variety == "en" else "ar"
        yield Row(text, lang, agency, variety, situation=f"{agency}: {situation}")
