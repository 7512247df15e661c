"""Words that are one word to whoever searches: forms that no rule makes, and words that say the same.

`translations/lexicon.yml` holds families (a word with its plurals and derivations: one line, the first names it) and
groups of words that are alike. Families are known when a text is put into the index, groups when something is
asked: a group that an administrator adds works at once, and nothing has to be indexed anew for it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db, english
from app.core.errors import Missing
from app.core.privacy import INTERNAL, personal
from app.core.text import normalise

FILE = Path(__file__).resolve().parents[2] / "translations" / "lexicon.yml"
MOST_GROUPS = 1_000


class LexiconGroup(db.Base):
    """Words that an administrator has declared alike, beside those of the file."""

    __tablename__ = "lexicon_groups"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    words: Mapped[list[str]] = mapped_column(info=INTERNAL)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
    added_by: Mapped[str] = mapped_column(info=personal("answering for what was done"))


Families = dict[str, frozenset[str]]
Phrases = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Lexicon:
    """What the file says.

    `arabic`, `english`: the families of a word (English also by its stem), each named by a digit and its first word;
    `alike`, `translated`, `near`: groups of phrases, each a tuple of normalised words; `silent`: words that a question
    can do without; `general`: words that say little about what is sought.
    """

    arabic: Families
    english: Families
    alike: tuple[Phrases, ...]
    translated: tuple[Phrases, ...]
    near: tuple[Phrases, ...]
    silent: frozenset[str]
    general: frozenset[str]
    spelled: dict[str, str]
    digest: str


@lru_cache(maxsize=1)
def standard() -> Lexicon:
    """The lexicon that Sawt comes with, read once."""
    written = FILE.read_text("utf-8")
    read = yaml.safe_load(written)
    silent = frozenset(normalise(" ".join(_lines(read["silent"]))).split())
    return Lexicon(
        arabic=_families(_lines(read["arabic"]), _bare_verb),
        english=_families(_lines(read["english"]), english.stem),
        alike=tuple(_phrases(line, silent) for line in _lines(read["alike"])),
        translated=tuple(_phrases(line, silent) for line in _lines(read["translated"])),
        near=tuple(_phrases(line, silent) for line in _lines(read["near"])),
        silent=silent,
        general=frozenset(normalise(" ".join(_lines(read["general"]))).split()),
        spelled={normalise(word): word for topic in ("arabic", "english") for word in _words(read[topic])},
        digest=hashlib.sha256(written.encode()).hexdigest()[:8],
    )


def added() -> list[Phrases]:
    """The groups of the administrators."""
    groups = db.once("lexicon groups", lambda: list(db.session().scalars(select(LexiconGroup.words))))
    return [_phrases(",".join(words), standard().silent) for words in groups]


def groups() -> Sequence[LexiconGroup]:
    """What administrators have added, the newest first."""
    newest = select(LexiconGroup).order_by(LexiconGroup.id.desc()).limit(MOST_GROUPS)
    return db.session().scalars(newest).all()


def group(group_id: int) -> LexiconGroup:
    """Raises Missing: the number comes from an address."""
    found = db.session().get(LexiconGroup, group_id) if group_id < 2**31 else None
    if found is None:
        raise Missing
    return found


def _lines(topics: dict[str, str]) -> list[str]:
    return [line for text in topics.values() for line in text.splitlines() if line.strip()]


def _words(topics: dict[str, str]) -> list[str]:
    return [word for line in _lines(topics) for word in line.split()]


def _families(lines: Iterable[str], derived: Callable[[str], str | None]) -> Families:
    """Each form with the names of its families; what follows from a form gives way to what is written."""
    written: dict[str, set[str]] = defaultdict(set)
    following: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        forms = normalise(line).split()
        for form in forms:
            written[form].add(f"1{forms[0]}")
            if other := derived(form):
                following[other].add(f"1{forms[0]}")
    return {form: frozenset(names) for form, names in {**following, **written}.items()}


def _bare_verb(form: str) -> str | None:
    """A verb is known with and without the mark of its person: يشتكي, and شتكي for اشتكي and نشتكي."""
    return form[1:] if form.startswith("ي") and len(form) > 3 else None


def _phrases(line: str, silent: frozenset[str]) -> Phrases:
    """`جوال, هاتف محمول`: words or phrases between commas, without the words that a question loses, too.

    A phrase of which that leaves one word alone says something else by then (`out of work`), and is not asked.
    """
    phrases = [normalise(phrase).split() for phrase in line.split(",")]
    telling = [(phrase, [word for word in phrase if word not in silent]) for phrase in phrases]
    return tuple(tuple(said or phrase) for phrase, said in telling if len(said) != 1 or len(phrase) == 1)
