"""Who opened the name and address in a case: noted at each opening, and shown to the person."""

import pytest
import sqlalchemy as sa

from app.cases import queries
from app.core import db
from app.core.audit import AuditEntry
from app.factory import Sawt
from app.identity.models import Look
from tests.client import Browser
from tests.factories import people
from tests.factories.cases import inquiry


def looks() -> list[Look]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(Look).order_by(Look.at)))


@pytest.fixture
def omar(app: Sawt, client: Browser) -> Browser:
    return client.enter(people.omar())


def test_each_opening_of_the_contact_details_is_noted_though_it_is_a_get(omar: Browser) -> None:
    opened = inquiry(people.huda(), name="هدى الكعبي", email="huda@example.org")
    for _ in range(2):
        page = omar.get(f"/ar/inbox/{opened.case.reference}/contact")
        assert "هدى الكعبي" in page.text
    assert [(look.looked_by_id, look.person_id) for look in looks()] == [
        (people.omar().id, people.huda().id)
    ] * 2
    with db.transaction(reading=True) as session:
        assert session.scalars(sa.select(AuditEntry.act)).all() == ["looked"] * 2


def test_the_list_and_the_case_page_show_neither_name_nor_address(omar: Browser) -> None:
    opened = inquiry(people.huda(), name="هدى الكعبي", email="huda@example.org")
    for address in ("/ar/inbox", f"/ar/inbox/{opened.case.reference}"):
        page = omar.get(address).text
        assert "الكعبي" not in page
        assert "huda@example.org" not in page
    assert looks() == []


def test_the_person_sees_which_agency_looked_and_not_which_official(app: Sawt, omar: Browser) -> None:
    opened = inquiry(people.huda(), name="هدى الكعبي")
    omar.get(f"/ar/inbox/{opened.case.reference}/contact")
    page = omar.another().enter(people.huda()).get(f"/ar/cases/{opened.case.reference}").text
    assert "مؤسسة المياه" in page
    assert "عمر" not in page
    with app.app_context(), db.transaction(reading=True):
        assert len(queries.looks(queries.by_id(opened.case.id))) == 1


def test_an_opening_of_an_anonymous_case_is_noted_too(app: Sawt, omar: Browser) -> None:
    with app.app_context():  # the mail that confirms the address is written at once
        opened = inquiry(name="Yusuf", email="yusuf@example.org")
    omar.get(f"/ar/inbox/{opened.case.reference}/contact")
    with app.app_context(), db.transaction(reading=True):
        assert len(queries.looks(queries.by_id(opened.case.id))) == 1


@pytest.mark.parametrize("person", [people.karim, people.arbiter, people.adam, people.yusuf])
def test_others_open_no_contact_details(omar: Browser, person) -> None:  # type: ignore[no-untyped-def]
    opened = inquiry(people.huda(), name="هدى الكعبي")
    answer = omar.another().enter(person()).get(f"/ar/inbox/{opened.case.reference}/contact")
    assert answer.status_code == 404
    assert looks() == []
