"""Commands of the library."""

import sys

import click
from flask.cli import AppGroup

from app.core import db
from app.documents import checking

group = AppGroup("documents", help="The library of laws and policies.")


@group.command("verify")
def verify() -> None:
    """Check every published text and file against what was written down when it was published."""
    with db.transaction(reading=True):
        report = checking.verify()
    for difference in report.differences:
        click.echo(difference)
    click.echo(
        f"{report.versions} versions and {report.files} files checked, {len(report.differences)} differ"
    )
    sys.exit(1 if report.differences else 0)
