"""What stands in the content of the demo country, read without a database."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.core import text
from app.demo import script
from app.demo.script import BadScript, Story

NOW = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
STORIES = script.stories(NOW)
AGENCIES = {agency["key"] for agency in script.agencies()}  # type: ignore[attr-defined]


def words(story: Story) -> str:
    return " ".join([story.says, *(step.says for step in story.steps)])


def test_there_are_about_sixty_inquiries_and_no_two_begin_alike() -> None:
    assert len(STORIES) >= 60
    assert len({story.says for story in STORIES}) == len({story.key for story in STORIES}) == len(STORIES)


def test_each_language_has_a_good_half() -> None:
    arabic = sum(text.language_of(story.says) == "ar" for story in STORIES)
    assert 0.4 <= arabic / len(STORIES) <= 0.6


def test_several_varieties_of_writing_occur() -> None:
    assert {"ar", "en", "mixed", "arabizi"} <= {text.variety_of(story.says) for story in STORIES}


@pytest.mark.parametrize(
    "broken",
    [
        r"\b600-555-123\b",
        r"\b\d{4}-\d\d-\d\d\b",
        r"من \d-\d أيام",
        r"\b15/20\b",
        r"\b10:30\b",
        r"\b1,284\.5\b",
        r"AE07( \d{4})+",
        r"لوحة A 12345",
        r"Al Noor Tyres Co\.",
    ],
)
def test_every_case_that_breaks_in_mixed_direction_is_said_inside_arabic(broken: str) -> None:
    arabic = [words(story) for story in STORIES if text.language_of(story.says) == "ar"]
    assert any(re.search(broken, said) for said in arabic)


def test_whoever_acts_is_in_the_cast_and_wherever_it_goes_is_an_agency() -> None:
    for story in STORIES:
        assert story.to in AGENCIES | {""}
        for name in filter(None, [story.by, *(step.by for step in story.steps)]):
            script.person(name)
        for step in story.steps:
            assert step.act == "assign" or step.to in AGENCIES | {""}


def test_time_only_goes_on_and_never_past_the_present() -> None:
    for story in STORIES:
        times = [story.at, *(step.at for step in story.steps)]
        assert times == sorted(times), story.key
        assert NOW - timedelta(weeks=6) <= times[0] <= times[-1] <= NOW, story.key


def test_a_time_is_read_on_the_countrys_clocks() -> None:
    assert script.moment("3h", NOW) == NOW - timedelta(hours=3)
    at = script.moment("2d 09:40", NOW)
    assert (at.hour, at.minute) == (9, 40)
    assert timedelta(days=1) < NOW - at < timedelta(days=3)


def test_what_is_no_time_is_refused_with_its_text() -> None:
    with pytest.raises(BadScript, match="yesterday"):
        script.moment("yesterday", NOW)


def test_a_day_in_a_text_becomes_its_date() -> None:
    assert script.dated("منذ [[2d]] وحتى [[-1d]]", NOW) == "منذ 2026-11-23 وحتى 2026-11-26"


def test_nobody_outside_the_cast_can_act() -> None:
    with pytest.raises(BadScript, match="nobody"):
        script.person("zorro")
