"""When a suggestion may act alone: certificates and the four conditions."""

import numpy as np
import pytest

from feedback.routing.decision import Certificate, certify, is_urgent, keeps_promise, reasons_to_ask

SOLID = Certificate(0.8, cases=400, above=200)


@pytest.mark.parametrize(("errors", "enough"), [(0, 59), (1, 93), (2, 124), (5, 208)])
def test_the_promise_needs_as_many_cases_as_clopper_and_pearson_say(errors: int, enough: int) -> None:
    """Published sample sizes for showing an error rate below 5 % with 95 % confidence."""
    assert keeps_promise(errors, enough)
    assert not keeps_promise(errors, enough - 1)


def test_nothing_but_errors_keeps_no_promise() -> None:
    assert not keeps_promise(3, 3)
    assert not keeps_promise(0, 0)


def test_fewer_than_300_cases_give_no_certificate() -> None:
    assert certify([0.99] * 299, [True] * 299) is None


def test_the_threshold_is_the_smallest_under_which_the_promise_holds() -> None:
    p = [1 - at / 1000 for at in range(400)]
    certificate = certify(p, [at < 200 for at in range(400)])
    assert certificate is not None
    wrong = certificate.above - 200
    assert certificate.threshold == p[certificate.above - 1]
    assert keeps_promise(wrong, certificate.above)
    assert not keeps_promise(wrong + 1, certificate.above + 1)


def test_a_hole_among_the_surest_answers_forbids_every_threshold() -> None:
    assert certify([1 - at / 1000 for at in range(400)], [at >= 20 for at in range(400)]) is None


def test_answers_of_equal_probability_stand_or_fall_together() -> None:
    certificate = certify([0.9] * 200 + [0.5] * 200, [True] * 200 + [False] * 200)
    assert certificate == Certificate(0.9, cases=400, above=200)


def test_the_promise_is_kept_on_new_cases() -> None:
    kept = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        p = random.beta(4, 1, size=3000)
        right = random.random(3000) < p
        certificate = certify(p[:1500].tolist(), right[:1500].tolist())
        taken = p[1500:] >= (certificate.threshold if certificate else 2)
        kept.append(not taken.any() or right[1500:][taken].mean() >= 0.94)
    assert np.mean(kept) >= 0.9


@pytest.mark.parametrize(
    ("case", "reasons"),
    [
        ((0.9, 0.05, 0.8, SOLID, 0.0, False), []),
        ((0.9, 0.05, 0.8, None, 0.0, False), ["no_certificate"]),
        ((0.79, 0.05, 0.8, SOLID, 0.0, False), ["below_threshold"]),
        ((0.9, 0.05, 0.8, SOLID, 0.95, False), ["below_cost_floor"]),
        ((0.82, 0.7, 0.8, SOLID, 0.0, False), ["close_second"]),
        ((0.9, 0.05, 0.4, SOLID, 0.0, False), ["unknown_words"]),
        ((0.9, 0.05, 0.8, SOLID, 0.0, True), ["urgent"]),
    ],
)
def test_each_condition_alone_calls_a_person(
    case: tuple[float, float, float, Certificate | None, float, bool], reasons: list[str]
) -> None:
    assert reasons_to_ask(*case) == reasons


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "أفكّر في الانتحار",
        "حرييق!! الحقونا، حريق",
        "he was stabbed",
        "there is a smell of gas in the stairwell",
        "ريحة غاز قوية في العمارة",
        "زوجي يقول سيقتلني",
        "ابني عم يغرق",
        "the boy is drowning",
        "أبي عنده جلطة ولا أحد يجيب",
        "الرجل عم ينزف في الشارع",
    ],
)
def test_words_of_danger_are_urgent(text: str) -> None:
    assert is_urgent(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bin is full",
        "الزبالة متكدسة",
        "scraped my car",
        "fire extinguisher licence",
        "the palms in the park are dying",
        "we are drowning in paperwork",
        "hunters shooting at gazelles",
        "the college holds my papers hostage",
        "أريد تقديم الطعن في الحكم",
        "النفق يغرق مع كل مطر",
        "صنبور الحريق معطل",
        "البايب ينزف ماي",
        "أصلحوه قبل ما يحترق",
        "انفجار إطار السيارة",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert not is_urgent(text)
