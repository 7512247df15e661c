"""Copies and near copies join their family; distinct texts, and opposite ones in like words, stay apart."""

import random
import threading
import time

import pytest

from app.core import db, likeness, sketches
from tests.factories.campaigns import CAMPAIGNS, CHANGES, DISTINCT, near_copies

LETTERS = [(language, letter) for language, letters in CAMPAIGNS.items() for letter in letters]
LETTER = CAMPAIGNS["ar"][1]
EACH = 16
OPPOSITES = (
    ("أؤيد المادة 4 لأنها تحمي المستهلك", "أعارض المادة 4 لأنها لا تحمي المستهلك"),
    ("أوافق على هذه المادة كما هي", "لا أوافق على هذه المادة كما هي"),
    (
        "نؤيد هذا القانون لأنه يخفض الأسعار ويحمي الأسر ذات الدخل المحدود من جشع التجار",
        "نرفض هذا القانون لأنه يخفض الأسعار ويحمي الأسر ذات الدخل المحدود من جشع التجار",
    ),
    ("I support article 4 because it protects the consumer", "I oppose article 4 because it protects the consumer"),
    ("I agree with this draft law and hope it passes", "I don't agree with this draft law and hope it passes"),
    ("The fine should be 500 dinars for each violation", "The fine should be 50 dinars for each violation"),
    ("يجب تعديل المادة 4 من مشروع القانون", "يجب تعديل المادة 5 من مشروع القانون"),
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("app")


def place(text_id: str, text: str, scope: str = "consultation:1") -> str:
    with db.transaction():
        return likeness.place(scope, text_id, text)


def test_planted_copies_join_their_family_and_distinct_texts_do_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Counted over pairs: of two texts in one family, how many are of one letter, and the reverse."""
    planted = [
        (f"letter {number}", copy)
        for number, (language, letter) in enumerate(LETTERS)
        for copy in [letter, *near_copies(letter, language, EACH - 1, seed=number)]
    ]
    alone = [(f"alone {number}", text) for number, text in enumerate(DISTINCT["ar"] + DISTINCT["en"])]
    texts = planted + alone
    random.Random(7).shuffle(texts)
    with db.transaction():
        families = [likeness.place("s", str(at), text) for at, (_source, text) in enumerate(texts)]
    right = together = meant = 0
    for at, (source, _text) in enumerate(texts):
        for other in range(at):
            same, alike = source == texts[other][0], families[at] == families[other]
            right, together, meant = right + (same and alike), together + alike, meant + same
    precision, recall = right / together, right / meant
    with capsys.disabled():
        print(
            f"\nlikeness: {len(LETTERS)} letters of {EACH}, {len(alone)} distinct texts: "
            f"precision {precision:.3f}, recall {recall:.3f}"
        )
    assert precision >= 0.99
    assert recall >= 0.9


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_letter_changed_in_one_way_is_a_near_copy(change) -> None:  # type: ignore[no-untyped-def]
    for number, (language, letter) in enumerate(LETTERS):
        place(f"{number}", letter)
        found = place(f"{number} again", change(letter, language, random.Random(2)))
        assert found == f"{number}", letter


@pytest.mark.parametrize(("one", "other"), OPPOSITES, ids=lambda text: text[:20])
def test_opposite_opinions_in_like_words_stay_apart(one: str, other: str) -> None:
    assert place("one", one) == "one"
    assert place("other", other) == "other"


def test_a_short_text_has_only_exact_copies() -> None:
    assert place("a", "أؤيد المادة الرابعة") == "a"
    assert place("b", "أؤيد المادة الثانية") == "b"
    assert place("c", "أُؤيّـد  المادة الرابعة!!") == "a"


def test_texts_of_two_languages_or_two_scopes_are_never_alike() -> None:
    arabic, english = LETTER, "I oppose the higher water tariff, تعرفة, at this time of the year, dear Sir"
    assert place("a", arabic) == "a"
    assert place("b", english) == "b"
    assert place("c", arabic, scope="consultation:2") == "c"


def test_a_text_placed_again_keeps_its_place() -> None:
    place("a", LETTER)
    place("b", LETTER)
    assert place("b", "نص مختلف تمامًا عن الأول لا يشبهه في شيء أبدًا") == "a"
    with db.transaction(reading=True):
        assert likeness.members("consultation:1", "a") == ["a", "b"]


def test_a_forgotten_text_leaves_its_family_findable_and_its_name_untaken() -> None:
    place("a", LETTER)
    place("b", near_copies(LETTER, "ar", 1)[0])
    with db.transaction():
        likeness.forget("consultation:1", "a")
        likeness.forget("consultation:1", "nobody")
    assert place("c", near_copies(LETTER, "ar", 2)[1]) == "a"
    renamed = place("a", "نص مختلف تمامًا عن الأول لا يشبهه في شيء أبدًا")
    assert renamed.startswith("a.")
    with db.transaction(reading=True):
        assert likeness.members("consultation:1", "a") == ["b", "c"]


def test_copies_sent_at_once_found_one_family() -> None:
    start = threading.Barrier(6)
    families: list[str] = []

    def send(number: int, copy: str) -> None:
        start.wait()
        families.append(place(f"{number}", copy))

    copies = near_copies(LETTER, "ar", 2) * 3
    threads = [threading.Thread(target=send, args=(number, copy)) for number, copy in enumerate(copies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(families) == 6
    assert len(set(families)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 200_000,
        "\u064e" * 1_000_000,
        "a" * 1_000_000,
        "كلمة " * 200_000,
        "\ud800 ",
        "",
        "[*" * 500_000,
    ],
    ids=["tags", "marks", "one word", "one word again and again", "half a letter", "nothing", "brackets"],
)
def test_a_huge_or_strange_text_costs_little(text: str) -> None:
    began = time.process_time()
    sketches.look_at(text)
    assert time.process_time() - began < 1
