"""Drafts of versions: written whole, imported, or edited article by article, both languages side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete

from app.core import clock, db, uploads
from app.core.errors import Missing, Stale, WrongState
from app.core.i18n import LANGUAGES, other
from app.core.permissions import Actor, require
from app.core.text import clean_body, clean_line, fold_digits
from app.documents import keys, queries
from app.documents.actions.works import lock
from app.documents.articles import ARTICLE, PART, ArticleText, as_text
from app.documents.markup import clean_html, from_plain, plain_text
from app.documents.models import Article, Document, Version
from app.documents.permissions import may_edit
from app.documents.recognition import Found

Change = Callable[[str, list[ArticleText]], list[ArticleText]]


def write_version(
    actor: Actor,
    document: Document,
    language: str,
    number: int,
    dated: date,
    articles: Sequence[ArticleText],
    changes: str = "",
    is_correction: bool = False,
) -> Version:
    """Write the draft of a version in one language, or write it anew. Raises WrongState once it is published.

    `changes`: what is new in it, in its own language.
    """
    require(may_edit(actor, document))
    lock(document)
    version = _draft(actor, document, language, number, dated)
    version.dated, version.changes, version.is_correction = dated, clean_body(changes), is_correction
    _put_articles(version, articles)
    return version


def start_version(actor: Actor, document: Document, is_correction: bool = False) -> int:
    """Begin the next version as a copy of the newest one, in both languages; the one begun already, if any.

    Returns its number.
    """
    require(may_edit(actor, document))
    lock(document)
    begun = queries.draft_number(document.id)
    if begun:
        return begun
    newest = queries.newest_number(document.id)
    number, today = newest + 1, clock.today()
    for language, version in queries.draft_pair(document.id, newest).items():
        if version is not None and version.is_published:
            copied = [as_text(article) for article in version.articles]
            write_version(actor, document, language, number, today, copied, is_correction=is_correction)
    if not newest:
        _draft(actor, document, LANGUAGES[0], number, today)
    return number


def tell_of_version(
    actor: Actor,
    document: Document,
    number: int,
    dated: Mapping[str, date],
    changes: Mapping[str, str],
    is_correction: bool,
) -> None:
    """Set date and "what changed" of a draft, by language."""
    for version in _drafts(actor, document, number).values():
        version.dated = dated.get(version.language, version.dated)
        version.changes = clean_body(changes.get(version.language, ""))
        version.is_correction = is_correction


def discard_draft(actor: Actor, document: Document, number: int) -> None:
    """Throw a draft away that nobody has published."""
    for version in _drafts(actor, document, number).values():
        for file in queries.files_of([version.id]):
            uploads.remove(uploads.by_public_id(file.file_public_id))
        db.session().delete(version)


def import_text(
    actor: Actor, document: Document, number: int, language: str, found: Found, pictures: int = 0
) -> Version:
    """Put a recognised text into the draft under the keys of the text it continues.

    Of the same language: the version published last; without one, the other language of this draft.
    """
    require(may_edit(actor, document))
    lock(document)
    drafts = queries.draft_pair(document.id, number)
    version = _draft(actor, document, language, number, _dated(drafts))
    matched = _matched(document, number, language, found.articles)
    _put_articles(version, [each.article for each in matched])
    unsure = [each.article.key for each in matched if each.how == "unsure"]
    version.findings = {"pictures": pictures, "unsure": unsure}
    return version


def _matched(
    document: Document, number: int, language: str, articles: Sequence[ArticleText]
) -> list[keys.Matched]:
    ever = queries.keys_ever(document.id)
    earlier = queries.draft_pair(document.id, queries.newest_number(document.id))[language]
    if earlier is not None and earlier.is_published:
        return keys.matched(articles, earlier.articles, ever)
    sibling = queries.draft_pair(document.id, number)[other(language)]
    return keys.paired(articles, sibling.articles if sibling else (), ever)


def _dated(drafts: Mapping[str, Version | None]) -> date:
    return next((each.dated for each in drafts.values() if each), clock.today())


# One article, in both languages at once


def write_article(
    actor: Actor,
    document: Document,
    number: int,
    key: str,
    sides: Mapping[str, ArticleText],
    seen: str = "",
    new_key: str = "",
) -> str:
    """Write one article of a draft; an empty key adds it at the end. Returns its key.

    `sides`: by language; a side without heading and words is taken out of that language, one that is public already
    stays as it is. `seen`: the mark of what
    the writer had before the eyes; somebody else's words are not overwritten (Stale). `new_key`: this is another
    article of the version before (a wrong match is put right). Raises WrongState for a key that is there already.
    """
    require(may_edit(actor, document))
    lock(document)
    drafts = queries.draft_pair(document.id, number)
    if all(each and each.is_published for each in drafts.values()):
        raise WrongState
    if key and seen != queries.mark_of(drafts, key):
        raise Stale
    if not (key or new_key) and (same := _same_article(drafts, sides)):
        return same
    first = next(iter(sides.values()))
    final = new_key or key or keys.new_key(first.kind, first.number, queries.keys_ever(document.id))
    if final != key and final in queries.keys_in(drafts.values()):
        raise WrongState
    for language, side in sides.items():
        version = drafts[language]
        if version.is_published if version else _is_empty(side):
            continue  # a side that is public stays as it is
        version = version or _draft(actor, document, language, number, _dated(drafts))
        version.findings = _without(version.findings, key)
        texts = [as_text(article) for article in version.articles]
        _put_articles(version, _with(texts, key, replace(side, key=final)))
    return final


def _without(findings: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """What is still to look at after somebody has looked at this article."""
    left = [unsure for unsure in (findings or {}).get("unsure", ()) if unsure != key]
    return {**(findings or {}), "unsure": left}


def _same_article(drafts: Mapping[str, Version | None], sides: Mapping[str, ArticleText]) -> str:
    """The key of the last article when it has these very words: a repeated submit adds nothing."""
    last = {code: each.articles[-1] for code, each in drafts.items() if each and each.articles}
    wanted = {code: side for code, side in sides.items() if not _is_empty(side)}
    same = all(
        code in last
        and (last[code].number, last[code].heading, last[code].text)
        == (side.number, side.heading, side.text or plain_text(side.html))
        for code, side in wanted.items()
    )
    return next((last[code].key for code in wanted), "") if same else ""


def _with(texts: list[ArticleText], key: str, side: ArticleText) -> list[ArticleText]:
    """The texts with this one in the place of the one under the key, or at the end."""
    if _is_empty(side):
        return [text for text in texts if text.key != key]
    if not any(text.key == key for text in texts):
        return [*texts, side]
    return [side if text.key == key else text for text in texts]


def _is_empty(side: ArticleText) -> bool:
    return not (side.heading or side.html or side.text)


def remove_article(actor: Actor, document: Document, number: int, key: str) -> None:
    """Take an article out of a draft, in both languages. Its key is never given to another."""
    _change(actor, document, number, lambda _language, texts: [text for text in texts if text.key != key])


def move_article(actor: Actor, document: Document, number: int, key: str, steps: int) -> None:
    """Move an article towards the end (`steps` 1) or the beginning (-1), in both languages."""

    def moved(_language: str, texts: list[ArticleText]) -> list[ArticleText]:
        at = next((at for at, text in enumerate(texts) if text.key == key), None)
        if at is None:
            return texts
        rest = texts[:at] + texts[at + 1 :]
        place = max(at + steps, 0)
        return [*rest[:place], texts[at], *rest[place:]]

    _change(actor, document, number, moved)


def renumber(actor: Actor, document: Document, number: int) -> None:
    """Number the articles of a draft 1, 2, 3 … in their order; parts and preambles stay as they are."""

    def renumbered(_language: str, texts: list[ArticleText]) -> list[ArticleText]:
        counted = iter(range(1, len(texts) + 1))
        return [
            replace(text, number=str(next(counted))) if text.kind == ARTICLE and text.number else text
            for text in texts
        ]

    _change(actor, document, number, renumbered)


def _change(actor: Actor, document: Document, number: int, change: Change) -> None:
    for language, version in _drafts(actor, document, number).items():
        _put_articles(version, change(language, [as_text(article) for article in version.articles]))


def _drafts(actor: Actor, document: Document, number: int) -> dict[str, Version]:
    """The unpublished sides of a version, for changing; none yet when a public one waits for its other language.

    Raises Missing, and WrongState when both are public.
    """
    require(may_edit(actor, document))
    lock(document)
    written = {code: each for code, each in queries.draft_pair(document.id, number).items() if each}
    if not written:
        raise Missing
    drafts = {code: each for code, each in written.items() if not each.is_published}
    if not drafts and len(written) == len(LANGUAGES):
        raise WrongState
    return drafts


# Keeping


def _draft(actor: Actor, document: Document, language: str, number: int, dated: date) -> Version:
    version = queries.draft_pair(document.id, number)[language]
    if version is None:
        version = Version(
            document=document,
            language=language,
            number=number,
            dated=dated,
            created_by=actor.key,
            articles=[],
        )
        db.session().add(version)
        db.session().flush()
    _refuse_published(version)
    return version


def _refuse_published(version: Version) -> None:
    if version.is_published:
        raise WrongState


def _put_articles(version: Version, written: Sequence[ArticleText]) -> None:
    """Write the articles in the place of those before; positions are unique, so the old rows go first."""
    db.session().flush()
    db.session().execute(delete(Article).where(Article.version_id == version.id))
    taken: set[str] = set()
    for position, article in enumerate(written):
        kept = _kept(article, position, taken)
        kept.version_id = version.id
        taken.add(kept.key)
        db.session().add(kept)
    db.session().flush()
    db.session().refresh(version, ["articles"])


def _kept(written: ArticleText, position: int, taken: set[str]) -> Article:
    """The row of an article: one place where markup is cleaned and plain words are taken from it."""
    html = clean_html(written.html) if written.html else from_plain(written.text)
    number = clean_line(fold_digits(written.number), 30)
    return Article(
        key=written.key or keys.new_key(written.kind, number, taken),
        kind=PART if written.kind == PART else ARTICLE,
        position=position,
        number=number,
        heading=clean_line(written.heading, 300),
        html=html,
        text=plain_text(html),
    )
