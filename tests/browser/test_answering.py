"""What scripts add for officials who answer: canned answers, and knowing who else is writing."""

import pytest

from app.cases import canned
from app.core import db
from app.factory import Sawt
from app.identity.models import Person
from tests import world
from tests.browser.conftest import Windows
from tests.browser.walking import Walker, with_password
from tests.factories import cases, people
from tests.factories.agencies import water

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

APOLOGY = "نعتذر عن الانقطاع."


@pytest.fixture(autouse=True)
def office(app: Sawt) -> None:
    """The water company with Omar, Salma and a canned answer."""
    with db.transaction():
        water()
    with_password(people.omar())
    with_password(people.salma())
    with db.transaction():
        canned.add(world.actor(people.salma()), "water", ("اعتذار", "Apology"), (APOLOGY, ""))


def test_a_canned_answer_goes_where_the_caret_stands(windows: Windows) -> None:
    official = _at_a_case(windows, people.omar())
    answer = official.form("/answers").locator("textarea")
    answer.fill("Good morning.\nKind regards")
    answer.evaluate("field => field.setSelectionRange(13, 13)")
    official.page.click("#answer details summary")
    official.page.click("[data-insert]")
    assert answer.input_value() == f"Good morning.\n\n{APOLOGY}\n\nKind regards"
    assert answer.evaluate("field => field === document.activeElement")


def test_two_officials_learn_that_both_are_writing(windows: Windows) -> None:
    """The one who opens the case later sees it at once, the other with the next letter."""
    omar = _at_a_case(windows, people.omar())
    notice = omar.page.locator("[data-others] .notice")
    with omar.page.expect_response("**/presence"):
        omar.form("/answers").locator("textarea").press_sequentially("ا")
    salma = Walker(windows.open(), "en")
    salma.go("/sign-in?next=/en/inbox/" + omar.page.url.rpartition("/")[2])
    salma.sign_in(people.salma())
    assert "عمر" in salma.page.locator("[data-others] .notice").inner_text()
    assert notice.count() == 0
    with salma.page.expect_response("**/presence"):
        salma.form("/answers").locator("textarea").press_sequentially("a")
    omar.page.reload()
    with omar.page.expect_response("**/presence"):
        omar.form("/answers").locator("textarea").press_sequentially("ل")
    notice.wait_for()
    assert "سلمى" in notice.inner_text()
    assert omar.page.evaluate("scrollY") > 0
    assert notice.evaluate("notice => notice.getBoundingClientRect().top") >= 0
    omar.look()


def _at_a_case(windows: Windows, person: Person) -> Walker:
    """The official, signed in and looking at an Arabic case of the water company."""
    reference = cases.inquiry(people.huda()).case.shown_reference
    official = Walker(windows.open(1280), "ar")
    official.go(f"/sign-in?next=/ar/inbox/{reference}")
    official.sign_in(person)
    return official
