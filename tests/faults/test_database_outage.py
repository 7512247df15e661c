"""PostgreSQL goes away for some seconds: people are told in their language, nothing stays broken."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import servers
from tests.factories.cases import ARABIC
from tests.faults.founding import found_agency
from tests.lines import Line, cuttable_line
from tests.sites import Answer, Site, Visitor, fresh_database, running_site

CLIENTS = 4
RECOVERED_WITHIN_SECONDS = 5
FORM = "/ar/inquiries/new"
SEND = "/ar/inquiries/new/agency"

pytestmark = [pytest.mark.timeout(600), pytest.mark.postgresql]


@pytest.fixture
def line() -> Iterator[Line]:
    server = sa.make_url(servers.postgresql())
    with cuttable_line(server.host or "127.0.0.1", server.port or 5432) as line:
        yield line


@pytest.fixture
def distant_site(line: Line, tmp_path: Path) -> Iterator[Site]:
    """A site whose line to PostgreSQL can be cut."""
    with fresh_database("postgresql", tmp_path) as near:
        far = sa.make_url(near).set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False)
        with running_site(far, tmp_path) as site:
            found_agency(site)
            yield site


def test_while_the_database_is_away_people_are_told_so_and_lose_nothing(
    distant_site: Site, line: Line
) -> None:
    visitor = Visitor(distant_site)
    token = visitor.token(FORM)
    client_id = str(uuid.uuid4())
    fields = {"csrf_token": token, "client_id": client_id, "body": ARABIC, "agency": "unknown"}
    _keep_busy(distant_site)
    line.cut()
    arabic, english = visitor.get("/ar/cases/find"), visitor.get("/en/inquiries/new/agency")
    sent = visitor.post(SEND, **fields)
    ready = visitor.get("/health/ready")
    line.mend()
    _recover(visitor)
    again = visitor.post(SEND, **fields)
    assert arabic.status == 200, "a page that needs no database is shown"
    assert [english.status, sent.status, ready.status] == [503, 503, 503]
    assert english.headers["retry-after"] == sent.headers["retry-after"] == "5"
    assert 'lang="en" dir="ltr"' in english.text
    assert "We will be back shortly" in english.text
    assert 'lang="ar" dir="rtl"' in sent.text
    assert ARABIC in sent.text, "what was typed stands in the page"
    assert again.status == 303


def _keep_busy(site: Site) -> None:
    """Have several connections in the pool, so that all of them break."""
    with ThreadPoolExecutor(CLIENTS) as people:
        asked = [people.submit(Visitor(site).get, FORM) for _ in range(4 * CLIENTS)]
    assert {each.result().status for each in asked} == {200}


def _recover(visitor: Visitor) -> None:
    """Wait for the first good answer; from then on no connection of the pool may be a dead one."""
    since = time.monotonic()
    while visitor.get(SEND).status == 503:
        assert time.monotonic() - since < RECOVERED_WITHIN_SECONDS, "the site has not recovered"
        time.sleep(0.05)
    assert {visitor.get(SEND).status for _ in range(20)} == {302}


def test_only_requests_of_the_outage_fail(distant_site: Site, line: Line) -> None:
    """Requests all the time, the line cut for two seconds: 503 in the outage, nothing else ever."""
    until = time.monotonic() + 6
    seen: list[tuple[float, Answer]] = []
    with ThreadPoolExecutor(CLIENTS) as people:
        for number in range(CLIENTS):
            people.submit(_ask_until, until, Visitor(distant_site, address=f"198.51.100.{number}"), seen)
        time.sleep(1)
        cut = time.monotonic()
        line.cut()
        time.sleep(2)
        line.mend()
        mended = time.monotonic()
    statuses = {answer.status for _at, answer in seen}
    assert statuses == {302, 503}
    failed = [at for at, answer in seen if answer.status == 503]
    assert min(failed) >= cut
    assert max(failed) <= mended + RECOVERED_WITHIN_SECONDS
    assert seen[-1][1].status == 302


def _ask_until(until: float, visitor: Visitor, seen: list[tuple[float, Answer]]) -> None:
    visitor.post(FORM, body="")  # from now on the visitor has a browser id, and each page asks for the draft
    while time.monotonic() < until:
        answer = visitor.get(SEND)
        seen.append((time.monotonic(), answer))
        time.sleep(0.05)
