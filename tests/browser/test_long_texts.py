"""What helps with long texts: the place where one stopped is offered again, and phones get the page folded."""

import pytest
from playwright.sync_api import Page

from app.core import db
from app.factory import Sawt
from participation.consultations.models import Consultation
from tests.browser.conftest import Windows
from tests.browser.walking import Walker, with_password
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.consultations import open_consultation, with_questions

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
KEPT = (
    "() => Object.entries(localStorage).filter(([key]) => key.startsWith('sawt:place:')).map(([, at]) => at)"
)
OFFER = "[data-reading]:visible a"


@pytest.fixture
def consultation(app: Sawt) -> Consultation:
    """One that is open, with a survey."""
    with db.transaction():
        water()
    with_password(people.huda())
    made = open_consultation()
    with_questions(made)
    return made


def read_to(page: Page, anchor: str) -> None:
    """Scroll until the article begins in the upper third, and stay there."""
    page.evaluate("at => document.getElementById(at).scrollIntoView()", anchor)
    page.wait_for_function(f"at => ({KEPT})().includes(at)", arg=anchor)


@BOTH
def test_who_comes_back_to_a_draft_is_offered_the_place_and_not_taken_there(
    windows: Windows, consultation: Consultation, language: str
) -> None:
    reader = Walker(windows.open(390), language)
    path = f"/consultations/{consultation.slug}"
    reader.go(path)
    assert reader.page.locator(OFFER).count() == 0
    read_to(reader.page, "art_3")

    reader.go(f"{path}/comments")
    reader.go(path)
    assert reader.page.evaluate("scrollY") == 0
    offer = reader.page.locator(OFFER)
    assert reader.page.locator("#art_3-title").inner_text() in offer.inner_text()
    offer.click()
    assert reader.page.evaluate("art_3.getBoundingClientRect().top") < 200

    reader.go(path)
    reader.page.locator("[data-reading] button").click()
    assert reader.page.evaluate(KEPT) == []
    reader.go(path)
    assert reader.page.locator(OFFER).count() == 0


def test_the_page_of_one_article_is_a_place_to_come_back_to(
    windows: Windows, consultation: Consultation
) -> None:
    page = windows.open(390).open(f"/en/consultations/{consultation.slug}/articles/art_3")
    page.wait_for_function(f"() => ({KEPT})().includes('art_3')")
    page.goto(page.url.replace("/en/", "/ar/").replace("/articles/art_3", ""))
    assert page.get_attribute(OFFER, "href") == "#art_3"


def test_who_has_read_to_the_end_is_offered_nothing(windows: Windows, consultation: Consultation) -> None:
    page = windows.open(390).open(f"/ar/consultations/{consultation.slug}")
    read_to(page, "art_3")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function(f"() => ({KEPT})().length === 0")


def test_a_document_in_the_library_keeps_its_place_too(windows: Windows, consultation: Consultation) -> None:
    visit = windows.open(390)
    page = visit.open(f"/ar/consultations/{consultation.slug}")
    address = page.locator("#documents a").first.get_attribute("href") or ""
    visit.open(address)
    assert page.locator(OFFER).count() == 0
    read_to(page, "art_3")
    visit.open("/ar/documents")
    visit.open(address)
    assert page.get_attribute(OFFER, "href") == "#art_3"


def test_a_shared_computer_keeps_no_place_and_leaving_takes_it_along(
    windows: Windows, consultation: Consultation
) -> None:
    reader = Walker(windows.open(390), "ar")
    path = f"/consultations/{consultation.slug}"
    reader.go(f"/sign-in?next=/ar{path}")
    reader.sign_in(people.huda())
    read_to(reader.page, "art_3")
    reader.page.evaluate("document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    reader.page.wait_for_url("**/ar/")
    assert reader.page.evaluate(KEPT) == []
    reader.page.evaluate("localStorage.setItem('sawt:shared', '1')")
    reader.go(path)
    reader.page.evaluate("art_3.scrollIntoView()")
    reader.page.wait_for_timeout(1500)
    assert reader.page.evaluate(KEPT) == []


@BOTH
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_phone_shows_the_parts_of_the_page_and_folds_what_is_secondary(
    windows: Windows, consultation: Consultation, language: str, scripts: bool
) -> None:
    reader = Walker(windows.open(360, scripts=scripts), language)
    reader.go(f"/consultations/{consultation.slug}")
    page = reader.page
    page.set_viewport_size({"width": 360, "height": 800})
    stands = page.locator("#stances")
    if scripts:
        page.reload()
        assert not stands.is_visible()
        assert not page.locator(".contents li").first.is_visible()
    page.locator(".page-parts a[href='#stances']").click()
    stands.wait_for(state="visible")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_wide_screen_folds_nothing(windows: Windows, consultation: Consultation, scripts: bool) -> None:
    page = windows.open(1280, scripts=scripts).open(f"/ar/consultations/{consultation.slug}")
    assert page.locator(".fold-body").count() >= 4
    assert all(body.is_visible() for body in page.locator(".fold-body").all())
    assert not page.locator(".page-parts").is_visible()
