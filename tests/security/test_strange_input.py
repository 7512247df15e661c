"""C18 and C27: files in masses, and characters that no honest browser sends."""

import io
from typing import Any

import pytest
import sqlalchemy as sa

from app.cases import uploading
from app.cases.forms import MOST_FILES
from app.core import db, uploads
from app.core.uploads import StoredFile, WrongFile
from app.factory import Sawt
from tests.app.identity.mailbox import mails_to
from tests.client import Browser
from tests.structure.table import Stage

SEND = "/ar/inquiries/new/agency"
MULTIPART = {"content_type": "multipart/form-data"}


@pytest.fixture
def stage(app: Sawt) -> Stage:
    app.extensions["limiters"].memory.storage.reset()
    return Stage(app)


def files(number: int, content: bytes = b"text") -> dict[str, Any]:
    return {"files": [(io.BytesIO(content), f"{place}.txt") for place in range(number)]}


def kept() -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0


def test_c18_of_many_files_in_one_form_only_so_many_are_looked_at_as_may_be_sent(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused ones count too: each is cleaned in a process of its own, up to 25 seconds long."""
    tries: list[object] = []
    monkeypatch.setattr(uploads, "receive", lambda _owner, file: refuse(tries, file))
    answer = stage.browser("anonymous").send(SEND, files(40), **MULTIPART)
    assert answer.status_code == 422
    assert len(tries) == MOST_FILES


def refuse(tries: list[object], file: object) -> None:
    tries.append(file)
    raise WrongFile("هذا الملف تالف.")


def test_c18_who_claims_to_be_a_new_browser_each_time_fills_no_disk(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "FILES_PER_NET", "3/hour")
    for _time in range(3):
        browser: Browser = stage.browser("anonymous").another()
        answer = browser.post(SEND, data=files(2), headers={"Origin": "http://localhost"}, **MULTIPART)
        assert answer.status_code == 422
    assert kept() == 3
    stage.browser("huda").send(SEND, files(1), **MULTIPART)
    assert kept() == 4, "whoever has an account is not slowed down by the net"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("omar", "/ar/inbox?agency=%00"),
        ("omar", "/ar/inbox?q=a%00b"),
        ("huda", "/ar/notices?before=%00"),
        ("huda", "/ar/account/looks?after=%00"),
        ("adam", "/ar/administration/people?after=%00"),
        ("adam", "/ar/administration/people/%00"),
        ("adam", "/ar/administration/mails?before=%00"),
        ("anonymous", "/ar/agencies/%00"),
        ("anonymous", "/ar/cases/contact/%00"),
    ],
)
def test_c27_a_null_character_in_an_address_is_refused_and_no_error_of_ours(
    stage: Stage, who: str, path: str
) -> None:
    assert stage.browser(who).get(path).status_code == 404


def test_c27_a_null_character_in_a_hidden_field_finds_nothing(stage: Stage) -> None:
    huda = stage.browser("huda")
    assert huda.send("/ar/notices/readings", {"notice": "a\0b"}).status_code == 404
    assert huda.send(SEND, {"body": "نص", "agency": "unknown", "kept_files": "a\0b"}).status_code == 303


def test_c28_nobody_floods_a_strangers_mailbox_with_inquiries_in_its_name(stage: Stage) -> None:
    browser, victim = stage.browser("anonymous"), "victim@example.org"
    for number in range(8):
        form = {"body": f"رسالة {number}", "agency": "unknown", "email": victim.upper() if number else victim}
        assert browser.send(SEND, form).status_code == 303, "the inquiry itself is taken"
    assert len(mails_to(victim)) == 5
