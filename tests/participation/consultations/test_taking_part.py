"""The survey and the short way: one row per person, changeable while open, kept for guests until they are known."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock, db, events
from app.core.errors import WrongState
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.events import BrowserSignedIn, PersonVerified
from app.identity.models import Person, actor_of
from participation.consultations import figures, queries
from participation.consultations.actions import responses, taking_part
from participation.consultations.models import Consultation, PointStance, SurveyAnswer
from participation.consultations.queries import surveys
from participation.consultations.written import Given, Sent
from participation.discussion.models import Post
from tests.client import Browser
from tests.factories import people
from tests.factories.answering import said
from tests.factories.consultations import (
    answered,
    closed_consultation,
    open_consultation,
    responded,
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
        return surveys.questions(made)[0].public_id


# The survey


def test_a_resident_answers_the_survey_and_changes_the_answers(client: Browser) -> None:
    made = whole()
    client.enter(people.huda())
    question = choice(made)
    for option in ("home", "work"):
        assert client.send(survey(made), {question: option}).status_code == 303
    with db.transaction(reading=True):
        (answer,) = surveys.own_answers(actor_of(people.huda()), made).values()
        assert (answer.chosen, answer.is_confirmed) == (["work"], True)
    assert "لقد أجبت" in client.get(survey(made)).text


def test_an_option_there_is_not_is_refused_and_what_was_typed_stays(client: Browser) -> None:
    made = whole()
    with db.transaction(reading=True):
        text = surveys.questions(made)[3].public_id
    sent = client.send(survey(made), {choice(made): "elsewhere", text: "ينقص موعد القراءة"})
    assert sent.status_code == 422
    assert "ينقص موعد القراءة" in sent.text
    assert not rows(SurveyAnswer)


PLACES = {"choice": 0, "choices": 1, "scale": 2, "text": 3}


def asked(made: Consultation, kind: str) -> str:
    """The name of the field of the question of this kind."""
    with db.transaction(reading=True):
        return surveys.questions(made)[PLACES[kind]].public_id


def own_answers(made: Consultation) -> list[tuple[list[str], int | None]]:
    with db.transaction(reading=True):
        found = surveys.own_answers(actor_of(people.huda()), made).values()
        return sorted((answer.chosen, answer.scale) for answer in found)


def test_several_choices_and_a_scale_are_answered_changed_and_taken_back(client: Browser) -> None:
    made = whole()
    several, scale = asked(made, "choices"), asked(made, "scale")
    client.enter(people.huda())
    assert client.send(survey(made), {several: ["home", "work"], scale: "4"}).status_code == 303
    assert own_answers(made) == [([], 4), (["home", "work"], None)]
    page = client.get(survey(made)).text
    checked = re.findall(r"<input[^>]*\bchecked\b[^>]*>", page)
    assert sorted(re.findall(r'value="([^"]*)"', "".join(checked))) == ["4", "home", "work"]
    client.send(survey(made), {several: ["work"], scale: "1"})
    assert own_answers(made) == [([], 1), (["work"], None)]
    client.send(survey(made), {scale: "1"})
    assert own_answers(made) == [([], 1)]


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("choices", "elsewhere"),
        ("choices", ["home", "elsewhere"]),
        ("choices", "HOME"),
        ("choices", "home,work"),
        ("scale", "0"),
        ("scale", "6"),
        ("scale", "-1"),
        ("scale", "4.5"),
        ("scale", "home"),
    ],
)
def test_what_is_not_on_the_scale_or_among_the_choices_is_refused_and_what_was_typed_stays(
    client: Browser, kind: str, bad: str | list[str]
) -> None:
    made = whole()
    client.enter(people.huda())
    form = {asked(made, kind): bad, asked(made, "text"): "ينقص موعد القراءة"}
    sent = client.send(survey(made), form)
    assert sent.status_code == 422
    assert "ينقص موعد القراءة" in sent.text
    assert {"choices": "من الإجابات المعروضة هنا", "scale": "اختيار غير صحيح"}[kind] in sent.text
    assert not rows(SurveyAnswer)


@pytest.mark.parametrize("kind", PLACES)
def test_a_question_that_must_be_answered_is(client: Browser, kind: str) -> None:
    made = whole()
    with db.transaction():
        surveys.questions(made)[PLACES[kind]].is_required = True
    client.enter(people.huda())
    others = {"choice": "home", "choices": ["home"], "scale": "3", "text": "ينقص موعد القراءة"}
    whole_form = {asked(made, each): answer for each, answer in others.items()}
    lacking = {name: answer for name, answer in whole_form.items() if name != asked(made, kind)}
    sent = client.send(survey(made), lacking)
    assert sent.status_code == 422
    assert "أجب عن هذا السؤال" in sent.text
    assert not rows(SurveyAnswer)
    assert client.send(survey(made), whole_form).status_code == 303
    assert len(rows(SurveyAnswer)) == len(PLACES)


@pytest.mark.parametrize("make", [upcoming_consultation, closed_consultation])
def test_c33_answers_before_and_after_the_phase_are_refused_and_the_text_stays(client: Browser, make) -> None:  # type: ignore[no-untyped-def]
    made = make()
    with_questions(made), with_key_points(made)
    with db.transaction(reading=True):
        text = surveys.questions(made)[3].public_id
    client.enter(people.huda())
    assert client.send(survey(made), {text: "ينقص موعد القراءة"}).status_code == 409
    assert client.send(f"/ar/consultations/{made.slug}/short/1", {"stance": "support"}).status_code == 409
    assert not rows(SurveyAnswer)
    assert not rows(PointStance)


def test_the_last_second_counts_and_the_closing_instant_does_not(app: Sawt) -> None:
    made = whole()
    with app.app_context(), db.transaction():
        found = queries.by_id(made.id)
        huda, question = actor_of(people.huda()), surveys.questions(found)[0]
        with clock.telling(found.phases[1].ends_at):
            with pytest.raises(WrongState):
                taking_part.answer_survey(huda, found, {question.id: Given(("home",))}, "ar")


@pytest.mark.parametrize("people_at_once", [AT_ONCE])
def test_c09_many_submits_at_once_give_one_row_each(app: Sawt, people_at_once: int) -> None:
    made = whole()
    with db.transaction(reading=True):
        question, point = surveys.questions(made)[0], surveys.key_points(made)[0]
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
        question = surveys.questions(found)[0]
        taking_part.answer_survey(huda, found, {question.id: Given(("home",))}, "ar")
        guest = Actor(browser="b")
        with clock.telling(clock.now() + timedelta(minutes=1)):
            taking_part.answer_survey(guest, found, {question.id: Given(("work",))}, "ar")
        assert huda.person_id is not None
        events.publish(BrowserSignedIn(guest.key, huda.person_id))
        db.session().expire_all()
        (kept,) = surveys.own_answers(huda, found).values()
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
        stances = surveys.own_stances(actor_of(people.huda()), made).values()
        assert sorted(each.stance for each in stances) == ["oppose", "support"]


@pytest.mark.parametrize("place", ["0", "4", "99999999999"])
def test_a_point_there_is_not_is_not_found(client: Browser, place: str) -> None:
    assert client.get(f"/ar/consultations/{whole().slug}/short/{place}").status_code == 404


# Results


def results(made: Consultation) -> figures.Result:
    with db.transaction(reading=True):
        asked = surveys.questions(made)
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


def scaled(made: Consultation, counts: dict[int, int]) -> figures.Result:
    """The result of the scale, when so many have chosen each value."""
    return many_answered(made, "scale", [(Given(scale=value), count) for value, count in counts.items()])


def chose(made: Consultation, counts: dict[tuple[str, ...], int]) -> figures.Result:
    """The result of several choices, when so many have made each selection."""
    return many_answered(made, "choices", [(Given(chosen), count) for chosen, count in counts.items()])


def many_answered(made: Consultation, kind: str, answers: list[tuple[Given, int]]) -> figures.Result:
    given = [answer for answer, count in answers for _time in range(count)]
    with db.transaction():
        found = queries.by_id(made.id)
        question = surveys.questions(found)[PLACES[kind]]
        for number, answer in enumerate(given):
            actor = Actor(browser=f"b{number}", level=1)
            taking_part.answer_survey(actor, found, {question.id: answer}, "ar")
        return figures.survey_results(found, [question])[question.id]


def counts_of(result: figures.Result) -> dict[str, int | None]:
    return {key: None if share is None else share.count for key, share in result.shares.items()}


def test_each_value_of_a_scale_has_its_share_also_the_one_nobody_chose(client: Browser) -> None:
    made = whole()
    result = scaled(made, {3: 12, 5: 18})
    assert result.n == 30
    assert counts_of(result) == {"1": 0, "2": 0, "3": 12, "4": 0, "5": 18}
    assert {share.n for share in result.shares.values() if share} == {30}
    text = client.get(f"/en/consultations/{made.slug}/figures").text
    assert "30 answers" in text
    assert "60%" in text


def test_few_on_a_scale_are_hidden_together_with_another_value(app: Sawt) -> None:
    with app.app_context():
        assert counts_of(scaled(whole(), {1: 3, 5: 20})) == {"1": None, "2": None, "3": 0, "4": 0, "5": 20}


def test_of_several_choices_each_is_counted_among_all_who_answered(client: Browser) -> None:
    made = whole()
    result = chose(made, {("home", "work"): 12, ("home",): 8})
    assert (result.n, counts_of(result)) == (20, {"home": 20, "work": 12})
    assert [share.percent for share in result.shares.values() if share] == [100, 60]
    text = client.get(f"/en/consultations/{made.slug}/figures").text
    assert "20 answers" in text
    assert "60%" in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({("home", "work"): 3, ("home",): 18}, {"home": 21, "work": None}),
        ({("home",): 12}, {"home": 12, "work": 0}),
        ({("home",): 9}, {"home": None, "work": None}),
    ],
)
def test_few_of_those_who_chose_several_are_hidden_alone(
    app: Sawt, given: dict[tuple[str, ...], int], shown: dict[str, int | None]
) -> None:
    with app.app_context():
        assert counts_of(chose(whole(), given)) == shown


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
        point = surveys.key_points(found)[0]
        stances = figures.point_results(found)[point.id]
    assert stances.n == 12
    assert stances.shares["support"].percent == 100


def test_officials_read_what_people_wrote_without_their_names_and_nobody_else_does(client: Browser) -> None:
    made = whole()
    with db.transaction(reading=True):
        text = surveys.questions(made)[3].public_id
    client.another().enter(people.huda()).send(survey(made), {text: "ينقص موعد القراءة"})
    address = f"{survey(made)}/{text}"
    page = client.enter(people.omar()).get(address).text
    assert "ينقص موعد القراءة" in page
    assert "هدى" not in page
    assert client.another().enter(people.karim()).get(address).status_code == 403
    assert "ينقص موعد القراءة" not in client.another().get(f"/ar/consultations/{made.slug}/figures").text


# Who took part


def part_of(made: Consultation) -> figures.Participation:
    with db.transaction(reading=True):
        return figures.participation(queries.by_id(made.id))


def typed(made: Consultation, language: str = "ar", **fields: Any) -> None:
    """A response that came on paper."""
    with db.transaction():
        sent = Sent("المهلة قصيرة على من يسافر.", str(uuid.uuid4()), language, **fields)
        responses.record_paper(actor_of(people.sami()), queries.by_id(made.id), sent)


def commented(made: Consultation, who: Person, count: int, body: str, **fields: Any) -> None:
    for number in range(count):
        said(made, who, f"{body} ({number})", **fields)


def shown_in(page: str) -> dict[str, str]:
    """The summary of a page: each name with its value."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page)
    return {name: re.sub("<[^>]*>", "", value) for name, value in pairs}


