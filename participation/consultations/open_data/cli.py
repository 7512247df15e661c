"""Commands about what consultations keep: numbers that are derived, files that were exported."""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.core import db
from participation.consultations.answering.actions import register as families
from participation.consultations.open_data import polis

group = AppGroup("consultations", help="Consultations: derived numbers and open data.")


def register(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("recount")
@click.option("--check", is_flag=True, help="Only name what differs; exit 1 if anything does.")
@with_appcontext
def recount(check: bool) -> None:
    """Derive the numbers of all families from their members."""
    with db.transaction(reading=check):
        wrong = families.misled()
        for family in wrong:
            click.echo(f"family {family.public_id}: {family.size} contributions, {family.people} people")
            if not check:
                families.recount(family.id)
    if wrong and check:
        sys.exit(1)
    click.echo("Every number is right." if not wrong else f"Mended: {len(wrong)}.")


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
