"""Who is told of a new version: those who follow the document."""

from app.core import events
from app.core.i18n import gettext as _
from app.core.text import isolate
from app.documents import indexing, queries
from app.documents.addresses import document_url
from app.documents.events import VersionPublished
from app.notifications.kinds import ByMail, Facts, NoticeKind, register_notice
from app.notifications.notices import tell_followers

PUBLISHED = "document-version"


def register() -> None:
    register_notice(
        NoticeKind(
            PUBLISHED,
            label=lambda: _("A new version of a document you follow"),
            sentence=_sentence,
            url=_url,
            default=ByMail.DAILY,
        )
    )
    events.on(VersionPublished)(tell_of_version)


def tell_of_version(event: VersionPublished) -> None:
    """Once for each version number, whatever its languages."""
    tell_followers(
        (indexing.KIND, event.document_id),
        PUBLISHED,
        {"document": str(event.document_id), "number": event.number},
        dedup_key=f"{PUBLISHED} {event.document_id} {event.number}",
    )


def _sentence(facts: Facts) -> str:
    document = queries.named(facts["document"])
    return str(
        _(
            "Version %(number)d of %(title)s has been published.",
            number=facts["number"],
            title=isolate(document.title.text),
        )
    )


def _url(facts: Facts) -> str:
    return document_url(queries.named(facts["document"]), facts["number"])
