"""Things go into the index and out of it within the transaction of the act; the schema keeps both databases' index."""

import sqlalchemy as sa

from app.core import db, search
from app.core.search import Indexed, SearchEntry
from app.factory import Sawt

LAW = Indexed("document", "1", "قانون الأشجار", "تُحمى الأشجار المعمّرة.", "ar", facets={"year": "2026"})


def entries() -> list[tuple[str, str]]:
    with db.transaction(reading=True) as session:
        return [
            (e.thing_id, e.title) for e in session.scalars(sa.select(SearchEntry).order_by(SearchEntry.id))
        ]


def test_a_thing_is_put_in_once_and_changed_in_place(app: Sawt) -> None:
    with db.transaction():
        search.index(LAW)
    with db.transaction():
        search.index(Indexed("document", "1", "قانون الغابات", "", "ar"))
    assert entries() == [("1", "قانون الغابات")]


def test_a_thing_taken_out_is_gone_and_taking_out_what_is_not_there_is_nothing(app: Sawt) -> None:
    with db.transaction():
        search.index(LAW)
    with db.transaction():
        search.remove("document", "1")
        search.remove("document", "1")
    assert entries() == []
