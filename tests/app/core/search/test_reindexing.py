"""The index made anew: after a change of the analyser, and from what the features list."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.core import analysis, db, finding, jobs, reindexing, search
from app.core.permissions import NOBODY
from app.core.search import Indexed, Searchable, SearchEntry
from app.factory import Sawt
from tests.app.core.search.test_index import entries

LAWS = [Indexed("book", str(n), f"قانون {n}", "نص", "ar") for n in range(3)]


def test_entries_of_an_earlier_analyser_are_analysed_anew(app: Sawt) -> None:
    with db.transaction() as session:
        search.index(LAWS[0])
        session.execute(sa.update(SearchEntry).values(analyser="0", terms="xold", title_terms=""))
    with db.transaction():
        jobs.enqueue("search.refresh")
    jobs.work_off()
    with db.transaction(reading=True) as session:
        assert finding.find(NOBODY, "القوانين").count == 1
        assert session.scalars(sa.select(SearchEntry.analyser)).all() == [analysis.version()]


def test_the_index_is_brought_level_with_what_the_features_list(
    app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listed() -> Iterator[Indexed]:
        return iter(LAWS)

    monkeypatch.setattr(search, "_searchables", {"book": Searchable("book", lambda: "Book", listed)})
    with db.transaction():
        search.index(Indexed("book", "gone", "قديم", "", "ar"))
        search.index(Indexed("other", "kept", "آخر", "", "ar"))
    assert reindexing.everything() == {"book": 3}
    assert sorted(thing for thing, _title in entries()) == ["0", "1", "2", "kept"]
