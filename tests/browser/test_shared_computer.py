"""What the script keeps of a text in the browser goes when its writer leaves."""

import pytest

from tests.browser.conftest import Windows
from tests.factories import people

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('sawt:draft:'))"


@pytest.mark.usefixtures("app")
def test_leaving_forgets_the_texts_that_the_browser_has_kept(windows: Windows) -> None:
    people.huda()
    page = windows.open(width=1200).open("/ar/inquiries/new")
    page.fill("textarea", "نص لا يراه من يجلس هنا بعدي")
    page.goto(page.url.replace("/inquiries/new", "/cases/find"))
    assert page.evaluate(KEPT), "nothing was kept: this proves nothing"
    page.evaluate(
        """() => {
            const form = document.querySelector("main form");
            form.setAttribute("action", "/ar/sign-out");
            form.submit();
        }"""
    )
    page.wait_for_url("**/ar/")
    assert page.evaluate(KEPT) == []
