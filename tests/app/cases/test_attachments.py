"""Files of a case: seen by whoever sees the event they came with, and by nobody else."""

import io
import uuid

import pytest
import sqlalchemy as sa

from app.cases.models import Attachment, Case, CaseEvent
from app.core import db
from app.core.uploads import StoredFile
from app.factory import Sawt
from tests.client import Browser
from tests.factories import files, people
from tests.factories.agencies import roads, water
from tests.factories.cases import ARABIC


@pytest.fixture
def huda(app: Sawt, client: Browser) -> Browser:
    with db.transaction():
        water(), roads()
    return client.enter(people.huda())


def send(browser: Browser, *pictures: str) -> str:
    """An inquiry with these pictures; returns its reference."""
    fields = {"client_id": str(uuid.uuid4()), "body": ARABIC, "agency": "other", "other_agency": "water"}
    chosen = [(io.BytesIO(files.png()), name) for name in pictures]
    answer = browser.send("/ar/inquiries/new/agency", {**fields, "files": chosen})
    assert answer.status_code == 303
    return str(answer.location.rpartition("/")[2])


def addresses(reference: str) -> list[str]:
    with db.transaction(reading=True) as session:
        attached = session.scalars(sa.select(Attachment).order_by(Attachment.position)).all()
        return [f"/ar/cases/{reference}/attachments/{each.file_public_id}" for each in attached]


def test_files_stand_in_the_order_in_which_they_were_chosen(huda: Browser) -> None:
    reference = send(huda, "عداد.png", "meter.png")
    with db.transaction(reading=True) as session:
        case = session.scalars(sa.select(Case)).one()
        attached = session.scalars(sa.select(Attachment).order_by(Attachment.position)).all()
        assert [each.name for each in attached] == ["عداد.png", "meter.png"]
        stored = session.scalars(sa.select(StoredFile)).all()
        assert {(each.attached_kind, each.attached_id) for each in stored} == {("case", str(case.id))}
    page = huda.get(f"/ar/cases/{reference}").text
    assert all(address in page for address in addresses(reference))


def test_the_author_and_the_handlers_open_a_file_and_nobody_else(huda: Browser) -> None:
    reference = send(huda, "meter.png")
    (address,) = addresses(reference)
    statuses = {
        person.display_name: (huda.another().enter(person) if person else huda.another())
        .get(address)
        .status_code
        for person in (people.huda(), people.omar(), people.salma())
    }
    assert set(statuses.values()) == {200}
    for person in (people.yusuf(), people.karim(), people.adam(), people.arbiter()):
        assert huda.another().enter(person).get(address).status_code == 404
    assert huda.another().get(address).status_code in {302, 404}


def test_a_file_is_not_found_under_the_address_of_another_case(huda: Browser) -> None:
    first, second = send(huda, "meter.png"), send(huda)
    (address,) = addresses(first)
    assert huda.get(address.replace(first, second)).status_code == 404


def test_a_file_of_an_internal_note_is_not_shown_to_the_author(huda: Browser) -> None:
    reference = send(huda, "meter.png")
    with db.transaction() as session:
        session.execute(sa.update(CaseEvent).where(CaseEvent.seq == 1).values(audience="internal"))
    (address,) = addresses(reference)
    assert huda.get(address).status_code == 404
    assert huda.another().enter(people.omar()).get(address).status_code == 200


def test_the_same_form_sent_twice_attaches_its_files_once(huda: Browser) -> None:
    fields = {"client_id": str(uuid.uuid4()), "body": ARABIC, "agency": "other", "other_agency": "water"}
    for _ in range(2):
        picture = (io.BytesIO(files.png()), "meter.png")
        assert huda.send("/ar/inquiries/new/agency", {**fields, "files": [picture]}).status_code == 303
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 1
