"""What an agency writes before a consultation opens: texts, dates, questions, key points."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.agencies.models import Agency
from app.core import audit, clock, db, events
from app.core.errors import WrongState
from app.core.i18n import LANGUAGES
from app.core.permissions import Actor, require
from app.core.references import receipt_for
from app.documents.models import Document
from participation.consultations import phases, queries
from participation.consultations.events import ConsultationChanged
from participation.consultations.models import Consultation, KeyPoint, Phase, Question
from participation.consultations.permissions import may_consult, may_prepare
from participation.consultations.phases import Planned
from participation.consultations.queries import drafts, surveys
from participation.consultations.written import TEXTS, Asked, Pair, Point, Rules

PHASE_TITLES: dict[str, Pair] = {
    "information": ("نشر المسودة", "Draft published"),
    "comment": ("تعليقاتكم", "Your comments"),
    "analysis": ("التحليل", "Analysis"),
    "response": ("رد الجهة", "Government response"),
}
LONGEST_SLUG = 60


def create(
    actor: Actor, agency: Agency, document: Document | None, title: Pair, form_key: str
) -> Consultation:
    """Begin a consultation on the newest published version of a draft. Nobody outside of the agency sees it yet.

    The same form sent again gives the same consultation.
    """
    require(may_consult(actor, agency))
    key = f"{actor.key} {form_key}"
    known = db.session().scalar(select(Consultation.id).where(Consultation.form_key == key))
    return queries.by_id(known) if known else _create(actor, agency, document, title, key)


def _create(
    actor: Actor, agency: Agency, document: Document | None, title: Pair, form_key: str
) -> Consultation:
    consultation = numbered(agency, title[1], form_key)
    consultation.title = title
    consultation.created_by_id = actor.person_id
    consultation.document = document
    consultation.version_number = drafts.newest_version(document) if document else None
    db.session().flush()
    audit.record(actor, "consultation.create", "consultation", consultation.id)
    return consultation


def numbered(agency: Agency, english: str, form_key: str) -> Consultation:
    """A row with the next number of the year: whoever takes the same one at once gets the one after it."""
    year, highest = clock.today().year, func.max(Consultation.number)
    while True:
        number = (db.session().scalar(select(highest).where(Consultation.year == year)) or 0) + 1
        address = {"year": year, "number": number, "slug": slug_of(english, year, number)}
        row = {"id": db.new_id(), "agency_id": agency.id, "form_key": form_key, **address}
        added = db.insert_new(Consultation, [row], "year", "number")
        if added:
            return queries.by_id(added[0])


def slug_of(english: str, year: int, number: int) -> str:
    """`urban-trees-2026-17`: words of the English title, and the number that makes it unique."""
    words = "-".join(re.findall(r"[a-z0-9]+", english.lower()))[:LONGEST_SLUG].strip("-")
    return f"{words or 'consultation'}-{year}-{number}"


def describe(actor: Actor, consultation: Consultation, texts: Mapping[str, Pair]) -> None:
    """Write its texts: `title`, `lead`, `summary`, … as pairs (Arabic, English)."""
    require(may_prepare(actor, consultation))
    for name, pair in texts.items():
        setattr(consultation, name, pair)
    _changed(actor, consultation, "consultation.describe")


def plan(
    actor: Actor, consultation: Consultation, plan: Sequence[Planned], first_day: date, rules: Rules
) -> None:
    """Set all dates, counted from the first day. Once it is published, ends are moved one by one instead.

    Of two who plan at once, the later one replaces what the first one wrote.
    """
    _require_open_to_edits(actor, consultation)
    db.session().refresh(consultation, ["phases"])
    dated = phases.dated(plan, first_day, clock.zone())
    consultation.phases.clear()
    db.session().flush()
    consultation.phases = [_phase(place, each, rules) for place, each in enumerate(dated)]
    consultation.results_hidden = rules.results_hidden
    consultation.takes_confidential = rules.takes_confidential
    db.session().flush()


def _phase(place: int, dated: phases.Dated, rules: Rules) -> Phase:
    """In the comment phase people post, react and answer; before and after it they read."""
    takes = dated.kind == "comment"
    phase = Phase(position=place, kind=dated.kind, starts_at=dated.starts_at, ends_at=dated.ends_at)
    phase.takes_posts = phase.takes_reactions = phase.takes_answers = takes
    phase.least_level, phase.moderation = rules.least_level, rules.moderation
    phase.title = PHASE_TITLES[dated.kind]
    return phase


def require_draft(consultation: Consultation) -> None:
    if consultation.state != "draft":
        raise WrongState


# Questions and key points


Item = Question | KeyPoint


def add_question(actor: Actor, consultation: Consultation, asked: Asked, form_key: str) -> None:
    """The same form sent again adds nothing."""
    _require_open_to_edits(actor, consultation)
    public_id = _id_from(consultation, form_key)
    if any(each.public_id == public_id for each in surveys.questions(consultation)):
        return
    place = _next_place(surveys.questions(consultation))
    question = Question(consultation_id=consultation.id, position=place, public_id=public_id)
    _write_question(question, asked)
    db.session().add(question)
    db.session().flush()


def change_question(actor: Actor, consultation: Consultation, question: Question, asked: Asked) -> None:
    _require_open_to_edits(actor, consultation)
    _write_question(question, asked)


def _write_question(question: Question, asked: Asked) -> None:
    question.kind, question.is_required = asked.kind, asked.is_required
    question.prompt, question.hint = asked.prompt, asked.hint
    keyed = [
        {"key": f"o{place}", **dict(zip(LANGUAGES, pair, strict=True))}
        for place, pair in enumerate(asked.options, start=1)
    ]
    question.options = {"options": keyed} if keyed else {}


def add_point(actor: Actor, consultation: Consultation, point: Point, form_key: str) -> None:
    """The same form sent again adds nothing."""
    _require_open_to_edits(actor, consultation)
    public_id = _id_from(consultation, form_key)
    if any(each.public_id == public_id for each in surveys.key_points(consultation)):
        return
    place = _next_place(surveys.key_points(consultation))
    made = KeyPoint(consultation_id=consultation.id, position=place, public_id=public_id)
    made.text, made.article_key = point.text, point.article_key
    db.session().add(made)
    db.session().flush()


def change_point(actor: Actor, consultation: Consultation, made: KeyPoint, point: Point) -> None:
    _require_open_to_edits(actor, consultation)
    made.text, made.article_key = point.text, point.article_key


def remove(actor: Actor, consultation: Consultation, item: Item) -> None:
    """Take a question or a key point out."""
    _require_open_to_edits(actor, consultation)
    db.session().delete(item)
    db.session().flush()


def raise_up(actor: Actor, consultation: Consultation, item: Item) -> None:
    """Let it change places with the one before it; the first stays where it is."""
    _require_open_to_edits(actor, consultation)
    siblings: Sequence[Item] = (
        surveys.questions(consultation) if isinstance(item, Question) else surveys.key_points(consultation)
    )
    before = [each for each in siblings if each.position < item.position]
    if before:
        _swap(before[-1], item)


def _swap(one: Item, other: Item) -> None:
    """Over a place nobody has, because each place is unique at every moment."""
    first, second = one.position, other.position
    other.position = -1
    db.session().flush()
    one.position = second
    db.session().flush()
    other.position = first
    db.session().flush()


def _next_place(items: Sequence[Item]) -> int:
    return items[-1].position + 1 if items else 0


def _id_from(consultation: Consultation, form_key: str) -> str:
    """The public id of what this form makes: a repeat makes the same."""
    return receipt_for(str(consultation.id), form_key)[:12]


def _require_open_to_edits(actor: Actor, consultation: Consultation) -> None:
    """Nobody may find another question under an answer already given."""
    require(may_prepare(actor, consultation))
    lock(consultation)
    require_draft(consultation)


def lock(consultation: Consultation) -> None:
    """Whoever decides on this consultation now waits for whoever does so already, and sees what that one did."""
    db.session().refresh(consultation, ["state", "version_number"], with_for_update=True)


# Copies


def copy(actor: Actor, consultation: Consultation, first_day: date, form_key: str) -> Consultation:
    """A new draft with the texts, the questions and the plan of this one, without anything people sent."""
    require(may_prepare(actor, consultation))
    made = create(actor, consultation.agency, consultation.document, _pair(consultation, "title"), form_key)
    if made.phases:
        return made
    for name in TEXTS[1:]:
        setattr(made, name, _pair(consultation, name))
    _copy_plan(consultation, made, first_day)
    for question in surveys.questions(consultation):
        db.session().add(_copied(question, made.id, ("kind", "is_required", "options"), ("prompt", "hint")))
    for point in surveys.key_points(consultation):
        db.session().add(_copied(point, made.id, ("article_key",), ("text",)))
    db.session().flush()
    return made


def _copy_plan(source: Consultation, made: Consultation, first_day: date) -> None:
    planned = phases.plan_of(source.phases, clock.zone())
    dates = phases.dated(planned, first_day, clock.zone())
    for place, (phase, each) in enumerate(zip(source.phases, dates, strict=True)):
        rules = Rules(phase.least_level, phase.moderation)
        made.phases.append(_phase(place, each, rules))
        made.phases[-1].title = _pair(phase, "title")
    made.results_hidden, made.takes_confidential = source.results_hidden, source.takes_confidential


def _copied(item: Item, consultation_id: uuid.UUID, plain: Sequence[str], bilingual: Sequence[str]) -> Item:
    facts: dict[str, Any] = {name: getattr(item, name) for name in ("position", *plain)}
    made = type(item)(consultation_id=consultation_id, **facts)
    for name in bilingual:
        setattr(made, name, _pair(item, name))
    return made


def _pair(thing: object, name: str) -> Pair:
    arabic, english = (getattr(thing, f"{name}_{code}") for code in LANGUAGES)
    return arabic, english


def _changed(actor: Actor, consultation: Consultation, act: str) -> None:
    audit.record(actor, act, "consultation", consultation.id)
    if consultation.state == "published":
        events.publish(ConsultationChanged(consultation.id))
