"""Signing up, in and out, by the pages."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import db, drafts
from app.core.permissions import Actor
from app.identity import engine
from app.identity.models import Person, SignIn
from app.identity.queries import person_with_email
from tests.app.identity.mailbox import forget_password, link_to, mails_to
from tests.client import Browser
from tests.factories import people

PASSWORD = "شاي بالنعناع كل صباح"
MARYAM = "maryam@example.org"


def _sign_up(client: Browser, email: str = MARYAM, name: str = "مريم", password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.send("/ar/sign-up", {"email": email, "name": name, "password": password})


def _person(email: str = MARYAM) -> Person | None:
    with db.transaction(reading=True):
        return person_with_email(email)


def _sign_in(client: Browser, email: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.send("/ar/sign-in", {"email": email, "password": password, **more})


def _huda() -> Person:
    return people.huda(password=engine.hashed(PASSWORD))


def test_a_sign_up_opens_an_account_only_after_the_button_behind_the_link(client: Browser) -> None:
    assert _sign_up(client).location == "/ar/sign-up/sent"
    link = link_to(MARYAM, "confirm")
    assert client.get(link).status_code == 200
    before = _person()
    assert before is not None
    assert not before.is_confirmed
    assert client.send(link).status_code == 303
    after = _person()
    assert after is not None
    assert (after.is_confirmed, after.level) == (True, 1)
    assert client.get("/ar/account").status_code == 200


def test_the_mail_is_written_in_the_language_of_the_sign_up(client: Browser) -> None:
    client.send("/en/sign-up", {"email": MARYAM, "name": "Maryam", "password": PASSWORD})
    (mail,) = mails_to(MARYAM)
    assert mail.subject == "Confirm your e-mail address\n" or mail.subject == "Confirm your e-mail address"
    assert "/en/confirm/" in (mail.text or "")


def test_the_answer_to_a_sign_up_does_not_tell_whether_the_address_has_an_account(client: Browser) -> None:
    _huda()
    known = _sign_up(client, "huda@example.org", "اسم آخر")
    page = client.get(known.location).text.replace("huda@example.org", "*")
    other = client.another()
    unknown = _sign_up(other)
    assert known.location == unknown.location
    assert _without_ids(page) == _without_ids(other.get(unknown.location).text.replace(MARYAM, "*"))
    assert [mail.template for mail in mails_to("huda@example.org")] == ["identity/account_exists"]


def _without_ids(page: str) -> str:
    import re

    return re.sub(r'value="[^"]+"|<bdi dir="ltr">[0-9a-f]{12}</bdi>', "", page)


def test_a_stranger_cannot_have_the_owner_of_a_mailbox_confirm_an_account_with_the_strangers_password(
    client: Browser,
) -> None:
    _sign_up(client)  # the stranger, with Maryam's address
    maryam = client.another()
    answer = maryam.send(link_to(MARYAM, "confirm"), {"password": "not what the stranger chose"})
    assert answer.status_code == 422
    person = _person()
    assert person is not None
    assert not person.is_confirmed


@pytest.mark.parametrize("name", ["موظف رسمي", "0fficial Maryam", "Аdmin", "✔", "م", "x" * 41, "المـشـرف"])
def test_a_name_that_looks_official_or_has_no_letters_is_refused_and_the_rest_stays_typed(
    client: Browser, name: str
) -> None:
    answer = _sign_up(client, name=name)
    assert answer.status_code == 422
    assert MARYAM in answer.text
    assert PASSWORD not in answer.text


def test_a_look_alike_of_an_existing_name_is_refused(client: Browser) -> None:
    people.person("Salma", "other@example.org")
    assert _sign_up(client, name="Sа1mа").status_code == 422  # Cyrillic а, digit 1
    assert _person() is None


@pytest.mark.parametrize(
    "password", ["short", "password1234", "P4ssw0rd!2024", "qwertyuiop12", "maryam@example", "محمد١٩٩٠محمد"]
)
def test_a_weak_password_is_refused(client: Browser, password: str) -> None:
    assert _sign_up(client, password=password).status_code == 422
    assert _person() is None


@pytest.mark.parametrize(
    "email",
    [
        "",
        "maryam",
        "maryam@",
        "a@b",
        "مريم@example.org",
        "a b@example.org",
        "x" * 300 + "@example.org",
        "<script>@x.org",
    ],
)
def test_what_is_no_address_is_refused_in_the_readers_language(client: Browser, email: str) -> None:
    answer = _sign_up(client, email=email)
    assert answer.status_code == 422
    assert 'lang="ar"' in answer.text


def test_bidi_and_control_characters_do_not_enter_a_name(client: Browser) -> None:
    _sign_up(client, name="\u202eمر\x00يم\u2066")
    person = _person()
    assert person is not None
    assert person.display_name == "مريم"


def test_signing_in_leads_back_to_the_page_one_came_from(client: Browser) -> None:
    _huda()
    answer = _sign_in(client, "huda@example.org", next="/ar/cases?after=3")
    assert (answer.status_code, answer.location) == (303, "/ar/cases?after=3")


def test_signing_in_keeps_drafts_and_receipts_but_no_former_id(client: Browser) -> None:
    huda = _huda()
    case_id = "0" * 31 + "1"
    client.send("/ar/sign-in", {"email": "nobody@example.org", "password": "x"})  # the browser has its id now
    with client.session_transaction() as session:
        import time

        session["receipts"] = {case_id: int(time.time())}
        before = dict(session)
    with db.transaction():
        drafts.save(Actor(browser=before["browser"]), "complaint", {"body": "نص طويل"})
    _sign_in(client, "huda@example.org")
    with client.session_transaction() as session:
        after = dict(session)
    assert after["receipts"] == before["receipts"]
    assert after.get("csrf_token") != before["csrf_token"]
    assert after.get("browser") != before["browser"]
    with db.transaction(reading=True):
        assert drafts.load(Actor(person_id=huda.id), "complaint") == {"body": "نص طويل"}


def test_signing_out_ends_the_sign_in_on_the_server_too(client: Browser) -> None:
    client.enter(_huda())
    with client.session_transaction() as session:
        stolen = session["sign_in"]
    assert client.send("/ar/sign-out").status_code == 303
    with client.session_transaction() as session:
        assert "sign_in" not in session
        session["sign_in"] = stolen
    assert client.get("/ar/account").status_code == 303


def test_reading_leaves_no_cookie(client: Browser) -> None:
    assert "browser" not in (client.get("/ar/password/forgotten").headers.get("Set-Cookie") or "")
    with db.transaction(reading=True) as session:
        assert session.scalars(select(SignIn)).all() == []


def test_a_forgotten_password_is_set_anew_by_mail_and_everybody_is_out(client: Browser) -> None:
    client.enter(_huda())
    other = client.another()
    link = forget_password(other, "HUDA@example.org ")
    assert other.send(link, {"password": "نافذة خضراء وقطة بيضاء"}).location == "/ar/sign-in"
    assert client.get("/ar/account").status_code == 303
    assert _sign_in(other, "huda@example.org").status_code == 422
    assert _sign_in(other, "huda@example.org", "نافذة خضراء وقطة بيضاء").status_code == 303


def test_a_password_typed_with_another_unicode_spelling_is_the_same(app: Flask, client: Browser) -> None:
    people.huda(password=engine.hashed("ﻣﺪﻳﺮ ﺍﻟﺤﺪﻳﻘﺔ caﬁtéria"))
    assert _sign_in(client, "huda@example.org", "مدير الحديقة cafitéria").status_code == 303


def test_an_old_page_keeps_what_was_typed(client: Browser) -> None:
    client.get("/ar/sign-up")
    answer = client.post(
        "/ar/sign-up", data={"email": MARYAM, "name": "مريم", "password": PASSWORD, "csrf_token": "old"}
    )
    assert answer.status_code == 422
    assert MARYAM in answer.text
    assert PASSWORD not in answer.text


def test_a_megabyte_in_each_field_is_an_error_and_no_crash(client: Browser) -> None:
    big = "ن" * 500_000
    answer = _sign_up(client, email=big, name=big, password=big)
    assert answer.status_code in {413, 422}


def test_after_twenty_sign_ups_from_one_net_the_form_waits_and_keeps_what_was_typed(client: Browser) -> None:
    for number in range(20):
        assert _sign_up(client, f"p{number}@example.org", f"شخص {number}").status_code == 303
    answer = _sign_up(client)
    assert answer.status_code == 429
    assert MARYAM in answer.text
    assert "مريم" in answer.text
    assert _person() is None


def test_the_cookie_never_shows_the_address(client: Browser) -> None:
    sent = _sign_up(client)
    with client.session_transaction() as session:
        assert MARYAM not in repr(dict(session))
    assert MARYAM in client.get(sent.location).text
    with client.session_transaction() as session:
        session["sent_to"] = "made with a key that is gone"
    assert client.get(sent.location).status_code == 200
