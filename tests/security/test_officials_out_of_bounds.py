"""C1 and C36: officials with a case of their own, and officials who are officials no longer."""

import uuid

import pytest

from app.factory import Sawt
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
