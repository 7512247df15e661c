"""A law that comes from a consultation is public only when people have their answer."""

import pytest
from sqlalchemy import select

from app.core import db
from app.core.permissions import SYSTEM
from app.documents import actions, queries
from app.documents.models import Document, Relation
from participation.consultations.answering import actions as answering
from participation.consultations.models import Consultation
from tests.client import Browser
from tests.factories import people
from tests.factories.agencies import roads
from tests.factories.answering import acting, fresh, ready_to_end
from tests.factories.consultations import consultation, open_consultation
from tests.factories.documents import draft_law
from tests.factories.people import unit

WAITS = {
    "ar": "لم يُنشر بعد رد الجهة على الاستشارة",
    "en": "response to the consultation",
}

TITLES = {"ar": "مشروع لائحة عدادات المياه", "en": "Draft regulation on water meters"}


def desk(law: Document, rest: str = "", lang: str = "ar") -> str:
    return f"/{lang}/documents/{law.kind}/{law.year}/{law.number}{rest}"


def page(law: Document, lang: str = "ar") -> str:
    return f"/{lang}/docs/{law.kind}/{law.year}/{law.number}"


def is_public(law: Document) -> bool:
    with db.transaction(reading=True):
        return bool(queries.newest_number(law.id))


def adopted(draft: Document | None, kind: str = "law") -> Document:
    """An unpublished law that names this draft."""
    with unit():
        law = draft_law(published=False, kind=kind)
        if draft is not None:
            actions.adopt(SYSTEM, queries.by_id(law.id), queries.by_id(draft.id))
        return law


def draft_of(made: Consultation) -> Document:
    assert made.document is not None
    return made.document


def name_draft(browser: Browser, law: Document, draft: Document) -> int:
    sent = {"predicate": "adopts", "target": page(draft)}
    return browser.send(desk(law, "/relations"), sent).status_code


def publish(browser: Browser, law: Document, lang: str = "ar") -> str:
    return browser.send(desk(law, "/versions/1/publication", lang), {"is_read": "y"}).text


@pytest.fixture
def salma(client: Browser) -> Browser:
    return client.enter(people.salma())


@pytest.mark.parametrize("kind", ["law", "policy"])
def test_a_law_waits_for_the_response_to_the_consultation_it_came_from(salma: Browser, kind: str) -> None:
    made = ready_to_end()
    law = draft_law(published=False, kind=kind)
    assert name_draft(salma, law, draft_of(made)) == 303
    for lang in ("ar", "en"):
        refused = publish(salma, law, lang)
        assert WAITS[lang] in refused
        assert TITLES[lang] in refused
        assert f'href="/{lang}/consultations/{made.slug}/response"' in refused
        assert not is_public(law)
    with unit():
        answering.publish_response(acting(people.salma()), fresh(made))
    publish(salma, law)
    assert is_public(law)


def test_who_may_not_publish_the_response_is_led_to_the_consultation(client: Browser) -> None:
    made = open_consultation(agency=roads())
    law = adopted(draft_of(made))
    refused = publish(client.enter(people.salma()), law)
    assert WAITS["ar"] in refused
    assert f"/consultations/{made.slug}/response" not in refused
    assert f'href="/ar/consultations/{made.slug}"' in refused


@pytest.mark.parametrize("kind", ["law", "policy", "report", "draft"])
def test_a_text_without_a_consultation_waits_for_nothing(salma: Browser, kind: str) -> None:
    open_consultation()
    law = draft_law(published=False, kind=kind)
    publish(salma, law)
    assert is_public(law)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_consultation_that_asked_nobody_or_was_called_off_keeps_no_law_waiting(
    salma: Browser, state: str
) -> None:
    made = consultation(state=state)
    law = adopted(draft_of(made))
    publish(salma, law)
    assert is_public(law)


def test_the_report_that_answers_is_published_before_the_response(salma: Browser) -> None:
    made = open_consultation()
    report = draft_law(published=False, kind="report")
    with unit():
        actions.relate(SYSTEM, queries.by_id(report.id), "cites", queries.by_id(draft_of(made).id))
    publish(salma, report)
    assert is_public(report)


