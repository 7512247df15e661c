"""What changed, word by word: applying the difference gives the newer text, always."""

import random
import time

import pytest

from app.documents import diff
from app.documents.articles import ArticleText
from app.documents.diff import Budget, Hunk, applied, before, words

WORDS = (
    "المَدْرَسَةُ المياه ٣ 3 ۴ water the \u200f \u2067 \u061c كتابٌ ، . ؛ \n \t الـــمادة م\u0654 e\u0301 نامه\u200cای 24"
).split(" ")


class Text:
    def __init__(self, *articles: ArticleText):
        self.articles = articles


def an_edit(random: random.Random, words: list[str]) -> list[str]:
    """The words after up to a dozen insertions, removals and changes."""
    edited = list(words)
    for _ in range(random.randint(0, 12)):
        place = random.randint(0, len(edited))
        length = random.choice((0, 0, 1, 1, 3))
        edited[place : place + length] = [random.choice(WORDS) for _ in range(random.choice((0, 1, 1, 2)))]
    return edited


def test_applying_the_difference_gives_the_newer_text_for_a_thousand_random_edits() -> None:
    chance = random.Random(20260301)
    for _ in range(1_000):
        older = [chance.choice(WORDS) for _ in range(chance.randint(0, 60))]
        a, b = (chance.choice((" ", "", "  ")).join(each) for each in (older, an_edit(chance, older)))
        parts = words(a, b)
        assert (before(parts), applied(parts)) == (a, b)
        assert (a == b) == all(part.kind == "same" for part in parts)


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        (
            "خلال ٣٠ يومًا من النشر",
            "خلال ١٥ يومَ عملٍ من النشر",
            [("same", "خلال "), ("removed", "٣٠ يومًا"), ("added", "١٥ يومَ عملٍ"), ("same", " من النشر")],
        ),
        ("علم", "عِلْم", [("removed", "علم"), ("added", "عِلْم")]),
        ("6.00 a month", "3.50 a month", [("removed", "6.00"), ("added", "3.50"), ("same", " a month")]),
        ("في ٢٠٢٦/١/٥", "في ٢٠٢٦/٢/٥", [("same", "في "), ("removed", "٢٠٢٦/١/٥"), ("added", "٢٠٢٦/٢/٥")]),
        ("in 30 days", "in 30 days", [("same", "in 30 days")]),
        ("", "نص", [("added", "نص")]),
        ("one\ntwo\nthree", "one\nthree", [("same", "one\n"), ("removed", "two\n"), ("same", "three")]),
    ],
)
def test_a_changed_word_is_shown_whole_with_its_marks(
    older: str, newer: str, expected: list[tuple[str, str]]
) -> None:
    assert [(part.kind, part.text) for part in words(older, newer)] == expected


def test_megabytes_that_share_nothing_cost_no_more_than_the_budget() -> None:
    chance = random.Random(1)
    a, b = (" ".join(chance.choice(WORDS) for _ in range(200_000)) for _ in range(2))
    budget = Budget()
    started = time.process_time()
    parts = words(a, b, budget)
    assert budget.steps < 0, "this test is about a spent budget"
    assert (before(parts), applied(parts)) == (a, b)
    assert time.process_time() - started < 10, "measured: half a second"


OLDER = Text(
    ArticleText("art_1", number="1", heading="التعريفات", text="المرفق: مؤسسة المياه."),
    ArticleText("art_2", number="2", text="يعلن كل انقطاع قبل ٢٤ ساعة."),
    ArticleText("art_3", number="3", text="يلغى ما يخالفه."),
    ArticleText("art_4", number="4", text="ينشر في الجريدة الرسمية."),
)
NEWER = Text(
    ArticleText("art_1", number="1", heading="التعريفات", text="المرفق: مؤسسة المياه."),
    ArticleText("art_2_2", number="2", text="لكل بيت عداد."),
    ArticleText("art_2", number="3", text="يعلن كل انقطاع قبل ٤٨ ساعة وتذكر مدته."),
    ArticleText("art_4", number="4", text="ينشر في الجريدة الرسمية."),
)


def test_each_article_is_the_same_changed_new_gone_or_renumbered() -> None:
    changes = diff.articles(OLDER, NEWER)
    assert [(change.key, change.kind) for change in changes] == [
        ("art_1", "same"), ("art_2_2", "new"), ("art_2", "changed"), ("art_3", "gone"), ("art_4", "same"),
    ]  # fmt: skip
    assert [change.key for change in changes if change.is_renumbered] == ["art_2"]
    moved = Text(ArticleText("art_4", number="9", text="ينشر في الجريدة الرسمية."))
    assert diff.articles(Text(OLDER.articles[3]), moved)[0].kind == "renumbered"


def test_each_change_has_an_anchor_of_its_own() -> None:
    change = next(each for each in diff.articles(OLDER, NEWER) if each.key == "art_2")
    assert change.hunks == (
        Hunk("art_2__h1", "٢٤", "٤٨"),
        Hunk("art_2__h2", "", " وتذكر مدته"),
    )
    assert {part.hunk for part in change.parts if part.kind == "same"} == {""}
