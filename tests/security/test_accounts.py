"""Accounts under attack: guessing, tokens, sessions, forged requests and redirects, fields nobody offered."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
import time_machine
from flask import Flask
from sqlalchemy import LargeBinary, select, type_coerce

from app.core import clock, db, ratelimit
from app.core.permissions import Role
from app.identity import engine
from app.identity.actions import tokens
from app.identity.actions.signing_in import by_password
from app.identity.models import Invitation, Person, RoleGrant, SignIn, Token
from app.identity.queries import person_with_email
from app.identity.views.returning import own_page
from tests.app.identity.mailbox import link_to
from tests.client import Browser
from tests.factories import agencies, people

PASSWORD = "نافذة خضراء وقطة بيضاء"
NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_tries_so_far(app: Flask) -> None:
    """Counters live in the memory of the application, which the tests share."""
    ratelimit.register(app)


def _huda() -> Person:
    return people.huda(password=engine.hashed(PASSWORD))


def _sign_in(client: Browser, email: str, password: str, net: str = "10.0.0.1", **headers: str) -> int:
    sent = client.send(
        "/ar/sign-in",
        {"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": net},
        headers={"Origin": "http://localhost", **headers},
    )
    return sent.status_code


# C22


def test_c22_one_account_gets_ten_tries_in_a_quarter_of_an_hour_from_all_nets_together(
    client: Browser,
) -> None:
    _huda()
    answers = [_sign_in(client, "huda@example.org", f"wrong {i}", net=f"10.0.{i}.1") for i in range(14)]
    assert answers == [422] * 10 + [429] * 4
    assert _sign_in(client, "huda@example.org", PASSWORD, net="10.1.0.1") == 429


def test_c22_one_net_gets_ten_failures_whatever_the_account_and_whatever_it_claims_to_be(
    client: Browser,
) -> None:
    answers = [
        _sign_in(client, f"a{i}@example.org", "wrong", **{"X-Forwarded-For": f"203.0.113.{i}"})
        for i in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


def test_c22_addresses_of_one_ipv6_net_count_together(client: Browser) -> None:
    answers = [_sign_in(client, f"a{i}@example.org", "wrong", net=f"2001:db8:1:2::{i:x}") for i in range(12)]
    assert answers == [422] * 10 + [429] * 2
    assert _sign_in(client, "a99@example.org", "wrong", net="2001:db8:1:3::1") == 422


def test_c22_the_owner_is_never_locked_out_of_the_own_browser(client: Browser) -> None:
    _huda()
    assert _sign_in(client, "huda@example.org", PASSWORD) == 303
    client.send("/ar/sign-out")
    guesser = client.another()
    for i in range(15):
        _sign_in(guesser, "huda@example.org", f"wrong {i}", net=f"10.0.{i}.1")
    assert _sign_in(guesser, "huda@example.org", PASSWORD, net="10.3.0.1") == 429
    assert _sign_in(client, "huda@example.org", PASSWORD) == 303


def test_c22_a_forged_or_foreign_device_cookie_opens_no_second_counter(client: Browser) -> None:
    _huda()
    people.yusuf(password=engine.hashed(PASSWORD))
    assert _sign_in(client, "yusuf@example.org", PASSWORD) == 303  # a device known to Yusuf, not to Huda
    client.send("/ar/sign-out")
    answers = [_sign_in(client, "huda@example.org", f"wrong {i}", net=f"10.0.{i}.1") for i in range(11)]
    assert answers[-1] == 429
    forger = client.another()
    forger.set_cookie("sawt_known", "abcdefgh." + "0" * 32)
    assert _sign_in(forger, "huda@example.org", "wrong", net="10.9.0.1") == 429


def test_c22_the_wait_ends(client: Browser) -> None:
    _huda()
    with time_machine.travel(NOON, tick=False) as traveller:
        for i in range(11):
            _sign_in(client, "huda@example.org", f"wrong {i}", net=f"10.0.{i}.1")
        traveller.shift(16 * 60)
        assert _sign_in(client, "huda@example.org", PASSWORD, net="10.1.0.1") == 303


def test_c22_an_unknown_address_gets_the_same_words(client: Browser) -> None:
    _huda()
    known = client.send("/ar/sign-in", {"email": "huda@example.org", "password": "wrong"}).text
    unknown = client.send("/ar/sign-in", {"email": "huda@example.com", "password": "wrong"}).text
    assert _bare(known, "huda@example.org") == _bare(unknown, "huda@example.com")


def _bare(page: str, address: str) -> str:
    import re

    return re.sub(r'value="[^"]*"|<bdi dir="ltr">[0-9a-f]{12}</bdi>', "", page.replace(address, "*"))


def test_c22_an_unknown_address_takes_as_long(app: Flask) -> None:
    """Medians of 40 alternating tries differ by less than a fifth; without the dummy hash, tenfold."""
    _huda()
    took: dict[str, list[float]] = {"huda@example.org": [], "nobody@example.org": []}
    for _round in range(40):
        for address, times in took.items():
            times.append(_time_of(app, address))
    one, other = (median(times) for times in took.values())
    assert abs(one - other) < 0.2 * max(one, other)


def _time_of(app: Flask, address: str) -> float:
    ratelimit.register(app)
    with app.test_request_context("/ar/sign-in"), db.transaction(reading=True):
        start = time.process_time()
        assert by_password(address, "wrong", None) is None
        return time.process_time() - start


def test_c22_a_suspended_and_an_unconfirmed_person_get_the_same_answer_as_anybody(client: Browser) -> None:
    people.huda(password=engine.hashed(PASSWORD), suspended_at=clock.now())
    people.yusuf(password=engine.hashed(PASSWORD), email_confirmed_at=None)
    assert _sign_in(client, "huda@example.org", PASSWORD) == 422
    assert _sign_in(client, "yusuf@example.org", PASSWORD) == 422


# C23


def _issued(purpose: str, content: str | None = None) -> str:
    with db.transaction():
        person = person_with_email("huda@example.org")
        assert person is not None
        return tokens.issue(person, purpose, content)[1]


LINKS = (
    ("/ar/password/new/", tokens.PASSWORD),
    ("/ar/confirm/", tokens.CONFIRM),
    ("/ar/account/address/", tokens.ADDRESS),
)


@pytest.mark.parametrize(("path", "purpose"), LINKS)
def test_c23_opening_a_link_changes_nothing_and_its_button_works_once(
    client: Browser, path: str, purpose: str
) -> None:
    people.huda(email_confirmed_at=None, password=engine.hashed(PASSWORD))
    link = path + _issued(purpose, "new@example.org")
    for _ in range(3):
        assert client.get(link).status_code == 200
    fields = {"password": "قمر بعيد وباب من خشب" if purpose == tokens.PASSWORD else PASSWORD}
    assert client.send(link, fields).status_code == 303
    assert client.get(link).status_code == 410
    assert client.send(link, fields).status_code == 410


@pytest.mark.parametrize(("path", "purpose"), LINKS)
def test_c23_an_expired_or_invented_link_or_one_of_another_purpose_is_refused(
    client: Browser, path: str, purpose: str
) -> None:
    people.huda(email_confirmed_at=None)
    with time_machine.travel(NOON, tick=False) as traveller:
        old = _issued(purpose, "new@example.org")
        traveller.shift(tokens.LIFETIMES[purpose] + timedelta(seconds=1))
        assert client.get(path + old).status_code == 410
        for secret in ("x", "a" * 43, "ب" * 30, "x" * 5000, "%00"):
            assert client.get(path + secret).status_code in {404, 410}
        for _path, other in LINKS:
            if other != purpose:
                assert client.get(path + _issued(other, "new@example.org")).status_code == 410


def test_c23_links_are_void_after_a_password_change_and_after_suspension(client: Browser) -> None:
    huda = _huda()
    link = "/ar/password/new/" + _issued(tokens.PASSWORD)
    client.enter(huda)
    changed = client.send("/ar/account/password", {"present": PASSWORD, "password": "قمر بعيد وباب من خشب"})
    assert changed.status_code == 303
    assert client.get(link).status_code == 410
    link = "/ar/password/new/" + _issued(tokens.PASSWORD)
    adam = client.another().enter(people.adam())
    adam.send(f"/ar/administration/people/{huda.public_id}/suspension", {"reason": "سبب"})
    assert client.get(link).status_code == 410


def test_c23_a_new_link_voids_the_one_before(client: Browser) -> None:
    _huda()
    first = "/ar/password/new/" + _issued(tokens.PASSWORD)
    _issued(tokens.PASSWORD)
    assert client.get(first).status_code == 410


def test_c23_no_secret_stands_in_the_database(client: Browser) -> None:
    huda = _huda()
    secret = _issued(tokens.PASSWORD)
    client.enter(huda)
    with client.session_transaction() as session:
        cookie = session["sign_in"]
    with db.transaction(reading=True) as session:
        token = session.scalars(select(Token)).one()
        sign_in = session.scalars(select(SignIn)).one()
        raw = session.scalar(select(type_coerce(Person.email, LargeBinary)).where(Person.id == huda.id))
    assert secret not in repr(vars(token))
    assert cookie not in repr(vars(sign_in))
    assert raw is not None
    assert b"huda" not in bytes(raw)


def _invite(client: Browser, address: str) -> str:
    admin = client.another().enter(people.rana())
    sent = admin.send(
        "/ar/administration/invitations",
        {"email": address, "role": "official", "agency": "water", "language": "ar"},
    )
    assert sent.status_code == 303
    return link_to(address, "invitation")


@pytest.fixture
def water(app: Flask) -> None:
    with db.transaction():
        agencies.water()


@pytest.mark.usefixtures("water")
def test_c23_an_invitation_serves_the_invited_person_once_and_nobody_else(client: Browser) -> None:
    link = _invite(client, "huda@example.org")
    stranger = client.another().enter(people.yusuf())
    assert stranger.send(link).status_code == 403
    client.enter(people.huda())
    assert client.get(link).status_code == 200
    assert _grants("huda@example.org") == set()
    assert client.send(link).status_code == 303
    assert _grants("huda@example.org") == {("official", "water")}
    assert client.send(link).status_code == 410


@pytest.mark.usefixtures("water")
def test_c23_an_invitation_ends_after_seven_days_by_withdrawal_and_with_the_role_of_its_sender(
    client: Browser,
) -> None:
    client.enter(people.huda())
    with time_machine.travel(NOON, tick=False) as traveller:
        link = _invite(client, "huda@example.org")
        traveller.shift(timedelta(days=7, seconds=1))
        client.enter(people.huda())
        assert client.send(link).status_code == 410
    link = _invite(client, "huda@example.org")
    with db.transaction() as session:
        public_id = session.scalars(
            select(Invitation.public_id).where(Invitation.withdrawn_at.is_(None))
        ).all()[-1]
    client.another().enter(people.rana()).send(f"/ar/administration/invitations/{public_id}/withdrawal")
    client.enter(people.huda())
    assert client.send(link).status_code == 410
    link = _invite(client, "huda@example.org")
    adam = client.another().enter(people.adam())
    adam.send(
        f"/ar/administration/people/{people.rana().public_id}/roles/revocation",
        {"role": "agency-administrator/water"},
    )
    assert client.send(link).status_code == 410
    assert _grants("huda@example.org") == set()


def _grants(address: str) -> set[tuple[str, str]]:
    with db.transaction(reading=True):
        person = person_with_email(address)
        assert person is not None
        return {(grant.role, grant.agency_key) for grant in person.grants}


# C24


def test_c24_every_id_is_new_after_signing_in_and_a_planted_cookie_gains_nothing(client: Browser) -> None:
    """Fixation: the attacker plants a session of his own in the victim's browser and waits."""
    _huda()
    planted = {"sign_in": "planted secret", "browser": "planted", "half": "planted"}
    with client.session_transaction() as session:
        session.update(planted)
    assert _sign_in(client, "huda@example.org", PASSWORD) == 303
    with client.session_transaction() as session:
        assert session["sign_in"] != planted["sign_in"]
        assert "browser" not in session
        assert "half" not in session
    attacker = client.another()
    with attacker.session_transaction() as session:
        session.update(planted)
    assert attacker.get("/ar/account").status_code == 303


