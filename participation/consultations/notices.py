"""Who is told what of a consultation: who follows it, and who sent something to it; each person once for each act."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select

from app.agencies import queries as agencies
from app.core import db
from app.core.events import on
from app.core.i18n import gettext as _
from app.core.i18n import language, moment, other
from app.core.rendering import absolute_url
from app.core.text import isolate
from app.notifications import queries as notifications
from app.notifications.kinds import Facts, NoticeKind, register_notice
from app.notifications.notices import tell
from participation.consultations import queries
from participation.consultations.events import ConsultationCancelled, PhaseMoved, VersionOpened
from participation.consultations.models import SUBJECT, Consultation, Contribution, Phase

KINDS: dict[str, tuple[Callable[[], str], Callable[[Facts], str]]] = {
    "consultation-opened": (
        lambda: _("A consultation you follow opens for comments"),
        lambda facts: _("%(title)s is open for comments.", **names_in(facts)),
    ),
    "consultation-closing": (
        lambda: _("A consultation you follow closes soon"),
        lambda facts: _("%(title)s closes on %(moment)s.", **names_in(facts)),
    ),
    "consultation-moved": (
        lambda: _("The dates of a consultation have changed"),
        lambda facts: _(
            "The dates of %(title)s have changed: comments close on %(moment)s.", **names_in(facts)
        ),
    ),
    "consultation-version": (
        lambda: _("There is a new version of a draft you take part in"),
        lambda facts: _version_sentence(facts),
    ),
    "consultation-cancelled": (
        lambda: _("A consultation has been cancelled"),
        lambda facts: _(
            "%(agency)s has cancelled %(title)s. The reason stands on its page.", **names_in(facts)
        ),
    ),
}


def register() -> None:
    """Make the kinds known; the listeners below are known once this module is imported."""
    for key, (label, sentence) in KINDS.items():
        register_notice(NoticeKind(key, label, sentence, _url))


def names_in(facts: Facts) -> dict[str, str]:
    """What the sentences of notices name, from what `facts_of` kept."""
    title = facts[f"title_{language()}"] or facts[f"title_{other(language())}"]
    named = {"title": isolate(title), "agency": isolate(agencies.named(facts["agency"]))}
    return named | ({"moment": isolate(moment(_instant(facts["moment"])))} if facts.get("moment") else {})


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _version_sentence(facts: Facts) -> str:
    """What became of what the reader sent, the worst of it first."""
    named = {**names_in(facts), "number": facts["number"]}
    if facts["fate"] == "orphaned":
        return _(
            "%(title)s: version %(number)s is open. An article you wrote about is gone; what you said is kept.",
            **named,
        )
    if facts["fate"] == "moved":
        return _(
            "%(title)s: version %(number)s is open. An article you wrote about has changed; what you said is kept"
            " with it.",
            **named,
        )
    if facts["fate"] == "kept":
        return _("%(title)s: version %(number)s is open. The articles you wrote about are the same.", **named)
    return _("%(title)s: version %(number)s of the draft is open for comments.", **named)


def _url(facts: Facts) -> str:
    return absolute_url("consultations.show", slug=facts["slug"])


def facts_of(consultation: Consultation, **more: object) -> Facts:
    titles = {f"title_{code}": getattr(consultation, f"title_{code}") for code in ("ar", "en")}
    return {"slug": consultation.slug, "agency": consultation.agency.key, **titles, **more}


def _tell(
    people: Iterable[uuid.UUID], kind: str, consultation: Consultation, about: object, **facts: object
) -> None:
    key = f"{kind}:{consultation.id}:{about}"
    tell(people, kind, (SUBJECT, consultation.slug), facts_of(consultation, **facts), key)


def _followers(consultation: Consultation) -> set[uuid.UUID]:
    return set(notifications.followers(SUBJECT, consultation.slug))


def _authors(consultation: Consultation, *fates: str) -> set[uuid.UUID]:
    """Who sent something; with fates: whose contribution had one of them."""
    wrote = select(Contribution.person_id).distinct()
    wrote = wrote.where(Contribution.consultation_id == consultation.id, Contribution.person_id.is_not(None))
    if fates:
        wrote = wrote.where(Contribution.moved.in_(fates))
    return {person for person in db.session().scalars(wrote) if person is not None}


# At their moment, by a job


def tell_of_opening(consultation: Consultation, phase: Phase) -> None:
    _tell(_followers(consultation), "consultation-opened", consultation, phase.starts_at.isoformat())


def tell_of_closing(consultation: Consultation, phase: Phase) -> None:
    """Followers, also those who have said something: they may want to say more."""
    closes = phase.ends_at.isoformat()
    _tell(_followers(consultation), "consultation-closing", consultation, closes, moment=closes)


# When it happens


@on(PhaseMoved)
def tell_of_move(event: PhaseMoved) -> None:
    """Moving another phase than that of comments is shown on the page, and nobody is mailed."""
    consultation = queries.by_id(event.consultation_id)
    phase = consultation.phases[event.position]
    if phase.kind == "comment":
        closes = phase.ends_at.isoformat()
        everybody = _followers(consultation) | _authors(consultation)
        _tell(everybody, "consultation-moved", consultation, closes, moment=closes)


@on(VersionOpened)
def tell_of_version(event: VersionOpened) -> None:
    """Each author what became of the own contributions, the worst first; then the followers. One notice each."""
    consultation = queries.by_id(event.consultation_id)
    for fate in ("orphaned", "moved", "kept"):
        _tell_of_fate(_authors(consultation, fate), consultation, event.version_number, fate)
    _tell_of_fate(_followers(consultation), consultation, event.version_number, "")


def _tell_of_fate(people: Iterable[uuid.UUID], consultation: Consultation, number: int, fate: str) -> None:
    _tell(people, "consultation-version", consultation, number, number=number, fate=fate)


@on(ConsultationCancelled)
def tell_of_cancelling(event: ConsultationCancelled) -> None:
    consultation = queries.by_id(event.consultation_id)
    everybody = _followers(consultation) | _authors(consultation)
    _tell(everybody, "consultation-cancelled", consultation, "cancelled")
