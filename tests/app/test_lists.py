"""What lists cost: the same few queries with two rows or twelve, whatever each row names."""

from collections.abc import Callable

import pytest

from app.cases import canned
from app.core import clock, db, mail
from app.core.permissions import Role
from app.identity.actions import open_sign_in, roles
from app.identity.models import Look, Person, actor_of
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.factories.agencies import agency, water
from tests.factories.cases import inquiry

MOST_QUERIES = 9
A_FEW, MORE = range(2), range(2, 12)


def arrivals(numbers: range) -> None:
    for _ in numbers:
        inquiry()


def agencies(numbers: range) -> None:
    for number in numbers:
        agency(f"agency-{number}", f"جهة {number}", f"Agency {number}")


def officials(numbers: range) -> None:
    for number in numbers:
        people.person(f"موظف {number}", f"o{number}@example.org", (Role.OFFICIAL, f"agency-{number}"))
    agencies(numbers)


def invitations(numbers: range) -> None:
    agencies(numbers)
    with db.transaction():
        for number in numbers:
            roles.invite(
                actor_of(people.adam()), f"i{number}@example.org", Role.OFFICIAL, f"agency-{number}", "ar"
            )


def looks(numbers: range) -> None:
    agencies(numbers)
    huda = people.huda()
    with db.transaction() as session:
        for number in numbers:
            by = people.person(f"قارئ {number}", f"r{number}@example.org")
            facts = {"subject_kind": "case", "subject_id": str(number), "reason": "duty"}
            session.add(Look(person_id=huda.id, looked_by_id=by.id, agency_key=f"agency-{number}", **facts))


def failed_mails(numbers: range) -> None:
    facts = {"sentence": "جملة", "label": "كلمة", "action_url": ""}
    with db.transaction() as session:
        for number in numbers:
            mail.post(f"m{number}@example.org", "ar", "notice", facts, f"key {number}")
        for posted in session.query(mail.Mail):
            posted.failed_at, posted.cause = clock.now(), "550"


def canned_answers(numbers: range) -> None:
    with db.transaction():
        water()
        for number in numbers:
            canned.add(actor_of(people.salma()), "water", (f"عنوان {number}", ""), ("نص", ""))


def sign_ins(numbers: range) -> None:
    with db.transaction():
        for _ in numbers:
            open_sign_in(people.huda(), "firefox/linux")


LISTS: dict[str, tuple[Callable[[], Person], Callable[[range], None]]] = {
    "/ar/": (people.huda, agencies),
    "/ar/agencies": (people.huda, agencies),
    "/ar/notices": (people.omar, arrivals),
    "/ar/canned-answers": (people.salma, canned_answers),
    "/ar/account/looks": (people.huda, looks),
    "/ar/account/sign-ins": (people.huda, sign_ins),
    "/ar/administration/agencies": (people.adam, agencies),
    "/ar/administration/people": (people.adam, officials),
    "/ar/administration/invitations": (people.adam, invitations),
    "/ar/administration/mails": (people.adam, failed_mails),
}


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_few_queries_with_two_rows_or_twelve(client: Browser, address: str) -> None:
    who, fill = LISTS[address]
    browser, costs = client.enter(who()), []
    for numbers in (A_FEW, MORE):
        with client.application.app_context():
            fill(numbers)
        with counted() as statements:
            assert browser.get(address).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert costs[0] <= MOST_QUERIES
