"""What a consultation still lacks before people may be asked: both languages, dates, agency, notice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.core.i18n import LANGUAGES
from app.documents.models import Version
from participation.consultations import phases
from participation.consultations.models import Consultation, KeyPoint, Question
from participation.consultations.written import TEXTS

NEVER_WITHOUT = frozenset({"title", "document", "phases", "past", "order", "agency"})
"""What no reason can do without: there would be nothing to open, or nobody to answer."""


@dataclass(frozen=True)
class Lack:
    """One thing that is not there. `what`: its key; `language`: in which it lacks; `thing`: which article or item."""

    what: str
    language: str = ""
    thing: str = ""

    @property
    def is_final(self) -> bool:
        """Whether no reason can do without it."""
        return self.what in NEVER_WITHOUT


def lacks(
    consultation: Consultation,
    versions: Mapping[str, Version | None],
    questions: Sequence[Question],
    points: Sequence[KeyPoint],
    now: datetime,
    zone: ZoneInfo,
) -> list[Lack]:
    """Everything that stands against opening it. `versions`: the published text in each language."""
    return [
        *_of_texts(consultation),
        *_of_document(versions),
        *_of_items(questions, points),
        *_of_dates(consultation, now, zone),
        *([] if consultation.agency.is_active else [Lack("agency")]),
    ]


def _of_texts(consultation: Consultation) -> Iterator[Lack]:
    for name in TEXTS:
        yield from (Lack(name, code) for code in _missing(consultation, name))


def _missing(thing: object, name: str) -> list[str]:
    return [code for code in LANGUAGES if not getattr(thing, f"{name}_{code}").strip()]


def _of_document(versions: Mapping[str, Version | None]) -> Iterator[Lack]:
    """Each article that one language has and the other lacks."""
    there = {code: version for code, version in versions.items() if version is not None}
    if not there:
        yield Lack("document")
        return
    if len(there) < len(LANGUAGES):
        yield from (Lack("version", code) for code in LANGUAGES if code not in there)
        return
    written = {code: _headings(version) for code, version in there.items()}
    for code in LANGUAGES:
        other = next(headings for language, headings in written.items() if language != code)
        yield from (
            Lack("article", code, heading) for key, heading in other.items() if key not in written[code]
        )


def _headings(version: Version) -> dict[str, str]:
    return {article.key: article.heading for article in version.articles}


def _of_items(questions: Sequence[Question], points: Sequence[KeyPoint]) -> Iterator[Lack]:
    for what, name, items in (("question", "prompt", questions), ("point", "text", points)):
        for place, item in enumerate(items, start=1):
            yield from (Lack(what, code, str(place)) for code in _missing(item, name))
    for place, question in enumerate(questions, start=1):
        yield from (Lack("options", code, str(place)) for code in LANGUAGES if _lacks_option(question, code))


def _lacks_option(question: Question, code: str) -> bool:
    options: list[dict[str, Any]] = question.options.get("options", [])
    if question.kind not in {"choice", "choices"}:
        return False
    return len(options) < 2 or any(not option.get(code) for option in options)


def _of_dates(consultation: Consultation, now: datetime, zone: ZoneInfo) -> Iterator[Lack]:
    comment = next((phase for phase in consultation.phases if phase.kind == "comment"), None)
    if comment is None:
        yield Lack("phases")
        return
    if not phases.is_in_order(consultation.phases):
        yield Lack("order")
    if comment.ends_at <= now:
        yield Lack("past")
    elif _days_of(comment, now, zone) < phases.LEAST_COMMENT_DAYS:
        yield Lack("short")


def _days_of(comment: phases.Stretch, now: datetime, zone: ZoneInfo) -> int:
    """Days of the country on which people can comment, the present one and the last one included.

    A phase that opens at the last minute of a day is not open on that day.
    """
    opens = max(now, comment.starts_at).astimezone(zone)
    first = opens.date().toordinal() + (opens.time() >= phases.LAST_MINUTE)
    return comment.ends_at.astimezone(zone).date().toordinal() - first + 1
