"""What scripts add for those who read and answer much: number keys, and reactions that keep the reader's place."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.core import db
from app.factory import Sawt
from participation.consultations.models import Consultation, PointStance
from participation.discussion.models import Post
from tests.browser.conftest import Windows
from tests.browser.walking import Walker, with_password
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import said
from tests.factories.consultations import open_consultation, with_key_points

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
DIGITS = {"ar": "١٢٣", "en": "123"}
CHOSEN = ["support", "partly", "oppose"]
FOCUSED = "() => document.activeElement.outerHTML"


@pytest.fixture
def consultation(app: Sawt) -> Consultation:
    """One that is open, with three key points and twelve comments on one article."""
    with db.transaction():
        water()
    with_password(people.yusuf())
    made = open_consultation()
    with_key_points(made)
    for number in range(12):
        said(made, body=f"رأيي رقم {number}: الإنذاران لا يكفيان.")
    return made


def entered(windows: Windows, language: str, path: str, scripts: bool = True, width: int = 1280) -> Walker:
    """Yusuf, signed in and at a page."""
    walker = Walker(windows.open(width, scripts=scripts), language)
    walker.go(f"/sign-in?next=/{language}{path}")
    walker.sign_in(people.yusuf())
    return walker


def stances() -> list[str]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(select(PointStance.stance).order_by(PointStance.id)))


def agreeing(post: Post) -> int:
    with db.transaction(reading=True) as session:
        return session.scalars(select(Post.agree_count).where(Post.id == post.id)).one()


# the short way by keys


@BOTH
def test_digits_answer_the_key_points_one_after_the_other(
    windows: Windows, consultation: Consultation, language: str
) -> None:
    resident = entered(windows, language, f"/consultations/{consultation.slug}/short")
    for place, digit in enumerate(DIGITS[language], start=1):
        resident.page.wait_for_url(f"**/short/{place}")
        resident.look()
        press(resident.page, digit)
    resident.page.wait_for_url("**/short/end")
    resident.look()
    assert stances() == CHOSEN
    assert resident.page.evaluate(FOCUSED).startswith("<h1")
    resident.page.go_back()
    resident.page.wait_for_url("**/short/3")
    assert resident.page.locator("#point").inner_text() in resident.text()


def press(page: Page, key: str) -> None:
    """Press a key of a keyboard of any language."""
    page.evaluate(
        """key => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}))""",
        key,
    )


def test_the_next_point_has_the_focus_and_the_language_link_leads_to_it(
    windows: Windows, consultation: Consultation
) -> None:
    page = entered(windows, "ar", f"/consultations/{consultation.slug}/short").page
    page.keyboard.press("0")
    page.wait_for_url("**/short/2")
    page.wait_for_function("document.activeElement.id === 'point'")
    assert (page.get_attribute("[data-language-link]", "href") or "").endswith("/short/2")
    assert stances() == []


@BOTH
def test_keys_are_shown_and_can_be_switched_off_for_good(
    windows: Windows, consultation: Consultation, language: str
) -> None:
    resident = entered(windows, language, f"/consultations/{consultation.slug}/short")
    page = resident.page
    assert page.locator("[data-key] kbd").all_inner_texts() == ["1", "2", "3", "0"]
    assert page.locator("[aria-keyshortcuts='1']").count() == 1
    page.uncheck("[data-keys-switch]")
    for _time in range(2):
        page.keyboard.press("1")
        page.wait_for_timeout(300)
        assert page.url.endswith("/short/1")
        assert page.locator("[data-key] kbd:visible, [aria-keyshortcuts]").count() == 0
        page.reload()
        resident.look()
    page.check("[data-keys-switch]")
    page.keyboard.press("1")
    page.wait_for_url("**/short/2")
    assert stances() == ["support"]


def test_a_digit_typed_into_a_field_or_with_a_modifier_answers_nothing(
    windows: Windows, consultation: Consultation
) -> None:
    page = entered(windows, "en", f"/consultations/{consultation.slug}/short").page
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    page.locator("main textarea").press_sequentially("123")
    page.locator("h1").click()
    page.keyboard.press("Alt+1")
    page.wait_for_timeout(300)
    assert page.url.endswith("/short/1")
    assert stances() == []


def test_without_scripts_no_page_speaks_of_keys(windows: Windows, consultation: Consultation) -> None:
    resident = entered(windows, "ar", f"/consultations/{consultation.slug}/short", scripts=False)
    assert resident.page.locator("kbd:visible, [data-keys]:visible, [aria-keyshortcuts]").count() == 0
    with resident.page.expect_navigation():
        resident.page.locator("button[value=support]").click()
    assert resident.page.url.endswith("/short/2")


# reactions


@pytest.fixture
def post(consultation: Consultation) -> Post:
    """One in the middle of the page."""
    with db.transaction(reading=True) as session:
        return list(session.scalars(select(Post).order_by(Post.id)))[5]


SAID = {
    "ar": ("أنت موافق. الموافقون: 1", "تراجعت عن رأيك."),
    "en": ("You agree. 1 agrees", "You have taken it back."),
}


@BOTH
def test_agreeing_keeps_the_place_and_the_focus_and_is_read_out(
    windows: Windows, consultation: Consultation, post: Post, language: str
) -> None:
    walker = entered(windows, language, f"/consultations/{consultation.slug}/articles/art_3", width=390)
    page = walker.page
    button = page.locator(f"#post-{post.public_id} > .acts button").first
    button.scroll_into_view_if_needed()
    button.focus()
    page.evaluate("window.sameLife = true")
    before = page.evaluate("scrollY")
    assert before > 300
    for said_then, pressed, count in ((SAID[language][0], "true", 1), (SAID[language][1], "false", 0)):
        page.keyboard.press("Enter")
        page.wait_for_function("words => reacted.textContent.includes(words)", arg=said_then)
        assert button.get_attribute("aria-pressed") == pressed
        assert button.locator("bdi").inner_text() == str(count)
        assert button.evaluate("button => button === document.activeElement")
        assert page.evaluate("[scrollY, window.sameLife]") == [before, True]
        assert agreeing(post) == count
    walker.look()


def test_a_reaction_leaves_the_reader_there_also_below_a_message_that_took_the_focus(
    windows: Windows, consultation: Consultation, post: Post
) -> None:
    own = said(consultation, people.yusuf())
    page = entered(windows, "ar", f"/posts/{own.public_id}/edit", width=390).page
    page.fill("main textarea[name=body]", "رأيي بعد أن قرأت المادة مرة أخرى")
    with page.expect_navigation():
        page.locator("main form .button-primary").click()
    assert page.locator("main [data-focus]").count() == 1
    button = page.locator(f"#post-{post.public_id} > .acts button").first
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    button.click()
    page.wait_for_function("words => reacted.textContent.includes(words)", arg=SAID["ar"][0])
    assert button.evaluate("button => button === document.activeElement")
    assert page.evaluate("scrollY") == before


def test_agreeing_without_scripts_leads_back_to_the_post(
    windows: Windows, consultation: Consultation, post: Post
) -> None:
    walker = entered(
        windows, "ar", f"/consultations/{consultation.slug}/articles/art_3", scripts=False, width=390
    )
    with walker.page.expect_navigation():
        walker.page.locator(f"#post-{post.public_id} > .acts button").first.click()
    assert walker.page.url.endswith(f"#post-{post.public_id}")
    assert agreeing(post) == 1
    walker.look()


@BOTH
def test_a_reaction_that_does_not_arrive_says_so_in_sight(
    windows: Windows, consultation: Consultation, post: Post, language: str
) -> None:
    page = entered(windows, language, f"/consultations/{consultation.slug}/articles/art_3", width=390).page
    page.route("**/reaction", lambda route: route.abort())
    button = page.locator(f"#post-{post.public_id} > .acts button").first
    button.click()
    page.locator("#reacted.is-failure").wait_for()
    assert page.locator("#reacted").inner_text() == page.get_attribute("#reacted", "data-failed")
    page.unroute("**/reaction")
    button.click()
    page.locator("#reacted:not(.is-failure)").wait_for(state="attached")
    assert agreeing(post) == 1


def test_a_refused_reaction_shows_why(windows: Windows, consultation: Consultation, post: Post) -> None:
    page = entered(windows, "ar", f"/consultations/{consultation.slug}/articles/art_3").page
    with db.transaction() as session:
        session.get_one(Post, post.id).state = "hidden"
    title = page.inner_text("h1")
    page.locator(f"#post-{post.public_id} > .acts button").first.click()
    page.wait_for_function("title => document.querySelector('h1').innerText !== title", arg=title)
    assert page.locator("main").count() == 1
    assert page.locator(".comments").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
