"""Counters that are kept beside what they count: naming those that differ, and setting them right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from flask.cli import AppGroup

from app.core import db

Found = TypeVar("Found")


@dataclass(frozen=True)
class Difference:
    """A counter that tells something else than the rows. `public_id`: of the row of `table` that it stands in."""

    table: str
    public_id: str
    counter: str
    told: Any
    right: Any

    def __str__(self) -> str:
        return f"{self.table} {self.public_id}: {self.counter} is {self.told}, the rows say {self.right}"


def add_recount(
    group: AppGroup, differences: Callable[[], Iterable[Found]], mend: Callable[[Found], object]
) -> None:
    """Give a group of commands its `recount`; a difference is named as `str` names it."""

    @group.command("recount")
    @click.option("--check", is_flag=True, help="Only name what differs; ends with 1 when something does.")
    def recount(check: bool) -> None:
        """Derive every counter from the rows it counts, and set those that differ."""
        with db.transaction(reading=check):
            found = list(differences())
            for difference in found:
                click.echo(str(difference))
                if not check:
                    mend(difference)
        click.echo(f"{len(found)} counters differ" if found else "every counter is right")
        if found and check:
            raise SystemExit(1)
