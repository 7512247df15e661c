"""C5: every answer of every route carries a policy under which nothing written by somebody else can run."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from app.core.headers import CSP
from app.factory import Sawt
from tests import world
from tests.structure import table
from tests.structure.table import Stage

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # a rule for answers, whatever stores

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
NOWHERE = ("/nowhere", "/ar/nowhere", "/en/cases/%00", "/static/nowhere.js", "/static/../config.py", "/%ff")
OUTSIDE_OF_FLASK = ("/socket.io/", "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=1")
SELF_OR_NONE = {"'self'", "'none'"}


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def fault(answer: TestResponse) -> str | None:
    """What is wrong with the policy of this answer; an attachment must be a sandbox, all else our own policy."""
    policies = answer.headers.getlist("Content-Security-Policy")
    if len(policies) != 1:
        return f"has {len(policies)} policies"
    if "attachment" in answer.headers.get("Content-Disposition", ""):
        return None if policies == ["sandbox"] else f"is a file under {policies[0]}"
    return next(iter(weaknesses(policies[0])), None)


def weaknesses(policy: str) -> Iterator[str]:
    """What a policy allows that ours must not."""
    directives = {
        name: set(sources) for name, *sources in (part.split() for part in policy.split(";") if part.strip())
    }
    for name, sources in directives.items():
        if sources - SELF_OR_NONE:
            yield f"{name} allows {sources - SELF_OR_NONE}"
    for name in ("default-src", "base-uri", "frame-ancestors"):
        if directives.get(name) != {"'none'"}:
            yield f"{name} is not 'none'"
    if directives.get("form-action") != {"'self'"}:
        yield "form-action is not 'self'"


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'",
        CSP.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        CSP.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'"),
        CSP.replace("style-src 'self'", "style-src 'unsafe-hashes' 'sha256-x'"),
        CSP.replace("img-src 'self'", "img-src *"),
        CSP.replace("img-src 'self'", "img-src data:"),
        CSP.replace("connect-src 'self'", "connect-src https:"),
        CSP.replace("base-uri 'none'; ", ""),
        CSP.replace("form-action 'self'", ""),
        CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
    ],
)
def test_c05_a_weak_policy_is_found(policy: str, app: Sawt) -> None:
    assert list(weaknesses(policy))
    assert not list(weaknesses(CSP))


def test_c05_every_answer_of_every_route_has_the_policy(stage: Stage) -> None:
    """As somebody who gets through and as nobody, with and without what the form needs."""
    seen, faulty = set(), []
    for row in table.rows():
        for who in (row.doer, "anonymous"):
            answer = stage.ask(row, who, stage.thing(row.of), "en")
            seen.add(row.endpoint)
            if fault(answer):
                faulty.append(f"{row} as {who} ({answer.status_code}) {fault(answer)}")
    assert not faulty
    routes = {rule.endpoint for rule in stage.app.url_map.iter_rules()}
    assert seen == routes, "the crawl has left out routes"


def test_c05_answers_to_wrong_methods_have_the_policy(stage: Stage) -> None:
    browser, faulty = stage.browser("anonymous"), []
    for row in table.rows():
        if row.of:
            continue
        url = stage.url(row, world.Thing({}))
        for method in METHODS:
            answer = browser.open(url, method=method)
            if fault(answer):
                faulty.append(f"{method} {url} ({answer.status_code}) {fault(answer)}")
    assert not faulty


@pytest.mark.parametrize("path", [*NOWHERE, *OUTSIDE_OF_FLASK, "/ar", "/robots.txt", "/static/js/app.js"])
def test_c05_what_is_no_route_has_the_policy_too(stage: Stage, path: str) -> None:
    for method in ("GET", "POST"):
        answer = stage.browser("anonymous").open(path, method=method)
        assert not fault(answer), f"{method} {path} ({answer.status_code}) {fault(answer)}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_c05_a_crash_and_too_much_have_the_policy(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_names: object) -> None:
        raise RuntimeError

    browser = stage.browser("anonymous")
    monkeypatch.setitem(stage.app.view_functions, "dashboards.home", crash)
    crashed = browser.get("/ar/")
    large = browser.send("/ar/inquiries/new", {"body": "x" * 3_400_000})
    assert [crashed.status_code, large.status_code] == [500, 413]
    assert [fault(crashed), fault(large)] == [None, None]
