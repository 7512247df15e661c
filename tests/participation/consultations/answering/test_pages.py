"""Answering through the front door: what is typed is kept, what is refused says why, what is told can be opened."""

import re
from collections.abc import Iterator

import pytest

from app.core import db
from app.factory import Sawt
from participation.consultations.answering import actions
from participation.consultations.models import Consultation
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import (
    ARABIC,
    acting,
    answer,
    confidential,
    crowd,
    ended,
    families,
    family_of,
    fresh,
    many_families,
    outcome,
    ready_to_end,
    said,
)
from tests.factories.consultations import open_consultation

MOST_QUERIES = 11
"""Sign-in, grants and unread notices, the consultation and its phases, and six of the page itself."""


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context():
        water()
        yield


@pytest.fixture
def omar(client: Browser) -> Browser:
    return client.enter(people.omar())


def at(consultation: Consultation, page: str, lang: str = "en") -> str:
    return f"/{lang}/consultations/{consultation.slug}/{page}"


def test_the_official_reads_answers_and_the_author_finds_the_answer(omar: Browser) -> None:
    made = open_consultation()
    family = family_of(said(made, people.huda()))
    page = omar.get(at(made, "answering"))
    assert 'data-label="People" class="number">1<' in page.text
    form = {
        "families": f"{family.public_id}~0",
        "decision": "partly",
        "reason_ar": "مددناها إلى أسبوعين.",
        "reason_en": "Two weeks now.",
    }
    assert omar.send(at(made, "answering/answers/new"), form).status_code == 303
    huda = omar.another().enter(people.huda())
    assert "مددناها إلى أسبوعين." in huda.get(at(made, "mine", "ar")).text
    assert "Two weeks now." in omar.leave().get(at(made, f"families/{family.public_id}")).text


def test_the_page_of_a_family_shows_how_each_wording_differs_from_the_most_frequent(omar: Browser) -> None:
    made = open_consultation()
    for who in (people.huda(), people.yusuf()):
        said(made, who, ARABIC)
    changed = said(made, people.karim(), ARABIC.replace("أسبوع واحد", "أسبوع واحد كامل"))
    page = omar.get(at(made, f"answering/families/{family_of(changed).public_id}")).text
    assert "1 slightly different wording" in page
    assert "Sent once" in page
    assert re.search(r"<ins><span class=.visually-hidden.>added: </span>[^<]*كامل", page)


def test_an_answer_without_its_english_reason_is_shown_again_with_the_arabic_one(omar: Browser) -> None:
    made = open_consultation()
    family = family_of(said(made))
    form = {"families": f"{family.public_id}~0", "decision": "rejected", "reason_ar": "القانون لا يسمح."}
    refused = omar.send(at(made, "answering/answers/new"), form)
    assert refused.status_code == 422
    assert "القانون لا يسمح." in refused.text


def test_an_expired_page_keeps_the_answer(omar: Browser) -> None:
    made = open_consultation()
    form = {
        "families": f"{family_of(said(made)).public_id}~0",
        "reason_ar": "نص طويل كتبته.",
        "csrf_token": "old",
    }
    refused = omar.send(at(made, "answering/answers/new"), form)
    assert refused.status_code == 422
    assert "نص طويل كتبته." in refused.text


def test_who_comes_second_gets_409_the_text_and_the_colleagues_answer(omar: Browser) -> None:
    made = open_consultation()
    family = family_of(said(made))
    answer(made, family, who=people.salma(), reason=("أجابت سلمى.", "Salma has answered."))
    form = {
        "families": f"{family.public_id}~0",
        "decision": "rejected",
        "reason_ar": "رد عمر",
        "reason_en": "Omar's reason",
    }
    refused = omar.send(at(made, "answering/answers/new"), form)
    assert refused.status_code == 409
    assert "Omar&#39;s reason" in refused.text
    assert "Salma has answered." in refused.text
    (token,) = re.findall(r'name="families"[^>]*value="([^"]*)"', refused.text)
    assert token == f"{family.public_id}~1"
    assert omar.send(at(made, "answering/answers/new"), {**form, "families": token}).status_code == 303


