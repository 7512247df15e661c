"""C1 and C36: officials with a case of their own, and officials who are officials no longer."""

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.core import db
from app.core.permissions import Role
from app.factory import Sawt
from app.identity.models import Person, RoleGrant
from app.notifications.models import Notice
from tests.client import Browser
from tests.factories import people
from tests.factories.cases import ARABIC
from tests.structure.table import Stage


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def sent(browser: Browser) -> str:
    """The reference of an inquiry sent to the water company."""
    fields = {"body": ARABIC, "client_id": str(uuid.uuid4()), "agency": "other", "other_agency": "water"}
    answer = browser.send("/ar/inquiries/new/agency", fields)
    return str(answer.location).rpartition("/")[2]


def test_c36_officials_do_not_handle_what_they_have_sent_to_their_own_agency(stage: Stage) -> None:
    omar, salma = stage.browser("omar"), stage.browser("salma")
    own = sent(omar)
    assert salma.send(f"/ar/inbox/{own}/notes", {"body": "ملاحظة عن عمر"}).status_code == 303
    assert omar.get(f"/ar/inbox/{own}").status_code == 404
    assert omar.get(f"/ar/inbox/{own}/contact").status_code == 404
    assert omar.send(f"/ar/inbox/{own}/answers", {"body": "تم.", "seen_seq": "9"}).status_code == 404
    assert own not in omar.get("/ar/inbox").text
    assert own in salma.get("/ar/inbox").text
    assert omar.get(f"/ar/cases/{own}").status_code == 200
    assert salma.send(f"/ar/inbox/{own}/answers", {"body": "تم.", "seen_seq": "9"}).status_code == 303


def test_c36_nobody_is_given_the_own_case(stage: Stage) -> None:
    own = sent(stage.browser("omar"))
    given = {"assignee": str(people.omar().id)}
    assert stage.browser("salma").send(f"/ar/inbox/{own}/assignment", given).status_code == 422


def taken_by_omar(stage: Stage) -> str:
    reference = sent(stage.browser("huda"))
    mine = {"assignee": str(people.omar().id)}
    assert stage.browser("omar").send(f"/ar/inbox/{reference}/assignment", mine).status_code == 303
    return reference


def lose_the_role(stage: Stage, role: str = "official/water") -> None:
    path = f"/ar/administration/people/{people.omar().public_id}/roles/revocation"
    assert stage.browser("adam").send(path, {"role": role}).status_code == 303


def be_suspended(stage: Stage) -> None:
    path = f"/ar/administration/people/{people.omar().public_id}/suspension"
    assert stage.browser("adam").send(path, {"reason": "إجازة طويلة"}).status_code == 303


@pytest.mark.parametrize("leave", [lose_the_role, be_suspended])
def test_c36_cases_of_an_official_who_has_left_wait_for_a_colleague(
    stage: Stage, leave: Callable[[Stage], None]
) -> None:
    """Otherwise the person's next message is told to nobody who can read it, and no list shows the case as free."""
    reference, salma = taken_by_omar(stage), stage.browser("salma")
    assert reference not in salma.get("/ar/inbox?view=unassigned").text
    leave(stage)
    assert reference in salma.get("/ar/inbox?view=unassigned").text
    stage.browser("huda").send(f"/ar/cases/{reference}/messages", {"body": "هل من جديد؟"})
    assert _told(people.salma(), "inbox-message")
    assert not _told(people.omar(), "inbox-message")


def test_c36_an_official_who_keeps_another_role_there_keeps_the_cases(stage: Stage) -> None:
    with db.transaction() as session:
        omar = session.merge(people.omar())
        omar.grants.append(RoleGrant(role=Role.SUPERVISOR, agency_key="water"))
    reference = taken_by_omar(stage)
    lose_the_role(stage)
    assert reference in stage.browser("omar").get("/ar/inbox?view=mine").text


def _told(person: Person, kind: str) -> bool:
    with db.transaction(reading=True) as session:
        found = sa.select(Notice.id).where(Notice.person_id == person.id, Notice.kind == kind)
        return session.scalar(found) is not None
