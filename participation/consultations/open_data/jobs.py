"""Making the files: outside of any long transaction, kept under random names, the old ones removed at once."""

import hashlib
import tempfile
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core import clock, db, jobs
from app.core.events import on
from app.core.jobs import job
from app.core.storage import Storage
from participation.consultations import queries as consultations
from participation.consultations.events import ConsultationEnded
from participation.consultations.models import RESPONSE, SUBJECT, Consultation, DataFile, DataSet
from participation.consultations.open_data import queries
from participation.consultations.open_data.queries import File
from participation.discussion import queries as posts
from participation.discussion.events import PostWithdrawn
from participation.discussion.moderation.events import PostDecided

EVERY = timedelta(hours=1)
SOON = timedelta(minutes=1)


@job("consultations.make-all-data", every=EVERY)
def make_all() -> None:
    """Have the files of each published consultation made anew, where anything has changed."""
    published = select(Consultation.id).where(Consultation.published_at.is_not(None))
    for consultation_id in db.session().scalars(published):
        jobs.enqueue("consultations.make-data", consultation_id=str(consultation_id))


@on(PostWithdrawn)
def take_out(event: PostWithdrawn) -> None:
    """A text that is public no more leaves the files a minute later, with all that are withdrawn in that minute."""
    _make_soon(event.place_kind, event.place_id)


@on(PostDecided)
def take_out_words(event: PostDecided) -> None:
    """So do words that a moderator struck out of a text that stays."""
    if event.act == "censored":
        thread = posts.by_id(event.post_id).thread
        _make_soon(thread.place_kind, thread.place_id)


def _make_soon(place_kind: str, place_id: str) -> None:
    if place_kind in {SUBJECT, RESPONSE}:
        key = f"consultations.make-data {place_id} {clock.now():%Y-%m-%d %H:%M}"
        jobs.enqueue("consultations.make-data", key=key, after=SOON, consultation_id=place_id)


@on(ConsultationEnded)
def make_last(event: ConsultationEnded) -> None:
    jobs.enqueue("consultations.make-data", consultation_id=str(event.consultation_id))


@job("consultations.make-data", own_transactions=True)
def make(consultation_id: str) -> None:
    """Make the files if their content has changed; run twice, the second finds nothing to do."""
    key = uuid.UUID(consultation_id)
    with db.transaction(reading=True):
        made = queries.files(consultations.by_id(key))
        before = _of(key)
    digest = _digest_of(made)
    if before is not None and before.digest == digest:
        return
    rows = [_stored(one, position) for position, one in enumerate(made)]
    with db.transaction() as session:
        old = _of(key)
        gone = [file.storage_name for file in old.files] if old is not None else []
        if old is not None:
            session.delete(old)
            session.flush()
        session.add(DataSet(consultation_id=key, digest=digest, files=rows))
    for name in gone:
        _storage().remove(name)


def _of(consultation_id: uuid.UUID) -> DataSet | None:
    made = select(DataSet).where(DataSet.consultation_id == consultation_id)
    return db.session().scalar(made.options(selectinload(DataSet.files)))


def _digest_of(made: Sequence[File]) -> str:
    return hashlib.sha256("".join(one.sha256 for one in made).encode()).hexdigest()


def _stored(one: File, position: int) -> DataFile:
    name = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(prefix="sawt-") as folder:
        draft = Path(folder) / "draft"
        draft.write_bytes(one.content)
        _storage().put(name, draft)
    return DataFile(
        position=position,
        name=one.name,
        media_type=one.media_type,
        size=len(one.content),
        sha256=one.sha256,
        storage_name=name,
    )


def _storage() -> Storage:
    return current_app.extensions["storage"]  # type: ignore[no-any-return]
