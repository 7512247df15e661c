"""Texts that people typed: cleaned for keeping, compared in one spelling, shown in their own direction.

This is the one door: pages, search, mail and classifiers import from here. Four parts stand behind
it: `normalising` (one spelling, traced), `bidi` (direction, isolation), `masking` (personal data
out), and this module (cleaning, language, names). Every function is linear in the length of its text.
"""

import re
import unicodedata

from app.core.bidi import (
    SCRIPT_SAMPLE,
    bidi_html,
    bidi_plain,
    direction_of,
    isolate,
    left_to_right_spans,
    letters_by_direction,
    paragraphs_html,
)
from app.core.masking import mask_personal, trace_masked
from app.core.normalising import (
    BIDI_CONTROLS,
    DIGITS,
    WORD,
    Traced,
    fold_digits,
    limit_marks,
    normalise,
    trace,
)

__all__ = [
    "DIGITS",
    "WORD",
    "Traced",
    "bidi_html",
    "bidi_plain",
    "clean_body",
    "clean_line",
    "direction_of",
    "fold_digits",
    "is_web_address",
    "isolate",
    "language_of",
    "left_to_right_spans",
    "mask_personal",
    "name_skeleton",
    "name_words",
    "normalise",
    "paragraphs_html",
    "trace",
    "trace_masked",
    "variety_of",
]

_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_NEVER_KEPT = (
    f"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb\ufffe\uffff"
    f"\ufdd0-\ufdef{_NONCHARACTERS}\U000e0000-\U000e007f{BIDI_CONTROLS}"
)
_BLANK_LETTERS = "\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0"
_OUT_OF_BODIES = re.compile(f"[{_NEVER_KEPT}]")
_OUT_OF_LINES = re.compile(
    rf"[{_NEVER_KEPT}{_BLANK_LETTERS}\u200d]|(?<!\w)\u200c+|\u200c+(?!\w)|\u200c(?=\u200c)"
)
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_BLANKS_AT_LINE_END = re.compile(r"(?<![^\S\n])[^\S\n]+(?=\n|\Z)")
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


def clean_line(text: str, limit: int | None = None) -> str:
    """A name, subject or title as it is kept: one line, NFC, nothing invisible, at most `limit` characters.

    A zero-width non-joiner stays inside words, where Persian and Arabic names need it.
    """
    spaced = " ".join(_OUT_OF_LINES.sub("", " ".join(text.split())).split())
    composed = unicodedata.normalize("NFC", limit_marks(spaced))
    return composed if limit is None else composed[:limit].strip(" \u200c")


def first_words(text: str, most: int) -> str:
    """The beginning of a text in one line of about `most` characters, cut between words where it has any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[:most]
    return (cut.rpartition(" ")[0] or cut).rstrip(" .,،؛:;-") + "…"


def clean_body(text: str) -> str:
    """A message as it is kept: its own words and lines, without control characters and direction tricks.

    Joiners stay (emoji and Persian need them); more than two blank lines become two.
    """
    lines = _LINE_ENDS.sub("\n", text)
    visible = limit_marks(_OUT_OF_BODIES.sub("", lines))
    return _MANY_BLANK_LINES.sub("\n\n\n", _BLANKS_AT_LINE_END.sub("", visible)).strip("\n")


def is_web_address(text: str) -> bool:
    """Whether a link may lead there: a page asks it even of addresses whose form was strict."""
    return text.startswith(("https://", "http://")) and len(text.split()) == 1


# Language

MOSTLY = 0.8
"""Share of letters of one script from which a text counts as Arabic or English alone, not as mixed."""

ARABIC_FROM = 0.4
"""Share of Arabic letters from which the writer is answered in Arabic: English terms are long."""

_LATIN_WORD = re.compile(r"[A-Za-z0-9']+")
_ENGLISH = """
    a about after again all am an and any are as at be because been before but by can cannot could did
    do does doesn't don't for from get had has have he her here him his how i i'm if in into is isn't it
    its just like me my need no not now of off on one only or our out over please she should since so
    some still than that the their them then there these they this to up us was we were what when where
    which who why will with without won't would you your"""
