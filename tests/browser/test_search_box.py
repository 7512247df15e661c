"""The search box of every page: by keyboard alone, without scripts, on phones and wide screens, both ways round."""

import pytest

from app.core import db, search
from app.core.search import Indexed
from tests.browser.conftest import Windows
from tests.factories import people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("app", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("app"),
]

WORDS = {"ar": "سنديانة", "en": "chestnut"}


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [320, 360, 800, 1024, 1280])
def test_the_box_leads_to_the_results_without_scripts(windows: Windows, language: str, width: int) -> None:
    people.huda()
    with db.transaction():
        search.index(Indexed("document", "1", WORDS[language], "", language, "docs/law/2026/1"))
    page = windows.open(width, scripts=False).open(f"/{language}/")
    box = page.get_by_role("search")
    page.keyboard.press("Tab")
    while not box.locator("input:focus").count():
        page.keyboard.press("Tab")
        assert page.locator("main :focus").count() == 0, "the box comes before the text"
    page.keyboard.type(WORDS[language])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("main mark").first.inner_text() == WORDS[language]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [320, 360, 767, 768, 1023, 1024, 1280])
def test_the_box_stands_within_the_header_and_over_nothing_else(
    windows: Windows, language: str, width: int
) -> None:
    page = windows.open(width, scripts=False).open(f"/{language}/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(".site-search").bounding_box()
    assert box is not None
    for name in (".brand", ".language-link", ".menu-open", ".account-navigation", ".site-navigation"):
        other = page.locator(name).bounding_box()
        if other is not None:
            apart = (
                other["x"] + other["width"] <= box["x"]
                or box["x"] + box["width"] <= other["x"]
                or other["y"] + other["height"] <= box["y"]
                or box["y"] + box["height"] <= other["y"]
            )
            assert apart, name
    for part in ("input", "button"):
        size = page.locator(f".site-search {part}").bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 44


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_button_stands_at_the_end_of_the_line(windows: Windows, language: str) -> None:
    page = windows.open(360).open(f"/{language}/")
    field, button = (page.locator(f".site-search {part}").bounding_box() for part in ("input", "button"))
    assert field is not None
    assert button is not None
    assert (button["x"] < field["x"]) == (language == "ar")
