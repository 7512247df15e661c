"""Facts about a work: what happened to it, how it relates to others, and its file forms."""

from datetime import date

from sqlalchemy import func, select

from app.core import audit, db, uploads
from app.core.errors import WrongState
from app.core.permissions import Actor, require
from app.documents import queries
from app.documents.actions.works import lock, require_answered
from app.documents.models import ADOPTED, Document, DocumentEvent, DocumentFile, Relation, Version
from app.documents.permissions import may_edit

FILE_OF = "document"


def record_event(
    actor: Actor,
    document: Document,
    kind: str,
    day: date,
    article_key: str = "",
    version_number: int | None = None,
    source: Document | None = None,
) -> DocumentEvent:
    """Note what happened to the document, or to one article of it, on a day; said twice, it is noted once.

    `source`: the document that did it; everybody will read its name, so it must be public (WrongState).
    """
    require(may_edit(actor, document))
    if source is not None and not queries.newest_number(source.id):
        raise WrongState
    lock(document)
    facts = {"kind": kind, "day": day, "article_key": article_key, "version_number": version_number}
    same = select(DocumentEvent).filter_by(
        document_id=document.id, source_id=source.id if source else None, **facts
    )
    if (noted := db.session().scalar(same)) is not None:
        return noted
    event = note_event(document, kind, day, article_key, version_number, source)
    audit.record(actor, "document.event", "document", document.id, event=kind, day=day.isoformat())
    return event


def note_event(
    document: Document,
    kind: str,
    day: date,
    article_key: str = "",
    version_number: int | None = None,
    source: Document | None = None,
    is_correction: bool = False,
) -> DocumentEvent:
    """The same inside of another act, which holds the lock already."""
    last = select(func.max(DocumentEvent.seq)).where(DocumentEvent.document_id == document.id)
    event = DocumentEvent(
        document_id=document.id,
        seq=(db.session().scalar(last) or 0) + 1,
        kind=kind,
        day=day,
        article_key=article_key,
        version_number=version_number,
        source_id=source.id if source else None,
        is_correction=is_correction,
    )
    db.session().add(event)
    db.session().flush()
    return event


def strike_event(actor: Actor, document: Document, seq: int) -> None:
    """Take an event out that was typed by mistake; a publication is none. Raises Missing, WrongState."""
    require(may_edit(actor, document))
    lock(document)
    event = queries.event(document.id, seq)
    if event.kind == "publication":
        raise WrongState
    audit.record(actor, "document.strike-event", "document", document.id, event=event.kind, seq=seq)
    db.session().delete(event)


def relate(
    actor: Actor,
    document: Document,
    predicate: str,
    target: Document,
    article_key: str = "",
    target_key: str = "",
) -> None:
    """Say that the document amends, repeals, implements or cites another; said twice, it is said once."""
    require(may_edit(actor, document))
    if target.id == document.id and article_key == target_key:
        raise WrongState
    _relate(actor, document, predicate, target, article_key, target_key)


def adopt(actor: Actor, document: Document, draft: Document) -> None:
    """Say which draft the law or policy came from; said twice, it is said once. Its keepers choose.

    Raises WrongState when the one is no law or policy, or the other no draft; NotReady when it is public and the
    draft's consultation has no response: what may not be published so may not become so either.
    """
    require(may_edit(actor, document))
    if document.kind not in ADOPTED or draft.kind != "draft":
        raise WrongState
    lock(document)
    if queries.newest_number(document.id):
        require_answered(actor, draft, document.kind)
    _relate(actor, document, "adopts", draft)


def _relate(
    actor: Actor,
    document: Document,
    predicate: str,
    target: Document,
    article_key: str = "",
    target_key: str = "",
) -> None:
    db.insert_new(
        Relation,
        [
            {
                "id": db.new_id(),
                "document_id": document.id,
                "article_key": article_key,
                "predicate": predicate,
                "target_id": target.id,
                "target_key": target_key,
            }
        ],
        "document_id", "article_key", "predicate", "target_id", "target_key",
    )  # fmt: skip
    audit.record(actor, "document.relate", "document", document.id, predicate=predicate, to=str(target.id))


def unrelate(actor: Actor, document: Document, relation: Relation) -> None:
    require(may_edit(actor, document))
    audit.record(actor, "document.unrelate", "document", document.id, predicate=relation.predicate)
    db.session().delete(relation)


def attach_file(
    actor: Actor, document: Document, version: Version, stored: uploads.StoredFile, text_state: str
) -> DocumentFile:
    """Add a file form of a version: also after it was published, when it can never be taken away again."""
    require(may_edit(actor, document))
    lock(document)
    if (same := _same_file(version, stored.sha256)) is not None:
        uploads.remove(stored)
        return same
    uploads.attach(stored, FILE_OF, str(version.id))
    file = DocumentFile(
        version_id=version.id,
        file_public_id=stored.public_id,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        text_state=text_state,
    )
    db.session().add(file)
    db.session().flush()
    audit.record(actor, "document.file", "document", document.id, number=version.number, sha256=stored.sha256)
    return file


def _same_file(version: Version, sha256: str) -> DocumentFile | None:
    """The same content, sent before: a repeated submit adds nothing."""
    return db.session().scalar(select(DocumentFile).filter_by(version_id=version.id, sha256=sha256).limit(1))


def remove_file(actor: Actor, document: Document, public_id: str) -> None:
    """Take a file form away from a draft. Raises WrongState once the version is published."""
    require(may_edit(actor, document))
    lock(document)
    file, version = queries.file_of(document.id, public_id)
    if version.is_published:
        raise WrongState
    uploads.remove(uploads.by_public_id(public_id))
    db.session().delete(file)
