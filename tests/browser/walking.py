"""The steps that people take through the pages, by mouse and keyboard; each page they come to is checked.

A `Walker` is one person in one browser window and one language. Elements are found by what the form sends, so that
the same steps work in both languages, with scripts and without.
"""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page

from app.core import db
from app.identity import engine
from app.identity.models import Person
from tests.browser.barriers import faults
from tests.browser.conftest import Visit, Windows
from tests.factories.people import TOTP_KEY

PASSWORD = "نافذة خضراء وقطة بيضاء"

LOOKS = (("ar", False, 360), ("en", True, 1280))
"""Language, scripts and width of a phone on which nothing but the page works, and of a desk."""

NAMED_LOOKS = ("ar-plain-360", "en-scripts-1280")


@dataclass
class Walker:
    """Somebody in a browser window."""

    visit: Visit
    language: str
    by_axe: bool = True

    @property
    def page(self) -> Page:
        return self.visit.page

    def look(self) -> None:
        """Find nothing wrong with the page at hand."""
        assert faults(self.visit, self.language, self.by_axe) == []

    def go(self, path: str) -> None:
        """Open a page by its address within the language, and look at it."""
        self.visit.open(f"/{self.language}{path}")
        self.look()

    def form(self, action: str = "") -> Locator:
        """The form that posts to an address with this end; the first one of the page without it."""
        return self.page.locator(
            f'main form[method="post"][action$="{action}"]' if action else "main form"
        ).first

    def send(
        self, action: str = "", button: str = ".button-primary, .button-secondary, .button-danger"
    ) -> None:
        """Press the button of a form and look at the page that comes."""
        with self.page.expect_navigation():
            self.form(action).locator(button).first.click()
        self.look()

    def text(self) -> str:
        """What stands in the main part of the page."""
        return self.page.inner_text("main")

    def sign_in(self, person: Person) -> None:
        """By password and, for those who have one, by authenticator."""
        self.page.fill("input[name=email]", person.email or "")
        self.page.fill("input[name=password]", PASSWORD)
        self.send()
        if person.totp_confirmed_at:
            self.page.fill("input[name=code]", engine.present_code(engine.totp_secret_of(TOTP_KEY)))
            self.send()


def with_password(person: Person) -> Person:
    """The person, who can sign in with PASSWORD from now on."""
    with db.transaction() as session:
        session.merge(person).password = engine.hashed(PASSWORD)
    return person


def entered(windows: Windows, language: str, scripts: bool, person: Person, width: int = 1280) -> Walker:
    """Somebody who has signed in; the pages on the way there have their own tests by axe."""
    walker = Walker(windows.open(width, scripts=scripts), language, by_axe=False)
    walker.go("/sign-in")
    walker.sign_in(person)
    walker.by_axe = True
    return walker


def follow(walker: Walker, link: str) -> None:
    """Click the first link whose address matches, and look at the page it leads to."""
    with walker.page.expect_navigation():
        walker.page.locator(f"main a[href*='{link}']").first.click()
    walker.look()


# the resident


def write(walker: Walker, body: str) -> None:
    """From the home page to the suggestion."""
    walker.go("/")
    with walker.page.expect_navigation():
        walker.page.locator('main a[href$="/inquiries/new"]').first.click()
    walker.look()
    walker.page.fill("textarea[name=body]", body)
    walker.send()


def decide(walker: Walker, agency: str, name: str = "") -> tuple[str, str]:
    """Choose where it goes and send it; the reference and the receipt (empty if not shown)."""
    walker.page.check(f'input[name=agency][value="{agency}"]')
    walker.page.fill("input[name=name]", name)
    walker.send()
    receipt = walker.page.locator("#receipt")
    return walker.page.inner_text("#reference"), receipt.inner_text() if receipt.count() else ""


def find(walker: Walker, reference: str, receipt: str) -> None:
    """Open the case without an account."""
    walker.go("/cases/find")
    walker.page.fill("input[name=reference]", reference)
    walker.page.fill("input[name=receipt]", receipt)
    walker.send()


def say(walker: Walker, act: str, body: str) -> None:
    """Fill in the text of one of the forms of a case (`messages`, `answers`, `notes` …) and send it."""
    form = walker.form(f"/{act}")
    closed = walker.page.locator(f'details:not([open]):has(form[action$="/{act}"]) > summary')
    if closed.count():
        closed.click()
    form.locator("textarea").fill(body)
    walker.send(f"/{act}")


# the official


def search(walker: Walker, words: str) -> Locator:
    """What the inbox finds."""
    walker.page.fill("input#q", words)
    with walker.page.expect_navigation():
        walker.page.press("input#q", "Enter")
    return walker.page.locator("table.queue tbody a")


def attach(walker: Walker, act: str, name: str, content: bytes) -> None:
    """Choose a file in one of the forms of a case."""
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
    walker.form(f"/{act}").locator("input[type=file]").set_input_files(files=[file])


def download(walker: Walker, link: Locator) -> tuple[str, bytes]:
    """Name and content of what the link gives."""
    with walker.page.expect_download() as coming:
        link.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()
