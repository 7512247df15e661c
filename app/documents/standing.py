"""What is in force on a day, computed from events and never typed in. Pure.

"Newest" is not "in force": a published text may commence later, and a repeal may lie in the future. Two events
of one day follow each other by their number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

State = Literal["unpublished", "published", "in-force", "repealed"]


class Happened(Protocol):
    """An event; `article_key` empty: of the whole document."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def article_key(self) -> str: ...
    @property
    def version_number(self) -> int | None: ...
    @property
    def is_correction(self) -> bool: ...


@dataclass(frozen=True)
class Standing:
    """The state of a document on a day.

    `text`: number of the version that applies, 0 while there is none. `articles`: state of each article that has
    one of its own. `next_day`: when the next known event changes something.
    """

    state: State = "unpublished"
    text: int = 0
    since: date | None = None
    articles: dict[str, State] = field(default_factory=dict)
    next_day: date | None = None

    def of_article(self, key: str) -> State:
        return "repealed" if self.state == "repealed" else self.articles.get(key, self.state)


def standing(happened: Iterable[Happened], day: date) -> Standing:
    """The standing at the end of this day."""
    ordered = sorted(happened, key=lambda event: (event.day, event.seq))
    fold = _Fold()
    for event in ordered:
        if event.day > day:
            fold.next_day = event.day
            break
        fold.take(event)
    return Standing(fold.state, fold.text, fold.since, fold.articles, fold.next_day)


class _Fold:
    def __init__(self) -> None:
        self.state: State = "unpublished"
        self.text = self.published = 0
        self.since: date | None = None
        self.articles: dict[str, State] = {}
        self.next_day: date | None = None

    def take(self, event: Happened) -> None:
        act = {
            "publication": self._published,
            "commencement": self._commenced,
            "amendment": self._amended,
            "repeal": self._repealed,
        }.get(event.kind)
        if act is not None:
            act(event)

    def _published(self, event: Happened) -> None:
        """What is in force already gets new words by an amendment or a correction alone."""
        self.published = max(self.published, event.version_number or 0)
        if self.state in ("unpublished", "published") or event.is_correction:
            self.text = event.version_number or self.text
        if self.state == "unpublished":
            self._enter("published", event)

    def _commenced(self, event: Happened) -> None:
        if event.article_key:
            self.articles[event.article_key] = "in-force"
        else:
            self._enter("in-force", event)
        self.text = event.version_number or self.text or self.published

    def _amended(self, event: Happened) -> None:
        self.text = event.version_number or self.text

    def _repealed(self, event: Happened) -> None:
        if event.article_key:
            self.articles[event.article_key] = "repealed"
        else:
            self._enter("repealed", event)

    def _enter(self, state: State, event: Happened) -> None:
        self.state, self.since = state, event.day
