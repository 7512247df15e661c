"""What a person has typed outlives each mishap between the first word and the receipt (DESIGN, 5; STYLE, Errors)."""

import io

import pytest

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
