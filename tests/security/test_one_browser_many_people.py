"""C21 and C24: what a browser may still open when its sign-in ends, or when somebody else sits down at it."""

import uuid

import pytest

from app.core import db
from app.factory import Sawt
from app.identity import engine
from tests.client import Browser
from tests.factories import people
from tests.factories.cases import ARABIC
from tests.structure.table import Stage

PASSWORD = "نافذة خضراء وقطة بيضاء"


@pytest.fixture
def stage(app: Sawt) -> Stage:
    stage = Stage(app)
    with db.transaction() as session:
        for person in (people.huda(), people.yusuf()):
            session.merge(person).password = engine.hashed(PASSWORD)
    return stage


def sent(browser: Browser) -> str:
    """The address of the status page of an inquiry just sent."""
    key = str(uuid.uuid4())
    answer = browser.send("/ar/inquiries/new/agency", {"body": ARABIC, "client_id": key, "agency": "unknown"})
    assert answer.status_code == 303
    return f"/ar/cases/{answer.location.rpartition('/')[2]}"


def sign_in(browser: Browser, email: str) -> None:
    assert browser.send("/ar/sign-in", {"email": email, "password": PASSWORD}).status_code == 303


def sign_out_everywhere_else(stage: Stage) -> None:
    other = stage.browser("huda").another().enter(people.huda())
    assert other.send("/ar/account/sign-ins/revocations").status_code == 303


def test_c24_who_is_signed_out_from_elsewhere_no_longer_reads_the_own_cases_here(stage: Stage) -> None:
    lost_laptop = stage.browser("huda")
    case = sent(lost_laptop)
    assert lost_laptop.get(case).status_code == 200
    sign_out_everywhere_else(stage)
    assert "/ar/cases/find" in lost_laptop.get(case).location


def test_c24_after_that_a_receipt_opens_a_case_here_as_in_any_browser(stage: Stage) -> None:
    browser = stage.browser("huda")
    sent(browser)
    sign_out_everywhere_else(stage)
    case = sent(browser)
    assert browser.get(case).status_code == 200


@pytest.mark.parametrize("ended", [True, False], ids=["signed out from elsewhere", "still signed in"])
def test_c24_whoever_signs_in_next_does_not_inherit_the_cases_of_the_one_before(
    stage: Stage, ended: bool
) -> None:
    browser = stage.browser("huda")
    case = sent(browser)
    if ended:
        sign_out_everywhere_else(stage)
    sign_in(browser, "yusuf@example.org")
    assert browser.get(case).status_code == 404


def test_c24_who_signs_in_after_writing_keeps_the_case_at_hand(stage: Stage) -> None:
    browser = stage.browser("anonymous")
    case = sent(browser)
    sign_in(browser, "huda@example.org")
    assert browser.get(case).status_code == 200


@pytest.mark.parametrize("who", ["anonymous", "yusuf"])
def test_c21_the_link_that_confirms_an_address_opens_no_case(stage: Stage, who: str) -> None:
    """The sender may have mistyped the address: then a stranger reads the mail."""
    thing = stage.thing("received case")
    stranger = stage.browser(who)
    confirmed = stranger.send(f"/ar/cases/contact/{thing.names['token']}")
    assert "/ar/cases/find" in confirmed.location
    assert stranger.get(f"/ar/cases/{thing.names['reference']}").status_code != 200


def test_c21_whoever_may_open_the_case_is_led_to_it_from_the_mail(stage: Stage) -> None:
    thing = stage.thing("received case")
    confirmed = stage.browser("huda").send(f"/ar/cases/contact/{thing.names['token']}")
    assert confirmed.location == f"/ar/cases/{thing.names['reference']}"


def test_c21_without_an_account_a_shared_computer_is_left_with_nothing_to_open(stage: Stage) -> None:
    browser = stage.browser("anonymous")
    case = sent(browser)
    browser.send("/ar/inquiries/new", {"body": "نص لم يرسل بعد"})
    assert 'action="/ar/sign-out"' in browser.get(case).text
    browser.send("/ar/sign-out")
    assert '<meta name="draft-received" content="*">' in browser.get("/ar/").text
    assert "/ar/cases/find" in browser.get(case).location
    assert "نص لم يرسل بعد" not in browser.get("/ar/inquiries/new").text
