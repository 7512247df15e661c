"""Addresses of documents, that never change their meaning."""

from typing import Any

from flask import url_for

from app.documents.models import Document


def document_url(document: Document, number: int | None = None, anchor: str = "") -> str:
    """The page of the document: of what is in force, or of one version; `anchor` such as `art_3`."""
    return url_for("documents.show", **_names(document), version=number, _anchor=anchor or None)


def desk_url(document: Document) -> str:
    """The page of the document for its keepers."""
    return url_for("document_desk.show", **_names(document))


def comparison_url(
    document: Document, from_number: int, to_number: int, anchor: str = "", text: str = ""
) -> str:
    """The page that compares two versions word by word; `anchor` such as `art_3` or `art_3__h1`.

    `text`: the language of the compared texts, without one the reader's; a change has its anchor in one language.
    """
    sides: dict[str, Any] = {"from": from_number, "to": to_number, "text": text or None}
    return url_for("documents.compare", **_names(document), **sides, _anchor=anchor or None)


def _names(document: Document) -> dict[str, Any]:
    return {"kind": document.kind, "year": document.year, "number": document.number}
