"""What changed between two texts of one language, word by word. Pure, and bounded in time.

The shortest edit script (Myers 1986, "An O(ND) difference algorithm") over lines, then over the words inside
lines that differ. A step budget is shared by everything one page compares: when it is spent, what is left is
shown as replaced as a whole, which is always right, only coarser.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple, Protocol

from app.core.normalising import COMBINING, DIGITS, TASHKEEL, TATWEEL

SAME, REMOVED, ADDED = "same", "removed", "added"
MOST_STEPS = 400_000
"""Steps of one comparison, about a third of a second."""

_NUMBER = rf"[{DIGITS}]+(?:[.,:/٫٬][{DIGITS}]+)+"
_WORD = rf"(?:[^\W_]|[{COMBINING}{TASHKEEL}{TATWEEL}\u200c\u200d])+"
_TOKEN = re.compile(rf"{_NUMBER}|{_WORD}|[^\S\n]+|.", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Part(NamedTuple):
    """A run of words: `same`, `removed` or `added`. `hunk`: the anchor of the change it belongs to, if any."""

    kind: str
    text: str
    hunk: str = ""


@dataclass(frozen=True)
class Hunk:
    """One change with its permanent anchor, such as `art_3__h1`."""

    anchor: str
    removed: str
    added: str


class Written(Protocol):
    """What is compared of an article: rows of the database and values alike."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


class Text(Protocol):
    @property
    def articles(self) -> Sequence[Written]: ...


@dataclass(frozen=True)
class ArticleChange:
    """What became of one article. `parts`: its heading and text, word by word, the changes carrying anchors."""

    key: str
    kind: Literal["same", "changed", "renumbered", "new", "gone"]
    old: Written | None
    new: Written | None
    parts: tuple[Part, ...] = ()
    hunks: tuple[Hunk, ...] = ()

    @property
    def is_renumbered(self) -> bool:
        return bool(self.old and self.new and self.old.number != self.new.number)

    @property
    def older_parts(self) -> list[Part]:
        """What the older side reads: what stayed, and what went."""
        return [part for part in self.parts if part.kind != ADDED]

    @property
    def newer_parts(self) -> list[Part]:
        return [part for part in self.parts if part.kind != REMOVED]

    @property
    def shown(self) -> Written:
        """The newer side, or the older one of an article that is gone."""
        side = self.new or self.old
        assert side is not None, "a change has at least one side"
        return side


@dataclass
class Budget:
    """Steps that are left for one page."""

    steps: int = MOST_STEPS

    def spend(self, steps: int) -> bool:
        self.steps -= steps
        return self.steps >= 0


def words(a: str, b: str, budget: Budget | None = None) -> list[Part]:
    """How `a` becomes `b`. What is same or removed makes up `a` again, what is same or added `b`."""
    left = budget or Budget()
    parts: list[Part] = []
    for kind, lines in _runs(_LINE.findall(a), _LINE.findall(b), left):
        parts += [Part(kind, "".join(lines))]
    return _merged(_inside(parts, left))


def _inside(parts: Sequence[Part], budget: Budget) -> Iterator[Part]:
    """Lines removed with lines added in their place: compared by their words."""
    at = 0
    while at < len(parts):
        pair = parts[at : at + 2]
        if [part.kind for part in pair] == [REMOVED, ADDED]:
            yield from _of_words(pair[0].text, pair[1].text, budget)
            at += 2
        else:
            yield parts[at]
            at += 1


def _of_words(a: str, b: str, budget: Budget) -> Iterator[Part]:
    for kind, tokens in _runs(_TOKEN.findall(a), _TOKEN.findall(b), budget):
        yield Part(kind, "".join(tokens))


def applied(parts: Iterable[Part]) -> str:
    """The newer text."""
    return "".join(part.text for part in parts if part.kind != REMOVED)


def before(parts: Iterable[Part]) -> str:
    """The older text."""
    return "".join(part.text for part in parts if part.kind != ADDED)


def _merged(parts: Iterable[Part]) -> list[Part]:
    """Within a change first what went, then what came; a lone blank between two changed words joins them."""
    joined = list(_joined(list(parts)))
    merged: list[Part] = []
    for is_same, run in groupby(joined, lambda part: part.kind == SAME):
        group = list(run)
        for kind in (SAME,) if is_same else (REMOVED, ADDED):
            text = "".join(part.text for part in group if part.kind == kind)
            merged += [Part(kind, text)] if text else []
    return merged


def _joined(parts: list[Part]) -> Iterator[Part]:
    for at, part in enumerate(parts):
        between = (
            0 < at < len(parts) - 1 and part.kind == SAME and part.text.isspace() and "\n" not in part.text
        )
        if between:
            yield Part(REMOVED, part.text)
            yield Part(ADDED, part.text)
        else:
            yield part


# The shortest edit script


