"""May a suggestion be acted on without a person? The certificate and the four conditions.

Pure numbers; the words that always call a person stand here too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text import normalise

PROMISED_ERROR = 0.05
CONFIDENCE = 0.95
CASES_FOR_A_CERTIFICATE = 300
CASES_ABOVE_THRESHOLD = 59
"""The fewest cases on which the promise can be shown: none of them wrong."""
FIRST_JUDGED = 1 / 6
"""The highest threshold judged leaves this share of the cases above it; the next ones follow in fixed order.

Thresholds above rest on so few cases that one chance error would forbid all the others.
"""
CLEAR_LEAD = 0.15
"""First minus second p below this: too close to act alone."""
KNOWN_SHARE = 0.5
"""Share of a text's stemmed words and pairs that the vocabulary must know."""

_DANGER = (
    "suicide|kill myself|killing myself|end my life|want to die|bleeding|unconscious|not breathing|gas leak|smell gas"
    "|smell of gas|on fire|stabbed|raped?|being beaten|kill me|taken hostage|explosion|having a heart attack"
    "|(?:i'm|i am|he's|he is|she's|she is|(?:man|woman|child|baby|boy|girl|people) (?:is |are )?)(?:dying|drowning)"
    "|(?:shooting|shots) at (?:us|me|people)|shots fired"
    "|انتحر|سانتحر|بنتحر|اقتل نفسي|اقتل حالي|انهي حياتي|بدي اموت|عايز اموت|ابي اموت|بغيت نموت|فاقد الوعي|مغمي عليه"
    "|حريق|يحترق|بيحترق|كيتحرق|ريحة غاز|رائحة غاز|ريحة الغاز|رائحة الغاز|تسرب الغاز"
    "|اطلاق نار|طعنوه|طعنوني|طعنني|طعنوها|انطعن|اغتصبني|اغتصبها|سيقتلني|يقتلني|راح يقتلني|هيقتلني|بيقتلني|رهينه"
    "|(?:صوت|سمعنا|حدث|صار|وقع) انفجار|انفجار (?:غاز|اسطوانه|قنينه|انبوبه)"
    "|(?:طفل|طفله|ولد|ولدي|ابني|بنتي|شخص|واحد|حد|حدا) (?:عم |قاعد )?(?:ب|ك)?يغرق"
    "|(?:عنده|عندو|عندها|جاته|جته|معه|معو) (?:سكته|جلطه)|انقذوني"
)
_DANGER_WITH_ARTICLE = "انتحار|نزيف|ينزف|تسرب غاز|اغتصاب|تسريب غاز"
_DANGER_WORDS = re.compile(
    r"(?<!قبل لا )(?<!قبل ما )(?<!قبل ان )(?<!\w)"
    rf"(?:[وب]?(?:{normalise(_DANGER)})|[وفب]?(?:ال)?(?:{normalise(_DANGER_WITH_ARTICLE)}))"
    r"(?! (?:ماي|ماء|مويه|ميه))(?!\w)"
)
"""Somebody may be in danger now. Not: what might yet burn, a pipe that bleeds water, an appeal to a court (طعن)."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """From `threshold` upwards the answers of one slice were wrong in at most 5 %, with 95 % confidence.

    Found on `cases` confirmed cases of the slice; `above` of them lie over the threshold.
    """

    threshold: float
    cases: int
    above: int


def is_urgent(text: str) -> bool:
    """Words of emergency, self-harm or violence: a person reads it at once, whatever a model says."""
    return bool(_DANGER_WORDS.search(normalise(text)))


def reasons_to_ask(
    first: float,
    second: float,
    known_share: float,
    certificate: Certificate | None,
    cost_floor: float,
    urgent: bool,
) -> list[str]:
    """Why a person must decide; an empty list lets the suggestion route alone.

    Codes, for a page to put into words: urgent, no_certificate, below_threshold, below_cost_floor,
    close_second, unknown_words.
    """
    checks = {
        "urgent": urgent,
        "no_certificate": certificate is None,
        "below_threshold": certificate is not None and first < certificate.threshold,
        "below_cost_floor": first < cost_floor,
        "close_second": first - second < CLEAR_LEAD,
        "unknown_words": known_share < KNOWN_SHARE,
    }
    return [code for code, holds in checks.items() if holds]


def certify(probabilities: Sequence[float], right: Sequence[bool]) -> Certificate | None:
    """The smallest threshold that keeps the promise, all higher ones passing too; None if none does.

    `probabilities`: the first answer's p of each confirmed case, `right` whether it was the label.
    Cases must be later than training and grouped by author and thread; that is the caller's duty.
    """
    if len(probabilities) < CASES_FOR_A_CERTIFICATE:
        return None
    falling = sorted(zip(probabilities, right, strict=True), key=lambda case: -case[0])
    first_judged = max(CASES_ABOVE_THRESHOLD, round(FIRST_JUDGED * len(falling)))
    best: Certificate | None = None
    errors = 0
    for above, (p, is_right) in enumerate(falling, start=1):
        errors += not is_right
        is_end = above == len(falling) or falling[above][0] < p
        if above >= first_judged and is_end:
            if not keeps_promise(errors, above):
                break
            best = Certificate(p, len(falling), above)
    return best


def keeps_promise(errors: int, cases: int) -> bool:
    """Whether so few errors would be met with 5 % probability at most, were the true error rate 5 %.

    That is when the one-sided bound of Clopper and Pearson is not above the promise. The lower
    tail of the binomial distribution, summed term by term.
    """
    if errors >= cases:
        return False
    term = tail = (1 - PROMISED_ERROR) ** cases
    for wrong in range(1, errors + 1):
        term *= (cases - wrong + 1) / wrong * PROMISED_ERROR / (1 - PROMISED_ERROR)
        tail += term
    return tail <= 1 - CONFIDENCE
