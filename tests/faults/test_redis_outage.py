"""Redis goes away (C14): nobody meets an error, limits go on in memory, and the operator is told."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import clock, db
from app.core.ratelimit import LEFT_ALONE_SECONDS
from app.identity import engine
from tests.factories import people
from tests.factories.cases import ARABIC
from tests.faults.founding import found_agency
from tests.redis_server import RedisServer, redis_server
from tests.sites import Answer, Site, Visitor, fresh_database, running_site

PASSWORD = "نافذة خضراء وقطة بيضاء"
FORM, SEND = "/ar/inquiries/new", "/ar/inquiries/new/agency"
SIGN_IN, FIND = "/ar/sign-in", "/ar/cases/find"
WRONG = {"reference": "0000-0000-0000-0", "receipt": "0000-0000-0000-0000"}
PAGES = ("/ar/", "/en/agencies", FORM, SIGN_IN, FIND, "/ar/sign-up", "/health/live", "/health/ready")
PATIENCE_SECONDS = 5
"""What a page may take while Redis hangs without a word."""

pytestmark = [pytest.mark.timeout(300), pytest.mark.redis]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
def site(redis: RedisServer, tmp_path: Path) -> Iterator[Site]:
    """A site that counts in Redis, with the water company and Huda, who has a password."""
    with (
        fresh_database("sqlite", tmp_path) as database,
        running_site(database, tmp_path / "site", REDIS_URL=redis.url) as site,
    ):
        found_agency(site)
        with site.look_inside(), db.transaction():
            people.huda(password=engine.hashed(PASSWORD), password_changed_at=clock.now())
        yield site


def signs_in(visitor: Visitor, password: str) -> int:
    fields = {"csrf_token": visitor.token(SIGN_IN), "email": "huda@example.org", "password": password}
    return visitor.post(SIGN_IN, **fields).status


def sends(visitor: Visitor) -> Answer:
    fields = {"csrf_token": visitor.token(FORM), "client_id": str(uuid.uuid4()), "body": ARABIC}
    return visitor.post(SEND, **fields, agency="unknown")


def guesses(visitor: Visitor, times: int) -> list[int]:
    token = visitor.token(FIND)
    return [visitor.post(FIND, csrf_token=token, **WRONG).status for _time in range(times)]


def ready(visitor: Visitor) -> str:
    answer = visitor.get("/health/ready")
    assert answer.status == 200, "Redis is not vital"
    return answer.text


def everything_works(site: Site, net: str) -> None:
    """Pages, signing in and sending, all from a net that has done nothing so far."""
    visitor = Visitor(site, address=net)
    assert {path: visitor.get(path).status for path in PAGES} == dict.fromkeys(PAGES, 200)
    assert sends(visitor).status == 303
    assert signs_in(Visitor(site, address=net), "not the right one") == 422
    assert signs_in(visitor, PASSWORD) == 303


def test_c14_a_killed_redis_stops_nothing_and_limits_go_on(site: Site, redis: RedisServer) -> None:
    assert guesses(Visitor(site), 2) == [422, 422]
    assert redis.keys(), "nothing is counted in Redis: its loss would prove nothing"
    assert '"missing":[]' in ready(Visitor(site))
    redis.kill()
    everything_works(site, "198.51.100.1")
    assert guesses(Visitor(site, address="198.51.100.2"), 12) == [422] * 10 + [429] * 2
    assert '"missing":["redis"]' in ready(Visitor(site))
    redis.start()
    time.sleep(LEFT_ALONE_SECONDS)
    assert guesses(Visitor(site, address="198.51.100.3"), 11) == [422] * 10 + [429]
    assert redis.keys(), "after its return it counts again"
    assert '"missing":[]' in ready(Visitor(site))
    assert "request failed" not in site.log


def test_c14_a_redis_that_hangs_costs_moments_and_no_error(site: Site, redis: RedisServer) -> None:
    assert guesses(Visitor(site), 1) == [422]
    redis.freeze()
    since = time.monotonic()
    everything_works(site, "198.51.100.1")
    took = time.monotonic() - since
    assert took < PATIENCE_SECONDS * (len(PAGES) + 5), f"{took:.1f} s"
    assert guesses(Visitor(site, address="198.51.100.2"), 11) == [422] * 10 + [429]
    redis.thaw()
    assert "request failed" not in site.log


def test_c14_a_site_starts_without_its_redis(site: Site, redis: RedisServer) -> None:
    redis.kill()
    site.restart()
    everything_works(site, "198.51.100.1")
