"""Playing a consultation from its preparation to its end."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app.core import clock, db
from app.demo import script
from app.demo.actions import endings, library, surveys
from app.demo.actions.people import actor_called, agency
from app.demo.actions.stage import Stage
from app.demo.actions.talk import Talk
from app.demo.actions.timeline import Act, perform
from app.demo.script.consultations import DemoConsultation, DemoQuestion, DemoResponse
from app.demo.script.library import DemoDocument
from app.documents.models import Document
from participation.consultations.actions import opening, preparing, responses, versions
from participation.consultations.answering import actions as answering
from participation.consultations.models import SUBJECT, Consultation, Family
from participation.consultations.phases import Planned
from participation.consultations.written import Asked, Point, Rules, Sent


def play(told: DemoConsultation, documents: Mapping[str, DemoDocument], now: datetime) -> bool:
    """The whole consultation, unless there is one on its document; says whether it was missing."""
    document = library.found(documents[told.document])
    taken = select(Consultation.id).where(Consultation.document_id == document.id)
    if db.session().scalar(taken.limit(1)) is not None:
        return False
    with clock.telling(told.at):
        stage = Stage(told, _opened(told, document), documents, now)
    perform([act for part in PARTS for act in part(stage)])
    return True


# before it opens


def _opened(told: DemoConsultation, document: Document) -> Consultation:
    actor = actor_called(told.by)
    made = preparing.create(actor, agency(told.agency), document, told.texts["title"], f"demo:{told.key}")
    preparing.describe(actor, made, told.texts)
    plan = [Planned(phase.kind, phase.days) for phase in told.phases]
    preparing.plan(actor, made, plan, told.first_day, Rules())
    for place, point in enumerate(told.points):
        preparing.add_point(actor, made, Point(point.text, point.article), f"demo:{place}")
    for question in told.questions:
        preparing.add_question(actor, made, _asked(question), f"demo:{question.key}")
    opening.publish(actor, made)
    return made


def _asked(told: DemoQuestion) -> Asked:
    options = tuple(option.text for option in told.options)
    return Asked(told.kind, told.prompt, told.hint, told.is_required, options)


# while it runs


def _versions(stage: Stage) -> Iterator[Act]:
    """The later versions of the draft: published, and opened for comment where the script says so."""
    for version in stage.document.versions[1:]:
        yield Act(version.published, partial(library.publish, stage.document, version))
    for number, at in stage.told.opened:
        yield Act(at, partial(versions.open_version, stage.official, stage.consultation, number))


def _talk(stage: Stage) -> Iterator[Act]:
    talk = Talk(SUBJECT, str(stage.consultation.id), stage.now)
    for part, post in stage.told.posts:
        yield from talk.acts(part, post)


def _reading(stage: Stage) -> Iterator[Act]:
    if stage.told.read_at is not None:
        yield Act(stage.told.read_at, partial(_read, stage))


def _read(stage: Stage) -> None:
    """Officials have read what everybody sent so far: a public fact."""
    sent = select(Family.public_id).where(Family.consultation_id == stage.consultation.id)
    answering.mark_read(stage.official, stage.consultation, set(db.session().scalars(sent)))


def _responses(stage: Stage) -> Iterator[Act]:
    for place, response in enumerate(stage.told.responses):
        yield Act(response.at, partial(_respond, stage, response, f"demo:{stage.told.key}:{place}"))


def _respond(stage: Stage, told: DemoResponse, client_id: str) -> None:
    sent = Sent(
        body=told.says,
        client_id=client_id,
        language=told.language or script.person(told.by).language,
        organisation=told.organisation,
        members_asked=told.members_asked,
        stance=told.stance,
        is_confidential=told.is_confidential,
        name=told.name,
    )
    if told.recorded_by:
        responses.record_paper(actor_called(told.recorded_by), stage.consultation, sent)
    else:
        responses.respond(actor_called(told.by), stage.consultation, sent)


PARTS = (_versions, _talk, surveys.acts, _responses, _reading, endings.acts)
