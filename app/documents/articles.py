"""Articles as values: what is written, what is read, and the canonical form whose digest proves a version.

Pure: no database, no request.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from markupsafe import Markup

from app.core.i18n import DIRECTIONS

ARTICLE, PART = "article", "part"
NAMES = {"ar": "المادة", "en": "Article"}
"""What a law in this language calls its articles: words of the text, whatever language its page speaks."""


@dataclass(frozen=True)
class ArticleText:
    """One article (or heading of a part) as somebody writes it.

    `key` may be empty: it is then made of kind and number. `html` may be empty: it is then made of `text`, one
    paragraph per line. `number`: what the text calls it, such as "3" or "3 مكرر".
    """

    key: str = ""
    kind: str = ARTICLE
    number: str = ""
    heading: str = ""
    html: str = ""
    text: str = ""


class Marked(Protocol):
    """An article of the database, or one like it."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def text(self) -> str: ...


def as_text(article: Marked) -> ArticleText:
    return ArticleText(article.key, article.kind, article.number, article.heading, article.html, article.text)


@dataclass(frozen=True)
class ArticleRow:
    """An article as a reader gets it; `is_fallback` when it had to come in the other language."""

    key: str
    kind: str
    number: str
    heading: str
    html: str
    text: str
    language: str
    is_fallback: bool = False

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    @property
    def title(self) -> str:
        return title_of(self.kind, self.number, self.heading, self.language)

    @property
    def is_part(self) -> bool:
        return self.kind == PART

    @property
    def markup(self) -> Markup | None:
        """Its markup where it has more than paragraphs; it passed `markup.clean_html` before it was kept."""
        if not re.search(r"<(?!/?p>)", self.html):
            return None
        return Markup(self.html)  # noqa: S704

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n") if self.text else []


def title_of(kind: str, number: str, heading: str, language: str) -> str:
    """How the text itself calls an article: `المادة 3: التعريفات`, `Article 3: Definitions`."""
    named = name_of(kind, number, heading, language)
    return f"{named}: {heading}" if heading and named != heading else named


def name_of(kind: str, number: str, heading: str, language: str) -> str:
    """What people call an article for short: `المادة 3`, `Article 3`; what has no number by its heading."""
    return heading if kind == PART or not number else f"{NAMES[language]} {number}"


def digest(language: str, number: int, dated: date, articles: Iterable[Sequence[str]]) -> str:
    """SHA-256 of the canonical text of a version.

    `articles`: (key, kind, number, heading, html) in order. Nothing of the page around it goes in, so that the
    digest is the same on every day and every machine.
    """
    content = [language, number, dated.isoformat(), [list(article) for article in articles]]
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
