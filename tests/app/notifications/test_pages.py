"""The pages of notices, the links that end mails, and the list of mails that failed."""

import uuid

import pytest
import sqlalchemy as sa

from app.core import db, jobs, mail
from app.core.mail import Mail
from app.factory import Sawt
from app.notifications import queries
from app.notifications.kinds import ByMail
from app.notifications.quiet import QuietHours
from app.notifications.unsubscribing import read_token, unsubscribe_url
from tests.client import Browser
from tests.factories import people
from tests.factories.told import actor, count, tell

# Links that end mails


def test_a_sealed_link_names_its_person_and_kind_and_no_other_passes(app: Sawt) -> None:
    person_id = uuid.uuid4()
    token = unsubscribe_url(person_id, "answer").rpartition("/")[2]
    read = read_token(token)
    assert read is not None
    assert (read.person_id, read.kind) == (person_id, "answer")
    from app.core import crypto

    for forged in ("", "x", token[:-2] + "AA", "x" * 100_000, "ش", crypto.encrypt("other purpose").decode()):
        assert read_token(forged) is None


def test_one_click_ends_a_kind_of_mail_without_sign_in_and_a_look_does_not(
    app: Sawt, client: Browser
) -> None:
    huda = people.huda()
    path = unsubscribe_url(huda.id, "answer").removeprefix("http://localhost")
    assert client.get(path).status_code == 200
    with db.transaction(reading=True):
        assert queries.wishes_about("answer", [huda.id])[huda.id].by_mail == ByMail.NOW
    for _time in range(2):
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with db.transaction(reading=True):
        assert queries.wishes_about("answer", [huda.id])[huda.id].by_mail == ByMail.OFF
        assert queries.wishes_about("news", [huda.id])[huda.id].by_mail == ByMail.DAILY
    assert client.post("/ar/unsubscribe/forged").status_code == 404