def test_c24_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Browser) -> None:
    _huda()
    answer = client.send("/ar/sign-in", {"email": "huda@example.org", "password": PASSWORD})
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_c24_signing_out_everywhere_else_leaves_this_browser_alone(client: Browser) -> None:
    huda = _huda()
    others = [client.another().enter(huda) for _ in range(3)]
    client.enter(huda)
    assert client.send("/ar/account/sign-ins/revocations").status_code == 303
    assert [other.get("/ar/account").status_code for other in others] == [303] * 3
    assert client.get("/ar/account").status_code == 200


def test_c24_a_password_change_signs_all_others_out(client: Browser) -> None:
    huda = _huda()
    other = client.another().enter(huda)
    client.enter(huda).send("/ar/account/password", {"present": PASSWORD, "password": "قمر بعيد وباب من خشب"})
    assert other.get("/ar/account").status_code == 303
    assert client.get("/ar/account").status_code == 200


def test_c24_nobody_can_end_the_sign_in_of_somebody_else(client: Browser) -> None:
    huda = _huda()
    victim = client.another().enter(huda)
    with db.transaction(reading=True) as session:
        public_id = session.scalars(select(SignIn.public_id)).one()
    client.enter(people.yusuf())
    assert client.send(f"/ar/account/sign-ins/{public_id}/revocation").status_code == 404
    assert victim.get("/ar/account").status_code == 200


