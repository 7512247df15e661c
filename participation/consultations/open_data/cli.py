"""Commands about what consultations keep: numbers that are derived, files that were exported or come from elsewhere."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.agencies import queries as agencies
from app.core import db
from app.core.errors import Missing
from app.core.permissions import SYSTEM
from app.core.recounting import add_recount
from participation.consultations import queries as consultations
from participation.consultations.answering.actions import register as families
from participation.consultations.models import Family
from participation.consultations.open_data import actions, archive, polis, queries, sets

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


ARCHIVE = click.Path(dir_okay=False, path_type=Path)


@group.command("export-data")
@click.argument("slug")
@click.argument("file", type=ARCHIVE)
def export_data(slug: str, file: Path) -> None:
    """Write the open data of the consultation at this address into one ZIP archive."""
    with db.transaction(reading=True):
        try:
            made = queries.files(consultations.find(SYSTEM, slug))
        except Missing:
            raise click.ClickException(f"There is no consultation {slug}.") from None
    archive.write(file, {one.name: one.content for one in made})
    click.echo(f"{len(made)} files in {file}")


@group.command("import-data")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", "key", required=True, help="Key of the agency under whose name it stands here.")
@click.option("--as-draft", is_flag=True, help="Only its agency sees it, until it is imported without this.")
@click.option("--licence", default="", help="Licence (SPDX) of a set of Polis, which names none.")
@click.option("--without-passes", is_flag=True, help="Leave out the passes of a set of Polis.")
def import_data(file: Path, key: str, as_draft: bool, licence: str, without_passes: bool) -> None:
    """Take over a set of open data as a consultation that is read and no more.

    FILE: a ZIP archive of all files of a set, or of those that Polis publishes (summary.csv, comments.csv, and
    votes.csv or participants-votes.csv). Imported again, it is the same consultation.
    """
    try:
        read = sets.read(archive.read(file), licence, without_passes)
        with db.transaction():
            agency = agencies.by_key(key)
            if agency is None:
                raise click.ClickException(f"There is no active agency {key}.")
            done = actions.take_over(SYSTEM, agency, read, as_draft)
    except archive.Faulty as fault:
        raise click.ClickException(f"{file}: {fault}") from None
    for line in (*read.left_out, _done(done)):
        click.echo(line)


def _done(done: actions.TakenOver) -> str:
    number, slug = done.consultation.shown_number, done.consultation.slug
    return {
        "new": f"New: {number} at /consultations/{slug}",
        "published": f"Published: {number}, imported as a draft before, at /consultations/{slug}",
        "known": f"Nothing to do: this set was imported before as {number} at /consultations/{slug}",
    }[done.what]
