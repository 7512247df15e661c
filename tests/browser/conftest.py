"""A real browser on a real server. Left out, with the reason, where there is no Chromium."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from werkzeug.serving import make_server

from app.factory import Sawt
from tests import servers


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = servers.chromium()
    if not path:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(app: Sawt) -> Iterator[str]:
    """The address of the application, served by threads for this test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Visit:
    """One browser window, and everything it complained about or fetched from elsewhere."""

    page: Page
    site: str
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self) -> "Visit":
        """Listen to everything; the status of pages is left to the tests, that of what pages need is not."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda r: None if r.url.startswith(self.site) else self.foreign.append(r.url))
        self.page.on("response", self._look_at)
        return self

    def _hear(self, message: ConsoleMessage) -> None:
        tells_a_status = message.text.startswith("Failed to load resource: the server responded")
        if message.type in {"error", "warning"} and not tells_a_status:
            self.complaints.append(message.text)

    def _look_at(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page


class Windows:
    """Opens windows of any size, scheme and with or without scripts; closes them all."""

    def __init__(self, chromium: Browser, site: str):
        self._chromium, self._site = chromium, site
        self._contexts: list[object] = []

    def open(self, width: int = 390, scheme: str = "light", scripts: bool = True) -> Visit:
        context = self._chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        self._contexts.append(context)
        return Visit(context.new_page(), self._site, scripts).watch()

    def close(self) -> None:
        for context in self._contexts:
            context.close()  # type: ignore[attr-defined]


@pytest.fixture
def windows(chromium: Browser, site: str) -> Iterator[Windows]:
    made = Windows(chromium, site)
    yield made
    made.close()
