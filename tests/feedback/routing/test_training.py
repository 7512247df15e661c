"""Learning: repeatable, from any labels, nothing of one person, near copies kept together."""

import random
from dataclasses import replace

import numpy as np
import pytest

from feedback.routing.calibration import sure_from
from feedback.routing.preparation import prepare
from feedback.routing.rows import Row
from feedback.routing.seeds import load_seeds
from feedback.routing.splitting import held_back, held_sets
from feedback.routing.training import CannotTrain, train

WATER = [
    "no water since morning",
    "the tap is dry",
    "burst pipe in the road",
    "المياه مقطوعة",
    "تسرب ماء كبير",
]
POWER = [
    "power cut again",
    "the lights went out",
    "sparks from the cable",
    "الكهرباء مقطوعة",
    "عداد الكهرباء خربان",
]


def few_rows(times: int = 4) -> list[Row]:
    return [
        Row(f"{text} {place}", "en", label, "en")
        for label, texts in (("w", WATER), ("p", POWER))
        for text in texts
        for place in ["Palm Street", "حي النخيل", "the old market", "شارع 14"][:times]
    ]


def test_two_runs_in_any_order_give_the_same_model(seeds: list[Row]) -> None:
    rows = [row for row in seeds if row.label in ("labour", "health")]
    shuffled = random.Random(7).sample(rows, len(rows))
    assert train(rows).version == train(shuffled).version


def test_two_labels_without_background_rows_are_enough() -> None:
    model = train(few_rows())
    assert model.agencies == ("p", "w")
    p = model.predict_proba(["the tap is dry", "power cut"])
    assert p.argmax(axis=1).tolist() == [1, 0]
    assert np.allclose(p.sum(axis=1), 1)


def test_one_label_cannot_be_learned() -> None:
    with pytest.raises(CannotTrain):
        train([Row("no water", "en", "w", "en"), Row("hello", "en", None, "en")])


def test_rows_without_words_do_not_stop_training() -> None:
    assert train([*few_rows(), Row("!!!", "en", "w", "en"), Row("😀", "ar", "p", "ar")]).agencies == (
        "p",
        "w",
    )


def test_a_word_of_two_known_people_never_enters_the_vocabulary() -> None:
    written = [replace(row, author=f"a{at}") for at, row in enumerate(few_rows())]
    named = [Row("Zubaida has no water", "en", "w", "en", author=who) for who in ("x", "y", "x", "y")]
    third = Row("Zubaida has no water today", "en", "w", "en", author="z")
    assert not any("zubaida" in view.columns for view in train(written + named).views)
    assert any("zubaida" in view.columns for view in train([*written, *named, third]).views)


def test_near_copies_authors_threads_and_situations_stay_on_one_side() -> None:
    rows = [
        Row(
            f"text number {chr(97 + at % 26)}{chr(97 + at // 26)}",
            "en",
            "w",
            "en",
            author=f"a{at // 4}",
            situation=f"s{at // 8}",
        )
        for at in range(600)
    ] + [Row(f"نص {chr(0x628 + at % 20)}", "ar", "w", "ar") for at in range(200)]
    held = held_back(rows, [prepare(row.text) for row in rows])
    sides: dict[str, set[bool]] = {}
    for row, side in zip(rows, held.tolist(), strict=True):
        sides.setdefault(row.situation or row.text, set()).add(side)
    assert all(len(each) == 1 for each in sides.values())
    assert 0.05 < held.mean() < 0.2


def test_nearly_all_texts_without_agency_are_unsure_but_not_too_many_others() -> None:
    inside = np.linspace(0, 1, 1001)
    assert sure_from(inside, np.linspace(0, 0.35, 100)) == pytest.approx(0.315)
    assert sure_from(inside, np.linspace(0, 0.1, 100)) == pytest.approx(0.25)
    assert sure_from(inside, np.linspace(0, 1, 100)) == pytest.approx(0.38)
    assert sure_from(inside, np.ones(5)) == pytest.approx(0.25), "five texts tell nothing"


def test_of_few_rows_each_is_held_back_exactly_once() -> None:
    rows = [*few_rows(), *(Row("hello", "en", None, "en") for _ in range(3))]
    sets = held_sets(rows, [prepare(row.text) for row in rows])
    assert np.sum(sets, axis=0).tolist() == [1] * len(rows)
    assert len({tuple(row.tolist()) for row in np.array(sets).T[-3:]}) == 1, "equal texts stay together"


def test_a_small_label_set_is_calibrated_on_all_its_rows() -> None:
    model = train(few_rows())
    assert model.facts["held_back"] == len(few_rows())
    assert model.temperature != 1.0


def test_the_seeds_cover_every_agency_in_both_languages_and_all_varieties() -> None:
    seeds = load_seeds()
    agencies = {row.label for row in seeds if row.label}
    assert len(agencies) == 18
    for agency in agencies:
        for lang in ("ar", "en"):
            assert sum(row.label == agency and row.lang == lang for row in seeds) >= 150, (agency, lang)
