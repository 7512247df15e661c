"""The operator's commands for accounts: the first administrator, and the rotation of keys."""

import click
from flask.cli import AppGroup

from app.core import db
from app.core.forms import ADDRESS
from app.core.i18n import LANGUAGES, speaking
from app.core.rendering import absolute_url
from app.identity import rotation
from app.identity.actions import roles

identity = AppGroup("identity", help="Accounts: administrators, keys.")


@identity.command("make-administrator")
@click.argument("email")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="ar", help="Language of the mails to this person."
)
def make_administrator(email: str, language: str) -> None:
    """Give EMAIL the role of administrator, and print the link that sets the password (once, for one day)."""
    if not ADDRESS.fullmatch(email.strip()):
        raise click.BadParameter("This is not an e-mail address.", param_hint="EMAIL")
    with db.transaction(), speaking(language):
        _person, secret = roles.make_administrator(email.strip(), language)
        link = absolute_url("identity.set_password", secret=secret)
    click.echo("Open this link once, within a day, to set the password:")
    click.echo(link)


@identity.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt all identity columns anew under the first of PII_KEYS, in batches, while the site runs."""
    total = rotation.rotate(lambda table, count: click.echo(f"{table}: {count}"))
    click.echo(
        f"Done: {total} rows. The other keys may be removed from PII_KEYS; then run this command once more."
    )
