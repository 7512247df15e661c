"""The work as such: its names, its address, its licence."""

from sqlalchemy import select

from app.agencies.models import Agency
from app.core import audit, clock, db
from app.core.errors import DomainError
from app.core.permissions import Actor, require
from app.core.references import new_public_id
from app.documents import indexing, ports, queries
from app.documents.description import Description, Pair
from app.documents.models import ADOPTED, Document, DocumentAlias
from app.documents.permissions import may_add_document, may_edit
from app.documents.ports import Objection


class AddressTaken(DomainError):
    """Another document has this kind, year and number, or had it once."""

    status = 409


class NotReady(DomainError):
    """Something must be there before it can be public; `objections` say what, and where."""

    status = 409

    def __init__(self, objections: list[Objection]):
        super().__init__()
        self.objections = objections


def create_document(
    actor: Actor,
    agency: Agency,
    kind: str,
    title: Pair,
    year: int | None = None,
    number: int | None = None,
    *,
    summary: Pair = ("", ""),
    keywords: Pair = ("", ""),
    licence: str = "CC-BY-4.0",
    authentic_language: str = "ar",
    client_id: str = "",
) -> Document:
    """Add a work without any text yet: nobody but its keepers sees it. `title`: Arabic and English.

    Without a number it gets the next one of its kind and year. `client_id`: the key of the form, by which a repeated
    submit gives the same document. Raises AddressTaken.
    """
    require(may_add_document(actor, agency))
    db.session().execute(select(Agency.id).where(Agency.id == agency.id).with_for_update())
    if client_id and (same := queries.made_by(actor, client_id)) is not None:
        return same
    year = year or clock.today().year
    number = number or queries.next_number(kind, year)
    if queries.is_taken(kind, year, number):
        raise AddressTaken
    document = Document(kind=kind, year=year, number=number, agency=agency, created_by=actor.key)
    document.client_id = client_id or new_public_id()
    _put(document, Description(title, summary, keywords, licence, authentic_language))
    db.session().add(document)
    db.session().flush()
    audit.record(actor, "document.create", "document", document.id)
    return document


def describe(actor: Actor, document: Document, description: Description) -> None:
    """Change what is said of the work: names and summaries, not its text."""
    require(may_edit(actor, document))
    _put(document, description)
    db.session().flush()
    audit.record(actor, "document.describe", "document", document.id)
    indexing.index_document(document)


def _put(document: Document, description: Description) -> None:
    document.title, document.summary = description.title, description.summary
    document.keywords = description.keywords
    document.licence, document.authentic_language = description.licence, description.authentic_language


def rename(actor: Actor, document: Document, kind: str, year: int, number: int) -> None:
    """Give the work another address; the one it had leads here for ever.

    Raises AddressTaken; NotReady when a public draft would become a law and another feature objects.
    """
    require(may_edit(actor, document))
    lock(document)
    before = {"kind": document.kind, "year": document.year, "number": document.number}
    if before == {"kind": kind, "year": year, "number": number}:
        return
    if queries.newest_number(document.id):
        require_answered(actor, document, kind)
    _take(document, kind, year, number)
    db.insert_new(
        DocumentAlias,
        [{"id": db.new_id(), "document_id": document.id, **before}],
        "kind", "year", "number",
    )  # fmt: skip
    document.kind, document.year, document.number = kind, year, number
    db.session().flush()
    audit.record(actor, "document.rename", "document", document.id, **before)
    indexing.index_document(document)


def _take(document: Document, kind: str, year: int, number: int) -> None:
    """Free an address that was this document's own once; refuse that of another."""
    own = db.session().scalar(
        select(DocumentAlias).filter_by(document_id=document.id, kind=kind, year=year, number=number)
    )
    if own is not None:
        db.session().delete(own)
        db.session().flush()
    elif queries.is_taken(kind, year, number):
        raise AddressTaken


def require_answered(actor: Actor, document: Document, kind: str) -> None:
    """Refuse with NotReady while another feature objects to it as a public law or policy; other kinds are free."""
    if kind in ADOPTED and (found := ports.objections(actor, document)):
        raise NotReady(found)


def lock(document: Document) -> None:
    """Whoever decides on this document now waits for whoever does so already."""
    db.session().execute(select(Document.id).where(Document.id == document.id).with_for_update())