def test_c24_a_suspended_person_is_out_at_once_and_cannot_come_back(client: Browser) -> None:
    huda = _huda()
    client.enter(huda)
    adam = client.another().enter(people.adam())
    sent = adam.send(f"/ar/administration/people/{huda.public_id}/suspension", {"reason": "إساءة متكررة"})
    assert sent.status_code == 303
    assert client.get("/ar/account").status_code == 303
    assert _sign_in(client, "huda@example.org", PASSWORD) == 422


def test_c24_a_sign_in_unseen_for_thirty_days_has_ended(client: Browser) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        client.enter(_huda())
        traveller.shift(timedelta(days=30, seconds=1))
        assert client.get("/ar/account").status_code == 303


# C25

FORMS = (
    "/ar/sign-up",
    "/ar/sign-in",
    "/ar/sign-out",
    "/ar/password/forgotten",
    "/ar/account/preferences",
    "/ar/account/password",
    "/ar/account/address",
    "/ar/account/proof",
    "/ar/account/second-step/authenticators",
    "/ar/account/second-step/removal",
    "/ar/account/second-step/recovery-codes",
    "/ar/account/sign-ins/revocations",
    "/ar/administration/invitations",
)


POSTED_ONLY = ("sign-out", "authenticators", "removal", "recovery-codes", "revocations")


