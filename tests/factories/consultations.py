"""Consultations on a draft of the water company, in both languages, open for comment now."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.agencies.models import Agency
from app.core import clock, db
from app.core.permissions import SYSTEM, Actor
from app.documents import actions as documents
from app.documents.articles import ArticleText
from app.documents.models import Document
from app.identity.models import Person, actor_of
from participation.consultations import queries
from participation.consultations.actions import preparing, responses, taking_part
from participation.consultations.models import Consultation, KeyPoint, Phase, Question, Response
from participation.consultations.phases import Planned
from participation.consultations.queries import surveys
from participation.consultations.written import Given, Rules, Sent
from tests.factories.agencies import water
from tests.factories.people import unit

ARTICLES = (
    (
        "art_1",
        ("عدادات المياه", "Water meters"),
        ("لكل وحدة سكنية عداد واحد.", "Each home has one meter."),
    ),
    (
        "art_2",
        ("قراءة العداد", "Reading the meter"),
        ("تقرأ المؤسسة العداد مرة كل شهر.", "The company reads the meter once a month."),
    ),
    (
        "art_3",
        ("قطع المياه", "Cutting off"),
        (
            "لا تقطع المياه إلا بعد إنذارين مكتوبين.",
            "Water is cut off only after two written warnings.",
        ),
    ),
)
KINDS = ("information", "comment", "analysis", "response")
TITLES = {
    "information": ("نشر المسودة", "Draft published"),
    "comment": ("تعليقاتكم", "Your comments"),
    "analysis": ("التحليل", "Analysis"),
    "response": ("رد الجهة", "Government response"),
}


def draft(agency: Agency | None = None, articles: Any = ARTICLES) -> Document:
    """A draft whose first version is published in both languages."""
    with unit():
        title = ("مشروع لائحة عدادات المياه", "Draft regulation on water meters")
        made = documents.create_document(SYSTEM, agency or water(), "draft", title)
        publish_version(made, 1, articles)
        return made


def publish_version(
    document: Document, number: int, articles: Any, leave_out: dict[str, str] | None = None
) -> None:
    """A published version with these articles: (key, (heading ar, en), (text ar, en)).

    `leave_out`: language -> key of an article that it lacks.
    """
    with unit():
        for place, language in enumerate(("ar", "en")):
            written = [
                ArticleText(key, number=key.removeprefix("art_"), heading=heading[place], text=text[place])
                for key, heading, text in articles
                if (leave_out or {}).get(language) != key
            ]
            documents.write_version(SYSTEM, document, language, number, clock.today(), written)
        documents.publish(SYSTEM, document, number)


def consultation(
    agency: Agency | None = None, document: Document | None = None, **fields: Any
) -> Consultation:
    """A draft consultation with complete texts and no phases."""
    with unit():
        place = agency or water()
        number = (db.session().scalar(select(func.max(Consultation.number))) or 0) + 1
        made = Consultation(year=2026, number=number, slug=f"water-meters-{number}", agency=place)
        made.document = document or draft(place)
        made.version_number = 1
        made.title = ("مشروع لائحة عدادات المياه", "Draft regulation on water meters")
        made.lead = (
            "متى تقرأ المؤسسة عدادك، ومتى تقطع المياه؟",
            "When is your meter read, when is water cut off?",
        )
        made.summary = (
            "تضع المسودة قواعد قراءة العدادات وقطع المياه، وتشترط إنذارين مكتوبين.",
            "The draft sets rules for reading meters and cutting off, after two written warnings.",
        )
        made.open_to_change = ("عدد الإنذارات ومهلها.", "The number of warnings and their periods.")
        made.data_notice = (
            "ننشر تعليقك مع اسمك المعروض، ونحذف عنوانك بعد سنة.",
            "Your comment is published with your display name; your address is removed after a year.",
        )
        for name, value in fields.items():
            setattr(made, name, value)
        db.session().add(made)
        db.session().flush()
        return made


def open_consultation(
    opened: datetime | None = None,
    closes: datetime | None = None,
    least_level: int = 1,
    moderation: str = "after",
    **fields: Any,
) -> Consultation:
    """A published consultation whose comment phase runs now: since a week, for another three."""
    with unit():
        now = clock.now()
        made = consultation(**fields)
        made.state = fields.get("state", "published")
        made.published_at = now - timedelta(days=8)
        start, end = opened or now - timedelta(days=7), closes or now + timedelta(days=21)
        edges = [start - timedelta(days=1), start, end, end + timedelta(days=30), end + timedelta(days=60)]
        made.phases = [
            _phase(place, kind, edges[place], edges[place + 1], least_level, moderation)
            for place, kind in enumerate(KINDS)
        ]
        db.session().flush()
        return made


def _phase(
    place: int, kind: str, starts: datetime, ends: datetime, least_level: int, moderation: str
) -> Phase:
    takes = kind == "comment"
    made = Phase(position=place, kind=kind, starts_at=starts, ends_at=ends)
    made.takes_posts = made.takes_reactions = made.takes_answers = takes
    made.least_level, made.moderation = least_level, moderation
    made.title = TITLES[kind]
    return made


def upcoming_consultation(opens_in: int = 7, **fields: Any) -> Consultation:
    """Published; comments open in so many days."""
    start = clock.now() + timedelta(days=opens_in)
    return open_consultation(opened=start, closes=start + timedelta(days=28), **fields)


def closed_consultation(**fields: Any) -> Consultation:
    """The comment phase ended yesterday; the analysis runs."""
    end = clock.now() - timedelta(days=1)
    return open_consultation(opened=end - timedelta(days=28), closes=end, **fields)


def with_questions(made: Consultation) -> list[Question]:
    """A choice, several choices, a scale and a text."""
    with unit():
        options = {
            "options": [
                {"key": "home", "ar": "في بيتي", "en": "At home"},
                {"key": "work", "ar": "في عملي", "en": "At work"},
            ]
        }
        questions = [
            _question(made, 0, "choice", ("أين عدادك؟", "Where is your meter?"), options=options),
            _question(
                made, 1, "choices", ("أين تقرأ فاتورتك؟", "Where do you read your bill?"), options=options
            ),
            _question(made, 2, "scale", ("ما مدى رضاك؟", "How content are you?")),
            _question(made, 3, "text", ("ماذا ينقص؟", "What is missing?")),
        ]
        db.session().add_all(questions)
        db.session().flush()
        return questions


def _question(made: Consultation, place: int, kind: str, prompt: tuple[str, str], **fields: Any) -> Question:
    question = Question(consultation_id=made.id, position=place, kind=kind, **fields)
    question.prompt = prompt
    return question


def with_key_points(made: Consultation, count: int = 3) -> list[KeyPoint]:
    """A point for each of the first articles."""
    with unit():
        points = []
        for place, (key, _heading, text) in enumerate(ARTICLES[:count]):
            point = KeyPoint(consultation_id=made.id, position=place, article_key=key)
            point.text = text
            points.append(point)
        db.session().add_all(points)
        db.session().flush()
        return points


def planned_consultation(comment_days: int = 28, **fields: Any) -> Consultation:
    """A draft consultation that lacks nothing: it opens tomorrow."""
    with unit():
        made = consultation(**fields)
        plan = [
            Planned("information", 7),
            Planned("comment", comment_days),
            Planned("analysis", 30),
            Planned("response", 30),
        ]
        preparing.plan(SYSTEM, made, plan, clock.today() + timedelta(days=1), Rules())
        return made


def responded(
    made: Consultation, who: Person, body: str = "نؤيد المسودة ونقترح إنذارًا ثالثًا.", **facts: Any
) -> Response:
    """A response that this person sent."""
    with unit():
        sent = Sent(body, str(uuid.uuid4()), facts.pop("language", "ar"), **facts)
        return responses.respond(actor_of(db.session().merge(who)), queries.by_id(made.id), sent)


def answered(made: Consultation, actor: Actor, option: str) -> None:
    """This actor's answer to the first question."""
    question = surveys.questions(made)[0]
    taking_part.answer_survey(actor, made, {question.id: Given((option,))}, "ar")


def stood(made: Consultation, actor: Actor, stance: str) -> None:
    """Where this actor stands on the first key point."""
    taking_part.take_stance(actor, made, surveys.key_points(made)[0], stance)
