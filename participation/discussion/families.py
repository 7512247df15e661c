"""Near-identical comments of one thread: a campaign does not drown the rest, and nothing of it is taken away."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from sqlalchemy import or_, select

from app.core.likeness import PlacedText
from participation.discussion.models import Post, Thread

FOLDED_FROM = 3
"""Two people who say the same are no campaign."""

R = TypeVar("R")


def scope_of(thread: Thread) -> str:
    """Texts are compared within one place."""
    return f"posts {thread.place_kind}:{thread.place_id}"


def family_of(thread: Thread) -> Any:
    """A column: the family of a post of the thread; None while its wording has not been looked at."""
    placed = select(PlacedText.family).where(
        PlacedText.scope == scope_of(thread),
        PlacedText.text_id == Post.public_id,
        or_(Post.edited_at.is_(None), PlacedText.placed_at >= Post.edited_at),
    )
    return placed.scalar_subquery().label("family")


def folded(rows: Iterable[R], family: Callable[[R], Hashable | None]) -> list[tuple[R, list[R]]]:
    """Each row with those folded below it: `FOLDED_FROM` or more of one family stand below the first of them.

    `family`: None for a row that stands for itself.
    """
    named = [(row, family(row)) for row in rows]
    sizes = Counter(name for _row, name in named if name is not None)
    blocks: list[tuple[R, list[R]]] = []
    below: dict[Hashable, list[R]] = {}
    for row, name in named:
        if name in below:
            below[name].append(row)
        else:
            blocks.append((row, []))
            if sizes[name] >= FOLDED_FROM:
                below[name] = blocks[-1][1]
    return blocks
