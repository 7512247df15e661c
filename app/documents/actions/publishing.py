"""From draft to public text, and the way a public text is taken back. A correction is a new version."""

from datetime import date

from app.core import audit, clock, db, events
from app.core.errors import Missing, WrongState
from app.core.permissions import Actor, require
from app.core.text import clean_body
from app.documents import indexing, queries
from app.documents.actions.facts import note_event
from app.documents.actions.works import lock, require_answered
from app.documents.events import VersionPublished, VersionWithdrawn
from app.documents.models import Document, Version
from app.documents.permissions import may_edit
from app.documents.standing import standing


def publish(actor: Actor, document: Document, number: int, takes_effect: date | None = None) -> list[Version]:
    """Make a version public, both languages at once; from now on nobody changes it.

    `takes_effect`: the day from which it applies; without one a text in force is replaced today.
    Raises Missing when nothing is written under this number, WrongState when all of it is public already, NotReady
    while another feature objects (a law from a consultation without its response).
    """
    require(may_edit(actor, document))
    lock(document)
    fresh = _fresh(document, number)
    require_answered(actor, document, document.kind)
    is_first_side = not any(
        version and version.is_published for version in queries.draft_pair(document.id, number).values()
    )
    for version in fresh:
        _publish(actor, version)
    if is_first_side:
        _note(document, fresh[0], takes_effect)
    indexing.index_document(document)
    for version in fresh:
        events.publish(VersionPublished(document.id, version.id, version.language, version.number))
    return fresh


def _fresh(document: Document, number: int) -> list[Version]:
    written = [each for each in queries.draft_pair(document.id, number).values() if each and each.articles]
    fresh = [each for each in written if not each.is_published]
    if not written:
        raise Missing
    if not fresh:
        raise WrongState
    return fresh


def _publish(actor: Actor, version: Version) -> None:
    version.digest = queries.digest_of(version)
    version.published_at, version.published_by = clock.now(), actor.key
    db.session().flush()
    audit.record(
        actor,
        "document.publish",
        "document",
        version.document_id,
        number=version.number,
        language=version.language,
        digest=version.digest,
    )


def _note(document: Document, version: Version, takes_effect: date | None) -> None:
    """The publication, and what it means for the text in force."""
    today = clock.today()
    before = standing(queries.events_of(document.id), today)
    note_event(
        document, "publication", today, version_number=version.number, is_correction=version.is_correction
    )
    if before.state == "in-force" and not version.is_correction:
        note_event(document, "amendment", takes_effect or today, version_number=version.number)
    elif takes_effect is not None and before.state != "in-force":
        note_event(document, "commencement", takes_effect, version_number=version.number)


def withdraw(actor: Actor, document: Document, number: int, reason: str) -> None:
    """Take a published version back: its page keeps the reason and the digest, nobody reads its text any more.

    Raises Missing when there is nothing to take back.
    """
    require(may_edit(actor, document))
    lock(document)
    public = [each for each in queries.published_pair(document.id, number).values() if each]
    if not public:
        raise Missing
    for version in public:
        version.withdrawn_at, version.withdrawal_reason = clock.now(), clean_body(reason)
        audit.record(
            actor,
            "document.withdraw",
            "document",
            document.id,
            number=number,
            language=version.language,
            digest=version.digest,
        )
    db.session().flush()
    indexing.index_document(document)
    for version in public:
        events.publish(VersionWithdrawn(document.id, version.id, version.language, number))
