"""The database's disk is full: people are told so, nothing half is stored, the same form goes through later."""

import html
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from app.cases.models import Case
from app.core import db
from app.core.drafts import Draft
from app.factory import Sawt
from tests.client import Browser
from tests.factories.agencies import water
from tests.factories.cases import ARABIC

SEND = "/ar/inquiries/new/agency"
LONG = " ".join([ARABIC] * 100)
NO_LIMIT = 1_073_741_823

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@contextmanager
def full_disk() -> Iterator[None]:
    """The database file may not grow; what SQLite then says is what it says of a full disk."""
    engine = db.engine()
    pages = _page_limit(engine)

    def hold(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    sa.event.listen(engine, "begin", hold)
    try:
        yield
    finally:
        sa.event.remove(engine, "begin", hold)
        for connection in [engine.connect() for _ in range(engine.pool.checkedin() or 1)]:  # type: ignore[attr-defined]
            connection.exec_driver_sql(f"PRAGMA max_page_count={NO_LIMIT}")
            connection.close()


def _page_limit(engine: sa.Engine) -> int:
    """The pages the file has when nothing in it is free."""
    raw = engine.raw_connection()
    try:
        raw.execute("PRAGMA query_only=OFF")  # a reader may have had this connection before
        raw.execute("VACUUM")
        return int(raw.execute("PRAGMA page_count").fetchone()[0])
    finally:
        raw.close()


def _rows() -> list[int]:
    with db.transaction(reading=True) as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Case, Draft)]


def test_a_full_disk_stores_nothing_keeps_the_text_on_the_page_and_passes(app: Sawt, client: Browser) -> None:
    with db.transaction():
        water()
    fields = {"client_id": str(uuid.uuid4()), "body": LONG, "agency": "other", "other_agency": "water"}
    with full_disk():
        refused = client.send(SEND, fields)
        assert _rows() == [0, 0]
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert LONG in html.unescape(refused.text)
    assert client.send(SEND, fields).status_code == 303
    assert _rows() == [1, 0]
