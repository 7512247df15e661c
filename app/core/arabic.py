"""Arabic words without their affixes, and the forms that rules make of one another.

Everything works on normalised words (`text.normalise`: ة is ه, ى is ي, ئ is ي, ؤ is و). An affix may always be a
part of the root (بيانات, لائحة, وثيقة), so that each function gives candidates; the lexicon chooses among them.
Light stemming follows Larkey, Ballesteros and Connell (light10), roots Taghva, Elkhoury and Coombs (ISRI).
"""

import re
from collections.abc import Iterator

ARTICLES = ("وبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل")
PARTICLES = ("وب", "ول", "وك", "فب", "فل", "و", "ف", "ب", "ك", "ل")

_OWNERS = ("هما", "كما", "ها", "هم", "هن", "كم", "نا", "ه", "ي", "ك")
SUFFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    *((f"ات{owner}", ("ه", "")) for owner in _OWNERS),
    *((f"ت{owner}", ("ه", "ت")) for owner in _OWNERS),
    *((f"ي{owner}", ("ء",)) for owner in _OWNERS),
    *((f"او{owner}", ("اء",)) for owner in _OWNERS if owner != "ي"),
    ("ييون", ("ء", "ي", "ه")), ("ييين", ("ء", "ي", "ه")), ("ييات", ("ء", "يه", "ي")), ("ييه", ("ء", "يه", "ي")),
    ("يتين", ("يه",)), ("يتان", ("يه",)), ("تين", ("ه",)), ("تان", ("ه",)),
    ("يين", ("ي", "", "ه")), ("يون", ("ي", "", "ه")), ("يات", ("يه", "ي", "", "ه")),
    ("يي", ("ء", "ي")), ("يه", ("ي", "", "ه", "ا")),
    ("هما", ("",)), ("كما", ("",)), ("ها", ("", "ه")), ("هم", ("",)), ("هن", ("",)), ("كم", ("",)), ("نا", ("",)),
    ("ات", ("ه", "", "اه")), ("ين", ("",)), ("ون", ("",)), ("ان", ("", "ه")), ("وا", ("",)),
    ("ه", ("",)), ("ي", ("", "ه")), ("ك", ("",)), ("ا", ("",)), ("و", ("",)), ("ت", ("",)),
)  # fmt: skip
"""Endings, the longest first, and what may stand in their place: رخصتها is رخصه, قضايي is قضاء."""

_DOUBTFUL = {"و", "ت", "ا", "ك"}
_SURE_ENDINGS = (
    "اتها", "اتهم", "اتنا", "اتكم", "يات", "يين", "يون", "ات", "ين", "ون", "ان", "يه", "ها", "هم", "ه", "ي",
)  # fmt: skip
FUTURE_AND_PERSONS = ("سي", "ست", "سن", "سا", "ي", "ت", "ن", "ا")
LEAST_BASE = 2
LEAST_AFTER_PARTICLE = 3


def without_article(word: str) -> Iterator[str]:
    for front in ARTICLES:
        if word.startswith(front) and len(word) - len(front) >= LEAST_BASE:
            yield word[len(front) :]
            return


def without_particle(word: str) -> Iterator[str]:
    """Without what may be particles, or else letters of the root."""
    for front in PARTICLES:
        if word.startswith(front) and len(word) - len(front) >= LEAST_AFTER_PARTICLE:
            yield word[len(front) :]


def without_ending(word: str) -> Iterator[str]:
    """What the word may be without its ending, the longest ending first."""
    for ending, instead in SUFFIXES:
        least = LEAST_AFTER_PARTICLE if ending in _DOUBTFUL else LEAST_BASE
        if word.endswith(ending) and len(word) - len(ending) >= least:
            yield from (word[: -len(ending)] + last for last in instead)


def without_person(word: str) -> Iterator[str]:
    """What a verb may be without the mark of its person and time: يستخرجون is استخرج; none ends as nouns do."""
    if word.endswith("ات"):
        return
    for front in FUTURE_AND_PERSONS:
        if word.startswith(front) and len(word) - len(front) >= LEAST_AFTER_PARTICLE:
            bare = word[len(front) :]
            whole = () if bare.endswith("ه") else (bare,)
            for rest in (*whole, *without_ending(bare)):
                yield from (rest, f"ا{rest}")


def light(word: str) -> str:
    """The word without article and the surest ending: for words that the lexicon lacks."""
    bare = next((rest for rest in without_article(word) if len(rest) >= LEAST_AFTER_PARTICLE), word)
    for ending in _SURE_ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= LEAST_AFTER_PARTICLE:
            return bare[: -len(ending)]
    return bare


