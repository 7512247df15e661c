"""Commands about what consultations keep: numbers that are derived, files that were exported."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.core.recounting import add_recount
from participation.consultations.answering.actions import register as families
from participation.consultations.models import Family
from participation.consultations.open_data import polis

group = AppGroup("consultations", help="Consultations: derived numbers and open data.")


def register(app: Flask) -> None:
    app.cli.add_command(group)


@dataclass(frozen=True)
class Misled:
    """A family whose numbers are not those of its members."""

    family: Family

    def __str__(self) -> str:
        told = self.family
        return f"families {told.public_id}: tells {told.size} contributions and {told.people} people"


def _misled() -> list[Misled]:
    return [Misled(family) for family in families.misled()]


add_recount(group, _misled, lambda found: families.recount(found.family.id))


@group.command("check-data")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check_data(folder: Path) -> None:
    """Read exported votes, write them again, compare byte by byte, and count the votes anew."""
    texts = {name: (folder / f"polis-{name}").read_bytes().decode("utf-8-sig") for name in polis.FILES}
    again = polis.files(polis.read(texts))
    different = [name for name in polis.FILES if again[name] != texts[name]]
    for name in different:
        click.echo(f"polis-{name} does not come back as it was")
    for number in polis.miscounted(texts):
        click.echo(f"statement {number}: its counts are not those of its votes")
    if different or polis.miscounted(texts):
        sys.exit(1)
    click.echo("The files come back byte by byte, and every count is right.")
