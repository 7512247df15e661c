"""The style guide as people meet it: by eye, by screen reader, on a small phone, with and without scripts."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Request, Route

from tests.browser.barriers import AXE, broken_rules
from tests.browser.conftest import Windows

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

SHOWN_ORDER = """pieces => pieces.map(piece => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const at = node.data.indexOf(piece);
    if (at < 0 || !node.parentElement.closest("[dir=rtl]") || !node.parentElement.checkVisibility()) continue;
    const letters = [...piece].map((letter, i) => {
      const range = document.createRange();
      range.setStart(node, at + i);
      range.setEnd(node, at + i + 1);
      return [range.getClientRects()[0].x, letter];
    });
    return letters.sort((a, b) => a[0] - b[0]).map(pair => pair[1]).join("");
  }
  return null;
})"""
"""What stands on the page from the left to the right, for each piece of text."""


def answer_forms(page: Page, **answer: Any) -> None:
    """Let the browser get this answer to whatever it posts."""

    def respond(route: Route, request: Request) -> None:
        if request.method == "POST":
            route.fulfill(**answer)
        else:
            route.continue_()

    page.route("**/*", respond)


def form_of(page: Page) -> Any:
    return page.locator("form[data-draft-key=styleguide]")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci --ignore-scripts")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_machine_finds_no_barrier(windows: Windows, language: str, width: int, scheme: str) -> None:
    page = windows.open(width, scheme).open(f"/{language}/styleguide")
    assert broken_rules(page) == []


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci --ignore-scripts")
def test_the_search_for_barriers_finds_planted_ones(windows: Windows) -> None:
    page = windows.open().open("/ar/cases/find")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><input><a href=#></a>')"
    )
    assert {rule.split(":")[0] for rule in broken_rules(page)} >= {"image-alt", "label", "link-name"}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_of_the_page(windows: Windows, width: int, language: str) -> None:
    visit = windows.open(width)
    page = visit.open(f"/{language}/styleguide")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.complaints == []
    assert visit.foreign == []


@pytest.mark.parametrize("width", [320, 1280])
def test_numbers_in_arabic_text_read_as_they_were_typed(windows: Windows, width: int) -> None:
    page = windows.open(width).open("/ar/styleguide")
    pieces = ["600-555-123", "2026-11-23", "3-5", "trees@example.org", "+971 4 123 4567", "7K2M-9QXA-4TRW"]
    assert page.evaluate(SHOWN_ORDER, pieces) == pieces


def test_the_reading_of_numbers_sees_what_is_not_isolated(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<p dir=rtl>رقم 888-999-111</p>')"
    )
    assert page.evaluate(SHOWN_ORDER, ["888-999-111"]) != ["888-999-111"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_can_be_used_without_scripts(windows: Windows, language: str) -> None:
    page = windows.open(scripts=False).open(f"/{language}/styleguide")
    assert form_of(page).locator("input[type=file]").is_visible()
    assert not form_of(page).locator(".file-button").is_visible()
    assert not page.locator("[data-copy]").first.is_visible()
    page.click(".menu-open")
    assert page.locator("#menu").is_visible()
    page.click(".menu-close")
    page.click("[data-dialog]")
    assert page.locator("#sample-dialog").is_visible()


def test_a_text_left_behind_can_be_restored(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    page.fill("#text", "الماء مقطوع منذ يومين")
    page.reload()
    assert page.input_value("#text") == ""
    form_of(page).locator(".notice button").first.click()
    assert page.input_value("#text") == "الماء مقطوع منذ يومين"


def test_a_discarded_text_is_gone(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    page.fill("#text", "نص")
    page.reload()
    form_of(page).locator(".notice button").last.click()
    page.reload()
    assert form_of(page).locator(".notice").count() == 0


def test_a_text_that_was_taken_is_not_offered_again(windows: Windows) -> None:
    visit = windows.open()
    page = visit.open("/en/styleguide")
    page.fill("#text", "A text")
    answer_forms(page, status=303, headers={"location": visit.site + "/en/cases/find"})
    with page.expect_navigation():
        form_of(page).locator(".button-primary").click()
    assert page.url.endswith("/en/cases/find")
    page.goto(visit.site + "/en/styleguide")
    assert form_of(page).locator(".notice").count() == 0


def test_a_text_that_was_refused_stays(windows: Windows) -> None:
    visit = windows.open()
    page = visit.open("/en/styleguide")
    page.fill("#text", "A text")
    answer_forms(page, status=503, body="away", headers={"content-type": "text/html"})
    form_of(page).locator(".button-primary").click()
    page.wait_for_function("document.body.innerText === 'away'")
    page.goto(visit.site + "/en/styleguide")
    assert form_of(page).locator(".notice").count() == 1


def test_a_password_is_never_kept(windows: Windows) -> None:
    page = windows.open().open("/en/styleguide")
    page.fill("#password", "correct horse")
    page.fill("#text", "A text")
    page.reload()
    assert "correct horse" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "A text" in page.evaluate("JSON.stringify({...localStorage})")


def test_a_shared_computer_keeps_nothing(windows: Windows) -> None:
    page = windows.open().open("/en/styleguide")
    page.fill("#text", "A text")
    page.locator("[data-shared-computer]").check()
    page.fill("#text", "Another text")
    page.reload()
    assert "text" not in page.evaluate("JSON.stringify({...localStorage})")


def test_what_is_typed_travels_to_the_other_language(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    page.fill("#name", "هدى")
    page.locator("#stance-1").check()
    page.click("[data-language-link]")
    page.wait_for_url("**/en/styleguide")
    assert page.input_value("#name") == "هدى"
    assert page.locator("#stance-1").is_checked()


def test_two_clicks_send_once(windows: Windows) -> None:
    page = windows.open().open("/en/styleguide")
    sent: list[str] = []

    def answer(route: Route, request: Request) -> None:
        sent.append(request.method)
        route.fulfill(status=204)

    page.route(lambda address: address.endswith("/styleguide"), answer)
    button = form_of(page).locator(".button-primary")
    button.evaluate("button => { button.click(); button.click(); }")
    page.wait_for_timeout(300)
    assert sent == ["POST"]
    assert button.get_attribute("aria-disabled") == "true"


def test_characters_are_counted_as_the_server_counts_them(windows: Windows) -> None:
    page = windows.open().open("/en/styleguide")
    page.fill("#text", "🌳" * 3)
    assert page.inner_text("[data-count=text]").endswith("1,997")
    page.fill("#text", "ش" * 2001)
    assert page.inner_text("[data-count=text]").endswith(": 1")
    assert "is-over" in (page.get_attribute("[data-count=text]", "class") or "")


def test_a_chosen_file_is_named_in_our_words(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    file = FilePayload(name="شكوى.pdf", mimeType="application/pdf", buffer=b"x" * 240_000)
    page.set_input_files("#photo", files=file)
    assert "شكوى.pdf" in page.inner_text("#photo-names")
    assert "240" in page.inner_text("#photo-names")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    page.eval_on_selector("#photo", "input => (input.closest('.file').dataset.largest = 1000)")
    for size, told in ((1_000, 0), (1_001, 1)):
        file = FilePayload(name="شكوى.pdf", mimeType="application/pdf", buffer=b"x" * size)
        page.set_input_files("#photo", files=file)
        assert page.locator("#photo-names .too-large").count() == told


def test_focus_goes_to_the_error_summary_and_back_to_what_opened_a_dialog(windows: Windows) -> None:
    page = windows.open().open("/en/styleguide")
    assert page.evaluate("document.activeElement.className").startswith("error-summary")
    page.click("[data-dialog]")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.dialog") == "sample-dialog"


def test_arrows_follow_the_line_of_reading_and_ticks_do_not(windows: Windows) -> None:
    page = windows.open().open("/ar/styleguide")
    turned = "icon => getComputedStyle(icon).transform"
    assert page.locator(".pagination a[rel=next] .icon").first.evaluate(turned) == "matrix(-1, 0, 0, 1, 0, 0)"
    assert page.locator(".steps .is-done .icon").first.evaluate(turned) == "none"
