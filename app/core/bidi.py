"""Direction of texts that people wrote, and isolation of what must be read from left to right.

In an Arabic line a browser shows `600-555-123` as 123-555-600 and turns ISO dates, ranges and
phone numbers round. That is the bidi algorithm, not CSS, so each such piece is wrapped.
Matching happens on the raw text, every piece is escaped on its own.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from app.core.normalising import BIDI_CONTROLS, DIGITS

_D = f"[{DIGITS}]"
_SPACE = "[ \u00a0\u202f]"
URL = (
    r"(?:(?<![A-Za-z0-9])(?:https?|ftp)://|(?<![A-Za-z0-9@.])www\.)"
    r"[^\s<>\"'«»،؛؟]{0,2000}[^\s<>\"'«»،؛؟.,;:!?)\]}]"
)
EMAIL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
REFERENCE = r"(?<![A-Za-z0-9-])(?=[0-9A-Z-]{0,30}[A-Z])[0-9A-Z]{2,8}(?:-[0-9A-Z]{1,8}){1,5}(?![A-Za-z0-9-])"
_NUMBER_STARTS = rf"(?<![A-Za-z0-9٠-٩۰-۹+])(?<!{_D}[.,:/٫٬])"
PHONE = (
    rf"{_NUMBER_STARTS}(?:(?:\+|00){_D}{{1,4}}(?:[ \u00a0().-]{{1,3}}{_D}{{1,12}}){{1,8}}|\+{_D}{{6,15}}"
    rf"|\({_D}{{1,5}}\){_SPACE}?{_D}{{2,12}}(?:[ -]{_D}{{2,12}}){{0,4}}"
    rf"|[0٠۰]{_D}{{1,3}}(?:[ -]{_D}{{2,4}}){{2,4}}(?!{_D}))"
)
_NUMBER = rf"{_D}{{1,15}}(?:[.,:/٫٬]{_D}{{1,15}}){{0,4}}"
NUMBER_RUN = (
    rf"{_NUMBER_STARTS}{_NUMBER}(?:{_SPACE}?[-\u2010-\u2015]{_SPACE}?{_NUMBER}){{1,8}}"
    rf"(?:T{_D}{{2}}:{_D}{{2}}(?::{_D}{{2}})?Z?)?[%٪]?"
)
"""ISO dates, ranges and grouped numbers: whatever joins digits by hyphens."""

_LEFT_TO_RIGHT = re.compile("|".join(f"(?:{each})" for each in (URL, EMAIL, PHONE, REFERENCE, NUMBER_RUN)))
_HINT = re.compile(rf"[{DIGITS}@]|://|www\.|[A-Z]-[A-Z]")
"""One of these stands in whatever is isolated. Looking for it takes a tenth of the time, in texts that have none."""

_CONTROLS = re.compile(f"[{BIDI_CONTROLS}]")
_RTL_LETTERS = re.compile("[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06d5-\u08c9\ufb1d-\ufdff\ufe70-\ufefc]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


SCRIPT_SAMPLE = 20_000
"""Characters from which the script of a text is known; more would only cost time."""


def letters_by_direction(text: str) -> tuple[int, int]:
    """How many right-to-left and left-to-right letters, at the beginning of a long text.

    Addresses, codes and links do not count.
    """
    own_words = _LEFT_TO_RIGHT.sub(" ", text[:SCRIPT_SAMPLE])
    rtl = sum(map(len, _RTL_LETTERS.findall(own_words)))
    return rtl, sum(map(len, _LETTERS.findall(own_words))) - rtl


def direction_of(text: str, default: str = "ltr") -> str:
    """ "rtl" or "ltr" by the script of most letters; `default` for a text without letters.

    The first strong letter would be wrong: "PDF مرفق بالطلب" is an Arabic line.
    """
    rtl, ltr = letters_by_direction(text)
    if rtl == ltr == 0:
        return default
    return "rtl" if rtl >= ltr else "ltr"


def bidi_html(text: str) -> Markup:
    """Escaped text in which addresses, numbers, dates and codes read from left to right.

    Give it the raw text, never markup: everything is escaped here.
    """
    return Markup("").join(
        Markup('<bdi dir="ltr">{}</bdi>').format(piece) if ltr else escape(piece)
        for piece, ltr in _pieces(text)
    )


def bidi_plain(text: str) -> str:
    """The same for e-mail, SMS and PDF lines: U+2066 and U+2069 instead of tags."""
    return "".join(f"{LRI}{piece}{PDI}" if ltr else piece for piece, ltr in _pieces(text))


def isolate(text: str) -> str:
    """A name inside a plain-text sentence of any direction; controls within are dropped, lest they leak."""
    return f"{FSI}{_CONTROLS.sub('', text)}{PDI}"


def left_to_right_spans(text: str) -> list[tuple[int, int]]:
    """Where the pieces stand that `bidi_html` isolates: whoever cuts a text must not cut these."""
    return [found.span() for found in _left_to_right(text)]


def paragraphs_html(text: str, within: str = "") -> Markup:
    """A body as paragraphs, each in the direction of its own letters; line breaks stay, links stay text.

    `within`: the direction of the block around them, which those that share it need not repeat.
    """
    fallback = direction_of(text)
    blocks = (block.strip("\n") for block in _BLANK_LINES.split(text))
    return Markup("\n").join(
        _paragraph(block, direction_of(block, fallback), within) for block in blocks if block.strip()
    )


def _paragraph(block: str, direction: str, within: str) -> Markup:
    if direction == within:
        return Markup("<p>{}</p>").format(_lines_html(block))
    return Markup('<p dir="{}">{}</p>').format(direction, _lines_html(block))


def _lines_html(block: str) -> Markup:
    return Markup("<br>").join(bidi_html(line) for line in block.split("\n"))


def _left_to_right(text: str) -> Iterator[re.Match[str]]:
    return _LEFT_TO_RIGHT.finditer(text) if _HINT.search(text) else iter(())


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, cut into pieces; True marks those that must read from left to right."""
    clean = _CONTROLS.sub("", text)
    done = 0
    for found in _left_to_right(clean):
        yield clean[done : found.start()], False
        yield found[0], True
        done = found.end()
    yield clean[done:], False
