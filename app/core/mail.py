"""The outbox: a mail is a row written together with the act, and leaves when the act is committed.

No transaction is held while a mail server is spoken to. A mail leaves once in normal running; when the worker
dies between sending and noting it, the repeat carries the same Message-ID, so that mailboxes show one mail.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy import Index, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, crypto, db, health, jobs, rendering, sinks
from app.core.crypto import Encrypted
from app.core.jobs import job
from app.core.privacy import INTERNAL, personal, sensitive
from config import Settings

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MOST_TRIES = 1 + 3 + 4 * 24
HELD = timedelta(minutes=4)
"""How long one worker has a mail for itself: longer than sending takes, shorter than the job's lease."""

FORGOTTEN_AFTER = timedelta(minutes=15)
KEPT = timedelta(days=30)
TOO_LATE, DISCARDED = "too late", "discarded"


class Mail(db.Base):
    """One mail of the outbox. The texts go 30 days after the end of the mail, those with codes at once."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_failed", "failed_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    dedup_key: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    message_id: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True, info=personal("finding the mails to a person")
    )
    to: Mapped[str | None] = mapped_column(Encrypted, info=personal("sending a mail", keep=KEPT))
    to_index: Mapped[str] = mapped_column(index=True, info=personal("finding the mails to an address"))
    language: Mapped[str] = mapped_column(info=INTERNAL)
    template: Mapped[str] = mapped_column(info=INTERNAL)
    subject: Mapped[str | None] = mapped_column(Encrypted, info=sensitive("sending a mail", keep=KEPT))
    text: Mapped[str | None] = mapped_column(Encrypted, info=sensitive("sending a mail", keep=KEPT))
    html: Mapped[str | None] = mapped_column(Encrypted, info=sensitive("sending a mail", keep=KEPT))
    unsubscribe_url: Mapped[str | None] = mapped_column(Encrypted, info=personal("ending notices", keep=KEPT))
    attempts: Mapped[int] = mapped_column(default=0)
    posted_at: Mapped[datetime] = mapped_column(default=clock.now)
    next_try_at: Mapped[datetime] = mapped_column(default=clock.now)
    not_after: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(info=INTERNAL)

    @property
    def is_over(self) -> bool:
        return self.sent_at is not None or self.failed_at is not None

    @property
    def public_id(self) -> str:
        """The random half of the Message-ID: the row's own key would tell the time."""
        return self.message_id.partition("@")[0]

    @property
    def masked_to(self) -> str:
        """`h***@example.org`: enough for the operator to see which server refuses."""
        name, _, host = (self.to or "").rpartition("@")
        return f"{name[:1]}***@{host}"

    def forget_text(self) -> None:
        self.to = self.subject = self.text = self.html = self.unsubscribe_url = None


