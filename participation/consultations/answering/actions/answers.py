"""What officials do with what people sent: read it, tag it, assign it, answer it; one answer for a whole family."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app.core import audit, clock, db, events
from app.core.errors import Denied, DomainError, Missing, WrongState
from app.core.permissions import Actor, require
from app.identity.models import Person
from participation.consultations.answering.queries.families import only_author_of
from participation.consultations.answering.queries.register import MOST_AT_ONCE, officials_of
from participation.consultations.events import FamiliesAnswered
from participation.consultations.models import Consultation, Contribution, Family, FamilyAnswer, Outcome
from participation.consultations.permissions import may_answer, may_read_confidential
from participation.discussion import wordings
from participation.discussion.models import Post

DECISIONS = ("considered", "accepted", "partly", "rejected")
AT_ONCE = 500


class AnsweredMeanwhile(DomainError):
    """A colleague answered some of these families since the page was opened."""

    status = 409

    def __init__(self, families: Collection[Family]):
        super().__init__()
        self.families = list(families)


@dataclass(frozen=True)
class Answer:
    """The decision on families, with its reason in both languages, and the outcome they led to, if any."""

    decision: str
    reason_ar: str
    reason_en: str
    outcome: Outcome | None = None


def answer_families(
    actor: Actor, consultation: Consultation, seen: Mapping[str, int], answer: Answer, act_key: str
) -> list[Family]:
    """Answer these families at once; one answer answers all members, those that join later too.

    `seen`: public id of each family -> its revision on the page. `act_key`: of the sent form; the same act sent again
    changes nothing. Raises AnsweredMeanwhile with those that were answered since, and answers none then; Denied when
    the only author of one is the actor.
    """
    require(may_answer(actor, consultation))
    if answer.decision not in DECISIONS or not answer.reason_ar or not answer.reason_en:
        raise WrongState
    _lock_suggestions(consultation, seen)
    families = _locked(actor, consultation, seen)
    _refuse_own(actor, families)
    done = _done_in(act_key, families)
    due = [family for family in families if family.id not in done]
    stale = [family for family in due if family.revision != seen[family.public_id]]
    if stale:
        raise AnsweredMeanwhile(stale)
    _answer(actor, due, answer, act_key)
    if due:
        ids = tuple(family.id for family in due)
        events.publish(FamiliesAnswered(consultation.id, ids, act_key))
        audit.record(
            actor,
            "family.answer",
            "consultation",
            consultation.id,
            decision=answer.decision,
            count=len(due),
        )
    return due


def _locked(actor: Actor, consultation: Consultation, public_ids: Collection[str]) -> list[Family]:
    """The named families of the consultation, locked in one order. Raises Missing when one is not there."""
    if not public_ids or len(public_ids) > MOST_AT_ONCE:
        raise Missing
    found: list[Family] = []
    named = sorted(public_ids)
    for start in range(0, len(named), AT_ONCE):
        wanted = select(Family).where(
            Family.consultation_id == consultation.id,
            Family.public_id.in_(named[start : start + AT_ONCE]),
        )
        locked = wanted.order_by(Family.id).with_for_update().execution_options(populate_existing=True)
        found += db.session().scalars(locked)
    seen = found if may_read_confidential(actor, consultation) else [f for f in found if f.is_public]
    if len(seen) != len(named):
        raise Missing
    return seen


def _lock_suggestions(consultation: Consultation, public_ids: Collection[str]) -> None:
    """Whoever edits a suggested wording holds the post before its family: so does who settles it."""
    suggested = (
        select(Post.id)
        .join(Contribution, Contribution.post_id == Post.id)
        .join(Family, Family.id == Contribution.family_id)
        .where(
            Family.consultation_id == consultation.id, Family.public_id.in_(list(public_ids)[:MOST_AT_ONCE])
        )
        .where(Post.kind == "wording")
        .order_by(Post.id)
    )
    db.session().execute(suggested.with_for_update(key_share=True, of=Post))


def _refuse_own(actor: Actor, families: Collection[Family]) -> None:
    """Nobody answers for the agency what nobody but oneself has said."""
    if only_author_of(actor.person_id, [family.id for family in families]):
        raise Denied


def _done_in(act_key: str, families: Collection[Family]) -> set[uuid.UUID]:
    given = select(FamilyAnswer.family_id).where(
        FamilyAnswer.act_key == act_key, FamilyAnswer.family_id.in_([family.id for family in families])
    )
    return set(db.session().scalars(given))


def _answer(actor: Actor, families: Collection[Family], answer: Answer, act_key: str) -> None:
    now = clock.now()
    for family in families:
        family.decision = answer.decision
        family.reason = (answer.reason_ar, answer.reason_en)
        family.revision += 1
        family.answered_at, family.answered_by_id = now, actor.person_id
        if answer.outcome is not None:
            family.outcome_id = answer.outcome.id
        db.session().add(_kept(family, act_key))
    db.session().flush()
    ids = [family.id for family in families]
    _mark_read(actor, ids)
    if answer.decision != "considered":
        wordings.settle(_posts_of(ids), is_accepted=answer.decision in {"accepted", "partly"})


def _kept(family: Family, act_key: str) -> FamilyAnswer:
    kept = FamilyAnswer(
        family_id=family.id,
        seq=family.revision,
        act_key=act_key,
        decision=family.decision,
        at=family.answered_at,
        by_id=family.answered_by_id,
    )
    kept.reason = (family.reason_ar, family.reason_en)  # type: ignore[attr-defined]  # made by Bilingual
    return kept


def _posts_of(family_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    posts = select(Contribution.post_id).where(
        Contribution.family_id.in_(family_ids), Contribution.post_id.is_not(None)
    )
    return [post_id for post_id in db.session().scalars(posts) if post_id is not None]


# Before the answer


def mark_read(actor: Actor, consultation: Consultation, public_ids: Collection[str]) -> None:
    """Say that an official has read what these families say: a public fact, told once."""
    require(may_answer(actor, consultation))
    _mark_read(actor, [family.id for family in _locked(actor, consultation, public_ids)])


def _mark_read(actor: Actor, family_ids: Collection[uuid.UUID]) -> None:
    unread = update(Contribution).where(
        Contribution.family_id.in_(family_ids), Contribution.read_at.is_(None)
    )
    db.session().execute(unread.values(read_at=clock.now(), read_by_id=actor.person_id))


def tag(actor: Actor, consultation: Consultation, public_ids: Collection[str], theme: str) -> None:
    """Put the families under a theme of the officials' own words; an empty one takes them out again."""
    require(may_answer(actor, consultation))
    _change(_locked(actor, consultation, public_ids), theme=theme)


def assign(
    actor: Actor, consultation: Consultation, public_ids: Collection[str], assignee: Person | None
) -> None:
    """Give the families to an official of the agency, or to nobody."""
    require(may_answer(actor, consultation))
    if assignee is not None and assignee.id not in {p.id for p in officials_of(consultation.agency.key)}:
        raise Missing
    _change(
        _locked(actor, consultation, public_ids), assignee_id=assignee.id if assignee is not None else None
    )


def _change(families: Collection[Family], **values: Any) -> None:
    ids = [family.id for family in families]
    db.session().execute(update(Family).where(Family.id.in_(ids)).values(**values))