_ARABIZI = """
    aal aala abel ahlan akh akhi aktar alo ana badna baddi badi bas bass bdna bdi belad bidna bil bint
    biddi chou dayman dilwa2ti dowa eih el elli enta enti eza ezay fein feen fi fih feh hada hadi hagat
    halla hay hayda hek hon howa hwa illi inno inta inti inshallah kahraba kaman kayn keda khalas khalid
    kif kifash kol kteer ktir la laken lazem lazim le leh lesh lih lissa lw ma mafi mafish makanch mayy
    mayya men mesh mish min mo mosh msh mouch ntoum nzour ou rah sar sarli sayyara shaghal shi shlon
    shlonak shnu sho shou shu shukran shwaya tab taht tele3 wa wahad walla wallah wayn wein wel wen wesh
    wla ya yalla yani yom zay zayy zibala"""
_ENGLISH_WORDS, _ARABIZI_WORDS = frozenset(_ENGLISH.split()), frozenset(_ARABIZI.split())
_DIGIT_LETTER = re.compile(r"[a-z][a-z']*[235679][a-z]*|[235679][a-z']{2,}")
_ENGLISH_WITH_DIGIT = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|kms?|kg|gb|mb|cm|mm|ml|kwh?|hrs?|hours?|mins?|days?|weeks?|yrs?|years?|months?|ish|bhk)"
    r"|[a-z]\d+"
    r"|(?:covid|flat|apt|block|room|unit|gate|villa|road|street|phase|zone|line|form|model|ps|mp|h\dn|b\db)\d+[a-z]?"
)


def variety_of(text: str) -> str:
    """ "ar", "en", "mixed" or "arabizi" (Arabic in Latin letters, with digits for the sounds Latin lacks).

    The key of every routing report and certificate.
    """
    arabic, other = letters_by_direction(text)
    if arabic == 0:
        return "arabizi" if _is_arabizi(text) else "en"
    share = arabic / (arabic + other)
    if share >= MOSTLY:
        return "ar"
    return "mixed" if share > 1 - MOSTLY else "en"


def language_of(text: str) -> str:
    """ "ar" or "en": the language in which the writer wants to be answered. Arabizi is Arabic."""
    arabic, other = letters_by_direction(text)
    if arabic and arabic >= ARABIC_FROM * (arabic + other):
        return "ar"
    return "ar" if variety_of(text) == "arabizi" else "en"


def _is_arabizi(text: str) -> bool:
    """Few English words, and either digits inside words or several words of Arabic in Latin letters."""
    words = [word.lower() for word in _LATIN_WORD.findall(text[:SCRIPT_SAMPLE])]
    with_digit = sum(
        1 for word in words if _DIGIT_LETTER.fullmatch(word) and not _ENGLISH_WITH_DIGIT.fullmatch(word)
    )
    arabic = sum(1 for word in words if word in _ARABIZI_WORDS)
    english = sum(1 for word in words if word in _ENGLISH_WORDS)
    return with_digit + arabic > english and (with_digit >= 1 or arabic >= 2)


# Names

_LOOK_ALIKES = {
    ord(form): letter
    for letter, forms in {
        "a": "аαɑ@", "b": "ЬьβвВ", "c": "сϲ", "d": "ԁ", "e": "еεҽ", "g": "ɡɢ", "h": "һнհ", "j": "јϳ",
        "k": "кκ", "l": "iіιıɩӏ1|!", "m": "м", "n": "ηпո", "o": "оοօσ0", "p": "рρ", "q": "ԛ", "r": "гɾ",
        "s": "ѕꜱ$", "t": "тτ", "u": "υսʋ", "v": "νѵ", "w": "ԝωшա", "x": "хχ", "y": "уγүʏ",
        "z": "ʐ", "ن": "ں", "ك": "ڪ", "ب": "ٻ",
    }.items()
    for form in forms
}  # fmt: skip
_LATIN_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def name_skeleton(name: str) -> str:
    """What a hurried reader sees of a name; equal skeletons are look-alikes. Never shown, only compared.

    Spelling variants, accents, blanks, punctuation are gone; Cyrillic, Greek and digit look-alikes are Latin.
    """
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", normalise(name))
        if unicodedata.category(letter)[0] != "M"
    )
    skeleton = "".join(filter(str.isalnum, bare.translate(_LOOK_ALIKES)))
    for pair, letter in _LATIN_PAIRS:
        skeleton = skeleton.replace(pair, letter)
    return skeleton


def name_words(name: str) -> list[str]:
    """The different words of a name, normalised, in order: what a blind index of names stores."""
    return list(dict.fromkeys(WORD.findall(normalise(name))))
