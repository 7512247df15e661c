"""`flask --app app.factory routing …`: train, evaluate, classify and certify a model.

One JSON object on stdout, everything else on stderr; exit code 2 for what the operator must mend.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from feedback.routing import registry
from feedback.routing.calibration import certified
from feedback.routing.evaluation import evaluate
from feedback.routing.files import ModelRefused
from feedback.routing.model import Model
from feedback.routing.rows import read_rows
from feedback.routing.seeds import load_seeds
from feedback.routing.training import train

_ROWS = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_json_flag = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout (always so).")

Command = Callable[..., dict[str, Any]]


def _printed(command: Command) -> Callable[..., None]:
    """Print the answer as JSON; a bad row, model or argument becomes one line and exit code 2."""

    @wraps(command)
    def run(**options: Any) -> None:
        options.pop("as_json", None)
        try:
            found = command(**options)
        except (ValueError, ModelRefused, OSError) as error:
            raise click.exceptions.UsageError(str(error)) from error
        click.echo(json.dumps(found, ensure_ascii=False))

    return run


routing = AppGroup("routing", help="The model that suggests which agency answers.")


@routing.command("train")
@click.option("--data", type=_ROWS, help="JSONL rows; without it the project's seeds.")
@click.option(
    "--out",
    type=_FOLDER,
    help="Folder of the model; without it a new one in the instance folder, put into use.",
)
@_json_flag
@_printed
def train_model(data: Path | None, out: Path | None) -> dict[str, Any]:
    """Train a model and write its folder."""
    rows = read_rows(data) if data else load_seeds()
    model = train(rows, confirmed=data is not None, log=_log)
    folder = out or registry.folder_for(_instance(), model)
    sha256 = model.save(folder)
    if out is None:
        registry.use(_instance(), folder)
    return {
        "model_version": model.version,
        "folder": str(folder),
        "sha256": sha256,
        "labels": list(model.agencies),
        "temperature": model.temperature,
        "sure_above": model.sure_above,
        "certificates": {key: asdict(each) for key, each in model.certificates.items()},
        **model.facts,
    }


@routing.command("evaluate")
@click.option("--data", type=_ROWS, required=True, help="JSONL rows the model has not seen.")
@click.option("--model", "folder", type=_FOLDER, help="Model folder; without it the model in use.")
@_json_flag
@_printed
def evaluate_model(data: Path, folder: Path | None) -> dict[str, Any]:
    """Measure a model."""
    model, rows = _model(folder), read_rows(data)
    unknown = sorted({row.label for row in rows if row.label} - set(model.agencies))
    if unknown:
        _log(f"{len(unknown)} labels that the model does not know: {', '.join(unknown[:10])}")
    return evaluate(model, rows)


@routing.command("classify")
@click.option("--text", required=True, help="What a citizen wrote.")
@click.option("--model", "folder", type=_FOLDER, help="Model folder; without it the model in use.")
@_json_flag
@_printed
def classify_text(text: str, folder: Path | None) -> dict[str, Any]:
    """Suggest agencies for one text, with the words that decided."""
    suggestion = _model(folder).suggest(text)
    explanation = [{**asdict(span), "word": text[span.start : span.end]} for span in suggestion.explanation]
    top = [{"label": label, "p": round(p, 4)} for label, p in suggestion.top]
    return {**asdict(suggestion), "top": top, "explanation": explanation}


@routing.command("certify")
@click.option("--data", type=_ROWS, required=True, help="JSONL rows: confirmed cases, later than training.")
@click.option(
    "--model", "folder", type=_FOLDER, required=True, help="Model folder; its certificates are replaced."
)
@_json_flag
@_printed
def certify_model(data: Path, folder: Path) -> dict[str, Any]:
    """Fix temperature and thresholds on confirmed cases; later evaluations use them."""
    model = certified(_model(folder), read_rows(data))
    was_in_use = registry.in_use(_instance()) == folder.resolve()
    sha256 = model.save(folder)
    if was_in_use:
        registry.use(_instance(), folder)
    return {
        "model_version": model.version,
        "sha256": sha256,
        "temperature": model.temperature,
        "sure_above": model.sure_above,
        "certificates": {key: asdict(each) for key, each in model.certificates.items()},
    }


def _model(folder: Path | None) -> Model:
    model = Model.load(folder) if folder else registry.load_in_use(_instance())
    if model is None:
        raise ModelRefused("no model is in use: train one first")
    return model


def _instance() -> Path:
    return Path(current_app.config["INSTANCE"]).resolve()


def _log(line: str) -> None:
    click.echo(line, err=True)
