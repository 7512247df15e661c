"""The survey and the short way: one row per person, changeable while open, kept for guests until they are known."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock, db, events
from app.core.errors import WrongState
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.events import BrowserSignedIn, PersonVerified
from app.identity.models import Person, actor_of
from participation.consultations import figures, queries
from participation.consultations.actions import taking_part
from participation.consultations.models import Consultation, PointStance, SurveyAnswer
from participation.consultations.written import Given
from tests.client import Browser
from tests.factories import people
from tests.factories.consultations import (
    answered,
    closed_consultation,
    open_consultation,
    stood,
    upcoming_consultation,
    with_key_points,
    with_questions,
)

AT_ONCE = 20


def rows(table: type[SurveyAnswer] | type[PointStance]) -> list[tuple[str, bool]]:
    with db.transaction(reading=True) as session:
        found = session.execute(sa.select(table.author_key, table.is_confirmed).order_by(table.author_key))
        return [(key, confirmed) for key, confirmed in found]


def survey(made: Consultation) -> str:
    return f"/ar/consultations/{made.slug}/survey"


def whole(**fields: object) -> Consultation:
    made = open_consultation(**fields)  # type: ignore[arg-type]
    with_questions(made), with_key_points(made)
    return made


def choice(made: Consultation) -> str:
    with db.transaction(reading=True):
        return queries.questions(made)[0].public_id


# The survey


def test_a_resident_answers_the_survey_and_changes_the_answers(client: Browser) -> None:
    made = whole()
    client.enter(people.huda())
    question = choice(made)
    for option in ("home", "work"):
        assert client.send(survey(made), {question: option}).status_code == 303
    with db.transaction(reading=True):
        (answer,) = queries.own_answers(actor_of(people.huda()), made).values()
        assert (answer.chosen, answer.is_confirmed) == (["work"], True)
    assert "لقد أجبت" in client.get(survey(made)).text


def test_an_option_there_is_not_is_refused_and_what_was_typed_stays(client: Browser) -> None:
    made = whole()
    with db.transaction(reading=True):
        text = queries.questions(made)[3].public_id
    sent = client.send(survey(made), {choice(made): "elsewhere", text: "ينقص موعد القراءة"})
    assert sent.status_code == 422
    assert "ينقص موعد القراءة" in sent.text
    assert not rows(SurveyAnswer)


@pytest.mark.parametrize("make", [upcoming_consultation, closed_consultation])
def test_c33_answers_before_and_after_the_phase_are_refused_and_the_text_stays(client: Browser, make) -> None:  # type: ignore[no-untyped-def]
    made = make()
    with_questions(made), with_key_points(made)
    with db.transaction(reading=True):
        text = queries.questions(made)[3].public_id
    client.enter(people.huda())
    assert client.send(survey(made), {text: "ينقص موعد القراءة"}).status_code == 409
    assert client.send(f"/ar/consultations/{made.slug}/short/1", {"stance": "support"}).status_code == 409
    assert not rows(SurveyAnswer)
    assert not rows(PointStance)


def test_the_last_second_counts_and_the_closing_instant_does_not(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        found = queries.by_id(made.id)
        huda, question = actor_of(people.huda()), queries.questions(found)[0]
        with clock.telling(found.phases[1].ends_at):
            with pytest.raises(WrongState):
                taking_part.answer_survey(huda, found, {question.id: Given(("home",))}, "ar")


@pytest.mark.parametrize("people_at_once", [AT_ONCE])
def test_c09_many_submits_at_once_give_one_row_each(app: Sawt, people_at_once: int) -> None:
    made = whole()
    with db.transaction(reading=True):
        question, point = queries.questions(made)[0], queries.key_points(made)[0]
    actors = [Actor(person_id=None, browser=f"browser {n % 5}", level=1) for n in range(people_at_once)]

    def send(actor: Actor) -> None:
        with app.app_context(), db.transaction():
            found = queries.by_id(made.id)
            taking_part.answer_survey(actor, found, {question.id: Given(("home",))}, "ar")
            taking_part.take_stance(actor, found, point, "support")

    with ThreadPoolExecutor(people_at_once) as crowd:
        list(crowd.map(send, actors))
    assert len(rows(SurveyAnswer)) == len(rows(PointStance)) == 5


# Guests


def test_a_guest_answers_sees_that_one_step_is_left_and_counts_after_signing_in(client: Browser) -> None:
    made = whole()
    assert client.send(survey(made), {choice(made): "home"}).status_code == 303
    assert client.send(f"/ar/consultations/{made.slug}/short/1", {"stance": "oppose"}).status_code == 303
    assert "لم يُحتسب بعد" in client.get(f"/ar/consultations/{made.slug}/short/end").text
    assert [confirmed for _key, confirmed in rows(SurveyAnswer) + rows(PointStance)] == [False, False]
    with client.session_transaction() as session:
        browser = session["browser"]
    huda = people.huda()
    with db.transaction():
        events.publish(BrowserSignedIn(f"browser:{browser}", huda.id))
    assert rows(SurveyAnswer) == rows(PointStance) == [(f"person:{huda.id}", True)]
    assert "لم يُحتسب بعد" not in client.enter(huda).get(f"/ar/consultations/{made.slug}/short/end").text


def test_what_the_person_said_later_stands_when_browser_and_person_both_answered(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        found, huda = queries.by_id(made.id), actor_of(people.huda())
        question = queries.questions(found)[0]
        taking_part.answer_survey(huda, found, {question.id: Given(("home",))}, "ar")
        guest = Actor(browser="b")
        with clock.telling(clock.now() + timedelta(minutes=1)):
            taking_part.answer_survey(guest, found, {question.id: Given(("work",))}, "ar")
        assert huda.person_id is not None
        events.publish(BrowserSignedIn(guest.key, huda.person_id))
        db.session().expire_all()
        (kept,) = queries.own_answers(huda, found).values()
        assert kept.chosen == ["work"]


def test_an_answer_counts_only_from_the_level_the_phase_asks_for(app: Sawt) -> None:
    made = whole(least_level=2)
    huda = people.huda()
    with app.app_context(), db.transaction():
        found = queries.by_id(made.id)
        answered(found, actor_of(huda), "home")
    assert rows(SurveyAnswer) == [(f"person:{huda.id}", False)]
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(Person).where(Person.id == huda.id).values(level=3))
        events.publish(PersonVerified(huda.id))
    assert rows(SurveyAnswer) == [(f"person:{huda.id}", True)]


def test_where_guests_count_at_once_no_step_is_left(client: Browser) -> None:
    made = whole(least_level=0)
    client.send(survey(made), {choice(made): "home"})
    assert [confirmed for _key, confirmed in rows(SurveyAnswer)] == [True]


# The short way


def test_the_short_way_goes_point_by_point_with_skip_and_back(client: Browser) -> None:
    made = whole()
    client.enter(people.huda())
    start = f"/ar/consultations/{made.slug}/short"
    assert client.get(start).location == f"{start}/1"
    assert "1 من 3" in client.get(f"{start}/1").text
    assert client.send(f"{start}/1", {"stance": "support"}).location == f"{start}/2"
    assert f"{start}/1" in client.get(f"{start}/2").text
    assert client.send(f"{start}/2", {"stance": "skip"}).location == f"{start}/3"
    assert client.send(f"{start}/3", {"stance": "oppose"}).location == f"{start}/end"
    end = client.get(f"{start}/end").text
    assert "أؤيد" in end
    assert "أعارض" in end
    assert client.get(start).location == f"{start}/2"
    with db.transaction(reading=True):
        stances = queries.own_stances(actor_of(people.huda()), made).values()
        assert sorted(each.stance for each in stances) == ["oppose", "support"]


@pytest.mark.parametrize("place", ["0", "4", "99999999999"])
def test_a_point_there_is_not_is_not_found(client: Browser, place: str) -> None:
    assert client.get(f"/ar/consultations/{whole().slug}/short/{place}").status_code == 404


# Results


def results(made: Consultation) -> figures.Result:
    with db.transaction(reading=True):
        asked = queries.questions(made)
        return figures.survey_results(made, asked)[asked[0].id]


def test_few_people_are_hidden_and_nobody_is_found_by_subtraction(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        found = queries.by_id(made.id)
        for number in range(25):
            answered(found, Actor(browser=f"b{number}", level=1), "home" if number < 22 else "work")
    result = results(made)
    assert result.n == 25
    assert dict(result.shares) == {"home": None, "work": None}


def test_shares_have_their_n_and_their_interval(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        found = queries.by_id(made.id)
        for number in range(50):
            answered(found, Actor(browser=f"b{number}", level=1), "home" if number < 30 else "work")
    share = results(made).shares["home"]
    assert share is not None
    assert (share.percent, share.n) == (60, 50)
    assert (share.low, share.high) == (46, 72)


def test_what_does_not_count_yet_is_in_no_result(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        answered(queries.by_id(made.id), Actor(browser="guest"), "home")
    assert results(made).n == 0


def test_hidden_results_are_shown_when_comments_are_closed(client: Browser) -> None:
    made = whole(results_hidden=True)
    address = f"/en/consultations/{made.slug}/figures"
    assert "shown when comments are closed" in client.get(address).text
    over = closed_consultation(results_hidden=True)
    with_questions(over)
    assert "shown when comments are closed" not in client.get(f"/en/consultations/{over.slug}/figures").text


def test_stances_on_points_are_counted_once_per_person(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        found = queries.by_id(made.id)
        for number in range(12):
            actor = Actor(browser=f"b{number}", level=1)
            for stance in ("oppose", "support"):
                stood(found, actor, stance)
        point = queries.key_points(found)[0]
        stances = figures.point_results(found)[point.id]
    assert stances.n == 12
    assert stances.shares["support"].percent == 100


def test_officials_read_what_people_wrote_without_their_names_and_nobody_else_does(client: Browser) -> None:
    made = whole()
    with db.transaction(reading=True):
        text = queries.questions(made)[3].public_id
    client.another().enter(people.huda()).send(survey(made), {text: "ينقص موعد القراءة"})
    address = f"{survey(made)}/{text}"
    page = client.enter(people.omar()).get(address).text
    assert "ينقص موعد القراءة" in page
    assert "هدى" not in page
    assert client.another().enter(people.karim()).get(address).status_code == 403
    assert "ينقص موعد القراءة" not in client.another().get(f"/ar/consultations/{made.slug}/figures").text
