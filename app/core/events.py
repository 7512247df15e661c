"""In-process events: a feature tells what happened, others listen, all in the same transaction.

An event is a frozen dataclass in the past tense that carries ids, never rows. A listener that fails fails
the act: whoever may fail alone enqueues a job instead.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

E = TypeVar("E")

_listeners: dict[type, list[Callable[..., None]]] = defaultdict(list)


def on(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: call the function with every published event of this type."""

    def listen(listener: Callable[[E], None]) -> Callable[[E], None]:
        if listener not in _listeners[event_type]:
            _listeners[event_type].append(listener)
        return listener

    return listen


def publish(event: object) -> None:
    """Tell every listener, in the order in which they registered."""
    for listener in _listeners[type(event)]:
        listener(event)
