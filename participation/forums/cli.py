"""`flask forums recount`: whether the counters are right, and making them so."""

import click
from flask.cli import AppGroup

from app.core import db
from participation.forums import recount as counters

group = AppGroup("forums", help="Boards and topics.")


@group.command("recount")
@click.option("--check", is_flag=True, help="Only name what differs; ends with 1 when something does.")
def recount(check: bool) -> None:
    """Derive every counter from what it counts, and set those that differ."""
    with db.transaction(reading=check):
        found = list(counters.differences())
        for difference in found:
            click.echo(str(difference))
            if not check:
                counters.mend(difference)
    click.echo(f"{len(found)} counters differ" if found else "every counter is right")
    if found and check:
        raise SystemExit(1)
