"""What people do with their own accounts."""

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.core import db
from app.identity import engine
from app.identity.actions.signing_up import NameTaken, take_name
from app.identity.devices import device_of
from app.identity.models import Look, Person
from app.identity.queries import person_with_email
from tests.app.identity.mailbox import link_to, mails_to
from tests.client import Browser
from tests.factories import people

PASSWORD = "نافذة خضراء وقطة بيضاء"
PAGES = (
    "/account",
    "/account/preferences",
    "/account/password",
    "/account/address",
    "/account/proof",
    "/account/second-step",
    "/account/sign-ins",
    "/account/looks",
)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_for_its_owner_and_leads_anybody_else_to_the_sign_in(
    client: Browser, page: str, language: str
) -> None:
    assert client.get(f"/{language}{page}").location.startswith(f"/{language}/sign-in?next=")
    assert client.enter(people.huda()).get(f"/{language}{page}").status_code == 200


def test_opening_pages_writes_nothing(client: Browser, app: Flask) -> None:
    client.enter(people.huda(password=engine.hashed(PASSWORD)))
    written: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        for page in (*PAGES, "/sign-up", "/sign-in", "/password/forgotten"):
            client.get(f"/ar{page}")
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    assert written == []


def test_the_actor_costs_two_queries(client: Browser, app: Flask) -> None:
    client.enter(people.salma())
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        client.get("/ar/account/second-step")
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    assert len([query for query in asked if "sign_ins" in query or "role_grants" in query]) == 2


def test_a_new_address_counts_only_after_its_link_and_the_former_one_is_told(client: Browser) -> None:
    client.enter(people.huda(password=engine.hashed(PASSWORD)))
    sent = client.send("/ar/account/address", {"email": "new@example.org", "present": PASSWORD})
    assert sent.status_code == 303
    with db.transaction(reading=True):
        assert person_with_email("new@example.org") is None
    assert client.send(link_to("new@example.org", "confirm_new_address")).status_code == 303
    with db.transaction(reading=True):
        assert person_with_email("new@example.org") is not None
        assert person_with_email("huda@example.org") is None
    assert [mail.template for mail in mails_to("huda@example.org")] == ["identity/address_changed"]


def test_asking_for_the_address_of_somebody_else_looks_the_same_and_sends_nothing(client: Browser) -> None:
    people.yusuf()
    client.enter(people.huda(password=engine.hashed(PASSWORD)))
    sent = client.send("/ar/account/address", {"email": "yusuf@example.org", "present": PASSWORD})
    assert sent.status_code == 303
    assert mails_to("yusuf@example.org") == []


def test_a_change_needs_the_present_password_and_keeps_what_was_typed(client: Browser) -> None:
    client.enter(people.huda(password=engine.hashed(PASSWORD)))
    wrong = client.send("/ar/account/address", {"email": "new@example.org", "present": "wrong"})
    assert wrong.status_code == 422
    assert "new@example.org" in wrong.text
    assert client.send("/ar/account/password", {"present": "wrong", "password": PASSWORD}).status_code == 422


def test_the_saved_language_decides_the_language_of_mails(client: Browser) -> None:
    client.enter(people.huda(password=engine.hashed(PASSWORD)))
    client.send("/ar/account/preferences", {"name": "هدى", "language": "en"})
    client.send("/ar/account/password", {"present": PASSWORD, "password": "قمر بعيد وباب من خشب"})
    (mail,) = mails_to("huda@example.org")
    assert (mail.language, (mail.subject or "").strip()) == ("en", "Your password was changed")


def test_keeping_the_own_name_is_no_clash_and_taking_anothers_is(client: Browser) -> None:
    people.yusuf()
    client.enter(people.huda())
    own = client.send("/ar/account/preferences", {"name": "هدي", "language": "ar"})
    taken = client.send("/ar/account/preferences", {"name": "Yսsuf", "language": "ar"})
    assert (own.status_code, taken.status_code) == (303, 422)


def test_a_sign_in_is_listed_with_its_device_and_can_be_ended(client: Browser) -> None:
    huda = people.huda()
    other = client.another().enter(huda)
    client.enter(huda)
    page = client.get("/en/account/sign-ins").text
    assert page.count("Firefox on Linux") == 2
    there = page.split("/revocation")[1].rsplit("/", 1)[-1]
    client.send(f"/en/account/sign-ins/{there}/revocation")
    assert {other.get("/en/account").status_code, client.get("/en/account").status_code} == {200, 303}


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Gecko/20100101 Firefox/140.0", "firefox/windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile Safari/604.1",
            "safari/iphone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "chrome/android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "edge/windows"),
        ("<script>alert(1)</script>", "/"),
    ],
)
def test_a_device_is_named_from_what_the_browser_says_and_nothing_else_is_kept(
    agent: str, device: str
) -> None:
    assert device_of(agent) == device


def test_looks_are_shown_a_page_at_a_time(client: Browser) -> None:
    huda, adam = people.huda(), people.adam()
    with db.transaction() as session:
        for _ in range(31):
            session.add(
                Look(
                    person_id=huda.id,
                    looked_by_id=adam.id,
                    subject_kind="case",
                    subject_id="x",
                    reason="duty",
                )
            )
    client.enter(huda)
    first = client.get("/en/account/looks").text
    assert first.count("Working on your request") == 30
    following = first.split('rel="next" href="')[1].split('"')[0]
    assert client.get(following).text.count("Working on your request") == 1


def test_two_people_who_take_the_same_name_at_once_do_not_both_get_it(app: Flask) -> None:
    """The unique index decides, whatever the check before it saw."""
    people.huda()
    with db.transaction() as session:
        other = Person(email="x@example.org", email_index="x")
        with pytest.raises(NameTaken):
            take_name(other, "هدى")
        assert session.scalars(select(Person)).all() != []
