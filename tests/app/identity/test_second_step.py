"""The second step of signing in: authenticator, recovery codes, and what staff may do without it."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.core import db
from app.core.permissions import Role
from app.identity import engine
from app.identity.models import Person, RoleGrant
from tests.app.identity.mailbox import mails_to
from tests.client import Browser
from tests.factories import people
from tests.factories.people import TOTP_KEY

PASSWORD = "نافذة خضراء وقطة بيضاء"
NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


def _omar() -> Person:
    return people.omar(password=engine.hashed(PASSWORD))


def _half_way_in(client: Browser, person: Person) -> None:
    answer = client.send("/ar/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.location == "/ar/sign-in/code"


def _give(client: Browser, code: str) -> int:
    return client.send("/ar/sign-in/code", {"code": code}).status_code


def _code() -> str:
    return engine.present_code(engine.totp_secret_of(TOTP_KEY))


def _person(person: Person) -> Person:
    with db.transaction(reading=True) as session:
        return session.scalars(select(Person).where(Person.id == person.id)).one()


def test_the_password_alone_does_not_open_the_account_of_an_official(client: Browser) -> None:
    _half_way_in(client, _omar())
    assert client.get("/ar/account").status_code == 303


@time_machine.travel(NOON, tick=False)
def test_a_code_in_arabic_digits_opens_the_account_once(client: Browser) -> None:
    omar, code = _omar(), _code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    _half_way_in(client, omar)
    assert _give(client, code) == 303
    assert client.get("/ar/account").status_code == 200
    thief = client.another()
    _half_way_in(thief, omar)
    assert _give(thief, code) == 422


@pytest.mark.parametrize("seconds", [-95, 95])
def test_an_old_or_future_code_is_refused(client: Browser, seconds: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _half_way_in(client, _omar())
        clock.shift(seconds)
        code = _code()
        clock.move_to(NOON)
        assert _give(client, code) == 422


@pytest.mark.parametrize("code", ["", "12345", "0000000", "abcdef", "٠" * 40, "' OR 1=1", "\u202e123456"])
def test_nonsense_is_no_code(client: Browser, code: str) -> None:
    _half_way_in(client, _omar())
    assert _give(client, code) == 422


def test_codes_cannot_be_guessed_through(client: Browser) -> None:
    _half_way_in(client, _omar())
    answers = [_give(client, "000000") for _ in range(12)]
    assert answers[:10] == [422] * 10
    assert answers[10:] == [429, 429]


def test_half_a_sign_in_ends_after_ten_minutes(client: Browser) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _half_way_in(client, _omar())
        clock.shift(11 * 60)
        answer = client.send("/ar/sign-in/code", {"code": _code()})
        assert (answer.status_code, answer.location) == (303, "/ar/sign-in")


def _set_up(client: Browser) -> list[str]:
    """Set the second step up by the pages; returns the recovery codes."""
    client.send("/ar/account/second-step/authenticators")
    page = client.get("/ar/account/second-step/authenticator").text
    key = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert key is not None
    assert "<svg" in page
    assert "data:image" not in page
    code = engine.present_code(engine.totp_secret_of(key[1].replace(" ", "")))
    page = client.send("/ar/account/second-step/authenticator", {"code": code}).text
    return re.findall(r'<li><bdi dir="ltr">([0-9a-f-]{14})</bdi></li>', page)


def test_a_new_official_is_led_to_the_set_up_from_every_page_and_works_after_it(client: Browser) -> None:
    client.enter(people.omar(totp_confirmed_at=None))
    for page in ("/ar/inbox", "/en/cases"):
        assert client.get(page).location.endswith("/account/second-step")
    codes = _set_up(client)
    assert len(codes) == len(set(codes)) == 10
    assert client.get("/ar/inbox").status_code == 200


def test_recovery_codes_work_once_each_and_are_not_readable_in_the_database(client: Browser) -> None:
    yusuf = people.yusuf(password=engine.hashed(PASSWORD))
    codes = _set_up(client.enter(yusuf))
    kept = _person(yusuf).recovery_codes
    assert len(kept) == 10
    assert not set(codes) & set(kept)
    for expected in (303, 422):
        browser = client.another()
        _half_way_in(browser, yusuf)
        assert _give(browser, codes[0].upper().replace("-", " ")) == expected
    assert len(_person(yusuf).recovery_codes) == 9
    assert "identity/recovery_code_used" in [mail.template for mail in mails_to("yusuf@example.org")]


def test_new_recovery_codes_void_the_former_ones(client: Browser) -> None:
    yusuf = people.yusuf(password=engine.hashed(PASSWORD))
    old = _set_up(client.enter(yusuf))
    page = client.send("/ar/account/second-step/recovery-codes").text
    new = re.findall(r'<li><bdi dir="ltr">([0-9a-f-]{14})</bdi></li>', page)
    assert len(new) == 10
    assert not set(new) & set(old)
    browser = client.another()
    _half_way_in(browser, yusuf)
    assert (_give(browser, old[0]), _give(browser, new[0])) == (422, 303)


def test_setting_up_signs_all_other_browsers_out(client: Browser) -> None:
    yusuf = people.yusuf()
    other = client.another().enter(yusuf)
    _set_up(client.enter(yusuf))
    assert other.get("/ar/account").status_code == 303
    assert client.get("/ar/account").status_code == 200


def test_a_resident_may_turn_it_off_and_an_official_may_not(client: Browser) -> None:
    yusuf = people.yusuf()
    _set_up(client.enter(yusuf))
    assert client.send("/ar/account/second-step/removal").status_code == 303
    assert not _person(yusuf).has_second_factor
    official = client.another().enter(people.omar())
    assert official.send("/ar/account/second-step/removal").status_code == 403
    assert _person(people.omar()).has_second_factor


def test_turning_it_off_needs_the_password_given_lately(client: Browser) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        yusuf = people.yusuf()
        _set_up(client.enter(yusuf))
        clock.shift(31 * 60)
        answer = client.send("/ar/account/second-step/removal")
        assert answer.location.startswith("/ar/account/proof")
        assert _person(yusuf).has_second_factor


def test_nothing_is_shown_of_the_set_up_of_somebody_else(app: Flask, client: Browser) -> None:
    yusuf, huda = people.yusuf(), people.huda()
    client.enter(yusuf).send("/ar/account/second-step/authenticators")
    with client.session_transaction() as session:
        secret = session["authenticator"]
    other = client.another().enter(huda)
    with other.session_transaction() as session:
        session["authenticator"] = secret
    assert other.get("/ar/account/second-step/authenticator").status_code == 303


def test_a_role_given_later_asks_for_the_second_step(client: Browser) -> None:
    client.enter(people.huda())
    with db.transaction() as session:
        session.add(RoleGrant(person_id=people.huda().id, role=Role.OFFICIAL, agency_key="water"))
    assert client.get("/ar/inbox").location == "/ar/account/second-step"
