"""Who is told what became of contributions: each person once for each act, however many texts the act answers."""

import uuid
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import select

from app.core import db
from app.core.events import on
from app.core.i18n import gettext as _
from app.core.rendering import absolute_url
from app.notifications import queries as notifications
from app.notifications.kinds import Facts, NoticeKind, register_notice
from app.notifications.notices import tell
from participation.consultations import queries as consultations
from participation.consultations.events import ConsultationEnded, FamiliesAnswered, OutcomeUpdated
from participation.consultations.models import SUBJECT, Consultation, Contribution, Family
from participation.consultations.notices import facts_of, names_in

AT_ONCE = 500

KINDS: dict[str, tuple[Callable[[], str], Callable[[Facts], str]]] = {
    "contribution-answered": (
        lambda: _("An answer to what you said in a consultation"),
        lambda facts: _("%(agency)s has answered what you said in %(title)s.", **names_in(facts)),
    ),
    "outcome-updated": (
        lambda: _("News of what became of your contribution"),
        lambda facts: _("There is news of what you asked for in %(title)s.", **names_in(facts)),
    ),
    "consultation-ended": (
        lambda: _("The response to a consultation is published"),
        lambda facts: _(
            "%(agency)s has published its response to %(title)s: you said, we did.", **names_in(facts)
        ),
    ),
}


def register() -> None:
    """Make the kinds known; the listeners below are known once this module is imported."""
    for key, (label, sentence) in KINDS.items():
        register_notice(NoticeKind(key, label, sentence, _url))


def _url(facts: Facts) -> str:
    return absolute_url(facts["page"], slug=facts["slug"], **facts.get("names", {}))


@on(FamiliesAnswered)
def tell_of_answers(event: FamiliesAnswered) -> None:
    consultation = consultations.by_id(event.consultation_id)
    authors = _authors_in(event.family_ids)
    _tell(authors, "contribution-answered", consultation, "answering.mine", event.act_key)


def tell_newcomer(family: Family, person_id: uuid.UUID) -> None:
    """Whoever joins a family that has its answer already is told of it."""
    consultation = consultations.by_id(family.consultation_id)
    key = f"{family.id}:{family.revision}"
    _tell([person_id], "contribution-answered", consultation, "answering.mine", key)


@on(OutcomeUpdated)
def tell_of_update(event: OutcomeUpdated) -> None:
    """Those whose contributions the outcome answers, confidential ones among them."""
    behind = select(Family.id).where(Family.outcome_id == event.outcome_id)
    authors = _authors_in(list(db.session().scalars(behind)))
    consultation = consultations.by_id(event.consultation_id)
    _tell(authors, "outcome-updated", consultation, "answering.outcome", event.update_id)


@on(ConsultationEnded)
def tell_of_end(event: ConsultationEnded) -> None:
    """Everybody who follows the consultation or sent something to it: once."""
    consultation = consultations.by_id(event.consultation_id)
    followers = set(notifications.followers(SUBJECT, consultation.slug))
    wrote = (
        select(Contribution.person_id)
        .distinct()
        .where(Contribution.consultation_id == consultation.id, Contribution.person_id.is_not(None))
    )
    everybody = followers | {person for person in db.session().scalars(wrote) if person is not None}
    _tell(everybody, "consultation-ended", consultation, "answering.outcome", consultation.id)


def _authors_in(family_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    them, found = sorted(family_ids), set[uuid.UUID]()
    for start in range(0, len(them), AT_ONCE):
        authors = (
            select(Contribution.person_id)
            .distinct()
            .where(
                Contribution.family_id.in_(them[start : start + AT_ONCE]), Contribution.person_id.is_not(None)
            )
        )
        found |= {person for person in db.session().scalars(authors) if person is not None}
    return found


def _tell(
    people: Iterable[uuid.UUID], kind: str, consultation: Consultation, page: str, about: object
) -> None:
    subject = (SUBJECT, consultation.slug)
    tell(people, kind, subject, facts_of(consultation, page=page), f"{kind}:{consultation.id}:{about}")
