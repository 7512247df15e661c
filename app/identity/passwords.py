"""Which passwords are refused: short ones, and those that guessing programs try first.

Length is the rule that helps (NIST SP 800-63B, 3.1.1.2). Of the long ones, only those made of a few pieces
that everybody uses are weak: words of the lists of stolen passwords, names, runs of the keyboard, numbers.
Checked here, without asking anybody outside.
"""

import unicodedata
from enum import Enum

from app.core.text import normalise

SHORTEST = 12
LONGEST = 200
LONGEST_TYPED = 4 * LONGEST
"""Characters before accents and letters are joined; only so many are brought into order, which is quadratic."""
FEW_PIECES = 4


class Weakness(Enum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


_LATIN = """
    abc access account admin adminadmin administrator ahmed ali allah amina amira angel apple arsenal asdf
    asdfgh asdfghjkl azerty baby bahrain barcelona baseball basketball batman bismillah cairo charlie cheese
    chelsea chocolate citizen company computer cookie cooper daniel default demo dolphin dragon dubai egypt
    email emirates facebook family fatima flower football forever freedom friend friends gaza george ginger
    god google guest habibi hala hannah happy harley hassan hello heslo holiday hussein ibrahim iloveyou
    internet iphone iraq islam israel jasmine jennifer jesus jordan joshua junior khaled killer king kuwait
    lebanon letmein liverpool login love lovely lover madrid mahmoud manager maria marhaba master matrix
    michael michelle mohamed mohammad mohammed monday money monkey mother muhammad mustafa mustang my
    mypassword mypass myspace name naruto ninja nothing office official oman omar palestine parola pass passw
    passwd password passwort pepper pokemon princess purple qatar qazwsx qwer qwert qwerty qwertyuiop ramadan
    realmadrid riyadh root salam samsung sara saudi sawt school secret senha service shadow soccer spring
    starwars summer sunday sunshine superman support sweet syria test tester testing the thomas tigger trustno
    user victoria wael welcome whatever winter xbox yahoo yasmin you yousef youtube zaq zxcv zxcvbn zxcvbnm
    autumn january february
    march april may june july august september october november december"""
_ARABIC = """
    كلمه السر سر المرور مرور باسورد باسوورد الله محمد احمد علي عمر خالد فاطمه مريم سلام السلام عليكم بسم
    الرحمن الرحيم الحمد لله الا انا احبك حبيبي حبيبتي بابا ماما مرحبا اهلا دخول مدير مستخدم صوت مصر السعوديه
    الامارات الكويت قطر عمان
    البحرين العراق سوريا لبنان الاردن فلسطين المغرب تونس الجزائر ليبيا اليمن السودان القاهره الرياض دبي رمضان
    ضصث ضصثق شسي شسيب"""
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "ضصثقفغعهخحجد",
    "شسيبلاتنمكط",
    "ابتثجحخد",
)
_LEET = str.maketrans("013457@$!", "oieastasi")
SHORTEST_RUN = 3


def weakness(password: str, about: tuple[str, ...] = ()) -> Weakness | None:
    """Why this password is refused, or None. `about`: names and address of its owner, which others know."""
    spelt = unicodedata.normalize("NFKC", password[:LONGEST_TYPED])
    if len(spelt) < SHORTEST:
        return Weakness.SHORT
    if len(spelt) > LONGEST or len(password) > LONGEST_TYPED:
        return Weakness.LONG
    words = _WORDS | {part for text in about for part in _parts(text)}
    return Weakness.COMMON if any(_is_guessable(form, words) for form in _forms(spelt)) else None


def _parts(text: str) -> list[str]:
    return [
        part for part in "".join(c if c.isalnum() else " " for c in normalise(text)).split() if len(part) > 2
    ]


def _forms(password: str) -> set[str]:
    """The letters and digits of the password, as they stand, and `p4ssw0rd24` read as `password24`."""
    plain = normalise(password)
    stem = plain.rstrip("0123456789!?.*#-_ ")
    read = stem.translate(_LEET) + plain[len(stem) :]
    return {"".join(filter(str.isalnum, form)) for form in (plain, read)}


def _is_guessable(text: str, words: frozenset[str] | set[str]) -> bool:
    """Whether at most four well-known pieces, repetitions counted once, make up the whole text."""
    reached: dict[int, frozenset[str]] = {0: frozenset()}
    for start in range(len(text)):
        if start not in reached:
            continue
        for piece in _pieces_at(text, start, words):
            pieces, end = reached[start] | {piece}, start + len(piece)
            if end not in reached or len(pieces) < len(reached[end]):
                reached[end] = pieces
    return len(text) in reached and len(reached[len(text)]) <= FEW_PIECES


def _pieces_at(text: str, start: int, words: frozenset[str] | set[str]) -> set[str]:
    """The known words that start here, and the longest run of the keyboard, of one character or of digits."""
    found = {
        text[start:end]
        for end in range(start + 2, min(len(text), start + 20) + 1)
        if text[start:end] in words
    }
    return found | {
        run for run in (_digits_at(text, start), _same_at(text, start), _row_at(text, start)) if run
    }


def _digits_at(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isdigit():
        end += 1
    return text[start:end]


def _same_at(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end] == text[start]:
        end += 1
    return text[start:end] if end - start >= SHORTEST_RUN else ""


def _row_at(text: str, start: int) -> str:
    longest = ""
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        at, length = row.find(text[start]), 0
        while (
            at >= 0
            and start + length < len(text)
            and row[at + length : at + length + 1] == text[start + length]
        ):
            length += 1
        longest = max(longest, text[start : start + length] if length >= SHORTEST_RUN else "", key=len)
    return longest


_WORDS = frozenset(normalise(word) for word in (_LATIN + _ARABIC).split())
