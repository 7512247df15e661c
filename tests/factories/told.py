"""Telling people in tests, and looking at what reached them."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from app.core import db
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.models import Person, actor_of
from app.notifications import notices, queries

REFERENCE = "7K3M-9QXT-2WDR-5"
CASE = ("case", "1")


def sent(app: Sawt) -> list[EmailMessage]:
    files = sorted((Path(app.config["INSTANCE"]) / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=SMTP) for file in files]


def tell(
    *to: Person,
    kind: str = "answer",
    key: str = "e1",
    subject: tuple[str, str] = CASE,
    reference: str = REFERENCE,
) -> None:
    with db.transaction():
        notices.tell([person.id for person in to], kind, subject, {"reference": reference}, key)


def actor(person: Person) -> Actor:
    return actor_of(person)


def count(person: Person) -> int:
    with db.transaction(reading=True):
        return queries.unread_count(actor(person))
