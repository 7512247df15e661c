"""Finds parts and articles in a text, as Arabic and English laws write them. Pure.

`المادة (٣)`, `المادة الثالثة`, `مادة 3 مكرر`, `Article 3`, `Art. 3a`; chapters and parts by their names; a text
without any article is cut at its headings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from app.core.normalising import TASHKEEL, TATWEEL, fold_digits
from app.core.text import clean_line
from app.documents.articles import ARTICLE, PART, ArticleText
from app.documents.diff import Written
from app.documents.markup import HEADINGS, plain_text

LONGEST_HEADING = 90
"""Characters; what follows `المادة 3` in the same line and is longer is the text of the article."""

MOST_ARTICLES = 1_500

ONES = ("الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة")
TENS = ("العشرون", "الثلاثون", "الأربعون", "الخمسون", "الستون", "السبعون", "الثمانون", "التسعون")
HUNDRED = "المائة"
BEFORE_TEN = ("الحادية", *ONES[1:])


def _bare(text: str) -> str:
    """The words without marks, in one spelling of alif and ya, digits as 0-9."""
    stripped = re.sub(f"[{TASHKEEL}{TATWEEL}]", "", fold_digits(text))
    return re.sub("[أإآٱ]", "ا", stripped).replace("ى", "ي").replace("\u00a0", " ")


def _ordinals() -> dict[str, int]:
    """Arabic ordinals of articles from 1 to 199, in the nominative and the oblique case."""
    known = {name: at for at, name in enumerate(ONES, 1)} | {"العاشرة": 10}
    known |= {f"{name} عشرة": at + 10 for at, name in enumerate(BEFORE_TEN, 1)}
    for ten, name in enumerate(TENS, 2):
        for case in (name, f"{name[:-2]}ين"):
            known[case] = ten * 10
            known |= {f"{one} و{case}": ten * 10 + at for at, one in enumerate(BEFORE_TEN, 1)}
    known |= {
        f"{name} بعد {hundred}": 100 + value
        for name, value in known.items()
        for hundred in (HUNDRED, "المئة")
    }
    known |= {HUNDRED: 100, "المئة": 100}
    return {_bare(name): value for name, value in known.items()}


ORDINALS = _ordinals()
_ORDINAL = "|".join(sorted(map(re.escape, ORDINALS), key=len, reverse=True))
_AGAIN = r"(?:\s*\(?\s*مكرر[اًا]*\s*\)?(?:\s*\(?\s*\d{1,2}\s*\)?)?)?"
_END = r"\s*[)\]]?\s*[:\-–—.،ـ]*\s*"
_ARTICLE_AR = re.compile(
    rf"(?:ال)?ماد[ةه]\s*(?:رقم\s*)?[(\[]?\s*(?:(?P<digits>\d{{1,4}})|(?P<ordinal>{_ORDINAL}))(?![\w])\s*[)\]]?(?P<again>{_AGAIN}){_END}"
)
_ARTICLE_EN = re.compile(
    r"(?:Article|Art\.|ARTICLE)\s*[(\[]?\s*(?P<digits>\d{1,4})\s?(?P<again>[a-z]\b|bis\b|ter\b)?\s*[)\]]?\s*[:\-–—.]*\s*",
    re.IGNORECASE,
)
_PART = re.compile(
    r"(?:(?:الباب|الفصل|القسم|الكتاب|الجزء)\s+\S+|(?:chapter|part|title|book|section)\s+(?:[ivxlc]+|\d+|one|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """One block of a cleaned document: its tag, its markup and its words."""

    tag: str
    html: str
    text: str

    @property
    def is_heading(self) -> bool:
        return self.tag in HEADINGS


@dataclass(frozen=True)
class Found:
    """What was recognised. `title`: the first heading of a document whose articles are marked otherwise.

    `findings`: what the person who imports must know, as codes with numbers.
    """

    articles: tuple[ArticleText, ...]
    title: str = ""
    findings: dict[str, int] = field(default_factory=dict)


def recognise(clean_html: str, language: str) -> Found:
    """The parts and articles of cleaned markup that kept its headings."""
    blocks = list(_blocks(clean_html))
    if any(_article_of(block) for block in blocks):
        return _by_articles(blocks, language)
    return _by_headings(blocks, language)


# Articles that the text itself numbers


@dataclass
class _Open:
    """The article that is being read."""

    article: ArticleText
    html: list[str] = field(default_factory=list)

    def closed(self) -> ArticleText:
        html = "".join(self.html)
        return replace(self.article, html=html, text=plain_text(html))


def _by_articles(blocks: Sequence[Block], language: str) -> Found:
    title = ""
    done: list[_Open] = []
    awaits_heading = False
    for at, block in enumerate(blocks):
        opened = _article_of(block)
        if opened is not None:
            article, rest = opened
            done.append(_Open(article, [f"<p>{_escaped(rest)}</p>"] if rest else []))
            awaits_heading = not article.heading and not rest
        elif _is_part(block, awaits_heading):
            done.append(_Open(ArticleText(kind=PART, heading=clean_line(block.text, 200))))
            awaits_heading = False
        elif block.is_heading and not done and not title:
            title = clean_line(block.text, 300)
        elif awaits_heading and _reads_as_heading(block, blocks[at + 1 : at + 2]):
            done[-1].article = replace(done[-1].article, heading=clean_line(block.text))
            awaits_heading = False
        else:
            _append(done, block, language)
            awaits_heading = False
    articles = tuple(each.closed() for each in done)
    return Found(articles, title, findings_of(articles))


def _append(done: list[_Open], block: Block, language: str) -> None:
    """A block belongs to the article before it; under a part, or before everything, it is text without number."""
    if not done or done[-1].article.kind == PART:
        heading = {"ar": "الديباجة", "en": "Preamble"}[language] if not done else ""
        done.append(_Open(ArticleText(heading=heading)))
    done[-1].html.append(
        block.html if not block.is_heading else f"<p><strong>{_escaped(block.text)}</strong></p>"
    )


def _article_of(block: Block) -> tuple[ArticleText, str] | None:
    """The article that this block opens, and words of its text that stand in the same line."""
    if block.tag not in HEADINGS | {"p"}:
        return None
    bare = _bare(block.text)
    found = _ARTICLE_AR.match(bare) or _ARTICLE_EN.match(bare)
    if found is None:
        return None
    rest = _rest(block.text, bare, found.end())
    number = _number(found)
    if _is_reference(rest):
        return None
    if block.is_heading or _is_short_heading(rest):
        return ArticleText(number=number, heading=clean_line(rest)), ""
    return ArticleText(number=number), rest


def _rest(text: str, bare: str, end: int) -> str:
    """What follows the number, in its own spelling: the bare text is shorter by its marks."""
    left = len(bare) - end
    at = len(text)
    while at > 0 and left > 0:
        at -= 1
        left -= len(_bare(text[at]))
    while at < len(text) and re.match(f"[{TASHKEEL}{TATWEEL}\\s]", text[at]):
        at += 1
    return text[at:].strip()


def _is_reference(rest: str) -> bool:
    """`المادة 3 من قانون …`, `Article 3 of this law …`: a mention, not the beginning of an article."""
    return (
        re.match(r"(?:من\s|المذكورة|أعلاه|of\s|above\b|shall\b|and\s|or\s|to\s|و(?:ال)?مادة)", rest)
        is not None
    )


def _number(found: re.Match[str]) -> str:
    number = found["digits"] or str(ORDINALS[found["ordinal"]])
    again = " ".join(re.sub(r"[()]", " ", found["again"] or "").split())
    apart = "" if len(again) <= 1 else " "
    return f"{int(number)}{apart}{again}"


def _is_short_heading(rest: str) -> bool:
    return len(rest) <= LONGEST_HEADING and "\n" not in rest and not re.search(r"[.؛;،,:]$", rest)


def _is_part(block: Block, awaits_heading: bool) -> bool:
    if block.is_heading:
        return not awaits_heading and _PART.match(_bare(block.text)) is not None
    short = len(block.text) <= LONGEST_HEADING and not re.search(r"[.؛;،,]$", block.text)
    return block.tag == "p" and short and _PART.match(_bare(block.text)) is not None


def _reads_as_heading(block: Block, following: Sequence[Block]) -> bool:
    """A heading of its own, or one bold or short line that other text follows."""
    if block.is_heading:
        return True
    is_bold = re.fullmatch(r"<p>\s*<strong>.*</strong>\s*</p>", block.html) is not None
    return bool(following) and is_bold and _is_short_heading(block.text) and not _article_of(following[0])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


# Texts without numbered articles: reports, policies, forms


def _by_headings(blocks: Sequence[Block], language: str) -> Found:
    """Each section is an article without number; the first heading of all is the title."""
    levels = [block.tag for block in blocks if block.is_heading]
    title = ""
    if levels and blocks[0].is_heading and levels.count(levels[0]) == 1:
        title, blocks, levels = clean_line(blocks[0].text, 300), blocks[1:], levels[1:]
    highest = min(levels, default="")
    done: list[_Open] = []
    for block in blocks:
        if block.is_heading and block.tag == highest:
            done.append(_Open(ArticleText(heading=clean_line(block.text, 200))))
        else:
            _append(done, block, language)
    articles = tuple(each.closed() for each in done)
    return Found(articles, title, findings_of(articles))


def findings_of(articles: Sequence[Written]) -> dict[str, int]:
    """What whoever reviews the articles must look at, as codes with numbers."""
    numbers = Counter(each.number for each in articles if each.number)
    counts = {
        "unnumbered": sum(1 for each in articles if each.kind == ARTICLE and not each.number),
        "twice": sum(1 for count in numbers.values() if count > 1),
        "empty": sum(1 for each in articles if each.kind == ARTICLE and not each.text),
        "gaps": _gaps(articles),
    }
    return {code: count for code, count in counts.items() if count}


def _gaps(articles: Iterable[Written]) -> int:
    """Numbers that are missing between the first and the last."""
    plain = {int(each.number) for each in articles if each.number.isdecimal()}
    return max(plain) - min(plain) + 1 - len(plain) if plain else 0


# Blocks


def _blocks(html: str) -> Iterator[Block]:
    reader = _Cutter()
    reader.feed(html)
    reader.close()
    yield from reader.blocks()


class _Cutter(HTMLParser):
    """Cuts clean markup at its outermost tags; bare words between them are paragraphs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._cut: list[tuple[str, list[str]]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        from_inline = tag in INLINE and not self._depth
        if not self._depth and not from_inline:
            self._cut.append((tag, []))
        elif not self._depth:
            self._bare()
        self._cut[-1][1].append(self.get_starttag_text() or "")
        if tag != "br" and not from_inline:
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        if self._cut:
            self._cut[-1][1].append(f"</{tag}>")
        if self._depth and (tag not in INLINE or self._depth > 1):
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth or data.strip():
            if not self._depth:
                self._bare()
            self._cut[-1][1].append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _bare(self) -> None:
        """Words outside of any block go on in a paragraph of their own."""
        if not self._cut or self._cut[-1][0] != "":
            self._cut.append(("", []))

    def blocks(self) -> Iterator[Block]:
        for tag, pieces in self._cut:
            html = "".join(pieces)
            html = html if tag else f"<p>{html}</p>"
            text = plain_text(html)
            if text:
                yield Block(tag or "p", html, text)


INLINE = frozenset("a b strong em i u sub sup br".split())
