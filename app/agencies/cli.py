"""`flask agencies load FILE.yaml`: agencies from a file, as often as one likes."""

from pathlib import Path

import click
import yaml
from flask.cli import AppGroup

from app.agencies import loading
from app.core import db
from app.core.permissions import SYSTEM

group = AppGroup("agencies", help="Agencies of the government.")


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--update", is_flag=True, help="Also write names, remits and contacts over those of agencies that exist."
)
def load(file: Path, update: bool) -> None:
    """Add the agencies of FILE (key, name, remit; ar and en each). Those that exist stay as they are."""
    try:
        wanted = loading.read_agencies(yaml.safe_load(file.read_text("utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, loading.BadFile) as fault:
        raise click.ClickException(f"{file}: {fault}") from None
    with db.transaction():
        added, changed = loading.load_agencies(SYSTEM, wanted, update=update)
    click.echo(f"{added} added, {changed} updated, {len(wanted) - added - changed} left as they are")
