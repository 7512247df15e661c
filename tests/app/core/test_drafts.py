"""Drafts: what somebody typed is kept, for nobody else, and not for ever."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, db, drafts
from app.core.drafts import KEPT, LARGEST, Draft
from app.core.permissions import Actor

HUDA, BROWSER, STRANGER = Actor(uuid.UUID(int=1)), Actor(browser="one"), Actor(browser="two")
FIELDS = {"body": "انقطعت المياه", "email": "huda@example.org"}

pytestmark = pytest.mark.usefixtures("app")


def save(owner: Actor, fields: dict[str, str] = FIELDS, form: str = "inquiry") -> None:
    with db.transaction():
        drafts.save(owner, form, fields)


def load(owner: Actor, form: str = "inquiry") -> dict[str, str]:
    with db.transaction(reading=True):
        return drafts.load(owner, form)


def test_a_draft_comes_back_to_its_owner_alone() -> None:
    save(BROWSER)
    assert load(BROWSER) == FIELDS
    assert load(STRANGER) == load(HUDA) == {}
    assert load(BROWSER, "complaint") == {}


def test_a_later_draft_replaces_the_earlier_one_and_empty_fields_go() -> None:
    save(BROWSER)
    save(BROWSER, {"body": "عادت المياه", "email": ""})
    assert load(BROWSER) == {"body": "عادت المياه"}


def test_what_is_discarded_is_gone_for_its_owner_and_form_only() -> None:
    for owner, form in ((BROWSER, "inquiry"), (BROWSER, "complaint"), (STRANGER, "inquiry")):
        save(owner, form=form)
    with db.transaction():
        drafts.discard(BROWSER, "inquiry")
    assert load(BROWSER) == {}
    assert load(BROWSER, "complaint") == load(STRANGER) == FIELDS


def test_signing_in_takes_the_browsers_drafts_along_and_the_newer_text_wins() -> None:
    save(HUDA, {"body": "نص قديم"})
    save(BROWSER)
    with db.transaction():
        drafts.adopt(BROWSER, HUDA)
    assert load(HUDA) == FIELDS
    assert load(BROWSER) == {}


def test_a_huge_field_is_kept_up_to_the_limit() -> None:
    save(BROWSER, {"body": "ص" * 1_000_000})
    assert load(BROWSER) == {"body": "ص" * LARGEST}


def test_untouched_drafts_are_forgotten_after_thirty_days() -> None:
    save(BROWSER)
    with time_machine.travel(clock.now() + KEPT - timedelta(hours=1)), db.transaction():
        drafts.forget()
    assert load(BROWSER) == FIELDS
    with time_machine.travel(clock.now() + KEPT + timedelta(hours=1)), db.transaction():
        drafts.forget()
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 0


def test_the_database_holds_nothing_of_a_draft_in_the_clear() -> None:
    save(BROWSER)
    with db.engine().connect() as line:
        raw = str(line.execute(sa.text("SELECT * FROM drafts")).all())
    assert "browser:one" in raw, "the draft is not there: this proves nothing"
    assert "انقطعت" not in raw
    assert "huda@example.org" not in raw


def test_a_draft_saved_by_many_windows_at_once_stands_once() -> None:
    windows = 8
    barrier = threading.Barrier(windows)

    def save_with_the_others(number: int) -> None:
        barrier.wait(30)
        save(BROWSER, {"body": f"نافذة {number}"})

    with ThreadPoolExecutor(windows) as pool:
        list(pool.map(save_with_the_others, range(windows)))
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 1
