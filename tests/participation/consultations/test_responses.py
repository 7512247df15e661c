"""Responses of their own kind: organisations, in confidence, late, and on paper."""

import io

import pytest
import sqlalchemy as sa

from app.core import db, events
from app.factory import Sawt
from app.identity.events import BrowserSignedIn
from app.identity.models import actor_of
from participation.consultations import paper_tables
from participation.consultations.models import Consultation, Contribution, Response
from participation.consultations.queries import contributions, responses
from tests.client import Browser
from tests.factories import people
from tests.factories.agencies import roads, water
from tests.factories.consultations import (
    closed_consultation,
    open_consultation,
    responded,
    upcoming_consultation,
)

CANARY = "CANARY-لا-يظهر-7731"
BODY = "نرى أن مهلة الإنذار قصيرة، ونقترح أن تكون شهرًا."


@pytest.fixture
def made(app: Sawt) -> Consultation:
    return open_consultation()


def address(made: Consultation, rest: str = "responses/new", lang: str = "ar") -> str:
    return f"/{lang}/consultations/{made.slug}/{rest}"


def kept() -> list[Response]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(Response).order_by(Response.id)))


def test_an_organisation_says_how_many_members_it_asked(client: Browser, made: Consultation) -> None:
    client.enter(people.huda())
    form = {"organisation": "جمعية سكان النخيل", "members_asked": "١٢٠", "stance": "partly", "body": BODY}
    sent = client.send(address(made), form)
    assert sent.status_code == 303
    (response,) = kept()
    assert (response.organisation, response.members_asked, response.stance) == (
        "جمعية سكان النخيل",
        120,
        "partly",
    )
    page = client.leave().get(address(made, "responses")).text
    assert "جمعية سكان النخيل" in page
    assert "120" in page


def test_the_same_form_sent_twice_is_one_response_and_another_text_another(
    client: Browser, made: Consultation
) -> None:
    client.enter(people.huda())
    form = {"client_id": "5f0f3f04-7f7a-4a3e-9d5c-6a4a51f0a0aa", "body": BODY}
    addresses = {client.send(address(made), form).location for _ in range(2)}
    assert len(addresses) == len(kept()) == 1
    client.send(address(made), {**form, "body": f"{BODY} وشكرًا."})
    assert len(kept()) == 2


def test_a_confidential_response_is_counted_and_read_by_the_agency_alone(
    client: Browser, made: Consultation
) -> None:
    sent = responded(made, people.huda(), CANARY, is_confidential=True)
    own = address(made, f"responses/{sent.public_id}")
    asked = (*people.CAST, people.rana)
    seen = {who.__name__: client.another().enter(who()).get(own).status_code for who in asked}
    assert seen == {
        "huda": 200, "yusuf": 404, "omar": 200, "salma": 200, "karim": 404, "rana": 404, "lina": 404, "nour": 404,
        "adam": 404,
    }  # fmt: skip
    assert client.get(own).status_code == 404
    with db.transaction(reading=True):
        assert responses.confidential_count(made) is None, "one is too few to be told"
        assert contributions.counts([made.id]) == {made.id: 0}


def test_ten_that_one_person_sent_in_confidence_are_too_few_and_those_of_ten_people_are_told(
    client: Browser, made: Consultation
) -> None:
    for _ in range(10):
        responded(made, people.huda(), CANARY, is_confidential=True)
    with db.transaction(reading=True):
        assert responses.confidential_count(made) is None
        assert contributions.counts([made.id]) == {made.id: 0}
    client.enter(people.sami())
    for number in range(9):
        form = {"body": f"{BODY} {number}", "is_confidential": "y", "text_language": "ar"}
        assert client.send(address(made, "paper"), form).status_code == 303
    with db.transaction(reading=True):
        assert responses.confidential_count(made) == 19
        assert contributions.counts([made.id]) == {made.id: 19}


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_c20_no_public_page_shows_what_was_sent_in_confidence(
    client: Browser, made: Consultation, lang: str
) -> None:
    responded(made, people.huda(), CANARY, is_confidential=True, organisation=f"منظمة {CANARY}")
    pages = ["", "responses", "figures", "moved", "comments", "articles/art_1"]
    for page in pages:
        assert CANARY not in client.get(address(made, page, lang).rstrip("/")).text
    assert CANARY not in client.get(f"/{lang}/consultations").text


def test_a_response_after_the_phase_is_late_and_marked(client: Browser) -> None:
    made = closed_consultation()
    client.enter(people.huda())
    assert client.send(address(made), {"body": BODY}).status_code == 303
    assert [response.is_late for response in kept()] == [True]
    assert "متأخر" in client.get(address(made, "responses")).text


