"""Words that name one thing in any language or dialect, folded to one concept.

`lexicon.yaml` is written by hand and knows no agency: `rubbish: [trash, garbage, زبالة, قمامة, …]`.
An entry of several words matches them in a row. Arabic words match with their usual prefixes and
endings, in Arabizi by their consonants; English ones by their stem, or exactly as they stand after "=".
"""

from functools import lru_cache
from pathlib import Path

import snowballstemmer
import yaml

from app.core.text import normalise
from feedback.routing.sounds import skeleton

FILE = Path(__file__).with_name("lexicon.yaml")
LONGEST_ENTRY = 3
"""Words in the longest entry that is looked for."""

_ENGLISH_STEMMER = snowballstemmer.stemmer("english")
_PREFIXES = (
    "",
    "ال",
    "و",
    "وال",
    "بال",
    "لل",
    "ب",
    "ل",
    "ف",
    "فال",
    "هال",
    "عال",
    "ه",
    "ك",
    "كال",
    "ول",
    "وب",
    "مال",
)
_ENDINGS = ("", "ه", "ها", "ي", "نا", "هم", "ك", "كم", "و", "ين", "ون", "هن", "يه")
_OF_FEMININES = ("ات", "ت", "تي", "تنا", "ته", "تها", "تهم", "تك", "تكم")
_LATIN_PREFIXES = ("", "el", "al", "il", "l", "bel", "bil", "fel", "lel", "w", "wel", "b", "f", "wl", "bl")
_LATIN_ENDINGS = (
    *("", "na", "ha", "i", "y", "ak", "ek", "k", "kom", "kon"),
    *("hom", "on", "o", "et", "at", "ti", "te", "een", "in"),
)
_SHORTEST_CORE = 3


@lru_cache(maxsize=1)
def entries() -> dict[tuple[str, ...], str]:
    """Each normalised entry (its words) with its concept. Raises ValueError if two concepts share one."""
    read: dict[str, list[str]] = yaml.load(FILE.read_text("utf-8"), Loader=yaml.CSafeLoader)
    found: dict[tuple[str, ...], str] = {}
    for concept, forms in read.items():
        for form in forms:
            key = _entry_key(str(form))
            if found.setdefault(key, concept) != concept:
                raise ValueError(f"{form!r} stands for both {found[key]!r} and {concept!r} in {FILE.name}")
    return found


def concepts(words: tuple[str, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """The concepts named in a row of normalised words, in order, each with the indices of its words."""
    found: list[tuple[str, tuple[int, ...]]] = []
    at = 0
    while at < len(words):
        length, concept = _longest_from(words, at)
        if concept:
            found.append((concept, tuple(range(at, at + length))))
        at += max(length, 1)
    return found


@lru_cache(maxsize=1 << 16)
def heard(word: str) -> str:
    """The concept of an Arabic entry that a word of Arabizi sounds like, or nothing."""
    concepts_by_sound = _sounds()
    for core in _latin_cores(word):
        if skeleton(core) in concepts_by_sound:
            return concepts_by_sound[skeleton(core)]
    return ""


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    """Skeletons of Arabic entries of one word, where all that sound so stand for one concept."""
    found: dict[str, set[str]] = {}
    for entry, concept in entries().items():
        if len(entry) == 1 and not entry[0].isascii():
            found.setdefault(skeleton(entry[0]), set()).add(concept)
    return {
        sound: next(iter(named))
        for sound, named in found.items()
        if len(named) == 1 and len(sound) >= _SHORTEST_CORE
    }


def _latin_cores(word: str) -> list[str]:
    """A word of Arabizi without usual prefixes and endings, the fullest first."""
    tails = [word.removeprefix(prefix) for prefix in _LATIN_PREFIXES if word.startswith(prefix)]
    cores = [
        tail.removesuffix(ending) for tail in tails for ending in _LATIN_ENDINGS if tail.endswith(ending)
    ]
    return [core for core in cores if len(core) >= _SHORTEST_CORE]


def _entry_key(form: str) -> tuple[str, ...]:
    """How an entry is compared; "=refuse" stands for that very word, not for "refused"."""
    return tuple(word if word.startswith("=") else _key(word) for word in normalise(form).split())


def _longest_from(words: tuple[str, ...], at: int) -> tuple[int, str]:
    """The longest entry that starts at a word: how many words it took, and its concept."""
    known = entries()
    for first in _starts(words[at]):
        for length in range(min(LONGEST_ENTRY, len(words) - at), 0, -1):
            rest = words[at + 1 : at + length]
            for key in ((first, *map(_key, rest)), (first, *map(_bare, rest))):
                if key in known:
                    return length, known[key]
    return 0, ""


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(entry[0] for entry in entries())


@lru_cache(maxsize=1 << 16)
def _starts(word: str) -> tuple[str, ...]:
    """The forms of a word that begin some entry, the fullest first."""
    return tuple(core for core in _cores(word) if core in _first_words())


@lru_cache(maxsize=1 << 16)
def _key(word: str) -> str:
    """How a word of an entry is compared: English by its stem, Arabic as it stands."""
    return str(_ENGLISH_STEMMER.stemWord(word)) if word.isascii() else word


def _bare(word: str) -> str:
    """A following word without its article, as "عمود النور" for the entry "عمود نور"."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else _key(word)


def _cores(word: str) -> list[str]:
    """The word itself, then what remains without usual Arabic prefixes and endings, longest first."""
    if word.isascii():
        return [f"={word}", _key(word)]
    tails = [word[len(prefix) :] for prefix in _PREFIXES if word.startswith(prefix)]
    cores = {tail.removesuffix(ending) for tail in tails for ending in _ENDINGS if tail.endswith(ending)}
    cores |= {f"{tail.removesuffix(end)}ه" for tail in tails for end in _OF_FEMININES if tail.endswith(end)}
    long_enough = {core for core in cores if len(core) >= _SHORTEST_CORE} - {word}
    return [word, *sorted(long_enough, key=lambda core: (-len(core), core))]
