"""Files people send: checked, cleaned and kept under a random name.

A file is received first (`receive`), belongs to who sent it, and is attached later by a feature (`attach`) in
the transaction of its act. What is never attached goes after a day. Sending one is the caller's decision at
each use (`send`): nothing here knows who may see what.
"""

import logging
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from flask import Flask, Response, current_app, send_file
from sqlalchemy import Index, Select, func, select, update
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from app.core import antivirus, clock, db, health, inspection, jobs
from app.core.errors import Missing, TooMany, WrongState
from app.core.i18n import gettext as _
from app.core.inspection import WrongFile
from app.core.jobs import job
from app.core.permissions import Actor
from app.core.privacy import INTERNAL, PUBLIC, personal, sensitive
from app.core.references import new_public_id
from app.core.storage import LocalFolder, Storage
from config import Settings

__all__ = [
    "FileState", "StoredFile", "WrongFile", "adopt", "attach", "attached", "by_public_id", "content", "discard", "kept",
    "receive", "remove", "send", "unattached",
]  # fmt: skip

log = logging.getLogger(__name__)

UNATTACHED_KEPT = timedelta(hours=24)
MOST_KEPT = 20
"""Files one sender may have waiting for a form to be sent."""

CLEANED_AT_ONCE = 2
WAIT_FOR_CLEANING_SECONDS = 20
_cleaning = threading.BoundedSemaphore(CLEANED_AT_ONCE)


class FileState(StrEnum):
    """Only `ready` files are sent; `incoming` ones have no content yet, `leaving` ones none for long."""

    INCOMING = "incoming"
    UNSCANNED = "unscanned"
    READY = "ready"
    INFECTED = "infected"
    LEAVING = "leaving"