def test_c33_before_comments_open_nothing_is_taken_and_the_text_stays(client: Browser) -> None:
    made = upcoming_consultation()
    sent = client.enter(people.huda()).send(address(made), {"body": BODY})
    assert sent.status_code == 409
    assert BODY in sent.text
    assert not kept()


def test_a_guests_response_is_kept_and_does_not_count_yet(client: Browser, made: Consultation) -> None:
    sent = client.send(address(made), {"body": BODY})
    assert "لم يُحتسب بعد" in client.get(sent.location).text
    assert [response.state for response in kept()] == ["unconfirmed"]
    assert BODY not in client.another().get(address(made, "responses")).text
    with db.transaction(reading=True) as session:
        assert not session.scalars(sa.select(Contribution)).all()


def test_what_waits_counts_and_enters_the_register_after_signing_in(
    client: Browser, made: Consultation
) -> None:
    client.send(address(made), {"body": BODY})
    with client.session_transaction() as session:
        browser = session["browser"]
    sign_in(browser)
    (response,) = kept()
    assert (response.state, response.person_id) == ("published", people.huda().id)
    with db.transaction(reading=True) as session:
        assert session.scalars(sa.select(Contribution.response_id)).all() == [response.id]


@pytest.mark.parametrize("state", ["ended", "cancelled"])
def test_c33_what_waits_does_not_count_after_the_consultation_is_over(
    client: Browser, made: Consultation, state: str
) -> None:
    """Else a contribution that nobody answers would stand in a consultation that has ended."""
    client.send(address(made), {"body": BODY})
    with client.session_transaction() as session:
        browser = session["browser"]
    with db.transaction() as session:
        session.get_one(Consultation, made.id).state = state
    sign_in(browser)
    (response,) = kept()
    assert (response.state, response.person_id) == ("unconfirmed", people.huda().id)
    with db.transaction(reading=True) as session:
        assert not session.scalars(sa.select(Contribution)).all()


def sign_in(browser: str) -> None:

    with db.transaction():
        events.publish(BrowserSignedIn(f"browser:{browser}", people.huda().id))


def test_an_empty_response_is_refused_and_an_expired_token_keeps_the_text(
    client: Browser, made: Consultation
) -> None:
    client.enter(people.huda())
    assert client.send(address(made), {"body": " . "}).status_code == 422
    expired = client.send(address(made), {"body": BODY, "csrf_token": "expired"})
    assert expired.status_code == 422
    assert BODY in expired.text


# Organisations that are called as an agency is


DRESSED_AS_AN_AGENCY = [
    "مؤسسة المياه", "موسسة  الميـــاه", "مُؤسَّسة المياة", "المكتب الإعلامي في مؤسسة المياه", "هيئه الطرق",
    "Water Company", "WATER C0MPANY", "The Wаter Cоmpany", "Vvater Company - Press Office",
    "\u202eynapmoC retaW\u202c Water Company", f"مؤ{chr(0x200C)}سسة المياه", "Roads Authority (official)",
]  # fmt: skip
HONEST = [
    "جمعية حماية المستهلك", "Water Users' Association", "نقابة المهندسين", "شركة الواحة لإدارة المباني", "الطرق",
    "نقابة عمال مؤسسة المياه", "رابطة متقاعدي هيئة الطرق", "Water Company Workers' Union", "Palm Security Ltd",
    "مجلس إدارة برج النخيل", "جمعية أصدقاء البلدية", "Support for the Blind", "الاتحاد العام للمزارعين",
]  # fmt: skip


@pytest.fixture
def country(app: Sawt) -> None:
    water(), roads()


@pytest.mark.parametrize("name", DRESSED_AS_AN_AGENCY)
def test_c06_no_organisation_is_called_as_an_agency_and_its_text_stays(
    client: Browser, country: None, made: Consultation, name: str
) -> None:
    form = {"organisation": name, "body": BODY}
    sent = client.enter(people.huda()).send(address(made), form)
    typed = (
        client.another().enter(people.sami()).send(address(made, "paper"), {**form, "text_language": "ar"})
    )
    for page in (sent, typed):
        assert page.status_code == 422
        assert "هذا الاسم اسم جهة حكومية" in page.text
        assert BODY in page.text
    assert not kept()