def test_the_link_of_a_digest_ends_all_that_comes_daily(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    path = unsubscribe_url(huda.id, "digest").removeprefix("http://localhost")
    assert client.post(path).status_code == 200
    with db.transaction(reading=True):
        wished = {wish.kind.key: wish.by_mail for wish in queries.wishes(huda.id)}
    assert wished == {"answer": ByMail.NOW, "news": ByMail.OFF}


# Pages


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_list_shows_newest_first_a_page_at_a_time(app: Sawt, client: Browser, language: str) -> None:
    huda = people.huda()
    for number in range(queries.PAGE + 2):
        tell(huda, key=f"e{number}", reference=f"ABCD-{number:03}")
    client.enter(huda)
    first = client.get(f"/{language}/notices").text
    assert first.index(f"ABCD-{queries.PAGE + 1:03}") < first.index("ABCD-002")
    assert "ABCD-001" not in first
    with db.transaction(reading=True):
        cursor = queries.page_of(actor(huda)).next_cursor
    second = client.get(f"/{language}/notices?before={cursor}").text
    assert "ABCD-001" in second
    assert "ABCD-002" not in second
    assert client.get(f"/{language}/notices?before=forged").status_code == 200


def test_the_badge_counts_to_ninety_nine_and_costs_one_query(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    for number in range(101):
        tell(huda, key=f"e{number}")
    client.enter(huda)
    assert '<span class="counter">99+</span>' in client.get("/ar/notices").text
    counted: list[str] = []
    note = lambda *args: counted.append(args[2]) if "notices" in args[2] else None  # noqa: E731
    sa.event.listen(db.engine(), "before_cursor_execute", note)
    try:
        with db.transaction(reading=True):
            assert queries.unread_count(actor(huda)) == queries.MOST_COUNTED
    finally:
        sa.event.remove(db.engine(), "before_cursor_execute", note)
    assert len(counted) == 1


def test_a_reader_marks_one_notice_or_all(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    for key in ("e1", "e2", "e3"):
        tell(huda, key=key)
    client.enter(huda)
    with db.transaction(reading=True):
        public_id = queries.page_of(actor(huda)).notices[0].public_id
    assert (
        client.post("/ar/notices/readings", data={"notice": public_id, **_token(client)}).status_code == 303
    )
    assert count(huda) == 2
    assert client.post("/ar/notices/readings", data={"notice": "forged", **_token(client)}).status_code == 404
    assert client.post("/ar/notices/readings", data=_token(client)).status_code == 303
    assert count(huda) == 0
    assert client.post("/ar/notices/readings").status_code == 400, "without the token of the page"


def _token(client: Browser, path: str = "/ar/notices/wishes") -> dict[str, str]:
    page = client.get(path).text
    return {"csrf_token": page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]}


def test_wishes_are_kept_by_the_form(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    client.enter(huda)
    wish = {
        "by_mail_answer": "daily",
        "by_mail_news": "off",
        "in_site_news": "y",
        "quiet_start": "22",
        "quiet_until": "7",
    }
    answer = client.post("/ar/notices/wishes", data={**wish, **_token(client)})
    assert answer.status_code == 303
    with db.transaction(reading=True):
        kept = [(w.kind.key, w.in_site, w.by_mail) for w in queries.wishes(huda.id)]
        assert queries.quiet_hours([huda.id]) == {huda.id: QuietHours(22, 7)}
    assert kept == [("answer", False, ByMail.DAILY), ("news", True, ByMail.OFF)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_start": "22"},
        {"quiet_start": "5", "quiet_until": "5"},
        {"quiet_start": "99"},
        {"by_mail_answer": "x"},
    ],
)
def test_a_wrong_wish_comes_back_with_a_word(app: Sawt, client: Browser, wrong: dict[str, str]) -> None:
    huda = people.huda()
    client.enter(huda)
    right = {"by_mail_answer": "daily", "by_mail_news": "off", "quiet_start": "", "quiet_until": ""}
    answer = client.post("/en/notices/wishes", data={**right, **wrong, **_token(client)})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    with db.transaction(reading=True):
        assert queries.wishes(huda.id)[0].by_mail == ByMail.NOW


def test_who_is_not_signed_in_has_no_notices_page(client: Browser) -> None:
    for path in ("/ar/notices", "/ar/notices/wishes", "/ar/administration/mails"):
        assert client.get(path).status_code in {302, 401, 403}


# Failed mails


def _failed(address: str = "no\naddress") -> str:
    with db.transaction():
        facts = {"sentence": "سر", "label": "x", "action_url": ""}
        mail.post(address, "ar", "notice", facts, f"k {address}")
    jobs.work_off()
    with db.transaction(reading=True) as session:
        return session.scalars(sa.select(Mail)).one().public_id


def test_an_administrator_sends_or_discards_what_failed(app: Sawt, client: Browser) -> None:
    public_id = _failed("huda@@example.org")
    client.enter(people.adam())
    page = client.get("/ar/administration/mails").text
    assert "h***@example.org" in page
    assert "سر" not in page
    assert client.post(f"/ar/administration/mails/{public_id}/tries", data=_token(client)).status_code == 303
    assert "h***@" not in client.get("/ar/administration/mails").text
    jobs.work_off()
    assert "h***@" in client.get("/ar/administration/mails").text
    discarding = f"/ar/administration/mails/{public_id}/discarding"
    assert client.post(discarding, data=_token(client)).status_code == 303
    assert client.post(discarding, data=_token(client)).status_code == 409
    assert "h***@" not in client.get("/ar/administration/mails").text
    assert client.post("/ar/administration/mails/forged/tries", data=_token(client)).status_code == 404


@pytest.mark.parametrize("who", [people.huda, people.omar, people.lina, people.nour])
def test_nobody_else_tends_the_mails(app: Sawt, client: Browser, who) -> None:  # type: ignore[no-untyped-def]
    public_id = _failed("huda@@example.org")
    client.enter(who())
    assert client.get("/ar/administration/mails").status_code == 403
    path = f"/ar/administration/mails/{public_id}/discarding"
    assert client.post(path, data=_token(client)).status_code == 403