def _runs(a: list[str], b: list[str], budget: Budget) -> Iterator[tuple[str, list[str]]]:
    """Runs of equal, removed and added items, removed before added."""
    start = _shared(a, b)
    end = _shared(a[start:][::-1], b[start:][::-1])
    if start:
        yield SAME, a[:start]
    yield from _middle(a[start : len(a) - end], b[start : len(b) - end], budget)
    if end:
        yield SAME, a[len(a) - end :]


def _shared(a: list[str], b: list[str]) -> int:
    """How many items both begin with."""
    for count, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return count
    return min(len(a), len(b))


def _middle(a: list[str], b: list[str], budget: Budget) -> Iterator[tuple[str, list[str]]]:
    script = _script(a, b, budget) if a and b else None
    if script is None:
        yield from ((kind, items) for kind, items in ((REMOVED, a), (ADDED, b)) if items)
        return
    for is_same, run in groupby(script, lambda step: step[0] == SAME):
        steps = list(run)
        for kind in (SAME,) if is_same else (REMOVED, ADDED):
            items = [item for each, item in steps if each == kind]
            if items:
                yield kind, items


def _script(a: list[str], b: list[str], budget: Budget) -> list[tuple[str, str]] | None:
    """The shortest script as (kind, item), or None when the budget does not reach that far."""
    furthest: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for distance in range(len(a) + len(b) + 1):
        trace.append(dict(furthest))
        if not budget.spend(distance + len(furthest)):
            return None
        for diagonal in range(-distance, distance + 1, 2):
            x = _start(furthest, diagonal, distance)
            reached = _snake(a, b, x, x - diagonal)
            if not budget.spend(reached - x):
                return None
            furthest[diagonal] = reached
            if reached >= len(a) and reached - diagonal >= len(b):
                return _backwards(a, b, trace)
    raise AssertionError("every text becomes every other")


def _start(furthest: dict[int, int], diagonal: int, distance: int) -> int:
    down = diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1])
    return furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1


def _snake(a: list[str], b: list[str], x: int, y: int) -> int:
    while x < len(a) and y < len(b) and a[x] == b[y]:
        x, y = x + 1, y + 1
    return x


def _backwards(a: list[str], b: list[str], trace: list[dict[int, int]]) -> list[tuple[str, str]]:
    """Follow the furthest points from the end to the beginning."""
    script: list[tuple[str, str]] = []
    x, y = len(a), len(b)
    for distance in range(len(trace) - 1, -1, -1):
        start = _start(trace[distance], x - y, distance) if distance else 0
        while x > start and y > start - (x - y):
            x, y = x - 1, y - 1
            script.append((SAME, a[x]))
        if distance and _went_down(trace[distance], x - y, distance):
            y -= 1
            script.append((ADDED, b[y]))
        elif distance:
            x -= 1
            script.append((REMOVED, a[x]))
    return script[::-1]


def _went_down(furthest: dict[int, int], diagonal: int, distance: int) -> bool:
    return diagonal == -distance or (diagonal != distance and furthest[diagonal - 1] < furthest[diagonal + 1])


# Articles


def articles(older: Text, newer: Text, budget: Budget | None = None) -> list[ArticleChange]:
    """What became of each article, in the order of the newer text; what is gone stands where it stood."""
    left = budget or Budget()
    old, new = ({article.key: article for article in each.articles} for each in (older, newer))
    return [_change(key, old.get(key), new.get(key), left) for key in _order(list(old), list(new))]


def _order(old: list[str], new: list[str]) -> list[str]:
    """The newer order, with each key that is gone behind the one it followed."""
    order, present = list(new), set(new)
    for at, key in enumerate(old):
        if key not in present:
            order.insert(order.index(old[at - 1]) + 1 if at else 0, key)
    return order


def _change(key: str, old: Written | None, new: Written | None, budget: Budget) -> ArticleChange:
    if old is None or new is None:
        kind, side = (ADDED, new) if old is None else (REMOVED, old)
        parts, hunks = _anchored(key, [Part(kind, _whole(side))])
        return ArticleChange(key, "new" if old is None else "gone", old, new, parts, hunks)
    if _whole(old) == _whole(new):
        renumbered = old.number != new.number
        return ArticleChange(key, "renumbered" if renumbered else "same", old, new)
    parts, hunks = _anchored(key, words(_whole(old), _whole(new), budget))
    return ArticleChange(key, "changed", old, new, parts, hunks)


def _whole(article: Written | None) -> str:
    assert article is not None, "one side is there"
    return f"{article.heading}\n{article.text}" if article.heading else article.text


def _anchored(key: str, parts: Iterable[Part]) -> tuple[tuple[Part, ...], tuple[Hunk, ...]]:
    """Number the changes: neighbouring removed and added words are one."""
    shown: list[Part] = []
    hunks: list[Hunk] = []
    for is_same, run in groupby(parts, lambda part: part.kind == SAME):
        group = list(run)
        if is_same:
            shown += group
            continue
        anchor = f"{key}__h{len(hunks) + 1}"
        shown += [part._replace(hunk=anchor) for part in group]
        hunks.append(Hunk(anchor, before(group), applied(group)))
    return tuple(shown), tuple(hunks)