def test_everything_that_matches_is_answered_by_one_form_of_any_size(omar: Browser) -> None:
    made = open_consultation()
    many_families(made, crowd(20), 300)
    page = omar.get(at(made, "answering/answers/new?all=1&state=open"))
    (tokens,) = re.findall(r'name="families"[^>]*value="([^"]*)"', page.text)
    assert len(tokens.split()) == 300
    form = {"families": tokens, "decision": "considered", "reason_ar": "درسناها.", "reason_en": "Considered."}
    assert omar.send(at(made, "answering/answers/new"), form).status_code == 303
    assert {family.decision for family in families(made)} == {"considered"}


def test_the_inbox_costs_the_same_with_few_and_many_families(omar: Browser) -> None:
    made = open_consultation()
    authors = crowd(3)
    many_families(made, authors, 2)
    omar.get(at(made, "answering"))
    with counted() as few:
        omar.get(at(made, "answering"))
    many_families(made, authors, 60)
    with counted() as many:
        omar.get(at(made, "answering"))
    assert len(many) == len(few) <= MOST_QUERIES


def test_the_response_is_refused_with_the_list_while_a_text_is_unanswered(client: Browser) -> None:
    made = ready_to_end()
    many_families(made, [people.yusuf()], 1)
    salma = client.enter(people.salma())
    form = {"act": "publish", "closing_words_ar": "نشكركم.", "closing_words_en": "Thank you."}
    refused = salma.send(at(made, "response"), form)
    assert refused.status_code == 409
    assert "1 text has no answer yet" in refused.text
    answer(made, *[family for family in families(made) if family.decision == "open"], decision="considered")
    assert salma.send(at(made, "response"), form).status_code == 303


@pytest.mark.parametrize(
    ("words", "complaint"),
    [(("", "Thanks"), "closing words in Arabic"), (("شكرًا", ""), "closing words in English")],
)
def test_the_response_needs_closing_words_in_both_languages(
    client: Browser, words: tuple[str, str], complaint: str
) -> None:
    made = ready_to_end()
    form = {"act": "publish", "closing_words_ar": words[0], "closing_words_en": words[1]}
    refused = client.enter(people.salma()).send(at(made, "response"), form)
    assert refused.status_code == 409
    assert complaint in refused.text


def test_the_response_needs_every_row_in_both_languages(client: Browser) -> None:
    made = ready_to_end()
    outcome(made, did=("لم نغيّرها.", ""))
    form = {"act": "publish", "closing_words_ar": "شكرًا", "closing_words_en": "Thanks"}
    refused = client.enter(people.salma()).send(at(made, "response"), form)
    assert refused.status_code == 409
    assert "A row is incomplete in English" in refused.text


def test_an_accepted_row_needs_its_changed_words(client: Browser) -> None:
    made = ready_to_end()
    outcome(made, decision="accepted")
    form = {"act": "publish", "closing_words_ar": "شكرًا", "closing_words_en": "Thanks"}
    refused = client.enter(people.salma()).send(at(made, "response"), form)
    assert "does not lead to the changed words" in refused.text


def test_you_said_we_did_is_public_once_the_response_is(client: Browser) -> None:
    before, after = ready_to_end(), ended()
    assert client.get(at(before, "outcome")).status_code == 404
    page = client.get(at(after, "outcome"))
    assert "We kept it: the law sets it." in page.text
    assert "1 person said so" in page.text
    assert "The period" not in client.get(at(after, "outcome") + "?decision=accepted").text
    assert "لم نمددها" in client.get(at(after, "outcome", "ar")).text


def test_c02_nothing_of_a_confidential_response_stands_on_a_public_page(client: Browser) -> None:
    made = ready_to_end()
    with db.transaction():
        confidential(made, "كناري ٤٢ سر المهنة الذي لا يُنشر أبدًا في أي صفحة")
    for page in ("outcome", "overview", "mine", "answering"):
        for who in (people.huda, people.nour, people.karim):
            answered = client.leave().enter(who()).get(at(made, page, "ar"))
            assert "كناري" not in answered.text
            assert "جمعية حماية" not in answered.text


def test_everybody_sees_on_a_post_that_an_official_has_read_it(client: Browser) -> None:
    made = open_consultation()
    post = said(made, people.huda())
    page = at(made, "articles/art_3")
    assert "Seen by an official" not in client.get(page).text
    with db.transaction():
        actions.mark_read(acting(people.omar()), fresh(made), [family_of(post).public_id])
    assert "Seen by an official" in client.get(page).text
    answer(made, family_of(post), decision="rejected")
    assert "Not accepted" in client.get(page).text
