"""What a person has typed outlives each mishap between the first word and the receipt (DESIGN, 5; STYLE, Errors)."""

import io
import uuid

import pytest
import sqlalchemy as sa

from app.cases.models import CaseText
from app.core import db
from app.factory import Sawt
from app.identity import engine
from tests.app.identity.mailbox import link_to
from tests.client import Browser
from tests.factories import people
from tests.factories.cases import ARABIC
from tests.structure.table import Stage

WRITE, SEND = "/ar/inquiries/new", "/ar/inquiries/new/agency"
PASSWORD = "نافذة خضراء وقطة بيضاء"


@pytest.fixture
def stage(app: Sawt) -> Stage:
    stage = Stage(app)
    with db.transaction() as session:
        session.merge(people.huda()).password = engine.hashed(PASSWORD)
    return stage


def sign_in(browser: Browser) -> None:
    fields = {"email": "huda@example.org", "password": PASSWORD}
    assert browser.send("/ar/sign-in", fields).status_code == 303


def test_a_password_set_anew_on_the_way_to_the_sign_in_loses_no_text(stage: Stage) -> None:
    browser = stage.browser("anonymous")
    browser.send(WRITE, {"body": ARABIC, "act": "sign-in"})
    browser.send("/ar/password/forgotten", {"email": "huda@example.org"})
    link = link_to("huda@example.org", "set_password")
    assert browser.send(link, {"password": PASSWORD}).status_code == 303
    sign_in(browser)
    assert ARABIC in browser.get(WRITE).text


def test_files_received_before_the_sign_in_stay_with_the_text(stage: Stage) -> None:
    browser = stage.browser("anonymous")
    file = (io.BytesIO("قراءة العداد".encode()), "عداد.txt")
    browser.send(SEND, {"body": ARABIC, "act": "edit", "files": file}, content_type="multipart/form-data")
    assert "عداد.txt" in browser.get(SEND).text
    sign_in(browser)
    assert "عداد.txt" in browser.get(SEND).text


OTHER = "حفرة كبيرة في شارع الملك عند المدرسة."


def texts() -> list[str]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(CaseText.body).order_by(CaseText.event_id)))


def sent(browser: Browser, body: str, key: str) -> str:
    """The reference of an inquiry sent to the water company."""
    fields = {"body": body, "client_id": key, "agency": "other", "other_agency": "water"}
    return str(browser.send(SEND, fields).location).rpartition("/")[2]


def test_another_text_under_the_key_of_one_that_was_sent_is_sent_as_well(stage: Stage) -> None:
    """Back, changed and sent; or two windows that began from the same draft."""
    browser, key = stage.browser("anonymous"), str(uuid.uuid4())
    first, other, again = (sent(browser, body, key) for body in (ARABIC, OTHER, ARABIC))
    assert texts() == [ARABIC, OTHER]
    assert first == again != other


@pytest.mark.parametrize("act", ["messages", "answers", "notes"])
def test_another_message_under_the_key_of_the_one_before_is_sent_as_well(stage: Stage, act: str) -> None:
    citizen, key = stage.browser("anonymous"), str(uuid.uuid4())
    reference = sent(citizen, ARABIC, key)
    writer = citizen if act == "messages" else stage.browser("omar")
    place = "cases" if act == "messages" else "inbox"
    for body in ("رسالة أولى", "رسالة ثانية", "رسالة أولى"):
        form = {"body": body, "client_id": key, "seen_seq": "99"}
        assert writer.send(f"/ar/{place}/{reference}/{act}", form).status_code == 303
    assert texts() == [ARABIC, "رسالة أولى", "رسالة ثانية"]


def test_what_was_written_when_the_sign_in_had_ended_is_shown_and_can_be_sent_after_a_new_one(
    stage: Stage,
) -> None:
    reference = sent(stage.browser("anonymous"), ARABIC, str(uuid.uuid4()))
    official = stage.browser("omar")
    path = f"/ar/inbox/{reference}/answers"
    answer = {
        "body": "تعود المياه إلى حي النخيل هذه الليلة قبل العاشرة، ونعتذر عن الانقطاع.",
        "seen_seq": "2",
    }
    other = official.another().enter(people.omar())
    other.send("/ar/account/sign-ins/revocations")
    refused = official.send(path, answer)
    assert refused.status_code == 404
    assert answer["body"] in refused.text
    assert f'action="{path}"' in refused.text
    assert official.enter(people.omar()).send(path, answer).status_code == 303
