"""Playing what people follow."""

from collections.abc import Mapping

from sqlalchemy import select

from app.core import db
from app.demo import script
from app.demo.actions import library
from app.demo.actions.people import actor_called
from app.demo.script import DemoConsultation, DemoDocument
from app.notifications import actions as notifications
from participation.consultations.models import Consultation

BOARD, CONSULTATION = "board", "consultation"


def play(told: list[DemoConsultation], documents: Mapping[str, DemoDocument]) -> None:
    """Each follows from the beginning; what a user has changed since is not asked for: this is played once."""
    documents_of = {each.key: documents[each.document] for each in told}
    for each in script.follows():
        if each.board:
            subject = BOARD, each.board
        else:
            subject = CONSULTATION, _slug(documents_of[each.consultation])
        notifications.follow(actor_called(each.by), *subject)


def _slug(document: DemoDocument) -> str:
    wanted = select(Consultation.slug).where(Consultation.document_id == library.found(document).id)
    return db.session().scalars(wanted).one()
