"""The commands of the demo: load it, and say who can be entered as."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.core import db
from app.core.i18n import speaking
from app.core.references import grouped
from app.demo import actions, queries, script
from config import Settings

demo = AppGroup("demo", help="The demo country: invented agencies, people, cases, consultations and talk.")


@demo.command("load")
@with_appcontext
def load() -> None:
    """Add what is missing of the demo country; nothing a user did is touched."""
    _refuse_production()
    new = actions.load()
    click.echo(
        f"New: {new.agencies} agencies, {new.people} people, {new.canned_answers} canned answers, "
        f"{new.inquiries} inquiries, {new.documents} documents, {new.consultations} consultations, "
        f"{new.boards} boards."
    )


@demo.command("people")
@with_appcontext
def people() -> None:
    """Say as whom one can enter by a click, and one reference with its receipt to try."""
    _refuse_production()
    tell_people()


def tell_people() -> None:
    """Print whom one can enter as, and a case to follow without an account."""
    click.echo("Enter by one click on top of any page, without a password:")
    for person in script.cast():
        if person.landing:
            click.echo(f"  {person.name[1]} ({person.role[1]}) · {person.name[0]} ({person.role[0]})")
    with db.transaction(reading=True), speaking("en"):
        example = queries.case_of_a_guest()
    if example is not None:
        click.echo(
            f"Sent without an account: reference {example.reference}, receipt {grouped(example.receipt)}"
        )


def _refuse_production() -> None:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.is_production:
        raise click.ClickException("The demo country is loaded only with ENV=demo or ENV=test.")