@pytest.mark.parametrize("path", FORMS)
def test_c25_a_form_without_token_or_from_another_site_does_nothing(client: Browser, path: str) -> None:
    client.enter(people.adam(password=engine.hashed(PASSWORD)))
    before = _everything()
    fields = {
        "email": "new@example.org",
        "name": "New",
        "password": PASSWORD,
        "present": PASSWORD,
        "language": "en",
        "role": "administrator",
    }
    assert client.post(path, data=fields).status_code in {400, 422}
    foreign = client.send(path, fields, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.send(path, fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert _everything() == before


def _everything() -> list[tuple[object, ...]]:
    with db.transaction(reading=True) as session:
        rows = [session.execute(select(t).order_by(t.c.id)).all() for t in WATCHED]
    return [tuple(row) for table in rows for row in table]


WATCHED = tuple(model.__table__ for model in (RoleGrant, SignIn, Token, Invitation))


@pytest.mark.parametrize("path", [path for path in FORMS if not path.endswith(POSTED_ONLY)])
def test_c25_no_page_of_accounts_may_be_framed(client: Browser, path: str) -> None:
    answer = client.enter(people.adam()).get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


FOREIGN = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/ar/",
    "/%09//evil.example",
    "/\t//evil.example",
    "http:evil.example",
    "//ar/cases",
    "/ar//evil.example\\@x",
    "https://localhost@evil.example/ar/",
    "/ar/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "/ar/\u2025evil",
    "https://еxample.org",
    "ar/cases",
    "/ar",
    "/fr/x",
    "/@evil.example",
    "/ar/" + "x" * 3000,
)


@pytest.mark.parametrize("address", FOREIGN)
def test_c25_nobody_is_sent_to_another_site_after_signing_in(client: Browser, address: str) -> None:
    _huda()
    answer = client.send("/ar/sign-in", {"email": "huda@example.org", "password": PASSWORD, "next": address})
    assert (answer.status_code, answer.location) == (303, "/ar/")


def test_c25_our_own_pages_are_gone_back_to() -> None:
    for address in ("/ar/", "/en/cases/7K3M-9QXT?after=3&x=%D8%A8#end", "/ar/search?q=%D9%85%D8%A7%D8%A1"):
        assert own_page(address) == address


# C32


def test_c32_fields_nobody_offered_have_no_effect(client: Browser) -> None:
    people.huda(password=engine.hashed(PASSWORD))
    forged = {column.name: "1" for column in Person.__table__.columns} | {
        "role": "administrator",
        "grants-0-role": "administrator",
        "agency": "water",
        "level": "3",
        "is_admin": "true",
    }
    with db.transaction(reading=True):
        before = _columns("huda@example.org")
    client.enter(people.huda())
    answer = client.send(
        "/ar/account/preferences", {**forged, "name": "هدى الجديدة", "language": "en", "prefers_hijri": "y"}
    )
    assert answer.status_code == 303
    with db.transaction(reading=True):
        after = _columns("huda@example.org")
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"display_name", "display_name_skeleton", "language", "prefers_hijri"}
    assert _grants("huda@example.org") == set()


