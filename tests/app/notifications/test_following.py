"""Following and muting: by any page's button, for what one may see; followers are told outside of the request."""

import uuid

import pytest
import sqlalchemy as sa

from app.core import clock, db, jobs, subjects
from app.core.errors import Missing
from app.core.i18n import LocalText
from app.core.permissions import Actor
from app.core.subjects import SubjectKind
from app.factory import Sawt
from app.identity.models import Person
from app.notifications import actions, notices, queries
from app.notifications import jobs as telling
from app.notifications.models import Follow, Notice
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.factories.told import REFERENCE, actor, count

ROAD = ("road", "7")
FACTS = {"reference": REFERENCE}


@pytest.fixture(autouse=True)
def roads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of thing for these tests: roads with even numbers are hidden from everybody."""

    def load(_actor: Actor, number: str) -> str:
        if not number.isdigit() or int(number) % 2 == 0:
            raise Missing
        return number

    monkeypatch.setattr(subjects, "_kinds", dict(subjects._kinds))
    subjects.register_subject(
        SubjectKind(
            "road",
            lambda: "طريق",
            load,
            lambda number: LocalText(f"طريق {number}", "ar"),
            lambda number: f"/ar/?road={number}",
        )
    )


def button(subject: tuple[str, str] = ROAD, **more: str) -> dict[str, str]:
    return {"subject_kind": subject[0], "subject_id": subject[1], **more}


def follow(*persons: Person, subject: tuple[str, str] = ROAD) -> None:
    with db.transaction():
        for person in persons:
            actions.follow(actor(person), *subject)


def tell(key: str = "e1", **more: object) -> None:
    with db.transaction():
        notices.tell_followers(ROAD, "answer", FACTS, key, **more)  # type: ignore[arg-type]


# The buttons and the page


def test_a_reader_follows_and_stops_following_by_a_button(app: Sawt, client: Browser) -> None:
    client.enter(people.huda())
    answer = client.send("/ar/follows", button())
    assert (answer.status_code, answer.location) == (303, "/ar/?road=7")
    page = client.get("/ar/follows").text
    assert "طريق 7" in page
    assert 'action="/ar/follows/removal"' in page
    assert client.send("/ar/follows/removal", button(back="/ar/follows")).location == "/ar/follows"
    assert "طريق 7" not in client.get("/ar/follows").text


def test_following_twice_is_following_once(app: Sawt, client: Browser) -> None:
    client.enter(people.huda())
    for _time in range(2):
        client.send("/ar/follows", button())
    with db.transaction(reading=True):
        assert queries.followers(*ROAD) == [people.huda().id]


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(app: Sawt, client: Browser) -> None:
    answer = client.send("/ar/follows", button())
    assert answer.location == "/ar/sign-in?next=/ar/?road%3D7"
    assert client.send("/ar/mutes", button()).location == answer.location


@pytest.mark.parametrize("subject", [("road", "8"), ("road", "x"), ("nothing", "1")])
def test_what_one_may_not_see_cannot_be_followed_or_muted(
    app: Sawt, client: Browser, subject: tuple[str, str]
) -> None:
    client.enter(people.huda())
    assert client.send("/ar/follows", button(subject)).status_code == 404
    assert client.send("/ar/mutes", button(subject)).status_code == 404


def test_people_are_muted_but_not_followed(app: Sawt, client: Browser) -> None:
    client.enter(people.huda())
    yusuf = ("person", people.yusuf().public_id)
    assert client.send("/ar/follows", button(yusuf)).status_code == 404
    assert client.send("/ar/mutes", button(yusuf)).status_code == 303
    assert "Yusuf" in client.get("/ar/mutes").text


def test_a_link_leads_to_the_button_that_mutes_a_person(app: Sawt, client: Browser) -> None:
    ask = f"/ar/mutes/new?subject_kind=person&subject_id={people.yusuf().public_id}"
    assert client.get(ask).status_code == 303, "who is not signed in"
    client.enter(people.huda())
    page = client.get(ask).text
    assert "Yusuf" in page
    assert 'action="/ar/mutes"' in page
    assert client.get("/ar/mutes/new?subject_kind=person&subject_id=nobody").status_code == 404


def test_the_button_leads_back_to_no_foreign_page(app: Sawt, client: Browser) -> None:
    client.enter(people.huda())
    answer = client.send("/ar/follows", button(back="https://evil.example/"))
    assert answer.location == "/ar/?road=7"


def test_what_one_can_no_longer_see_stays_on_the_list_without_its_name(app: Sawt, client: Browser) -> None:
    follow(people.huda(), subject=("road", "8"))
    client.enter(people.huda())
    page = client.get("/en/follows").text
    assert "You can no longer see this." in page
    assert "طريق 8" not in page
    client.send("/en/follows/removal", button(("road", "8")))
    assert "You follow nothing yet" in client.get("/en/follows").text


def test_the_list_goes_on_by_key_at_a_constant_cost(app: Sawt, client: Browser) -> None:
    huda = people.huda()
    for number in range(queries.PAGE * 2 + 5):
        follow(huda, subject=("road", str(2 * number + 1)))
    client.enter(huda)
    with counted() as of_one_page:
        first = client.get("/ar/follows").text
    assert len(of_one_page) <= 8
    assert "طريق 129<" in first
    assert "طريق 69<" not in first
    second = client.get("/ar/follows?before=road:71").text
    assert "طريق 69<" in second
    assert client.get("/ar/follows?before=forged").status_code == 200


# Telling those who follow


def test_those_who_follow_are_told_by_a_job_and_once(app: Sawt) -> None:
    follow(people.huda(), people.yusuf())
    tell()
    tell()
    assert count(people.huda()) == 0, "the request itself writes one job"
    jobs.work_off()
    tell()
    jobs.work_off()
    assert (count(people.huda()), count(people.yusuf()), count(people.omar())) == (1, 1, 0)


def test_who_did_it_and_who_is_told_otherwise_are_left_out(app: Sawt) -> None:
    huda, yusuf, omar = people.huda(), people.yusuf(), people.omar()
    follow(huda, yusuf, omar)
    tell(by=yusuf.id, except_for=[omar.id])
    jobs.work_off()
    assert [count(person) for person in (huda, yusuf, omar)] == [1, 0, 0]


def test_who_has_muted_the_person_or_the_part_hears_nothing_of_it(app: Sawt) -> None:
    huda, yusuf, omar, salma = people.huda(), people.yusuf(), people.omar(), people.salma()
    follow(huda, yusuf, omar, salma)
    with db.transaction():
        actions.mute(actor(huda), "person", omar.public_id)
        actions.mute(actor(yusuf), "bridge", "3")
    tell(by=omar.id, about=("bridge", "3"))
    jobs.work_off()
    assert [count(person) for person in (huda, yusuf, omar, salma)] == [0, 0, 0, 1]
    with db.transaction():
        notices.tell([huda.id, salma.id], "answer", ROAD, FACTS, "e2", by=omar.id)
    assert [count(huda), count(salma)] == [0, 2]


def test_who_follows_later_is_not_told_of_what_was_before(app: Sawt) -> None:
    follow(people.huda())
    tell()
    follow(people.yusuf())
    jobs.work_off()
    assert (count(people.huda()), count(people.yusuf())) == (1, 0)


def strangers(number: int) -> list[uuid.UUID]:
    """So many accounts that all follow the road."""
    persons = [db.new_id() for _ in range(number)]
    with db.transaction() as session:
        session.execute(
            sa.insert(Person),
            [
                {"id": p, "display_name": p.hex, "display_name_skeleton": p.hex, "language": "ar", "level": 0,
                 "created_at": clock.now(), "recovery_codes": [], "prefers_hijri": False}
                for p in persons
            ],
        )  # fmt: skip
        rows = [{"person_id": p, "subject_kind": ROAD[0], "subject_id": ROAD[1]} for p in persons]
        session.execute(sa.insert(Follow), rows)
    return persons


def notices_of_all() -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Notice)) or 0


def test_the_request_costs_the_same_for_many_followers(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "FOLLOWERS_AT_ONCE", 20)
    strangers(50)
    with counted() as statements:
        tell()
    assert len(statements) == 1
    jobs.work_off()
    assert notices_of_all() == 50


def test_a_worker_that_dies_between_two_portions_tells_each_once(
    app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The portion in which it dies is undone with its job; the next worker starts with that portion."""
    monkeypatch.setattr(telling, "FOLLOWERS_AT_ONCE", 20)
    strangers(50)
    tell()
    assert jobs.work_once()
    done = notices_of_all()
    enqueue = jobs.enqueue

    def die(name: str, **more: object) -> None:
        if name == "notifications.tell_followers":
            raise SystemExit
        enqueue(name, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as dying:
        dying.setattr(jobs, "enqueue", die)
        with pytest.raises(SystemExit):
            while jobs.work_once():
                pass
    assert notices_of_all() == done == 20
    with db.transaction() as session:
        session.execute(sa.update(jobs.Job).values(lease_until=None))
    jobs.work_off()
    assert notices_of_all() == 50
