"""The router on real texts: what one text costs, and its answers for a person to read.

    python -m benchmarks.routing speed TEXTS       beside plain scikit-learn of the same shape, same minute
    python -m benchmarks.routing read TEXTS [N]    every text, then N answers (50) of a fixed sample

TEXTS: a CSV or TSV file with a column `text`, or JSON lines. MODEL names a model folder; otherwise the
model in use in INSTANCE answers.
"""

import csv
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from config import ROOT
from feedback.routing import registry
from feedback.routing.model import Model
from feedback.routing.rows import Row
from feedback.routing.seeds import load_seeds

TIMED = 1_000
SHOWN_CHARACTERS = 400
CHANCE = 0
"""Seed of the samples: always the same texts."""


def texts_of(file: Path) -> list[str]:
    """The texts of a table or of JSON lines; empty ones too, for the router must bear them."""
    with file.open(encoding="utf-8", newline="") as opened:
        if file.suffix == ".jsonl":
            return [json.loads(line)["text"] for line in opened if line.strip()]
        return [
            row["text"] for row in csv.DictReader(opened, delimiter="\t" if file.suffix == ".tsv" else ",")
        ]


def sample(of: int, size: int) -> list[int]:
    """Places of a fixed sample, rising."""
    chance = random.Random(CHANCE)  # noqa: S311  # a sample, not a secret
    return sorted(chance.sample(range(of), min(size, of)))


def model_in_use() -> Model:
    """The model named by MODEL, else the one in use."""
    if os.environ.get("MODEL"):
        return Model.load(Path(os.environ["MODEL"]))
    found = registry.load_in_use(Path(os.environ.get("INSTANCE") or ROOT / "instance"))
    return found or sys.exit("no model is in use: ./run flask routing train")


def milliseconds(act: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Median and 99th percentile of the processor time of one text."""
    act(texts[0])
    taken = []
    for text in texts:
        started = time.process_time()
        act(text)
        taken.append(1000 * (time.process_time() - started))
    return float(np.quantile(taken, 0.5)), float(np.quantile(taken, 0.99))


def floor(rows: Sequence[Row]) -> Callable[[str], object]:
    """What anybody would write first: characters, tf-idf, a linear machine; no calibration, no explanation."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    plain = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2), LinearSVC(C=0.5))
    plain.fit([row.text for row in rows], [row.label or "" for row in rows])
    return lambda text: plain.predict([text])


def speed(texts: Sequence[str]) -> None:
    """Print the row "route one text" of the table."""
    timed = [texts[at] for at in sample(len(texts), TIMED)]
    ours = milliseconds(model_in_use().suggest, timed)
    bare = milliseconds(floor(load_seeds()), timed)
    print(
        f"route one text    p50 {ours[0]:.2f} ms  p99 {ours[1]:.2f} ms    floor p50 {bare[0]:.2f} ms  ",
        end="",
    )
    print(f"ratio {ours[0] / bare[0]:.1f}    ({len(timed)} texts)")


def read(texts: Sequence[str], shown: int) -> None:
    """Answer every text, say how many are sure, and print a sample to be judged."""
    model = model_in_use()
    started = time.process_time()
    answers = [model.suggest(text) for text in texts]
    taken = time.process_time() - started
    sure = sum(answer.sure for answer in answers)
    print(f"{len(texts)} texts in {taken:.1f} s, {sure / len(texts):.1%} sure, model {model.version}\n")
    for at in sample(len(texts), shown):
        answer = answers[at]
        top = ", ".join(f"{label} {p:.2f}" for label, p in answer.top)
        print(f"[{at}] {'sure' if answer.sure else 'NOT SURE'}: {top}\n    {texts[at][:SHOWN_CHARACTERS]}\n")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["speed", file]:
            speed(texts_of(Path(file)))
        case ["read", file]:
            read(texts_of(Path(file)), 50)
        case ["read", file, shown] if shown.isdigit():
            read(texts_of(Path(file)), int(shown))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