class StoredFile(db.Base):
    """A cleaned file. `attached_kind` and `attached_id` name what it belongs to, once it does."""

    __tablename__ = "stored_files"
    __table_args__ = (
        Index("ix_stored_files_waiting", "owner_key", "form_key"),
        Index("ix_stored_files_attached", "attached_kind", "attached_id"),
        Index("ix_stored_files_state", "state", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    owner_key: Mapped[str] = mapped_column(info=personal("giving a file back to who sent it"))
    form_key: Mapped[str] = mapped_column(default="", info=INTERNAL)
    name: Mapped[str] = mapped_column(info=sensitive("showing a sent file under its own name"))
    media_type: Mapped[str] = mapped_column(info=INTERNAL)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(info=personal("proving that a file is unchanged"))
    storage_name: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    state: Mapped[str] = mapped_column(default=FileState.INCOMING, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    attached_kind: Mapped[str | None] = mapped_column(info=INTERNAL)
    attached_id: Mapped[str | None] = mapped_column(info=INTERNAL)

    @property
    def is_ready(self) -> bool:
        return self.state == FileState.READY


def register(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.extensions["storage"] = LocalFolder(settings.files_folder)
    if settings.CLAMAV_URL:
        health.needs("antivirus", lambda: antivirus.is_answering(settings.CLAMAV_URL))


def _storage() -> Storage:
    return current_app.extensions["storage"]  # type: ignore[no-any-return]


# Receiving


def receive(owner: Actor, file: FileStorage, form_key: str = "") -> StoredFile:
    """Check, clean and keep a file for its sender, outside of any transaction (`@own_transactions` views).

    Raises WrongFile with a sentence for the reader, TooMany when the site is busy with other files.
    """
    _refuse_many(owner)
    with tempfile.TemporaryDirectory(prefix="sawt-") as folder, _turn():
        cleaned = inspection.cleaned(file, Path(folder), current_app.config["MAX_FILE_BYTES"])
        state = _scanned(cleaned.path)
        return _keep(owner, form_key, cleaned, state)


def _refuse_many(owner: Actor) -> None:
    waiting = select(func.count()).select_from(StoredFile)
    waiting = waiting.where(StoredFile.owner_key == owner.key, StoredFile.attached_kind.is_(None))
    with db.transaction(reading=True) as session:
        if (session.scalar(waiting) or 0) >= MOST_KEPT:
            raise WrongFile(
                _(
                    "You have %(count)d files that are not sent yet. Send or remove them first.",
                    count=MOST_KEPT,
                )
            )


@contextmanager
def _turn() -> Iterator[None]:
    if not _cleaning.acquire(timeout=WAIT_FOR_CLEANING_SECONDS):
        raise TooMany(WAIT_FOR_CLEANING_SECONDS)
    try:
        yield
    finally:
        _cleaning.release()


def _scanned(file: Path) -> FileState:
    """Ask the virus scanner, where there is one. While it is away, files wait: kept, not sent out."""
    url = current_app.config["CLAMAV_URL"]
    if not url:
        return FileState.READY
    try:
        clean = antivirus.is_clean(file, url)
    except antivirus.Unreachable:
        log.warning("the virus scanner is away")
        return FileState.UNSCANNED
    if not clean:
        raise WrongFile(_("This file contains a virus. It was not kept."))
    return FileState.READY


def _keep(owner: Actor, form_key: str, cleaned: inspection.Cleaned, state: FileState) -> StoredFile:
    """A row first, then the content, then the row is open: whatever dies between leaves no orphan."""
    stored = StoredFile(
        owner_key=owner.key,
        form_key=form_key,
        name=cleaned.name,
        media_type=cleaned.media_type,
        size=cleaned.path.stat().st_size,
        sha256=cleaned.sha256(),
        storage_name=uuid.uuid4().hex,
        state=FileState.INCOMING,
    )
    with db.transaction() as session:
        session.add(stored)
    try:
        _storage().put(stored.storage_name, cleaned.path)
    except OSError as fault:
        log.exception("a file could not be stored")
        raise WrongFile(_("The file could not be stored just now. Please try again later.")) from fault
    with db.transaction() as session:
        stored = session.get_one(StoredFile, stored.id)
        stored.state = state
    return stored


# Waiting for its form


def kept(owner: Actor, form_key: str) -> list[StoredFile]:
    """The files this sender has ready for this form, in order: what a form with an error shows again."""
    return list(
        db.session().scalars(_waiting(owner).where(StoredFile.form_key == form_key).order_by(StoredFile.id))
    )


def unattached(owner: Actor, public_ids: Sequence[str]) -> list[StoredFile]:
    """Those of the named files that this sender has ready and no thing has yet, in the order named."""
    return _in_order(_waiting(owner), public_ids)


def still_there(owner: Actor, public_ids: Sequence[str]) -> list[StoredFile]:
    """Those of the named files of this sender that are still kept, attached or not, in the order named."""
    theirs = select(StoredFile).where(
        StoredFile.owner_key == owner.key, StoredFile.state != FileState.LEAVING
    )
    return _in_order(theirs, public_ids)


def _in_order(files: Select[StoredFile], public_ids: Sequence[str]) -> list[StoredFile]:
    found = db.session().scalars(files.where(StoredFile.public_id.in_(public_ids))).all()
    return sorted(found, key=lambda stored: public_ids.index(stored.public_id))


def _waiting(owner: Actor) -> Select[StoredFile]:
    usable = StoredFile.state.in_((FileState.READY, FileState.UNSCANNED))
    return select(StoredFile).where(
        StoredFile.owner_key == owner.key, StoredFile.attached_kind.is_(None), usable
    )


def discard(owner: Actor, public_id: str) -> None:
    """Take back a file before it is sent. Raises Missing when the sender has no such file."""
    stored = db.session().scalar(_waiting(owner).where(StoredFile.public_id == public_id))
    if stored is None:
        raise Missing
    remove(stored)


def adopt(browser: Actor, person: Actor) -> None:
    """Hand the waiting files of a browser session to the person who has just signed in there."""
    theirs = update(StoredFile).where(StoredFile.owner_key == browser.key, StoredFile.attached_kind.is_(None))
    db.session().execute(theirs.values(owner_key=person.key))


def attach(stored: StoredFile, to_kind: str, to_id: str) -> None:
    """Give the file to a thing, once and for good. Raises WrongState when it belongs to another already."""
    free = update(StoredFile).where(StoredFile.id == stored.id, StoredFile.attached_kind.is_(None))
    free = free.where(StoredFile.state.in_((FileState.READY, FileState.UNSCANNED)))
    done = db.session().execute(free.values(attached_kind=to_kind, attached_id=str(to_id)))
    if not done.rowcount and (stored.attached_kind, stored.attached_id) != (to_kind, str(to_id)):  # type: ignore[attr-defined]
        raise WrongState


def attached(to_kind: str, to_id: str) -> list[StoredFile]:
    """The files of a thing, in order."""
    theirs = select(StoredFile).where(
        StoredFile.attached_kind == to_kind, StoredFile.attached_id == str(to_id)
    )
    return list(db.session().scalars(theirs.order_by(StoredFile.id)))


def by_public_id(public_id: str) -> StoredFile:
    """A file by its public id, or Missing. Whether the actor may see it is for the caller to ask."""
    found = db.session().scalar(select(StoredFile).where(StoredFile.public_id == public_id))
    if found is None:
        raise Missing
    return found


# Sending


def send(stored: StoredFile) -> Response:
    """The file as a download that no browser runs. Raises Missing while it is not ready, or gone."""
    if not stored.is_ready:
        raise Missing
    try:
        content = _storage().open(stored.storage_name)
    except FileNotFoundError:
        log.error("a stored file is gone")
        raise Missing from None
    response = send_file(content, mimetype=stored.media_type, etag=False)
    response.headers["Content-Disposition"] = _disposition(stored.name)
    response.headers["Content-Length"] = str(stored.size)
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def content(stored: StoredFile) -> BinaryIO:
    """The bytes of a file, for whoever checks or reads it. Raises FileNotFoundError."""
    return _storage().open(stored.storage_name)


def _disposition(name: str) -> str:
    """A download under its own name in any script (RFC 6266), and a plain one for old programs."""
    plain = f"file.{name.rpartition('.')[2]}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


# Going


def remove(stored: StoredFile) -> None:
    """Forget a file: nobody gets it any more from this commit on, its content goes right after."""
    stored.state = FileState.LEAVING
    jobs.enqueue("uploads.remove", key=f"uploads.remove {stored.id}", file_id=str(stored.id))


@job("uploads.remove", own_transactions=True)
def remove_content(file_id: str) -> None:
    """Content first, row last: a worker that dies between them leaves a row to finish by."""
    with db.transaction(reading=True) as session:
        stored = session.get(StoredFile, uuid.UUID(file_id))
    if stored is None or stored.state not in (FileState.LEAVING, FileState.INFECTED):
        return
    _storage().remove(stored.storage_name)
    with db.transaction() as session:
        session.delete(session.get_one(StoredFile, stored.id))


@job("uploads.forget-unattached", every=timedelta(hours=1))
def forget_unattached() -> None:
    """Remove what no form has sent within a day, half-received files included."""
    old = StoredFile.created_at < clock.now() - UNATTACHED_KEPT
    for stored in db.session().scalars(select(StoredFile).where(StoredFile.attached_kind.is_(None), old)):
        remove(stored)


@job("uploads.scan", every=timedelta(minutes=5), own_transactions=True)
def scan_waiting() -> None:
    """Scan what came in while the virus scanner was away."""
    url = current_app.config["CLAMAV_URL"]
    with db.transaction(reading=True) as session:
        waiting = session.scalars(
            select(StoredFile).where(StoredFile.state == FileState.UNSCANNED).limit(100)
        ).all()
    for stored in waiting:
        with (
            tempfile.NamedTemporaryFile(prefix="sawt-") as copy,
            _storage().open(stored.storage_name) as content,
        ):
            copy.write(content.read())
            copy.flush()
            try:
                clean = not url or antivirus.is_clean(Path(copy.name), url)
            except antivirus.Unreachable:
                return
        _note_scan(stored.id, clean)


def _note_scan(file_id: uuid.UUID, clean: bool) -> None:
    with db.transaction() as session:
        unscanned = update(StoredFile).where(
            StoredFile.id == file_id, StoredFile.state == FileState.UNSCANNED
        )
        session.execute(unscanned.values(state=FileState.READY if clean else FileState.INFECTED))
