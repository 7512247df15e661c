"""What a person has typed outlives each mishap between the first word and the receipt (DESIGN, 5; STYLE, Errors)."""

import io
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.cases.models import CaseText
from app.core import clock, db, jobs, uploads
from app.core.uploads import StoredFile
from app.factory import Sawt
from app.identity import engine
from tests.app.identity.mailbox import forget_password
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
    link = forget_password(browser, "huda@example.org")
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
    assert '<form class="form" method="post" novalidate>' in refused.text, "not to the address of the page"
    assert official.enter(people.omar()).send(path, answer).status_code == 303


def test_a_message_to_a_case_that_was_closed_meanwhile_is_shown_with_its_text(stage: Stage) -> None:
    citizen = stage.browser("anonymous")
    reference = sent(citizen, ARABIC, str(uuid.uuid4()))
    stage.browser("omar").send(f"/ar/inbox/{reference}/closure", {"body": "انتهى العمل."})
    refused = citizen.send(f"/ar/cases/{reference}/messages", {"body": OTHER * 3})
    assert refused.status_code == 403
    assert OTHER * 3 in refused.text


def test_c25_the_text_of_a_foreign_page_is_not_offered_for_sending(stage: Stage) -> None:
    foreign = {"headers": {"Origin": "https://evil.example"}}
    refused = stage.browser("huda").send(WRITE, {"body": OTHER * 3}, **foreign)
    assert refused.status_code == 403
    assert OTHER not in refused.text


def with_a_kept_file(browser: Browser) -> dict[str, str]:
    """The form of an inquiry whose file was received with an earlier try."""
    file = (io.BytesIO("قراءة العداد".encode()), "عداد.txt")
    form = {"body": ARABIC, "agency": "unknown", "client_id": str(uuid.uuid4())}
    browser.send(SEND, {**form, "act": "edit", "files": file}, content_type="multipart/form-data")
    with db.transaction(reading=True) as session:
        return form | {"kept_files": session.scalars(sa.select(StoredFile.public_id)).one()}


def test_files_that_are_gone_when_the_form_is_sent_at_last_are_asked_for_again(stage: Stage) -> None:
    """Files without a form are kept for a day, the text for a month."""
    browser = stage.browser("anonymous")
    form = with_a_kept_file(browser)
    with time_machine.travel(clock.now() + timedelta(hours=25)), stage.app.app_context():
        with db.transaction():
            uploads.forget_unattached()
        jobs.work_off()
    refused = browser.send(SEND, form)
    assert refused.status_code == 422
    assert "اخترها من جديد" in refused.text
    assert browser.send(SEND, form | {"kept_files": ""}).status_code == 303


def test_the_same_text_with_another_file_is_sent_as_well(stage: Stage) -> None:
    """Back, another photograph chosen, sent: no file is left out while the page says that all has been sent."""
    browser = stage.browser("anonymous")
    form = {"body": ARABIC, "agency": "unknown", "client_id": str(uuid.uuid4())}

    def send_with(text: str) -> str:
        file = (io.BytesIO(text.encode()), "صورة.txt")
        return browser.send(SEND, {**form, "files": file}, content_type="multipart/form-data").location

    first, other, again = (
        send_with(text) for text in ("قراءة العداد", "فاتورة الشهر الماضي", "قراءة العداد")
    )
    assert first == again != other


def test_a_form_with_kept_files_sent_twice_is_still_one_case(stage: Stage) -> None:
    browser = stage.browser("anonymous")
    form = with_a_kept_file(browser)
    first, again = browser.send(SEND, form), browser.send(SEND, form)
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
