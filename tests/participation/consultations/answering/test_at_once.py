"""Several at once, on both databases: copies sent together, two officials on one text, the end while somebody sends."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.core import db
from app.core.errors import WrongState
from app.factory import Sawt
from app.notifications.models import Notice
from participation.consultations.actions import responses
from participation.consultations.answering import actions
from participation.consultations.answering.actions import Answer, AnsweredMeanwhile
from participation.consultations.answering.actions.register import misled
from participation.consultations.models import Consultation, Contribution, Family, FamilyAnswer
from participation.consultations.written import Sent
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import (
    ARABIC,
    REASON,
    acting,
    confidential,
    crowd,
    families,
    family_of,
    fresh,
    ready_to_end,
    said,
)
from tests.factories.consultations import open_consultation
from tests.together import together


def test_twelve_copies_sent_at_once_are_one_family_of_twelve(app: Sawt) -> None:
    with app.app_context():
        water()
        made, authors = open_consultation(), crowd(12)
        together(app, [lambda who=who: said(made, who, ARABIC) for who in authors])  # type: ignore[misc]
        (family,) = families(made)
        assert (family.size, family.people) == (12, 12)
        with db.transaction(reading=True):
            assert misled(made.id) == []


def test_of_eight_answers_to_one_text_at_once_one_stands_and_the_others_learn_of_it(app: Sawt) -> None:
    with app.app_context():
        water()
        made = open_consultation()
        family = family_of(said(made, people.huda()))
        with db.transaction():
            officials = [acting(people.omar()), acting(people.salma())] * 4

        def give(place: int) -> object:
            seen = {family.public_id: 0}
            answer = Answer("accepted", *REASON)
            return actions.answer_families(officials[place], fresh(made), seen, answer, str(uuid.uuid4()))

        results = together(app, [lambda place=place: give(place) for place in range(8)])  # type: ignore[misc]
        assert sum(isinstance(result, AnsweredMeanwhile) for result in results) == 7
        with db.transaction(reading=True) as session:
            assert session.scalar(select(func.count(FamilyAnswer.id))) == 1
            told = select(func.count(Notice.id)).where(Notice.kind == "contribution-answered")
            assert session.scalar(told) == 1


@pytest.mark.parametrize("round_", range(4))
def test_nothing_that_was_sent_before_the_end_is_left_without_an_answer(app: Sawt, round_: int) -> None:
    with app.app_context():
        water()
        made = ready_to_end()

        def end() -> None:
            actions.publish_response(acting(people.salma()), fresh(made))

        together(app, [end, lambda: confidential(made, f"رسالة متأخرة رقم {round_} عن المهلة والإنذارات")])
        with db.transaction(reading=True) as session:
            now = session.get_one(Consultation, made.id, populate_existing=True)
            unanswered = (
                select(Contribution.registered_at)
                .join(Family, Family.id == Contribution.family_id)
                .where(Family.consultation_id == made.id, Family.decision == "open")
            )
            assert all(now.ended_at is None or sent > now.ended_at for sent in session.scalars(unanswered))


def test_a_late_response_of_somebody_who_saw_the_consultation_before_its_end_is_refused(app: Sawt) -> None:
    """Else something unanswered would stand in a consultation that has ended. SQLite has one writer at a time."""
    if db.engine().dialect.name == "sqlite":
        return
    is_read, is_over = threading.Event(), threading.Event()
    with app.app_context():
        water()
        made = ready_to_end()

        def send() -> None:
            consultation = fresh(made)
            is_read.set()
            is_over.wait(30)
            sent = Sent("رسالة متأخرة عن المهلة والإنذارات", str(uuid.uuid4()), "ar")
            with pytest.raises(WrongState):
                responses.respond(acting(people.huda()), consultation, sent)

        with ThreadPoolExecutor(1) as hands:
            sending = hands.submit(_in_a_unit, app, send)
            is_read.wait(30)
            with db.transaction():
                actions.publish_response(acting(people.salma()), fresh(made))
            is_over.set()
            sending.result()


def _in_a_unit(app: Sawt, act: Callable[[], object]) -> None:
    with app.app_context(), db.transaction():
        act()
