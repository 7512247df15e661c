"""What somebody has typed and not sent: kept through errors, sign-in and change of language.

A draft belongs to a person, or to one browser session; nobody else can read it. It may hold a name and an
address, so it stands in the database only as ciphertext.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db
from app.core.crypto import Encrypted
from app.core.jobs import job
from app.core.permissions import Actor
from app.core.privacy import INTERNAL, personal, sensitive

KEPT = timedelta(days=30)
LARGEST = 60_000


class Draft(db.Base):
    """The fields of one form of one owner."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("owner_key", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    owner_key: Mapped[str] = mapped_column(info=personal("giving a draft back to who typed it", keep=KEPT))
    form_key: Mapped[str] = mapped_column(info=INTERNAL)
    sealed_fields: Mapped[str] = mapped_column(
        Encrypted, info=sensitive("keeping what a person typed until it is sent", keep=KEPT)
    )
    saved_at: Mapped[datetime]

    @property
    def fields(self) -> dict[str, str]:
        return dict(json.loads(self.sealed_fields))


def save(owner: Actor, form_key: str, fields: dict[str, str]) -> None:
    """Keep the fields, but for NUL. A later draft of the form replaces the earlier one, also of the same moment."""
    kept = {name: value.replace("\0", "")[:LARGEST] for name, value in fields.items() if value}
    draft = {"sealed_fields": _sealed(kept), "saved_at": clock.now()}
    row = {"owner_key": owner.key, "form_key": form_key, **draft}
    if not db.insert_new(Draft, [row], "owner_key", "form_key"):
        db.session().execute(update(Draft).where(*_is(owner.key, form_key)).values(draft))


def load(owner: Actor, form_key: str) -> dict[str, str]:
    draft = _find(owner.key, form_key)
    return draft.fields if draft else {}


def discard(owner: Actor, form_key: str) -> None:
    db.session().execute(delete(Draft).where(*_is(owner.key, form_key)))


def adopt(browser: Actor, person: Actor) -> None:
    """Hand the drafts of a browser session to the person who has just signed in there."""
    for draft in db.session().scalars(select(Draft).where(Draft.owner_key == browser.key)).all():
        discard(person, draft.form_key)
        draft.owner_key = person.key


def _find(owner_key: str, form_key: str) -> Draft | None:
    return db.session().scalar(select(Draft).where(*_is(owner_key, form_key)))


def _is(owner_key: str, form_key: str) -> tuple[ColumnElement[bool], ...]:
    return Draft.owner_key == owner_key, Draft.form_key == form_key


def _sealed(fields: dict[str, str]) -> str:
    return json.dumps(fields, ensure_ascii=False)


@job("drafts.forget", every=timedelta(hours=12))
def forget() -> None:
    """Remove drafts that nobody has touched for 30 days."""
    db.session().execute(delete(Draft).where(Draft.saved_at < clock.now() - KEPT))
