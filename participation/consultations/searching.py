"""Consultations in the search: title, lead and summary, in each language they have. Articles are the library's."""

from collections.abc import Iterator
from typing import Any

from app.core import search
from app.core.events import on
from app.core.i18n import LANGUAGES
from app.core.search import Indexed
from participation.consultations import queries
from participation.consultations.events import (
    ConsultationCancelled,
    ConsultationChanged,
    ConsultationEnded,
    ConsultationImported,
    ConsultationPublished,
)
from participation.consultations.models import SUBJECT, Consultation
from participation.consultations.queries import lists


def everything() -> Iterator[Indexed]:
    for consultation in lists.all_public():
        yield from entries(consultation)


def entries(consultation: Consultation) -> Iterator[Indexed]:
    """One entry per language: `ar:slug`, `en:slug`."""
    for code in LANGUAGES:
        title, lead, summary = (
            getattr(consultation, f"{name}_{code}") for name in ("title", "lead", "summary")
        )
        if title:
            yield Indexed(
                SUBJECT,
                f"{consultation.slug}:{code}",
                title,
                "\n".join(filter(None, (lead, summary, consultation.shown_number))),
                code,
                url_key=f"consultations/{consultation.slug}",
                at=consultation.published_at,
                facets={"agency": consultation.agency.key, "year": str(consultation.year)},
            )


def follow(event: Any) -> None:
    """What is public is found; a cancelled one too, with its reason on the page."""
    for entry in entries(queries.by_id(event.consultation_id)):
        search.index(entry)


CHANGES: tuple[type[Any], ...] = (
    ConsultationPublished,
    ConsultationImported,
    ConsultationChanged,
    ConsultationEnded,
    ConsultationCancelled,
)
for change in CHANGES:
    on(change)(follow)