def test_a_draft_does_not_become_a_law_by_another_address_before_the_response(salma: Browser) -> None:
    made = ready_to_end()
    draft, address = draft_of(made), {"kind": "law", "year": "2026", "number": "77"}
    refused = salma.send(desk(draft, "/address"), address)
    assert refused.status_code == 409
    assert WAITS["ar"] in refused.text
    assert salma.get(page(draft)).status_code == 200
    with unit():
        answering.publish_response(acting(people.salma()), fresh(made))
    assert salma.send(desk(draft, "/address"), address).status_code == 303


def test_a_law_that_is_public_cannot_be_said_to_come_from_a_draft_without_its_response(
    salma: Browser,
) -> None:
    made, law = ready_to_end(), draft_law(kind="law")
    assert name_draft(salma, law, draft_of(made)) == 409
    with db.transaction(reading=True):
        assert not queries.drafts_of(law)
    with unit():
        answering.publish_response(acting(people.salma()), fresh(made))
    assert [name_draft(salma, law, draft_of(made)) for _again in range(2)] == [303, 303]
    with db.transaction(reading=True):
        assert queries.drafts_of(law) == [draft_of(made).id]


def test_draft_consultation_and_law_lead_to_each_other(client: Browser) -> None:
    made = ready_to_end()
    with unit():
        answering.publish_response(acting(people.salma()), fresh(made))
    draft, law = draft_of(made), adopted(draft_of(made))
    assert page(law) not in client.get(page(draft)).text, "a law that is not public is told of"
    assert page(law) not in client.get(f"/ar/consultations/{made.slug}").text
    with unit():
        actions.publish(SYSTEM, queries.by_id(law.id), 1)
    of_law, of_draft = client.get(page(law)).text, client.get(page(draft)).text
    assert "صدر عن المسودة" in of_law
    assert f'href="{page(draft)}"' in of_law
    assert f"/ar/consultations/{made.slug}/outcome" in of_law
    assert "صارت هذه المسودة" in of_draft
    assert f'href="{page(law)}"' in of_draft
    assert f'href="{page(law)}"' in client.get(f"/ar/consultations/{made.slug}").text
    assert "This draft became" in client.get(page(draft, "en")).text


@pytest.mark.parametrize("kind", ["draft", "report", "form"])
def test_only_a_law_or_a_policy_comes_from_a_draft(salma: Browser, kind: str) -> None:
    made, other = open_consultation(), draft_law(kind=kind)
    assert 'value="adopts"' not in salma.get(desk(other)).text
    assert name_draft(salma, other, draft_of(made)) == 422
    with db.transaction(reading=True):
        assert db.session().scalar(select(Relation.id)) is None


def test_a_law_comes_from_a_draft_and_from_nothing_else(salma: Browser) -> None:
    law, report = draft_law(kind="law"), draft_law(kind="report")
    assert 'value="adopts"' in salma.get(desk(law)).text
    for wrong in (report, law):
        assert name_draft(salma, law, wrong) == 422
    with db.transaction(reading=True):
        assert not queries.drafts_of(law)


CHOOSES = {"salma": 303, "rana": 303, "adam": 303, "omar": 404, "karim": 404, "huda": 404, "lina": 404}


@pytest.mark.parametrize("name", CHOOSES)
def test_the_keepers_of_the_law_say_which_draft_it_came_from(client: Browser, name: str) -> None:
    made, law = open_consultation(), draft_law(published=False, kind="law")
    browser = client.enter(getattr(people, name)())
    assert name_draft(browser, law, draft_of(made)) == CHOOSES[name]
    with db.transaction(reading=True):
        assert bool(queries.drafts_of(law)) is (CHOOSES[name] == 303)


def test_a_draft_named_by_mistake_is_taken_back(salma: Browser) -> None:
    made = open_consultation()
    law = adopted(draft_of(made))
    with db.transaction(reading=True):
        named = db.session().scalars(select(Relation.id)).one()
    assert salma.send(desk(law, f"/relations/{named}/removal")).status_code == 303
    publish(salma, law)
    assert is_public(law)
