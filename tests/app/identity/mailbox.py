"""What the site has written to somebody: the outbox, read as a person reads it."""

import re

from sqlalchemy import select

from app.core import db, jobs
from app.core.crypto import email_index
from app.core.mail import Mail
from tests.client import Browser


def mails_to(address: str) -> list[Mail]:
    """Every mail to the address, the oldest first."""
    with db.transaction(reading=True) as session:
        return list(
            session.scalars(select(Mail).where(Mail.to_index == email_index(address)).order_by(Mail.id))
        )


def forget_password(browser: Browser, address: str) -> str:
    """Ask for a new password; the path of the link that the background has mailed."""
    browser.send("/ar/password/forgotten", {"email": address})
    with browser.application.app_context():
        jobs.work_off(1)
    return link_to(address.strip().lower(), "set_password")


def link_to(address: str, template: str) -> str:
    """The path of the link in the newest mail of this kind."""
    newest = [mail for mail in mails_to(address) if mail.template == f"identity/{template}"][-1]
    found = re.search(r"http://localhost(/\S+)", newest.text or "")
    assert found is not None, newest.text
    return found[1]
