"""What is in force on a day is computed: the day before, on, and after each event."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from app.documents.standing import standing


@dataclass(frozen=True)
class Event:
    seq: int
    kind: str
    day: date
    version_number: int | None = None
    article_key: str = ""
    is_correction: bool = False


def may(day: int) -> date:
    return date(2024, 5, day)


PUBLISHED = Event(1, "publication", may(1), 1)
DELAYED = (PUBLISHED, Event(2, "commencement", may(10)))
AMENDED = (*DELAYED, Event(3, "publication", may(15), 2), Event(4, "amendment", may(20), 2))
REPEALED = (*AMENDED, Event(5, "repeal", may(30)))
PARTLY = (
    *DELAYED,
    Event(3, "commencement", may(20), article_key="art_3"),
    Event(4, "repeal", may(25), article_key="art_1"),
)
TWO_A_DAY = (
    *DELAYED,
    Event(9, "amendment", may(20), 3),
    Event(8, "amendment", may(20), 2),
)
CORRECTED = (*DELAYED, Event(3, "publication", may(15), 2, is_correction=True))
CASES = {
    "nothing has happened": ((), may(1), "unpublished", 0),
    "the day before it is published": (DELAYED, date(2024, 4, 30), "unpublished", 0),
    "published and not yet in force": (DELAYED, may(9), "published", 1),
    "on the day it comes into force": (DELAYED, may(10), "in-force", 1),
    "an amendment is published and lies ahead": (AMENDED, may(19), "in-force", 1),
    "on the day of the amendment": (AMENDED, may(20), "in-force", 2),
    "the day before the repeal": (REPEALED, may(29), "in-force", 2),
    "on the day of the repeal": (REPEALED, may(30), "repealed", 2),
    "two amendments of one day, the later number wins": (TWO_A_DAY, may(20), "in-force", 3),
    "the day before a correction": (CORRECTED, may(14), "in-force", 1),
    "a correction applies at once": (CORRECTED, may(15), "in-force", 2),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_text_and_the_state_of_a_day(case: tuple[tuple[Event, ...], date, str, int]) -> None:
    events, day, state, text = case
    found = standing(reversed(events), day)
    assert (found.state, found.text) == (state, text)


@pytest.mark.parametrize(
    ("day", "first", "third"),
    [
        (may(9), "published", "published"),
        (may(10), "in-force", "in-force"),
        (may(20), "in-force", "in-force"),
        (may(25), "repealed", "in-force"),
    ],
)
def test_an_article_has_a_state_of_its_own(day: date, first: str, third: str) -> None:
    found = standing(PARTLY, day)
    assert (found.of_article("art_1"), found.of_article("art_3")) == (first, third)


def test_an_article_may_come_into_force_before_the_rest() -> None:
    early = (
        PUBLISHED,
        Event(2, "commencement", may(5), article_key="art_1"),
        Event(3, "commencement", may(10)),
    )
    assert standing(early, may(5)).of_article("art_1") == "in-force"
    assert standing(early, may(5)).of_article("art_2") == "published"


def test_the_next_change_is_announced() -> None:
    assert standing(REPEALED, may(20)).next_day == may(30)
    assert standing(REPEALED, may(30)).next_day is None
    assert standing(DELAYED, may(1)).next_day - may(1) == timedelta(days=9)  # type: ignore[operator]
