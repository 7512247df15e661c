"""What the library asks before a law is public: whether the consultation it came from has its response."""

from flask import url_for

from app.core.i18n import gettext as _
from app.core.permissions import Actor
from app.core.text import isolate
from app.documents.models import Document
from app.documents.ports import Objection
from participation.consultations import queries
from participation.consultations.answering.permissions import may_end
from participation.consultations.models import Consultation
from participation.consultations.places import consultation_url


def objections_to(actor: Actor, document: Document) -> list[Objection]:
    """A law that comes from a consultation is not public before people have their answer (documents)."""
    return [_objection(actor, waiting) for waiting in queries.without_response(document)]


def _objection(actor: Actor, consultation: Consultation) -> Objection:
    title = isolate(consultation.title.text)
    sentence = _(
        "The agency's response to the consultation %(title)s is not published yet. "
        "A law or policy that comes from a consultation is published only after its response.",
        title=title,
    )
    if may_end(actor, consultation):
        mend = url_for("answering.write_response", slug=consultation.slug)
        return Objection(str(sentence), str(_("Publishing the response")), mend)
    label = _("Consultation: %(title)s", title=title)
    return Objection(str(sentence), str(label), consultation_url(consultation))
