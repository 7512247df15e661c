"""The table of routes, read and matched with the routes that there are."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core import db
from app.factory import Sawt
from tests import tables, world
from tests.client import Browser

TABLE = Path(__file__).with_name("routes.yaml")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OTHERS = "others"
SUCCESS = range(200, 400)


@dataclass(frozen=True)
class Row:
    """One route and method: what it leads to, what is sent, and the status each actor gets."""

    endpoint: str
    method: str
    of: str | None
    names: dict[str, Any]
    query: dict[str, Any]
    send: dict[str, str]
    expected: dict[str, int]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"

    @property
    def insiders(self) -> list[str]:
        return [who for who, status in self.expected.items() if status in SUCCESS]

    @property
    def doer(self) -> str:
        """Somebody for whom the act is meant."""
        meant = [who for who, status in self.expected.items() if status not in (403, 404)]
        return min(meant, key=lambda who: who in {"anonymous", "suspended"}, default="huda")

    @property
    def outsiders(self) -> list[str]:
        return [who for who, status in self.expected.items() if status not in SUCCESS]


@dataclass(frozen=True)
class Route:
    """Everything the table says of one endpoint."""

    rows: tuple[Row, ...]
    reached: str
    csrf: str


def read() -> dict[str, Route]:
    written = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {endpoint: _route(endpoint, facts) for endpoint, facts in written.items()}


def _route(endpoint: str, facts: dict[str, Any]) -> Route:
    rows = tuple(_row(endpoint, method, facts[method]) for method in METHODS if method in facts)
    return Route(rows, facts.get("reached", ""), facts.get("csrf", ""))


def _row(endpoint: str, method: str, facts: dict[Any, Any]) -> Row:
    named: dict[str, int] = {
        who: status for status, whom in facts.items() if isinstance(status, int) for who in whom.split()
    }
    rest = named.pop(OTHERS, 0)
    expected = {who: named.get(who, rest) for who in world.ACTORS}
    unknown = set(named) - set(world.ACTORS)
    assert not unknown, f"{method} {endpoint}: routes.yaml names {unknown}, who is not among the actors"
    missing = [who for who, status in expected.items() if not status]
    assert not missing, f"{method} {endpoint}: routes.yaml says nothing of {', '.join(missing)}"
    return Row(
        endpoint,
        method,
        facts.get("of"),
        facts.get("names", {}),
        facts.get("query", {}),
        facts.get("send", {}),
        expected,
    )


def rows() -> list[Row]:
    return [row for route in read().values() for row in route.rows]


def methods(rule: Rule) -> set[str]:
    return set(rule.methods or ()) & set(METHODS)


@dataclass
class Stage:
    """The world of one test, and who goes where in it."""

    app: Sawt

    def __post_init__(self) -> None:
        with self.app.app_context():
            world.build()
        self._browsers: dict[str, Browser] = {}

    def thing(self, name: str | None) -> world.Thing:
        if name is None:
            return world.Thing({})
        with self.app.app_context():
            return world.THINGS[name]()

    def browser(self, who: str) -> Browser:
        """The browser of this actor; signed in once."""
        if who not in self._browsers:
            browser: Browser = self.app.test_client()  # type: ignore[assignment]
            make = world.ACTORS[who]
            if make is not None:
                browser.enter(make())
            self._browsers[who] = browser
        return self._browsers[who]

    def url(self, row: Row, thing: world.Thing, lang: str = "ar") -> str:
        names = {**thing.names, **row.names}
        rule = next(r for r in self.app.url_map.iter_rules(row.endpoint) if row.method in methods(r))
        wanted = {name: names[name] for name in rule.arguments if name != "lang"}
        with self.app.test_request_context():
            adapter = self.app.url_map.bind("localhost")
            lang_too = {"lang": lang} if "lang" in rule.arguments else {}
            return adapter.build(row.endpoint, {**wanted, **lang_too, **row.query}, method=row.method)

    def ask(self, row: Row, who: str, thing: world.Thing, lang: str = "ar") -> TestResponse:
        """Try the row as this actor, whom no earlier try has brought to a limit."""
        self.app.extensions["limiters"].memory.storage.reset()
        browser, url = self.browser(who), self.url(row, thing, lang)
        if row.method == "GET":
            return browser.get(url)
        return browser.send(url, self.fields(row, who, thing), method=row.method)

    def fields(self, row: Row, who: str, thing: world.Thing) -> dict[str, Any]:
        """The row's form; `{me}` is the sender's id, `{who}` the sender's name, the rest names of the thing."""
        make = world.ACTORS[who]
        facts = {**thing.names, "who": who, "me": make().id if make else "nobody"}
        return {name: _sent(value.format(**facts)) for name, value in row.send.items()}


class _Again(io.BytesIO):
    """A file that one form sends several times."""

    def close(self) -> None:
        self.seek(0)


def _sent(value: str) -> Any:
    """The value itself, or a small file when it names one: `file:قانون.txt`."""
    kind, _colon, name = value.partition("file:")
    return (_Again("نص القانون".encode()), name) if name and not kind else value


def trial(stage: Stage, row: Row, languages: tuple[str, ...]) -> Iterator[tuple[str, str, TestResponse]]:
    """The row tried by everybody; whoever has changed the thing leaves a fresh one to the next."""
    thing = stage.thing(row.of)
    for who in row.expected:
        for lang in languages:
            answer = stage.ask(row, who, thing, lang)
            if row.method != "GET" and answer.status_code in SUCCESS:
                thing = stage.thing(row.of)
            yield who, lang, answer


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row that an act could have changed; who was seen, what was looked at, and unsent drafts are no acts.

    The rows are as the database hands them out: a test takes hundreds of snapshots.
    """
    no_acts = {"sign_ins", "drafts", "jobs", "identity_looks", "audit_entries"}
    with db.transaction(reading=True) as session:
        connection = session.connection()
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)
            for name in tables.filled(connection)
            if name not in no_acts
        }
