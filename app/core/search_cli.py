"""`flask --app app.factory search …`: measure search, and lay the index anew."""

import json
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.core import reindexing, search_measure
from app.core.search_measure import BadRows

search = AppGroup("search", help="The index that people search.")


def register(app: Flask) -> None:
    app.cli.add_command(search)


@search.command("evaluate")
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help='JSONL: rows {"id", "title", "body", "lang"} and questions {"query", "relevant": [ids]}.',
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout (always so).")
@click.option("--faults", is_flag=True, help="Also say on stderr what was missed and what was shown wrongly.")
def evaluate(data: Path, as_json: bool, faults: bool) -> None:
    """Measure recall and precision on rows of your own; the real index is neither read nor changed."""
    try:
        if faults:
            for query, missed, wrong in search_measure.faults(data):
                if missed or wrong:
                    click.echo(f"{query}: missed {missed}, wrong {wrong}", err=True)
        found = search_measure.evaluate(data)
    except (BadRows, OSError, UnicodeDecodeError) as error:
        raise click.exceptions.UsageError(str(error)) from error
    click.echo(json.dumps(found))


@search.command("reindex")
def reindex() -> None:
    """Put everything that can be found into the index, and take out what is no longer there."""
    for kind, count in reindexing.everything().items():
        click.echo(f"{kind}: {count}")
