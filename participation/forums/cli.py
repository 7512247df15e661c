"""`flask forums recount`: derive every counter of boards and topics anew."""

import click
from flask.cli import AppGroup

from app.core import db
from participation.forums import actions

group = AppGroup("forums", help="Boards and topics.")


@group.command("recount")
@click.option("--check", is_flag=True, help="Change nothing; end with an error when a counter is wrong.")
def recount(check: bool) -> None:
    """Count the posts of topics and the topics of boards, and correct what differs."""
    with db.transaction() as session:
        wrong = actions.recount()
        if check:
            session.rollback()
    click.echo(f"{wrong} wrong")
    if check and wrong:
        raise click.ClickException("Some counters are wrong: run it without --check.")