@pytest.mark.parametrize("name", HONEST)
def test_c06_an_honest_organisation_keeps_its_name(
    client: Browser, country: None, made: Consultation, name: str
) -> None:
    form = {"organisation": name, "body": BODY}
    assert client.enter(people.huda()).send(address(made), form).status_code == 303
    clerk = client.another().enter(people.sami())
    assert clerk.send(address(made, "paper"), {**form, "text_language": "ar"}).status_code == 303
    assert [response.organisation for response in kept()] == [name, name]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_c06_a_table_in_which_an_organisation_is_called_as_an_agency_is_not_kept(
    client: Browser, country: None, made: Consultation, lang: str
) -> None:
    client.enter(people.sami())
    table = f"body,organisation\n{BODY},نقابة المهندسين\n{BODY},Wаter Company"
    why = {"ar": "هذا الاسم اسم جهة حكومية", "en": "This name is that of a government agency"}[lang]
    review = client.send(address(made, "paper/table", lang), {"table": table})
    assert review.text.count(why) == 1
    assert address(made, "paper/rows", lang) not in review.text
    client.send(address(made, "paper/rows", lang), {"table": table})
    assert not kept()


# Paper


def test_a_clerk_records_and_is_never_the_author(client: Browser, made: Consultation) -> None:
    client.enter(people.sami())
    form = {"name": "أبو سالم", "body": BODY, "stance": "oppose", "text_language": "ar"}
    assert client.send(address(made, "paper"), form).status_code == 303
    (response,) = kept()
    assert response.person_id is None
    assert response.recorded_by_id == people.sami().id
    assert "sami" not in response.author_key
    assert str(people.sami().id) not in response.author_key
    page = client.leave().get(address(made, f"responses/{response.public_id}")).text
    assert BODY in page
    assert "أبو سالم" not in page


TABLE = (
    "body,stance,organisation,members_asked,confidential\r\n"
    '"المهلة قصيرة، أطيلوها",مؤيد جزئيًا,,,\r\n'
    '"We need a longer period",oppose,Palm Residents,٤٠,yes\r\n'
)


@pytest.mark.parametrize("as_file", [True, False])
def test_a_table_is_shown_row_by_row_before_anything_is_kept(
    client: Browser, made: Consultation, as_file: bool
) -> None:
    client.enter(people.sami())
    file = (io.BytesIO(("\ufeff" + TABLE).encode()), "ردود.csv")
    sent = {"file": file} if as_file else {"table": TABLE}
    review = client.send(address(made, "paper/table"), sent)
    assert review.status_code == 200
    assert "Palm Residents" in review.text
    assert not kept()


def test_the_table_that_was_looked_at_is_kept_once(client: Browser, made: Consultation) -> None:
    client.enter(people.sami())
    form = {"table": TABLE, "client_id": "5f0f3f04-7f7a-4a3e-9d5c-6a4a51f0a0aa"}
    for _ in range(2):
        assert client.send(address(made, "paper/rows"), form).status_code == 303
    first, second = kept()
    assert (first.language, first.stance, first.is_confidential) == ("ar", "partly", False)
    assert (second.language, second.members_asked, second.is_confidential) == ("en", 40, True)


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("body,stance\nنص,maybe", ("stance",)),
        ("body,members_asked\nنص,many", ("members_asked",)),
        ("body,members_asked\nنص,²", ("members_asked",)),
        ("body,members_asked\nنص,010000000999999999999999", ("members_asked",)),
        ("body,confidential\nنص,perhaps", ("confidential",)),
        ("body,language\nنص,fr", ("language",)),
        ("body\n...", ("body",)),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_nothing_is_guessed(
    table: str, faults: tuple[str, ...]
) -> None:
    assert paper_tables.read(table, "key")[0].faults == faults


@pytest.mark.parametrize("table", ["", "body", "text\nنص", "body\n" + "نص\n" * 501, "\0", '"'])
def test_what_is_no_table_is_refused(table: str) -> None:
    with pytest.raises(paper_tables.Unreadable):
        paper_tables.read(table, "key")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_come_with_any_of_three_separators(separator: str) -> None:
    (row,) = paper_tables.read(f"body{separator}stance\nنص{separator}support", "key")
    assert (row.sent.body, row.sent.stance) == ("نص", "support")


def test_responses_are_paged(client: Browser, made: Consultation) -> None:
    for number in range(responses.PAGE + 1):
        responded(made, people.huda(), f"{BODY} {number}")
    with db.transaction(reading=True):
        first, cursor = responses.page(made)
        second, last = responses.page(made, cursor)
    assert (len(first), len(second), last) == (responses.PAGE, 1, None)
    assert actor_of(people.huda()).key == first[0].author_key
