"""Words that are one word to whoever searches: forms that no rule makes, and words that say the same.

`translations/lexicon.yml` holds families (a word with its plurals and derivations: one line, the first names it) and
groups of words that are alike. Families are known when a text is put into the index, groups when something is
asked: a group that an administrator adds works at once, and nothing has to be indexed anew for it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db, english
from app.core.privacy import INTERNAL, personal
from app.core.text import normalise

FILE = Path(__file__).resolve().parents[2] / "translations" / "lexicon.yml"


class LexiconGroup(db.Base):
    """Words that an administrator has declared alike, beside those of the file."""

    __tablename__ = "lexicon_groups"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    words: Mapped[list[str]] = mapped_column(info=INTERNAL)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by: Mapped[str] = mapped_column(info=personal("answering for what was done"))


Families = dict[str, frozenset[str]]


@dataclass(frozen=True)
class Lexicon:
    """What the file says. `arabic`, `english`: the families of a word (English also by its stem); `alike`: groups
    of phrases, each a tuple of normalised words; `silent`: words that a question can do without."""

    arabic: Families
    english: Families
    alike: tuple[tuple[tuple[str, ...], ...], ...]
    silent: frozenset[str]
    general: frozenset[str]
    digest: str


@lru_cache(maxsize=1)
def standard() -> Lexicon:
    """The lexicon that Sawt comes with, read once."""
    written = FILE.read_text("utf-8")
    read = yaml.safe_load(written)
    return Lexicon(
        arabic=_families(_lines(read["arabic"]), lambda word: (word,)),
        english=_families(_lines(read["english"]), lambda word: (word, english.stem(word))),
        alike=tuple(_phrases(line) for line in _lines(read["alike"])),
        silent=frozenset(normalise(" ".join(_lines(read["silent"]))).split()),
        general=frozenset(normalise(" ".join(_lines(read["general"]))).split()),
        digest=hashlib.sha256(written.encode()).hexdigest()[:8],
    )


def added() -> list[tuple[tuple[str, ...], ...]]:
    """The groups of the administrators."""
    groups = db.once("lexicon groups", lambda: list(db.session().scalars(select(LexiconGroup.words))))
    return [tuple(tuple(normalise(word).split()) for word in words) for words in groups]


def _lines(topics: dict[str, str]) -> list[str]:
    return [line for text in topics.values() for line in text.splitlines() if line.strip()]


def _families(lines: Iterable[str], spellings: Callable[[str], tuple[str, ...]]) -> Families:
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        forms = normalise(line).split()
        for form in forms:
            for spelling in spellings(form):
                found[spelling].add(forms[0])
    return {word: frozenset(names) for word, names in found.items()}


def _phrases(line: str) -> tuple[tuple[str, ...], ...]:
    """`جوال, هاتف محمول`: words or phrases between commas."""
    return tuple(tuple(normalise(phrase).split()) for phrase in line.split(","))
