"""The main journey through the front door: write, see the suggestion, decide, send, be answered, read."""

import re

import pytest
from flask.testing import FlaskClient

from app.core import db
from feedback.inquiries.models import Inquiry
from tests.client import Browser
from tests.factories.agencies import roads, water
from tests.factories.cases import ARABIC
from tests.factories.people import omar, salma


@pytest.fixture(autouse=True)
def agencies(app: object) -> None:
    with db.transaction():
        water(), roads()


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]


def key(page: str) -> str:
    return re.search(r'name="client_id"[^>]*value="([^"]+)"', page)[1]  # type: ignore[index]


def body(page: str) -> str:
    return re.search(r'name="body"[^>]*value="([^"]*)"', page)[1]  # type: ignore[index]


def write(client: FlaskClient, body: str = ARABIC, **more: str):  # type: ignore[no-untyped-def]
    page = client.get("/ar/inquiries/new").text
    return client.post(
        "/ar/inquiries/new", data={"csrf_token": token(page), "client_id": key(page), "body": body, **more}
    )


def send(client: FlaskClient, agency: str = "unknown", **more: str):  # type: ignore[no-untyped-def]
    page = client.get("/ar/inquiries/new/agency").text
    data = {"csrf_token": token(page), "client_id": key(page), "body": body(page), "agency": agency, **more}
    return client.post("/ar/inquiries/new/agency", data=data)


def test_a_resident_without_an_account_sends_an_inquiry_and_gets_reference_and_receipt(
    client: FlaskClient,
) -> None:
    assert write(client).location == "/ar/inquiries/new/agency"
    answer = send(client, "other", other_agency="water")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert re.search(r'id="reference">[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]<', page)
    assert re.search(r'id="receipt">[0-9A-Z]{16}<|id="receipt">[0-9A-Z-]{19}<', page)


@pytest.mark.parametrize(
    "address", ["nobody", "a@b", "a b@example.org", "هدى@example.org", "huda@مثال.example"]
)
def test_an_address_that_no_mail_reaches_is_refused_and_the_text_stays(
    client: FlaskClient, address: str
) -> None:
    write(client)
    answer = send(client, email=address)
    assert answer.status_code == 422
    assert "name@example.com" in answer.text
    assert "600-555-123" in answer.text


def test_an_empty_text_is_refused_in_the_readers_language(client: FlaskClient) -> None:
    answer = write(client, body="  ")
    assert answer.status_code == 422


def test_the_official_answers_and_the_person_reads_it(client: Browser) -> None:
    write(client)
    sent = send(client, "other", other_agency="water")
    reference = sent.location.rpartition("/")[2]
    official = client.another().enter(omar())
    page = official.get(f"/ar/inbox/{reference}")
    assert page.status_code == 200
    answer = official.post(
        f"/ar/inbox/{reference}/answers",
        data={
            "csrf_token": token(page.text),
            "client_id": key(page.text),
            "body": "تعود المياه الليلة.",
            "seen_seq": "2",
        },
    )
    assert answer.status_code == 303
    status = client.get(f"/ar/cases/{reference}").text
    assert "تعود المياه الليلة." in status


def test_what_nobody_can_place_goes_to_the_sorting_desk(client: FlaskClient) -> None:
    write(client)
    send(client, "unknown")
    with db.transaction(reading=True) as session:
        assert session.query(Inquiry).one().state == "triage"


def test_the_supervisor_of_water_sees_it_in_the_inbox(client: Browser) -> None:
    write(client)
    send(client, "other", other_agency="water")
    page = client.another().enter(salma()).get("/ar/inbox").text
    assert "انقطعت المياه" in page


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"agency": ""}, "اختر جهة"),
        ({"agency": "other", "other_agency": ""}, "اختر الجهة من القائمة"),
        ({"agency": "other", "other_agency": "nowhere"}, ""),
    ],
)
def test_a_choice_that_is_none_is_asked_again_and_not_taken_for_i_do_not_know(
    client: FlaskClient, choice: dict[str, str], words: str
) -> None:
    write(client)
    refused = send(client, **choice)
    assert refused.status_code == 422
    assert words in refused.text
