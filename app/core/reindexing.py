"""The index made anew: by a job after the analyser has changed, by a command to bring it level with the features."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select, update

from app.core import analysis, db, jobs, search
from app.core.jobs import job
from app.core.search import Indexed, Searchable, SearchEntry

AT_ONCE = 500


@job("search.refresh", every=timedelta(minutes=10))
def refresh() -> None:
    """Analyse anew what an earlier analyser has put in, a part at a time: the thing's own words stand in its entry.

    Meanwhile the words themselves find old and new alike; only forms of a changed family wait for their turn.
    """
    old = select(SearchEntry).where(SearchEntry.analyser != analysis.version()).order_by(SearchEntry.id)
    entries = list(db.session().scalars(old.limit(AT_ONCE)))
    for entry in entries:
        again = Indexed(
            entry.kind, entry.thing_id, entry.title, entry.body, entry.language, facets=entry.facets
        )
        db.session().execute(
            update(SearchEntry).where(SearchEntry.id == entry.id).values(**search.analysed(again))
        )
    if len(entries) == AT_ONCE:
        jobs.enqueue("search.refresh")


def everything() -> dict[str, int]:
    """Put all that the features list into the index, and take out what they no longer list; counts by kind."""
    return {each.kind: _all_of(each) for each in search.searchables()}


def _all_of(kind: Searchable) -> int:
    listed: set[str] = set()
    with db.transaction(reading=True):
        things = list(kind.everything())
    for some in _in_parts(things):
        with db.transaction():
            for thing in some:
                search.index(thing)
                listed.add(thing.id)
    with db.transaction():
        _remove_others(kind.kind, listed)
    return len(listed)


def _in_parts(things: list[Indexed]) -> Iterable[list[Indexed]]:
    return (things[start : start + AT_ONCE] for start in range(0, len(things), AT_ONCE))


def _remove_others(kind: str, listed: set[str]) -> None:
    present = db.session().execute(
        select(SearchEntry.id, SearchEntry.thing_id).where(SearchEntry.kind == kind)
    )
    gone = [row.id for row in present if row.thing_id not in listed]
    for start in range(0, len(gone), AT_ONCE):
        db.session().execute(delete(SearchEntry).where(SearchEntry.id.in_(gone[start : start + AT_ONCE])))