def stems(word: str) -> set[str]:
    """What a word that the lexicon lacks is found by: without endings, with and without one-letter particles.

    And as it stands, for the ending may be a part of it: سنديان is not the dual of anything, and سنديانة is one of it.
    """
    apart = {light(bare) for bare in without_particle(word) if len(bare) > 3 or word[0] not in "كف"}
    own = next((rest for rest in without_article(word) if len(rest) >= LEAST_AFTER_PARTICLE), word)
    return {own, light(word), *apart, *(light(bare) for bare in without_owner(word))}


_OWNER = re.compile("(?P<bare>.{3,}?)(?P<seat>(?<=ا)[وي])?(?P<feminine>ت)?(?:هما|كما|ها|هم|هن|كم|نا)")


def without_owner(word: str) -> Iterator[str]:
    """Without the pronoun that says whose it is: مسبحنا, أصدقاؤكم, مظلتهم."""
    if found := _OWNER.fullmatch(word):
        yield found["bare"] + ("ء" if found["seat"] else "")
        if found["feminine"]:
            yield found["bare"] + "ت"


# Forms that rules make: patterns over the root letters F, E, L (and K, the fourth)

_BROKEN_PLURALS = """
    FEوL:FEL,FاEL  اFEاL:FEL,FEلL  اFEاE:FE  FEوE:FE  اFواL:FاL,FوL  اFياL:FيL,FاL
    اFEلLه:FEاL,FEيL  اFELه:FEاL,FEيL  اFEه:FEاE,FEيE
    FEاL:FELه,FEيL,FاEL  FواEL:FاEL,FاELه  FوايL:FايL,FايLه
    FELاء:FEيL,FاEL  اFELاء:FEيL  اFEاء:FEيE  اFEياء:FEي
    مFاEL:مFEL,مFELه  مFاEيL:مFEوL,مFEاL  مFايL:مFيLه,مFاLه  مFاEي:مFEي
    FEايL:FEيLه,FEاLه,FEوLه  FEايا:FEيه  FEاوي:FEوي
    FEاLيK:FELوK,FELيK,FELاK,FELوKه  FEاLK:FELK,FELKه  تFاEيL:تFEيL  FواEيL:FاEوL
    FEاLK:FELKاه  اFاEي:اFEيه,اFEي  FواEي:FاEيه  FEاLي:FELي,FELيه
    FELان:FEيL,FEاL  FيLان:FاL  FEالي:FEله
"""
_DERIVED = """
    مستFEL:استFEاL  يستFEL:استFEاL  استFEL:استFEاL  مستFيL:استFاLه  استFاL:استFاLه
    مFتEL:اFتEاL  يFتEL:اFتEاL  اFتEL:اFتEاL  مFتاL:اFتياL  منFEL:انFEاL  انFEL:انFEاL
    متFاEL:تFاEL  متFEL:تFEL  مFEL:تFEيL  يFEL:تFEيL
"""
_LETTER = "[ء-ي]"
_STRONG = "[ءبتثجحخدذرزسشصضطظعغفقكلمنه]"


def _rules(table: str) -> list[tuple[re.Pattern[str], list[str]]]:
    return [_rule(*entry.split(":")) for entry in table.split()]


def _rule(form: str, others: str) -> tuple[re.Pattern[str], list[str]]:
    """`FEوL` as an expression whose groups are its root letters; the same letter twice is the same in the word."""
    written = ""
    for letter in form:
        known = f"(?P<{letter}>" in written
        written += (
            (f"(?P={letter})" if known else f"(?P<{letter}>{_STRONG if letter in 'FL' else _LETTER})")
            if letter in "FELK"
            else letter
        )
    return re.compile(written), [re.sub("[FELK]", r"\\g<\g<0>>", other) for other in others.split(",")]


_SINGULARS, _MASDARS = _rules(_BROKEN_PLURALS), _rules(_DERIVED)


def singulars(word: str) -> set[str]:
    """What the word may be the broken plural of."""
    return _made(word, _SINGULARS)


def masdars(word: str) -> set[str]:
    """The verbal nouns of which the word may be a participle or a verb."""
    return _made(word, _MASDARS)


def _made(word: str, rules: list[tuple[re.Pattern[str], list[str]]]) -> set[str]:
    return {
        found.expand(other) for form, others in rules if (found := form.fullmatch(word)) for other in others
    }


_AUGMENTS = ("مست", "است", "يست", "تست", "نست", "مت", "يت", "ان", "من", "م", "ت", "ا", "ي", "ن")
_WEAK = re.compile("[اويءه]")


def root(word: str) -> str | None:
    """Its three strong letters, or None when it has not exactly three: a weak guess, for the last resort alone."""
    bare = light(word)
    candidates = [bare, *(bare[len(front) :] for front in _AUGMENTS if bare.startswith(front))]
    for candidate in candidates:
        strong = _WEAK.sub("", candidate)
        if len(strong) == 3:
            return strong
        if len(strong) == 4 and strong[1] == "ت":
            return strong[0] + strong[2:]
    return None
