"""Several acts in the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from app.core import db
from app.core.errors import DomainError
from app.factory import Sawt


def together(app: Sawt, acts: Sequence[Callable[[], object]]) -> list[object]:
    """All of them at once, each in a unit of its own; what each returned, or the refusal it raised."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            barrier.wait(30)
            try:
                with db.transaction():
                    return act()
            except DomainError as refusal:
                return refusal

    with ThreadPoolExecutor(len(acts)) as hands:
        return list(hands.map(run, acts))
