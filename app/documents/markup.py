"""The markup of articles: what may stand in it, its plain words, and the short notation people type it in.

Everything that is kept passes `clean_html`. Pure: no database, no request.
"""

import re
from functools import cache
from html import escape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt

from app.core.text import clean_body

TAGS = frozenset(
    "p br ul ol li strong em b i sub sup blockquote table caption thead tbody tr th td a".split()
)
BLOCKS = frozenset(
    "p ul ol li blockquote table caption thead tbody tr th td div h1 h2 h3 h4 h5 h6 hr".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
ATTRIBUTES = {
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "a": {"href"},
}
SCHEMES = {"http", "https", "mailto"}
SWALLOWED = {"script", "style", "title", "head", "svg", "math", "template", "iframe", "object", "noscript"}

LONGEST_SOURCE = 2_000_000
"""Characters of a whole document, about 600 pages."""
LONGEST_MARKDOWN = 400_000
MOST_MARKS = 15_000
"""Brackets, stars, list items, quotes, cells, escapes and lines of a text in Markdown. Each costs the parser up to 50
microseconds, words next to nothing: 400,000 characters of nothing but brackets took seven seconds."""
MOST_BRACKETS = 4_000
"""Square brackets among them: behind each the parser looks for a link or a picture, twenty times where they nest."""
DEEPEST_LINE = 8
"""Quotes and lists that one line opens inside each other: each doubles what the parser does for that line. An item
costs as much as two other marks, and one inside another more."""
LONGEST_ADDRESSES = 100_000
"""Characters of all addresses of links together: each is read one by one."""
MOST_OPEN_LINKS = 3
"""Brackets of an address that nothing closes: the parser reads on to the 32nd for each link."""
DEEPEST = 60
"""Open tags inside each other. 50,000 of them cost the cleaner six seconds."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_NEVER_CLOSED = frozenset(
    "area base br col embed hr img input link meta source track wbr p li td th tr".split()
)


_AROUND_BLOCKS = re.compile(rf"\s*(</?(?:{'|'.join(sorted(BLOCKS))}|br)\b[^>]*>)\s*")


class TooMuch(ValueError):
    """The source is too long, or its tags stand too deep in each other."""


class TooManyMarks(TooMuch):
    """The source has more marks than a text needs that is made of words."""


def clean_html(source: str, headings: bool = False) -> str:
    """The source with nothing in it but text, lists, tables and links. `headings`: keep these, too.

    Raises TooMuch before any costly work.
    """
    refuse_too_much(source)
    allowed = TAGS | HEADINGS if headings else TAGS
    cleaned = nh3.clean(
        clean_body(source),
        tags=set(allowed),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        clean_content_tags=SWALLOWED,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return _AROUND_BLOCKS.sub(r"\1", cleaned).strip()


def refuse_too_much(source: str) -> None:
    if len(source) > LONGEST_SOURCE:
        raise TooMuch
    depth = 0
    for found in _TAG.finditer(source):
        if found[2].lower() not in _NEVER_CLOSED:
            depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > DEEPEST:
            raise TooMuch


# Plain words


def plain_text(html: str) -> str:
    """The words of clean markup, one paragraph per line; cells of a row beside each other."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[list[str]] = [[]]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("td", "th"):
            self._lines[-1].append("  ")
        elif tag in BLOCKS or tag == "br":
            self._lines.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag not in ("td", "th"):
            self._lines.append([])

    def handle_data(self, data: str) -> None:
        self._lines[-1].append(data)

    def text(self) -> str:
        lines = (" ".join("".join(line).split()) for line in self._lines)
        return "\n".join(line for line in lines if line)


# The notation people type


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def from_markdown(source: str, headings: bool = False) -> str:
    """Clean markup of a text in Markdown; raw HTML in it stays visible text. Raises TooMuch, also TooManyMarks."""
    if len(source) > LONGEST_MARKDOWN or _nests_deep(source):
        raise TooMuch
    if _costs_too_much(source):
        raise TooManyMarks
    return clean_html(_markdown().render(clean_body(source)), headings)


_RULE = r"[ \t]*([*_-])(?:[ \t]*\1){2,}[ \t]*$"
_LEVEL = re.compile(r"[ \t]*(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]|$))", re.MULTILINE)
_LEVELS = re.compile(rf"^(?!{_RULE})(?:{_LEVEL.pattern})+", re.MULTILINE)
_ADDRESSES = re.compile(r"(?:\]\(|\]:|<[A-Za-z][A-Za-z0-9+.-]{1,31}:)\S*")
_OPEN_LINKS = re.compile(rf"\]\((?:[^\s()]*\(){{{MOST_OPEN_LINKS}}}")


def _nests_deep(source: str) -> bool:
    """Whether a line opens more quotes or lists, or an address more brackets, than anybody writes."""
    is_deep = any(len(_LEVEL.findall(found[0])) >= DEEPEST_LINE for found in _LEVELS.finditer(source))
    return is_deep or _OPEN_LINKS.search(source) is not None


_MARKS = re.compile(r"[\[<|`&!\\]|[*_\n]+|^[ \t]*(?:[-+>#]|\d{1,9}[.)])", re.MULTILINE)


def _costs_too_much(source: str) -> bool:
    levels = (len(_LEVEL.findall(found[0])) for found in _LEVELS.finditer(source))
    of_levels = sum(count * (count + 1) for count in levels)
    addresses = sum(len(found[0]) for found in _ADDRESSES.finditer(source))
    if source.count("[") > MOST_BRACKETS or addresses > LONGEST_ADDRESSES:
        return True
    marks = enumerate(_MARKS.finditer(source), start=of_levels + 1)
    return any(count > MOST_MARKS for count, _mark in marks)


def from_plain(text: str) -> str:
    """Clean markup of plain words: each line a paragraph."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in clean_body(text).split("\n") if line.strip())


def to_markdown(html: str) -> str:
    """The notation that gives this clean markup again: what a form shows first."""
    writer = _Markdown()
    writer.feed(html)
    writer.close()
    return writer.written()


_SPECIAL = re.compile(r"([\\`*_\[\]|<>])")
_STARTS = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[+-](?=\s|$)|\d+(?=[.)](?:\s|$)))", re.MULTILINE)


def _escaped_start(found: re.Match[str]) -> str:
    """A line that begins like a list or a heading and is none."""
    digits = found[2].isdecimal()
    return f"{found[1]}{found[2]}\\" if digits else f"{found[1]}\\{found[2]}"


class _Markdown(HTMLParser):
    """Writes blocks one after the other; lists by depth, tables by rows."""

    MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = []
        self._line = ""
        self._lists: list[int | None] = []
        self._item = ""
        self._row: list[str] | None = None
        self._rows = 0
        self._hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.MARKS:
            self._line += self.MARKS[tag]
        elif tag == "br":
            self._line += "\\\n"
        elif tag == "a":
            self._hrefs.append(dict(attrs).get("href") or "")
            self._line += "["
        elif tag in ("ul", "ol"):
            self._end_block()
            self._lists.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        elif tag == "li":
            self._end_block()
            self._item = "- " if self._lists and self._lists[-1] is None else f"{self._next_number()}. "
        elif tag == "table":
            self._end_block()
            self._rows = 0
        elif tag == "tr":
            self._row = []
        elif tag in BLOCKS and self._row is None:
            self._end_block()

    def _next_number(self) -> int:
        number = (self._lists[-1] if self._lists else 1) or 1
        if self._lists:
            self._lists[-1] = number + 1
        return number

    def handle_endtag(self, tag: str) -> None:
        if tag in self.MARKS:
            self._line += self.MARKS[tag]
        elif tag == "a" and self._hrefs:
            self._line += f"]({self._hrefs.pop()})"
        elif tag in ("td", "th") and self._row is not None:
            self._row.append(" ".join(self._line.split()))
            self._line = ""
        elif tag == "tr" and self._row is not None:
            self._end_row(self._row)
        elif tag in ("ul", "ol"):
            self._end_block()
            if self._lists:
                self._lists.pop()
        elif tag in BLOCKS and self._row is None:
            self._end_block()

    def _end_row(self, cells: list[str]) -> None:
        self._blocks.append(("" if self._rows else "\n") + "| " + " | ".join(cells) + " |")
        if not self._rows:
            self._blocks.append("|" + " --- |" * len(cells))
        self._rows, self._row, self._line = self._rows + 1, None, ""

    def handle_data(self, data: str) -> None:
        self._line += _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", data))

    def _end_block(self) -> None:
        words = self._line.strip()
        if words:
            depth = max(len(self._lists) - 1, 0)
            indent = "   " * depth
            start = "" if self._lists else "\n"
            lead = self._item or ("   " if self._lists else "")
            body = words if self._item else _STARTS.sub(_escaped_start, words)
            self._blocks.append(f"{start}{indent}{lead}{body}")
        self._line, self._item = "", ""

    def written(self) -> str:
        self._end_block()
        return "\n".join(self._blocks).strip("\n")