def test_everybody_who_took_part_is_counted_once_and_everything_by_its_kind(app: Sawt) -> None:
    made = whole()
    commented(made, people.huda(), 2, "نؤيد المادة")
    said(made, people.yusuf(), "Two warnings are too few for families who travel.", part="art_1")
    responded(made, people.huda(), is_confidential=True)
    typed(made)
    typed(made, is_confidential=True)
    with db.transaction():
        found, huda = queries.by_id(made.id), actor_of(people.huda())
        answered(found, huda, "home")
        answered(found, Actor(browser="a", level=1), "work")
        stood(found, huda, "support")
    n = part_of(made)
    assert n.people == 4, "Huda, Yusuf, one on paper, and one who only answered the survey"
    assert (n.posts, n.responses) == (3, 1)
    assert (n.confidential, n.survey_answers, n.point_stances) == (None, 2, 1)


def test_ten_in_confidence_are_counted_by_themselves_and_in_no_other_number(app: Sawt) -> None:
    made = whole()
    responded(made, people.huda(), is_confidential=True)
    for _ in range(9):
        typed(made, "en", is_confidential=True)
    n = part_of(made)
    assert (n.confidential, n.people, n.responses) == (10, 0, 0)
    assert (dict(n.languages), dict(n.channels)) == ({}, {"web": None, "paper": None})


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_from_no_page_does_it_follow_how_few_wrote_in_confidence(client: Browser, lang: str) -> None:
    """Not from the totals less what is public either: the pages with one are those with nine."""
    made = whole()
    title = {"ar": "مشروع لائحة عدادات المياه", "en": "Draft regulation on water meters"}[lang]
    commented(made, people.huda(), 12, "نؤيد المادة ونقترح إنذارًا ثالثًا")
    typed(made)

    def words() -> list[str]:
        own = f"/{lang}/consultations"
        parts = ("", "/figures", "/responses", "/comments", "/articles/art_1", "/data")
        addresses = [f"/{lang}/", own, f"{own}/feed.atom", *(f"{own}/{made.slug}{part}" for part in parts)]
        pages = [client.get(address) for address in addresses]
        assert [page.status_code for page in pages] == [200] * len(addresses)
        texts = [re.sub(r"<[^>]*>|\b[0-9a-f]{12}\b", " ", page.text) for page in pages]
        assert all(title in text for text in texts)
        return texts

    typed(made, "en", is_confidential=True)
    with_one = words()
    for _ in range(8):
        typed(made, "en", is_confidential=True)
    assert words() == with_one


