"""What became of an article from one version of the draft to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.i18n import LANGUAGES, language
from app.documents import diff
from app.documents import queries as documents
from app.documents.articles import ARTICLE, title_of
from app.documents.models import Article, Version
from participation.consultations.models import Consultation
from participation.consultations.queries import drafts


@dataclass(frozen=True)
class Change:
    """An article against the version before. `parts`: its words; empty when the article is new."""

    from_version: int
    to_version: int
    is_new: bool
    parts: Sequence[diff.Part] = ()


def change_of(consultation: Consultation, key: str, language: str) -> Change | None:
    """What changed in this article with the last version, in this language; None when nothing did."""
    newer = consultation.version_number or 0
    if newer < 2:
        return None
    found = _texts(consultation, key, language, newer)
    if newer not in found:
        return None
    earlier = [number for number in found if number < newer]
    if not earlier and newer - 1 not in drafts.published_numbers(consultation):
        return None  # withdrawn: nobody reads it any more
    if not earlier:
        return Change(newer - 1, newer, is_new=True)
    older = max(earlier)
    if found[older] == found[newer]:
        return None
    return Change(older, newer, False, tuple(diff.words(found[older], found[newer])))


def _texts(consultation: Consultation, key: str, language: str, until: int) -> dict[int, str]:
    return {
        each.number: _text(each.article, language)
        for each in drafts.history(consultation, key)
        if each.language == language and each.number in (until - 1, until) and not each.is_withdrawn
    }


def _text(article: Article, language: str) -> str:
    return f"{title_of(article.kind, article.number, article.heading, language)}\n{article.text}"


# A whole version against another


@dataclass(frozen=True)
class Fate:
    """What a version does to one article: `same`, `changed`, `renumbered`, `new` or `gone`, in either language."""

    key: str
    kind: str
    title: str


ORDER = ("same", "renumbered", "changed", "new", "gone")
"""Where the languages differ, the later one holds: a change in one language is a change."""


def fates(consultation: Consultation, number: int) -> list[Fate]:
    """Of every article, from the version that is open to another one; headings of parts are left out."""
    older, newer = (_pair(consultation, each) for each in (consultation.version_number or 0, number))
    found: dict[str, Fate] = {}
    for code in LANGUAGES:
        old, new = older.get(code), newer.get(code)
        if old is not None and new is not None:
            for change in diff.articles(old, new, diff.Budget(0)):
                _note(found, change, code)
    return list(found.values())


def _note(found: dict[str, Fate], change: diff.ArticleChange, code: str) -> None:
    side = change.shown
    if side.kind != ARTICLE:
        return
    known = found.get(change.key)
    title = title_of(side.kind, side.number, side.heading, code)
    if known is None:
        found[change.key] = Fate(change.key, change.kind, title)
        return
    kind = max(known.kind, change.kind, key=ORDER.index)
    found[change.key] = Fate(change.key, kind, title if code == language() else known.title)


def _pair(consultation: Consultation, number: int) -> Mapping[str, Version | None]:
    assert consultation.document_id is not None
    return documents.published_pair(consultation.document_id, number)
