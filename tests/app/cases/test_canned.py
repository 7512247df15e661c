"""Canned answers: texts of one agency in two languages, edited by those who may."""

import uuid

import pytest

from app.cases import canned, queries
from app.cases.models import CannedAnswer
from app.core import db
from app.core.errors import Denied, Missing
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.models import actor_of
from tests.client import Browser
from tests.factories import people
from tests.factories.agencies import roads, water
from tests.factories.cases import inquiry

TITLE, BODY = ("انقطاع مخطط", "Planned outage"), ("تعود المياه عند السادسة.", "The water is back at six.")


@pytest.fixture
def salma(app: Sawt) -> Actor:
    with db.transaction():
        water(), roads()
        return actor_of(people.salma())


def add(actor: Actor, agency: str = "water", title: tuple[str, str] = TITLE) -> CannedAnswer:
    with db.transaction() as session:
        canned.add(actor, agency, title, BODY)
        session.flush()
        return canned.listed(actor)[-1]


def test_a_supervisor_keeps_a_text_in_both_languages(salma: Actor) -> None:
    answer = add(salma)
    assert [answer.title_in(code).text for code in ("ar", "en")] == list(TITLE)
    assert [answer.body_in(code).direction for code in ("ar", "en")] == ["rtl", "ltr"]


def test_a_missing_side_is_shown_in_the_other_language_and_says_so(salma: Actor) -> None:
    answer = add(salma, title=("", "Planned outage"))
    assert answer.title_in("ar").text == "Planned outage"
    assert answer.title_in("ar").is_fallback


def test_a_form_sent_twice_adds_one_text(salma: Actor) -> None:
    add(salma), add(salma)
    with db.transaction(reading=True):
        assert len(canned.listed(salma)) == 1


def test_officials_use_the_texts_of_their_agency_alone(salma: Actor) -> None:
    add(salma)
    with db.transaction():
        omar, karim = actor_of(people.omar()), actor_of(people.karim())
        assert len(canned.listed(omar)) == 1
        assert canned.listed(karim) == []
        with pytest.raises(Denied):
            canned.add(omar, "water", TITLE, BODY)
        with pytest.raises(Denied):
            canned.add(actor_of(people.salma()), "roads", TITLE, BODY)


def test_whoever_may_not_edit_a_text_does_not_learn_that_it_exists(salma: Actor) -> None:
    answer = add(salma)
    with db.transaction():
        for person in (people.omar(), people.karim(), people.huda(), people.adam()):
            with pytest.raises(Missing):
                canned.find(actor_of(person), answer.id)
        with pytest.raises(Missing):
            canned.find(salma, uuid.uuid4())


def test_a_changed_text_is_new_and_a_removed_one_is_gone(salma: Actor) -> None:
    answer = add(salma)
    with db.transaction():
        canned.change(salma, canned.find(salma, answer.id), ("عطل", "Fault"), BODY)
    with db.transaction():
        (changed,) = canned.listed(salma)
        assert changed.title_in("en").text == "Fault"
        assert changed.changed_at > answer.changed_at
        canned.remove(salma, changed)
    with db.transaction(reading=True):
        assert canned.listed(salma) == []


def test_the_case_page_offers_the_texts_of_the_agency_that_holds_it(salma: Actor, client: Browser) -> None:
    add(salma)
    opened = inquiry()
    page = client.enter(people.omar()).get(f"/en/inbox/{opened.case.reference}").text
    assert BODY[0] in page, "in the language of the case"
    with db.transaction(reading=True):
        assert queries.canned_answers(None) == []
