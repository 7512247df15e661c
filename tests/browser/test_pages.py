"""Every page there is, as the first person of the table of routes who may open it."""

import pytest
from playwright.sync_api import BrowserContext

from app.factory import Sawt
from tests.browser.barriers import faults
from tests.browser.conftest import Visit, Windows
from tests.structure import table
from tests.structure.table import Row, Stage

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

NO_PAGES = {
    "static",
    "health.live",
    "health.ready",
    "root.robots",
    "cases.attachment",
    "documents.atom",
    "documents.file",
    "documents.json_feed",
    "documents.manifest",
    "dashboards.styleguide",
    "consultations.feed",
    "discussion_feeds.feed",
    "forums.feed",
    "moderation.log_file",
    "open_data.download",
}
PAGES = [
    row
    for row in table.rows()
    if row.method == "GET" and row.endpoint not in NO_PAGES and 200 in row.expected.values()
]


assert len(PAGES) > 40, "the table of routes names the pages"
FEATURES = sorted({row.endpoint.partition(".")[0] for row in PAGES})


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_page_has_a_barrier(windows: Windows, app: Sawt, language: str, feature: str) -> None:
    stage = Stage(app)
    visits: dict[str, Visit] = {}
    found = []
    for row in PAGES:
        if row.endpoint.partition(".")[0] == feature:
            who = _reader(row)
            visit = visits.setdefault(who, windows.open(1280))
            _take_session(visit.page.context, stage, who, visit.site)
            visit.open(stage.url(row, stage.thing(row.of), language))
            found += faults(visit, language)
    assert found == []


def _reader(row: Row) -> str:
    return next(who for who, status in row.expected.items() if status == 200)


def _take_session(context: BrowserContext, stage: Stage, who: str, site: str) -> None:
    """Hand the window the session of the actor's browser."""
    cookie = stage.browser(who).get_cookie("sawt")
    if cookie:
        context.add_cookies([{"name": "sawt", "value": cookie.value, "url": site}])
