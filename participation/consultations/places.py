"""Where people talk about a draft: at each article, and under the draft as a whole (part "")."""

import uuid
from collections.abc import Collection
from datetime import datetime
from functools import partial

from flask import url_for
from sqlalchemy import select, tuple_

from app.core import db, i18n
from app.core.errors import Missing
from app.core.i18n import LocalText
from app.core.i18n import gettext as _
from app.core.permissions import Actor
from app.core.text import isolate
from app.documents.addresses import document_url
from app.documents.articles import name_of, title_of
from app.documents.models import Article, Version
from participation.consultations import phases
from participation.consultations.models import SUBJECT, Consultation, Phase
from participation.consultations.permissions import may_see
from participation.consultations.phases import Standing
from participation.consultations.queries import drafts, imported_sets
from participation.discussion.places import POST_KINDS, PlaceKind, Rights, register_place

WHOLE = ""


def register() -> None:
    register_place(
        PlaceKind(
            SUBJECT,
            rights,
            title,
            url,
            agencies,
            version_url=version_url,
            titles=titles,
            part_names=part_names,
        )
    )


def rights(actor: Actor, place_id: str, part: str, now: datetime) -> Rights:
    """What the phase that runs gives; reading is left when it gives nothing."""
    consultation = find(place_id)
    if consultation is None or not may_see(actor, consultation):
        return Rights()
    if consultation.is_imported:
        return _rights_of_imported(consultation, part)
    versions = drafts.versions_with(consultation, part) if part else {consultation.version_number}
    if not versions:
        return Rights()
    phase = phases.current(consultation, now)
    here = partial(_rights_of, consultation, phase, part)
    if consultation.version_number not in versions:
        return here(post=False, why_not=_("This article is no longer in the draft."))
    if phases.allows(consultation, "posts", now):
        return here(post=True)
    return here(post=False, why_not=why_closed(consultation, now))


def _rights_of_imported(consultation: Consultation, part: str) -> Rights:
    """Its comments are read, in whichever place the set has some."""
    if part and part not in imported_sets.imported_parts(consultation):
        return Rights()
    return Rights(
        see=True,
        takes_stance=True,
        why_not=_("These comments were written elsewhere and imported: nothing can be added."),
    )


def _rights_of(
    consultation: Consultation, phase: Phase | None, part: str, post: bool, why_not: str = ""
) -> Rights:
    return Rights(
        see=True,
        post=post,
        react=phase is not None and phase.takes_reactions,
        least_level=phase.least_level if phase else 1,
        moderation="before" if phase and phase.moderation == "before" else "after",
        kinds=POST_KINDS if part else tuple(kind for kind in POST_KINDS if kind != "wording"),
        takes_stance=True,
        why_not=why_not,
        version=consultation.version_number,
    )


def why_closed(consultation: Consultation, now: datetime) -> str:
    """Why nobody can comment now, in the reader's language."""
    standing = phases.standing(consultation, now)
    phase = phases.comment_phase(consultation, now)
    if standing == Standing.CANCELLED:
        return _("This consultation was cancelled.")
    if standing == Standing.DRAFT or phase is None:
        return _("This consultation is not open for comments.")
    if standing == Standing.UPCOMING:
        return _("Comments open on %(moment)s.", moment=isolate(i18n.moment(phase.starts_at)))
    return _("Comments closed on %(moment)s.", moment=isolate(i18n.moment(phase.ends_at)))


def title(place_id: str, part: str) -> LocalText:
    """The heading of the article, or the title of the consultation."""
    consultation = known(place_id)
    return heading_of(consultation, part) if part else consultation.title


def titles(place_ids: Collection[str]) -> dict[str, LocalText]:
    """The titles of the consultations with these ids."""
    wanted = [uuid.UUID(one) for one in place_ids]
    found = db.session().scalars(select(Consultation).where(Consultation.id.in_(wanted)))
    return {str(consultation.id): consultation.title for consultation in found}


def part_names(places: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What the articles with these keys are called in the newest readable version that has them, for short."""
    wanted = [(uuid.UUID(place_id), part) for place_id, part in places]
    found = db.session().execute(
        select(Consultation.id, Article, Version.language)
        .join(Version, Version.document_id == Consultation.document_id)
        .join(Article, Article.version_id == Version.id)
        .where(tuple_(Consultation.id, Article.key).in_(wanted))
        .where(Version.published_at.is_not(None), Version.withdrawn_at.is_(None))
        .order_by(Version.language == i18n.language(), Version.number)
    )
    return {
        (str(place_id), article.key): name_of(article.kind, article.number, article.heading, language)
        for place_id, article, language in found
    }


def heading_of(consultation: Consultation, key: str) -> LocalText:
    """The title of the article in the newest readable version that has it, in the reader's language if it is there."""
    readable = [each for each in drafts.history(consultation, key) if not each.is_withdrawn]
    titles = {
        each.language: title_of(each.article.kind, each.article.number, each.article.heading, each.language)
        for each in reversed(readable[:2])
    }
    wanted = i18n.language()
    if not titles:
        return LocalText(key, wanted)
    code = wanted if wanted in titles else i18n.other(wanted)
    return LocalText(titles[code], code, is_fallback=code != wanted)


def url(place_id: str, part: str) -> str:
    slug = known(place_id).slug
    if part:
        return url_for("consultations.article", slug=slug, key=part, _external=False)
    return url_for("consultations.comments", slug=slug, _external=False)


def version_url(place_id: str, part: str, version: int) -> str:
    """The article as it stood in an earlier version of the draft."""
    consultation = known(place_id)
    return (
        document_url(consultation.document, version, part) if consultation.document else url(place_id, part)
    )


def consultation_url(consultation: Consultation) -> str:
    """Its own page, in the language at hand."""
    return url_for("consultations.show", slug=consultation.slug, _external=False)


def agencies(place_id: str) -> frozenset[str]:
    consultation = find(place_id)
    return frozenset({consultation.agency.key}) if consultation else frozenset()


def known(place_id: str) -> Consultation:
    found = find(place_id)
    if found is None:
        raise Missing
    return found


def find(place_id: str) -> Consultation | None:
    """The consultation with this id; the id may be anything."""
    try:
        return db.session().get(Consultation, uuid.UUID(place_id))
    except ValueError:
        return None