def register(app: Flask) -> None:
    """Choose where mails go, and let the readiness page name it."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["mail_sink"] = sinks.chosen(settings.SMTP_URL, settings.INSTANCE / "mail")
    health.needs("mail", lambda: current_app.extensions["mail_sink"].is_answering())


def post(
    to: str,
    language: str,
    template: str,
    facts: dict[str, Any],
    dedup_key: str,
    not_after: datetime | None = None,
    person_id: uuid.UUID | None = None,
    unsubscribe_url: str | None = None,
) -> None:
    """Have a mail sent once the unit at hand is committed; a second one with the same key adds nothing.

    `template` names `email/<template>.subject.txt`, `.txt` and `.html`; `facts` is what they print. After
    `not_after` (codes and links) the mail is dropped instead of sent, and its text goes as soon as it is out.
    """
    if db.session().scalar(select(Mail.id).where(Mail.dedup_key == dedup_key)):
        return
    told = rendering.render(template, language, {**facts, "unsubscribe_url": unsubscribe_url})
    mail_id = db.new_id()
    row = {
        "id": mail_id,
        "dedup_key": dedup_key,
        "message_id": _message_id(mail_id),
        "person_id": person_id,
        "to": to.strip(),
        "to_index": crypto.email_index(to),
        "language": language,
        "template": template,
        "subject": told.subject,
        "text": told.text,
        "html": told.html,
        "unsubscribe_url": unsubscribe_url,
        "not_after": not_after,
    }
    if db.insert_new(Mail, [row], "dedup_key"):
        jobs.enqueue("mail.deliver", key=f"mail.deliver {mail_id}", mail_id=str(mail_id))


def _message_id(mail_id: uuid.UUID) -> str:
    """The same for every try of a mail, and silent about its time."""
    return f"{crypto.keyed('message id', mail_id.hex).hex()[:32]}@{_host()}"


def _host() -> str:
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"


@job("mail.deliver", own_transactions=True)
def deliver(mail_id: str) -> None:
    """Send one mail and note how it went. Safe to run twice: what is over is not sent again."""
    letter = _next_letter(uuid.UUID(mail_id))
    if letter is None:
        return
    sink: sinks.Sink = current_app.extensions["mail_sink"]
    try:
        sink.send(letter)
    except sinks.Refused as refusal:
        _note_failure(mail_id, str(refusal))
    except sinks.NotNow as trouble:
        _put_off(mail_id, str(trouble))
    else:
        _note_sent(mail_id)


def _next_letter(mail_id: uuid.UUID) -> sinks.Letter | None:
    """What is to be sent now; None when the mail is over, put off, or too late (which is noted)."""
    with db.transaction() as session:
        mail = session.get(Mail, mail_id, with_for_update=True)
        if mail is None or mail.is_over or mail.next_try_at > clock.now():
            return None
        if mail.not_after is not None and mail.not_after < clock.now():
            _end(mail, TOO_LATE)
            return None
        mail.next_try_at = clock.now() + HELD
        return _letter(mail)


def _letter(mail: Mail) -> sinks.Letter:
    return sinks.Letter(
        message_id=mail.message_id,
        sender=current_app.config["MAIL_FROM"],
        sender_name=rendering.sender_name(mail.language),
        to=mail.to or "",
        language=mail.language,
        subject=mail.subject or "",
        text=mail.text or "",
        html=mail.html or "",
        date=mail.posted_at,
        unsubscribe_url=mail.unsubscribe_url,
    )


def _end(mail: Mail, cause: str) -> None:
    mail.failed_at, mail.cause = clock.now(), cause
    if mail.not_after is not None:
        mail.forget_text()


def _note_sent(mail_id: str) -> None:
    with db.transaction() as session:
        mail = session.get_one(Mail, uuid.UUID(mail_id), with_for_update=True)
        mail.attempts, mail.sent_at, mail.cause = mail.attempts + 1, clock.now(), None
        if mail.not_after is not None:
            mail.forget_text()


def _note_failure(mail_id: str, cause: str) -> None:
    with db.transaction() as session:
        mail = session.get_one(Mail, uuid.UUID(mail_id), with_for_update=True)
        mail.attempts += 1
        _end(mail, cause)
    log.warning("a mail was refused for good", extra={"mail": mail_id})


def _put_off(mail_id: str, cause: str) -> None:
    """Try again after 1, 5, 15 and 60 minutes, then hourly for 4 days; then it counts as failed."""
    with db.transaction() as session:
        mail = session.get_one(Mail, uuid.UUID(mail_id), with_for_update=True)
        mail.attempts, mail.cause = mail.attempts + 1, cause
        if mail.attempts >= MOST_TRIES:
            _end(mail, cause)
            return
        _try_again(mail, PAUSES[min(mail.attempts, len(PAUSES)) - 1])
    log.warning("a mail was put off", extra={"mail": mail_id})


def _try_again(mail: Mail, pause: timedelta) -> None:
    mail.next_try_at = clock.now() + pause
    key = f"mail.deliver {mail.id} {mail.next_try_at.isoformat()}"
    jobs.enqueue("mail.deliver", key=key, after=pause, mail_id=str(mail.id))


@job("mail.sweep", every=timedelta(minutes=10))
def sweep() -> None:
    """Take up mails whose job was lost (given up while the database was away)."""
    late = select(Mail).where(Mail.sent_at.is_(None), Mail.failed_at.is_(None))
    for mail in db.session().scalars(late.where(Mail.next_try_at < clock.now() - FORGOTTEN_AFTER).limit(500)):
        jobs.enqueue("mail.deliver", mail_id=str(mail.id))


def failed(before: uuid.UUID | None = None, most: int = 50) -> list[Mail]:
    """Mails that failed and still wait for the operator, newest first; a page goes on `before` an id."""
    waiting = select(Mail).where(Mail.failed_at.is_not(None), Mail.cause.not_in((TOO_LATE, DISCARDED)))
    waiting = waiting.where(Mail.to.is_not(None))
    if before is not None:
        waiting = waiting.where(Mail.id < before)
    return list(db.session().scalars(waiting.order_by(Mail.id.desc()).limit(most)))


def by_public_id(public_id: str) -> Mail | None:
    return db.session().scalar(select(Mail).where(Mail.message_id == f"{public_id}@{_host()}"))


def retry(mail: Mail) -> None:
    """Send a failed mail again, from the first pause on."""
    mail.failed_at, mail.cause, mail.attempts = None, None, 0
    _try_again(mail, timedelta())


def discard(mail: Mail) -> None:
    """Give a failed mail up; its text goes, the row stays."""
    mail.cause = DISCARDED
    mail.forget_text()


@job("mail.forget", every=timedelta(hours=12))
def forget() -> None:
    """Remove address and texts of mails that were over 30 days ago; the row with its key stays."""
    old = clock.now() - KEPT
    gone = update(Mail).where((Mail.sent_at < old) | (Mail.failed_at < old), Mail.to.is_not(None))
    db.session().execute(gone.values(to=None, subject=None, text=None, html=None, unsubscribe_url=None))
