"""The rows of the table: what people do on the site, each beside its floor."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.cases import queries
from app.cases.models import Case
from app.cases.ports import routing_advice
from app.cases.queries import Filters
from app.core import db
from app.identity.models import Person, actor_of
from benchmarks import floors, likening, moderating, searching, talking, telling
from benchmarks.measuring import Act, Operation, Prepare
from feedback.routing import registry
from feedback.routing.seeds import load_seeds
from feedback.routing.training import train
from tests.client import Browser
from tests.factories import people

AGENCY = "water"
MATTER = "انقطعت المياه عن شارع الوادي منذ يومين، ورقم العداد 400-200. متى تعود؟"
COMMON_WORD, RARE_WORD = "المياه", "100007"
DEEP = 40
"""Pages walked to reach a deep page of the inbox; further pages cost the same by construction."""


@dataclass
class Stand:
    """The site under measure and who asks it. `pages` is the bare floor."""

    app: Flask
    official: Browser
    resident: Browser
    pages: FlaskClient

    def bare(self, path: str) -> Prepare:
        return floors.getting(self.pages, path)


def built(app: Flask) -> Stand:
    """Enter the people who ask; the database is filled already."""
    app.test_client_class = Browser
    return Stand(app, _browser(app, people.omar), _browser(app, people.huda), floors.floor_client())


def _browser(app: Flask, who: Callable[[], Person]) -> Browser:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    browser.inspects = False
    return browser.enter(who())


def operations(stand: Stand) -> dict[str, Callable[[], Operation]]:
    """Every row by its name, in the order of the table; made ready when it is its turn."""
    return {
        "home": lambda: Operation(_get(stand.app, "/ar/"), stand.bare("/agencies"), "18 agencies by Core"),
        "inquiry form": lambda: Operation(
            _get(stand.app, "/ar/inquiries/new"), stand.bare("/form"), "a bare page"
        ),
        "submit": lambda: Operation(
            _submits(stand), floors.posting(stand.pages, "/filing"), "two statements and a commit"
        ),
        "status page": lambda: Operation(_status(stand), stand.bare("/case"), "its events by Core"),
        "inbox, first page": lambda: _inbox(stand, ""),
        f"inbox, page {DEEP}": lambda: _inbox(stand, f"?after={_deep_cursor()}"),
        "inbox, search for a common word": lambda: _inbox(stand, f"?q={COMMON_WORD}"),
        "inbox, search for a rare word": lambda: _inbox(stand, f"?q={RARE_WORD}"),
        **talking.operations(_visitor(stand.app), stand.resident, stand.pages),
        **likening.operations(stand.pages),
        **telling.operations(),
        **moderating.operations(stand.app),
        **searching.operations(partial(_get, stand.app), stand.bare("/list")),
        "classify one text": partial(_classification, stand),
    }


def _gets(browser: FlaskClient, path: str) -> Prepare:
    def act() -> int:
        answer = browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return len(answer.data)

    return lambda: act


def _get(app: Flask, path: str) -> Prepare:
    return _gets(_visitor(app), path)


def _visitor(app: Flask) -> Browser:
    """Somebody nobody knows."""
    visitor: Browser = app.test_client()  # type: ignore[assignment]
    visitor.inspects = False
    return visitor


def _submits(stand: Stand) -> Prepare:
    """File an inquiry: case, events, text, words, jobs and limits. Each is a new one."""

    def prepare() -> Act:
        stand.app.extensions["limiters"].memory.storage.reset()
        fields = {"body": MATTER, "client_id": str(uuid.uuid4()), "agency": "other", "other_agency": AGENCY}
        fields["csrf_token"] = stand.resident.token()

        def act() -> int:
            answer = stand.resident.post(
                "/ar/inquiries/new/agency", data=fields, headers={"Origin": "http://localhost"}
            )
            assert "/inquiries/sent/" in answer.location, answer.status
            return len(answer.data)

        return act

    return prepare


def _status(stand: Stand) -> Prepare:
    _submits(stand)()()
    with db.transaction(reading=True) as session:
        newest = session.query(Case).order_by(Case.opened_at.desc()).first()
        assert newest is not None
        path = f"/ar/cases/{newest.shown_reference}"
    return _gets(stand.resident, path)


def _inbox(stand: Stand, question: str) -> Operation:
    return Operation(
        _gets(stand.official, f"/ar/inbox{question}"), stand.bare("/list"), "25 rows by Core and Jinja"
    )


def _deep_cursor() -> str:
    """Where a deep page starts; of the last page when there are fewer."""
    with db.transaction(reading=True) as session:
        omar = actor_of(session.merge(people.omar()))
        cursor = ""
        for _ in range(DEEP - 1):
            cursor = queries.inbox(omar, Filters(), cursor or None).next_cursor or cursor
        return cursor


def _classification(stand: Stand) -> Operation:
    """Trains the model of the seeds first."""
    instance = Path(stand.app.config["INSTANCE"])
    if registry.in_use(instance) is None:
        model = train(load_seeds(), log=lambda line: None)
        folder = registry.folder_for(instance, model)
        model.save(folder)
        registry.use(instance, folder)

    def act() -> int:
        advice = routing_advice(MATTER)
        assert advice is not None, "no model is in use"
        return len(advice.top)

    return Operation(lambda: act, floors.plain_classifier(), "plain scikit-learn", times=200)
