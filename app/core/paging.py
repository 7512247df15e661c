"""Pages of a list by key: as fast on the last page as on the first, and steady while rows come in."""

from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core import db

Listed = TypeVar("Listed")


def newest_first(
    wanted: Select[Listed],
    key: InstrumentedAttribute[Any],
    name: InstrumentedAttribute[str],
    after: str | None,
    size: int,
) -> tuple[list[Listed], str | None]:
    """`size` rows by falling `key`, from below the one called `after`; and after which the next page begins.

    `name`: the public name of a row, which is its cursor. A cursor that is none shows the first page.
    """
    start = db.session().scalar(select(key).where(name == after)) if after else None
    if start is not None:
        wanted = wanted.where(key < start)
    found = list(db.session().scalars(wanted.order_by(key.desc()).limit(size + 1)))
    shown = found[:size]
    return shown, str(getattr(shown[-1], name.key)) if len(found) > size else None
