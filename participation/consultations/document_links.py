"""What the page of a document in the library says about consultations: the other half of a link in both directions."""

from collections.abc import Iterator

from flask import url_for

from app.core import clock
from app.core.i18n import gettext as _
from app.core.permissions import Actor
from app.core.text import isolate
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.ports import LinkOfDocument
from participation.consultations import phases, queries
from participation.consultations.models import Consultation
from participation.consultations.phases import Standing
from participation.consultations.places import consultation_url


def links_of(actor: Actor, document: Document) -> list[LinkOfDocument]:
    """From a draft, and from the law it became, to the talk about it; from a response to what it answers."""
    now, drafts = clock.now(), {document.id, *documents.drafts_of(document)}
    links: list[LinkOfDocument] = []
    for consultation in queries.on_document(actor, document):
        if consultation.document_id in drafts:
            links += _of_draft(consultation, phases.standing(consultation, now))
        else:
            links.append(_said_and_done(consultation))
    return links


def _of_draft(consultation: Consultation, found: Standing) -> Iterator[LinkOfDocument]:
    if found == Standing.OPEN:
        yield LinkOfDocument(
            "open", str(_("Taking part in the consultation")), consultation_url(consultation)
        )
    else:
        label = _("Consultation: %(title)s", title=isolate(consultation.title.text))
        yield LinkOfDocument("said", str(label), consultation_url(consultation))
    if found == Standing.ENDED:
        yield _said_and_done(consultation)


def _said_and_done(consultation: Consultation) -> LinkOfDocument:
    label = _("You said, we did: %(title)s", title=isolate(consultation.title.text))
    return LinkOfDocument(
        "response", str(label), url_for("answering.outcome", slug=consultation.slug, _external=False)
    )
