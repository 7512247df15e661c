"""What stands in the content about documents, consultations and the forum, read without a database."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core import clock, text
from app.demo import script
from app.demo.script import BadScript, talk
from app.demo.script.talk import DemoPost
from participation.consultations import phases

NOW = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
DOCUMENTS = script.documents(NOW)
CONSULTATIONS = {each.key: each for each in script.consultations(NOW)}
BOARDS = script.boards(NOW)
TOPICS = [topic for board in BOARDS for topic in board.topics]
AGENCIES = {agency["key"] for agency in script.agencies()}  # type: ignore[attr-defined]


def said_in(key: str) -> list[DemoPost]:
    return list(talk.everything([post for _part, post in CONSULTATIONS[key].posts]))


FORUM = [post for topic in TOPICS for post in talk.everything([topic.opening, *topic.posts])]
POSTS = [*FORUM, *(post for key in CONSULTATIONS for post in said_in(key))]
ARABIC = [post.says for post in POSTS if text.language_of(post.says) == "ar"]


def pairs(thing: Any) -> Iterator[tuple[str, str]]:
    """Every text in two languages below this thing."""
    if is_dataclass(thing):
        for each in fields(thing):
            yield from pairs(getattr(thing, each.name))
    elif isinstance(thing, tuple) and len(thing) == 2 and all(isinstance(side, str) for side in thing):
        yield thing
    elif isinstance(thing, dict):
        yield from (pair for each in thing.values() for pair in pairs(each))
    elif isinstance(thing, list | tuple):
        yield from (pair for each in thing for pair in pairs(each))


def test_there_are_about_four_hundred_posts_three_of_five_in_arabic() -> None:
    assert 400 <= len(POSTS) <= 480
    assert 0.55 <= len(ARABIC) / len(POSTS) <= 0.65


def test_there_are_three_consultations_with_talk_one_to_come_and_three_boards() -> None:
    talked = [key for key in CONSULTATIONS if len(said_in(key)) >= 60]
    assert sorted(talked) == ["gardens", "school-transport", "water-tariff"]
    assert len(CONSULTATIONS) == 4
    assert (len(BOARDS), len(TOPICS)) == (3, 16)
    assert (
        sum(each.key not in {c.document for c in CONSULTATIONS.values()} for each in DOCUMENTS.values()) >= 6
    )


def test_every_text_of_the_government_stands_in_both_languages() -> None:
    for thing in (DOCUMENTS, list(CONSULTATIONS.values()), BOARDS):
        for arabic, english in pairs(thing):
            assert bool(arabic) == bool(english), (arabic, english)


def test_arabic_texts_are_arabic_and_english_ones_english() -> None:
    written = [pair for pair in pairs(list(DOCUMENTS.values())) if len(pair[0]) > 20]
    assert {text.language_of(arabic) for arabic, _ in written} == {"ar"}
    assert {text.language_of(english) for _, english in written} == {"en"}


def test_everybody_of_the_crowd_keeps_to_one_language() -> None:
    crowd = {person.key: person.language for person in script.crowd()}
    strayed = [p.says for p in POSTS if p.by in crowd and text.language_of(p.says) != crowd[p.by]]
    assert not strayed


def test_a_crowd_takes_part_that_nobody_can_enter_as() -> None:
    authors = {post.by for post in POSTS} & {person.key for person in script.crowd()}
    assert len(authors) >= 60
    assert not any(person.landing or person.grants for person in script.crowd())
    assert len({person.name for person in script.crowd()}) == len(script.crowd())


def test_no_two_posts_are_alike_but_those_of_the_campaigns() -> None:
    told = Counter(text.normalise(post.says) for post in POSTS)
    doubled = {words: count for words, count in told.items() if count > 1}
    assert len(doubled) == 2
    assert all(count >= 15 for count in doubled.values())


@pytest.mark.parametrize(("key", "language", "size"), [("water-tariff", "ar", 35), ("gardens", "en", 25)])
def test_a_campaign_is_sent_by_many_each_once(key: str, language: str, size: int) -> None:
    marks = {"ar": "ثمن الأنبوب مرتين", "en": "muzzled dog"}
    words = text.normalise(marks[language])
    sent = [post for post in said_in(key) if words in text.normalise(post.says) or "لا أدفع ثمن" in post.says]
    assert len(sent) == len({post.by for post in sent}) == size
    assert 6 <= len({post.says for post in sent}) <= size - 10, "copies and near copies"


def test_stances_and_kinds_of_post_all_occur_in_each_consultation() -> None:
    for key in ("gardens", "water-tariff", "school-transport"):
        posts = said_in(key)
        assert {post.kind for post in posts} == {"comment", "question", "information", "wording"}
        assert {post.stance for post in posts} >= {"support", "partly", "oppose"}
        assert any(post.speaks_for for post in posts)
        assert all(bool(post.wording) == (post.kind == "wording") for post in posts)


@pytest.mark.parametrize(
    "broken",
    [
        r"\b600-555-\d{3}\b",
        r"\+971 4 123 4567",
        r"\b\d{4}-\d\d-\d\d\b",
        r"من \d-\d أيام",
        r"\b15/20\b",
        r"\b10:30\b",
        r"\b1,284\.5\b",
        r"AE07( \d{4})+",
        r"لوحة A 12345",
        r"Al Noor Tyres Co\.",
        r"CONS-2026-017",
        r"SR-2026-017",
        r"^PDF مرفق",
        r"[٠-٩]{3}",
        r"https://\S+",
        r"\S+@\S+\.example",
        r"\(white noise\)",
    ],
)
def test_every_case_that_breaks_in_mixed_direction_is_said_inside_arabic(broken: str) -> None:
    assert any(re.search(broken, said) for said in ARABIC)


def test_a_name_with_a_dot_stands_among_arabic_names() -> None:
    names = [person.name[0] for person in script.crowd()]
    assert {"Robert K.", "سالم ك.", "ليان س."} <= set(names)


def test_whoever_acts_is_in_the_country_and_whoever_answers_speaks_for_an_agency() -> None:
    for post in POSTS:
        person = script.person(post.by)
        agencies = {grant.agency for grant in person.grants}
        assert post.speaks_for in (AGENCIES & agencies) | {""}, post.says
        assert bool(post.speaks_for) or not agencies, post.says


def test_an_official_who_speaks_for_no_agency_is_refused() -> None:
    raw = {"by": "sara", "at": "2d 09:00", "says": "نعم.", "official": True}
    with pytest.raises(BadScript, match="sara"):
        talk.posts([raw], "", NOW)


def test_replies_follow_what_they_answer_and_nothing_lies_in_the_future() -> None:
    for post in POSTS:
        times = [post.at, *(reply.at for reply in post.replies)]
        assert times == sorted(times), post.says
        assert times[-1] <= NOW, post.says


def test_people_comment_while_comments_are_taken() -> None:
    for told in CONSULTATIONS.values():
        before, open_days = told.phases[0].days, told.phases[1].days
        first = told.first_day + timedelta(days=before)
        days = {post.at.date() for post in said_in(told.key)}
        assert all(first <= day < first + timedelta(days=open_days) for day in days), told.key


def test_people_comment_on_articles_that_are_there_at_the_time() -> None:
    for told in CONSULTATIONS.values():
        numbers = dict(told.opened)
        for part, post in told.posts:
            number = max([1, *(n for n, at in numbers.items() if at <= post.at)])
            version = DOCUMENTS[told.document].versions[number - 1]
            assert part in {"", *(article.key for article in version.articles)}, post.says


def test_the_second_version_of_the_tariff_changes_renumbers_removes_and_adds() -> None:
    first, second = (
        {article.key: article for article in version.articles if article.kind == "article"}
        for version in DOCUMENTS["water-draft"].versions
    )
    kept = first.keys() & second.keys()
    assert any(first[key].text != second[key].text for key in kept)
    assert any(first[key].number != second[key].number for key in kept)
    assert (first.keys() - second.keys(), second.keys() - first.keys()) == ({"art_9"}, {"art_6a", "art_11a"})
    assert [article.number for article in second.values()] == [str(n) for n in range(1, len(second) + 1)]


@pytest.mark.parametrize("key", ["parks-draft", "water-draft", "school-transport"])
def test_each_draft_that_is_talked_about_has_twelve_articles_or_more(key: str) -> None:
    for version in DOCUMENTS[key].versions:
        assert sum(article.kind == "article" for article in version.articles) >= 12


def commenting(now: datetime) -> dict[str, phases.Dated]:
    """When people may comment on each that has not ended, in a country drawn at this instant."""
    planned = {
        told.key: ([phases.Planned(each.kind, each.days) for each in told.phases], told.first_day)
        for told in script.consultations(now)
        if told.end is None
    }
    dated = {key: phases.dated(plan, first, clock.zone()) for key, (plan, first) in planned.items()}
    return {key: next(each for each in all_ if each.kind == "comment") for key, all_ in dated.items()}


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 11, 30, 20, 58, tzinfo=UTC),
        datetime(2026, 11, 30, 21, 1, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2028, 2, 28, 12, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    ],
)
def test_at_whatever_hour_it_is_drawn_two_are_open_and_the_gardens_alone_close_soon(now: datetime) -> None:
    found = commenting(now)
    is_open = {key: each.ends_at - now for key, each in found.items() if phases.running([each], now)}
    assert is_open.keys() == {"gardens", "water-tariff"}
    assert timedelta(days=1) < is_open["gardens"] <= phases.CLOSING_SOON < is_open["water-tariff"]
    assert [key for key, each in found.items() if each.starts_at > now] == ["building-noise"]


def test_one_has_a_second_version_and_another_has_ended_with_its_outcome() -> None:
    assert {key: [n for n, _at in told.opened] for key, told in CONSULTATIONS.items() if told.opened} == {
        "water-tariff": [2]
    }
    (told,) = [each for each in CONSULTATIONS.values() if each.end is not None]
    assert told.key == "school-transport"
    assert told.end is not None
    assert told.end.at < NOW
    assert len(told.end.outcomes) >= 3
    assert DOCUMENTS[told.end.response].kind == "report"


def test_an_outcome_of_each_decision_is_told_and_some_go_on() -> None:
    end = CONSULTATIONS["school-transport"].end
    assert end is not None
    assert {outcome.decision for outcome in end.outcomes} == {"accepted", "partly", "rejected"}
    assert all(outcome.words for outcome in end.outcomes if outcome.decision == "accepted")
    assert sum(len(outcome.updates) for outcome in end.outcomes) >= 3


def test_more_than_ten_answer_each_question() -> None:
    for told in CONSULTATIONS.values():
        if told.survey is not None:
            assert all(sum(counts) > 10 for counts in told.survey.stances)
            assert all(sum(counts.values()) > 10 for counts in told.survey.counts.values())
