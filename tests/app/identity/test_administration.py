"""Administrators, clerks, and what they may do to whom."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.core import db
from app.core.audit import AuditEntry
from app.core.permissions import AGENCY_ROLES, PLATFORM_ROLES, Actor, Role
from app.identity import permissions
from app.identity.models import Person, actor_of
from app.identity.queries import person_with_email
from tests.app.identity.mailbox import mails_to
from tests.client import Browser
from tests.factories import agencies, people

CAST = {person.__name__: person for person in (*people.CAST, people.rana, people.sami)}


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    with db.transaction():
        agencies.water()
        agencies.roads()


def _actor(name: str) -> Actor:
    return actor_of(CAST[name]())


def _grants(address: str) -> set[tuple[str, str]]:
    with db.transaction(reading=True):
        person = person_with_email(address)
        assert person is not None
        return {(grant.role, grant.agency_key) for grant in person.grants}


def _audited(act: str) -> list[AuditEntry]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.act == act)))


@pytest.mark.parametrize("name", CAST)
def test_roles_are_given_by_the_administrator_everywhere_and_by_an_agencys_administrator_inside_it(
    app: Flask, name: str
) -> None:
    given = {
        (role, agency)
        for role in Role
        for agency in ("", "water", "roads")
        if permissions.may_grant(_actor(name), role, agency)
    }
    everything = {(role, agency) for role in AGENCY_ROLES for agency in ("water", "roads")}
    everything |= {(role, "") for role in PLATFORM_ROLES}
    expected = {"adam": everything, "rana": {(role, "water") for role in AGENCY_ROLES}}
    assert given == expected.get(name, set())


@pytest.mark.parametrize("name", CAST)
def test_only_the_administrator_suspends_and_only_a_clerk_confirms_in_person(app: Flask, name: str) -> None:
    actor = _actor(name)
    may_suspend = {other for other in CAST if permissions.may_suspend(actor, CAST[other]())}
    may_verify = {other for other in CAST if permissions.may_verify(actor, CAST[other]())}
    others = set(CAST) - {name}
    assert may_suspend == (others if name == "adam" else set())
    assert may_verify == (others if name == "sami" else set())


PAGES = {
    "/ar/administration/people": {"adam", "rana"},
    "/ar/administration/invitations": {"adam", "rana"},
    "/ar/administration/verifications": {"sami"},
}


@pytest.mark.parametrize("name", CAST)
def test_the_pages_of_administration_open_for_those_they_are_meant_for(client: Browser, name: str) -> None:
    client.enter(CAST[name]())
    for page, meant in PAGES.items():
        assert client.get(page).status_code == (200 if name in meant else 403)


def test_somebody_not_signed_in_is_led_to_the_sign_in_and_back(client: Browser) -> None:
    answer = client.get("/en/administration/people")
    assert answer.location == "/en/sign-in?next=/en/administration/people"


def test_the_administrator_gives_and_takes_a_role_and_both_stand_in_the_record(client: Browser) -> None:
    client.enter(people.adam())
    page = f"/ar/administration/people/{people.huda().public_id}"
    assert client.send(f"{page}/roles", {"role": "official", "agency": "roads"}).status_code == 303
    assert _grants("huda@example.org") == {("official", "roads")}
    assert client.send(f"{page}/roles", {"role": "official", "agency": "roads"}).status_code == 303
    assert client.send(f"{page}/roles/revocation", {"role": "official/roads"}).status_code == 303
    assert _grants("huda@example.org") == set()
    for act in ("granted_role", "revoked_role"):
        (entry,) = _audited(act)
        assert entry.actor_key == f"person:{people.adam().id}"
        assert entry.details == {"role": "official", "agency": "roads"}


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "official", "agency": ""},
        {"role": "moderator", "agency": "water"},
        {"role": "emperor", "agency": "water"},
        {"role": "official", "agency": "nowhere"},
        {},
    ],
)
def test_a_role_that_does_not_fit_is_refused_with_a_reason(client: Browser, fields: dict[str, str]) -> None:
    client.enter(people.adam())
    answer = client.send(f"/ar/administration/people/{people.huda().public_id}/roles", fields)
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert _grants("huda@example.org") == set()


def test_an_agencys_administrator_reaches_nobody_and_no_role_outside_the_agency(client: Browser) -> None:
    client.enter(people.rana())
    people.omar(), people.karim()
    listed = client.get("/ar/administration/people").text
    assert "<bdi>عمر</bdi>" in listed
    assert "<bdi>كريم</bdi>" not in listed
    for outsider in (people.karim(), people.huda(), people.adam()):
        page = f"/ar/administration/people/{outsider.public_id}"
        assert client.get(page).status_code == 404
        assert client.send(f"{page}/roles", {"role": "official", "agency": "water"}).status_code == 404
    inside = f"/ar/administration/people/{people.omar().public_id}"
    assert client.send(f"{inside}/roles", {"role": "official", "agency": "roads"}).status_code == 422
    assert client.send(f"{inside}/roles", {"role": "administrator", "agency": ""}).status_code == 422
    assert client.send(f"{inside}/roles", {"role": "supervisor", "agency": "water"}).status_code == 303
    assert client.send(f"{inside}/suspension", {"reason": "سبب"}).status_code == 403


def test_the_last_administrator_can_neither_be_removed_nor_suspended(client: Browser) -> None:
    adam = people.adam()
    client.enter(adam)
    page = f"/ar/administration/people/{adam.public_id}"
    client.send(f"{page}/roles/revocation", {"role": "administrator/"})
    assert _grants("adam@sawt.example") == {("administrator", "")}
    assert client.send(f"{page}/suspension", {"reason": "سبب"}).status_code == 403


def test_people_are_found_by_the_exact_address_or_the_beginning_of_the_name(client: Browser) -> None:
    people.huda(), people.yusuf()
    client.enter(people.adam())

    def found(wanted: str) -> set[str]:
        page = client.get("/en/administration/people", query_string={"q": wanted}).text
        return {name for name in ("هدى", "Yusuf") if f"<bdi>{name}</bdi>" in page}

    assert found("HUDA@example.org") == {"هدى"}
    assert found("huda@example") == set()
    assert found("yus") == {"Yusuf"}
    assert found("هدي") == {"هدى"}
    assert found("%") == {"هدى", "Yusuf"}  # no letters: everybody
    assert found("\u202e\x00' OR 1=1 --") == set()


def test_the_list_of_people_is_paged(client: Browser) -> None:
    for number in range(35):
        people.person(f"شخص {number:02} ابن عمر", f"p{number}@example.org")
    client.enter(people.adam())
    first = client.get("/ar/administration/people").text
    assert first.count('href="/ar/administration/people/') == 30
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(following).text.count('href="/ar/administration/people/') == 6


def test_opening_a_persons_page_is_a_look_that_the_person_sees(client: Browser) -> None:
    huda = people.huda()
    client.enter(people.adam())
    client.get(f"/ar/administration/people/{huda.public_id}")
    own = client.another().enter(huda).get("/ar/account/looks").text
    assert "آدم" in own
    assert len(_audited("looked")) == 1
    assert "آدم" not in client.another().enter(people.yusuf()).get("/ar/account/looks").text


def test_a_persons_page_asks_for_the_password_after_a_quarter_of_an_hour(client: Browser) -> None:
    with time_machine.travel("2026-11-25 12:00", tick=False) as traveller:
        client.enter(people.adam())
        traveller.shift(15 * 60 + 1)
        page = f"/ar/administration/people/{people.huda().public_id}"
        assert client.get(page).location == f"/ar/account/proof?next={page}"
        assert client.send(f"{page}/roles", {"role": "moderator"}).status_code == 303
        traveller.shift(15 * 60)
        assert client.send(f"{page}/suspension", {"reason": "سبب"}).location.startswith("/ar/account/proof")
        assert _grants("huda@example.org") == {("moderator", "")}


def test_a_suspended_person_reads_the_reason_by_mail_and_can_be_let_in_again(client: Browser) -> None:
    huda = people.huda()
    client.enter(people.adam())
    page = f"/ar/administration/people/{huda.public_id}"
    client.send(f"{page}/suspension", {"reason": "إساءة متكررة"})
    (mail,) = mails_to("huda@example.org")
    assert "إساءة متكررة" in (mail.text or "")
    assert "إساءة متكررة" in client.get(page).text
    assert client.send(f"{page}/restoration").status_code == 303
    assert client.another().enter(huda).get("/ar/account").status_code == 200


def test_a_clerk_confirms_in_person_and_the_name_is_encrypted(client: Browser) -> None:
    huda = people.huda()
    client.enter(people.sami())
    found = client.send("/ar/administration/verifications", {"email": "huda@example.org"})
    assert found.status_code == 303
    assert client.send(found.location, {"real_name": "هدى بنت سالم"}).status_code == 303
    with db.transaction(reading=True) as session:
        after = session.get_one(Person, huda.id)
        raw = (
            session.connection().exec_driver_sql("SELECT real_name FROM persons WHERE level = 3").scalar_one()
        )
    assert (after.level, after.real_name) == (3, "هدى بنت سالم")
    assert "هدى".encode() not in bytes(raw)


def test_a_clerk_cannot_confirm_oneself_or_somebody_unknown(client: Browser) -> None:
    sami = people.sami()
    client.enter(sami)
    page = f"/ar/administration/verifications/{sami.public_id}"
    assert client.send(page, {"real_name": "سامي"}).status_code == 404
    unknown = client.send("/ar/administration/verifications", {"email": "nobody@example.org"})
    assert unknown.status_code == 422


def test_the_account_page_shows_the_way_to_administration_to_those_who_have_it(client: Browser) -> None:
    assert "/ar/administration/people" in client.enter(people.adam()).get("/ar/account").text
    assert "/ar/administration" not in client.another().enter(people.omar()).get("/ar/account").text
