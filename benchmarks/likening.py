"""What it costs to find the family of one more comment, beside as many as there are cases, at most `MOST`."""

from collections.abc import Callable
from functools import cache
from itertools import count

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.cases.models import Case
from app.core import db, likeness
from benchmarks import floors
from benchmarks.measuring import Operation
from tests.factories.campaigns import CAMPAIGNS, DISTINCT, near_copy

MOST = 8_000
"""Comments of a consultation as officials answer them. Beyond, the cost should not grow: at most `likeness.COMPARED`
texts are compared."""

AT_ONCE = 100
_LETTERS = [(language, letter) for language, letters in CAMPAIGNS.items() for letter in letters]
_numbers = count()


def operations(pages: FlaskClient) -> dict[str, Callable[[], Operation]]:
    def placing() -> Operation:
        scope = _filled(_size())
        return Operation(
            lambda: lambda: _place(scope, 1), floors.posting(pages, "/filing"), "two statements and a commit"
        )

    return {"family of a comment": placing}


def _size() -> int:
    with db.transaction(reading=True) as session:
        return min(MOST, session.scalar(sa.select(sa.func.count()).select_from(Case)) or 0)


@cache
def _filled(texts: int) -> str:
    """The name of a scope with so many texts."""
    scope = f"benchmark of {texts}"
    for _hundred in range(texts // AT_ONCE):
        _place(scope, AT_ONCE)
    return scope


def _place(scope: str, texts: int) -> int:
    """A third are near copies of the letters of campaigns, the others are put together from what people say."""
    with db.transaction():
        for number in (next(_numbers) for _ in range(texts)):
            language, letter = _LETTERS[number % len(_LETTERS)]
            text = near_copy(letter, language, number) if number % 3 == 0 else _own_words(language, number)
            likeness.place(scope, str(number), text)
    return texts


def _own_words(language: str, number: int) -> str:
    clauses = [part for text in DISTINCT[language] for part in text.split(", ")]
    return ". ".join(clauses[number * step % len(clauses)] for step in (1, 7, 31))