def test_c32_a_sign_up_cannot_bring_its_own_level_or_role(client: Browser) -> None:
    forged = {column.name: "3" for column in Person.__table__.columns} | {"role": Role.ADMINISTRATOR.value}
    client.send("/ar/sign-up", {**forged, "email": "new@example.org", "name": "نورة", "password": PASSWORD})
    with db.transaction(reading=True):
        made = person_with_email("new@example.org")
        assert made is not None
        assert (made.level, made.email_confirmed_at, made.grants) == (0, None, [])


def _columns(address: str) -> dict[str, object]:
    person = person_with_email(address)
    assert person is not None
    return {column.name: getattr(person, column.key) for column in Person.__table__.columns}


def test_c25_a_form_on_a_foreign_page_cannot_replace_the_readers_cookie(client: Browser) -> None:
    """It arrives without our cookie, because that is SameSite; the refusal must not bring a new one."""
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/ar/inquiries/new", "/ar/sign-in", "/ar/nowhere"):
            refused = client.another().post(path, data={"body": "نص"}, headers=headers)
            assert refused.status_code in {403, 404}
            assert "Set-Cookie" not in refused.headers


def test_c22_the_sign_up_does_not_tell_whose_pseudonym_an_address_is(client: Browser) -> None:
    """Who knows a public name tries addresses with it: all must be answered alike."""
    _huda()
    form = {"name": "هدى", "password": PASSWORD}
    answers = [
        client.send("/ar/sign-up", {**form, "email": email})
        for email in ("huda@example.org", "somebody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert _bare(answers[0].text, "huda@example.org") == _bare(answers[1].text, "somebody@example.org")


def test_c22_visitors_of_a_socket_for_both_kinds_of_address_count_by_themselves(client: Browser) -> None:
    answers = [_sign_in(client, f"a{i}@example.org", "wrong", net=f"::ffff:192.0.2.{i}") for i in range(12)]
    assert answers == [422] * 12
    again = [_sign_in(client, f"b{i}@example.org", "wrong", net="::ffff:192.0.2.1") for i in range(10)]
    assert again == [422] * 9 + [429]


def test_c23_a_link_mailed_to_the_former_address_sets_no_password(client: Browser) -> None:
    """Whoever still reads the mailbox that was given up gets no account by it."""
    with db.transaction():
        huda = db.session().merge(_huda())
        to_former = tokens.issue(huda, tokens.PASSWORD)[1]
        to_new = tokens.issue(huda, tokens.ADDRESS, "new@example.net")[1]
    assert client.send(f"/ar/account/address/{to_new}").status_code == 303
    assert client.get(f"/ar/password/new/{to_former}").status_code == 410
