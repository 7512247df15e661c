"""Inquiries, as people send them."""

from app.agencies.models import Agency
from app.cases.actions import Contact, Opened
from app.cases.stream import Said
from app.core import db
from app.core.permissions import Actor
from app.identity.models import Person, actor_of
from feedback.inquiries import actions
from tests.factories.agencies import water

ARABIC = "انقطعت المياه عن حي النخيل منذ يومين، ورقم العداد 600-555-123. متى تعود؟"
ENGLISH = "No water in Palm Street since Monday. Who can tell me when it comes back?"


def inquiry(
    sender: Person | None = None,
    body: str = ARABIC,
    agency: Agency | None = None,
    triage: bool = False,
    **contact: str,
) -> Opened:
    """An inquiry with the water company, or in triage. Without a sender somebody unknown sends it."""
    with db.transaction():
        who = actor_of(db.session().merge(sender)) if sender else Actor(browser="somebody's browser")
        held_by = None if triage else agency or water()
        return actions.send(who, Said(body), Contact(**contact), held_by)