def test_officials_what_is_hidden_and_what_does_not_count_yet_are_nobody(app: Sawt) -> None:
    made = whole()
    said(made, people.omar(), "ننظر في المهلة مع الأسر.", agency_key="water")
    hidden = said(made, people.yusuf())
    guest = Actor(browser="guest")
    with db.transaction() as session:
        session.get_one(Post, hidden.id).state = "hidden"
        found = queries.by_id(made.id)
        answered(found, guest, "home")
        stood(found, guest, "oppose")
        responses.respond(guest, found, Sent("المهلة قصيرة.", str(uuid.uuid4()), "ar"))
    n = part_of(made)
    assert (n.people, n.posts, n.responses, n.survey_answers, n.point_stances) == (0, 0, 0, 0, 0)


def test_languages_and_channels_are_shown_where_nobody_can_be_found(client: Browser) -> None:
    made = whole()
    commented(made, people.huda(), 10, "نؤيد المادة ونقترح إنذارًا ثالثًا")
    commented(made, people.yusuf(), 11, "Two warnings are too few for families who travel")
    n = part_of(made)
    assert dict(n.languages) == {"ar": 10, "en": 11}
    assert dict(n.channels) == {"web": 21, "paper": 0}
    shown = shown_in(client.get(f"/en/consultations/{made.slug}/figures").text)
    assert (shown["People"], shown["Comments and replies"]) == ("2", "21")
    assert (shown["In Arabic"], shown["In English"]) == ("10", "11")
    assert (shown["Through this site"], shown["On paper"]) == ("21", "0")


def test_few_in_a_language_on_paper_or_in_confidence_are_hidden_and_cannot_be_subtracted(
    client: Browser,
) -> None:
    made = whole()
    commented(made, people.huda(), 12, "نؤيد المادة ونقترح إنذارًا ثالثًا")
    typed(made, "en")
    typed(made, "en", is_confidential=True)
    n = part_of(made)
    assert (n.posts, n.responses, n.confidential) == (12, 1, None)
    assert dict(n.languages) == {"ar": None, "en": None}
    assert dict(n.channels) == {"web": None, "paper": None}
    shown = shown_in(client.get(f"/en/consultations/{made.slug}/figures").text)
    few = ["In Arabic", "In English", "Through this site", "On paper"]
    assert {shown[name] for name in [*few, "Responses in confidence: counted, never shown"]} == {
        "Too few to be shown"
    }
