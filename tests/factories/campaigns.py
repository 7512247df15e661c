"""Letters of campaigns with the ways in which people change them, and distinct texts on the same matters."""

import random
from collections.abc import Callable
from pathlib import Path

import yaml

_TEXTS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
CAMPAIGNS: dict[str, list[str]] = _TEXTS["campaigns"]
DISTINCT: dict[str, list[str]] = _TEXTS["distinct"]

_GREETING = {"ar": "السلام عليكم ورحمة الله وبركاته، ", "en": "Dear Sir or Madam, good morning. "}
_SIGNED = {
    "ar": "\n\nمع خالص التحية، هدى سالم، حي الزهور",
    "en": "\n\nKind regards, Huda Salem, Flower Quarter",
}
_OWN_SENTENCE = {"ar": "هذا رأيي ورأي جيراني كلهم. ", "en": "This is what all my neighbours think too. "}


def sentences(text: str) -> list[str]:
    return [part + "." for part in text.rstrip(".!").split(". ")]


def greeted(text: str, language: str, _chance: random.Random) -> str:
    return _GREETING[language] + text


def signed(text: str, language: str, _chance: random.Random) -> str:
    return text + _SIGNED[language]


def with_an_own_sentence(text: str, language: str, chance: random.Random) -> str:
    """One of several sentences exchanged, not the longest; a single sentence keeps company instead."""
    parts = sentences(text)
    if len(parts) == 1:
        return f"{text} {_OWN_SENTENCE[language]}"
    at = chance.choice([at for at, part in enumerate(parts) if part != max(parts, key=len)])
    return " ".join([*parts[:at], _OWN_SENTENCE[language].strip(), *parts[at + 1 :]])


def in_another_order(text: str, _language: str, _chance: random.Random) -> str:
    return " ".join(reversed(sentences(text)))


def with_typos(text: str, _language: str, chance: random.Random) -> str:
    """A letter left out in every eighth word."""
    words = text.split(" ")
    for at in range(chance.randrange(8), len(words), 8):
        drop = chance.randrange(max(1, len(words[at])))
        words[at] = words[at][:drop] + words[at][drop + 1 :]
    return " ".join(words)


def without_punctuation(text: str, _language: str, _chance: random.Random) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter == " ").upper()


def in_another_spelling(text: str, language: str, chance: random.Random) -> str:
    """Marks, a stretched letter, hamza and taa marbuta as people leave them out, the other digits."""
    if language == "en":
        return text.replace("'", "’").replace("4", "٤").replace(" ", "  ")
    swapped = text.translate(str.maketrans("أإآةى4", "ااااهي"[:3] + "هي٤"))
    return "".join(
        letter + chance.choice(["", "", "\u064e", "\u0640"] if letter.isalpha() else [""])
        for letter in swapped
    )


def shouted(text: str, _language: str, _chance: random.Random) -> str:
    return "!!! " + text.replace(".", "!!!") + " 😡😡"


CHANGES: tuple[Callable[[str, str, random.Random], str], ...] = (
    greeted,
    signed,
    with_an_own_sentence,
    in_another_order,
    with_typos,
    without_punctuation,
    in_another_spelling,
    shouted,
)


def near_copy(text: str, language: str, number: int, seed: int = 1) -> str:
    """The letter as the person with this number sends it: with one of the changes, every third also with typos."""
    chance = random.Random(seed * 1000 + number)
    changed = CHANGES[number % len(CHANGES)](text, language, chance)
    return with_typos(changed, language, chance) if number % 3 == 2 else changed


def near_copies(text: str, language: str, count: int, seed: int = 1) -> list[str]:
    return [near_copy(text, language, number, seed) for number in range(count)]
