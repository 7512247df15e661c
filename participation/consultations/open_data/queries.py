"""What goes into the files, and the files that there are."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core import clock, crypto, db
from app.core.errors import Missing
from app.core.i18n import speaking
from app.core.permissions import Actor
from app.core.rendering import absolute_url
from app.core.tables import Cell, csv_text
from participation.consultations import queries as consultations
from participation.consultations.answering.queries.fates import state_of
from participation.consultations.models import (
    Consultation,
    Contribution,
    DataFile,
    DataSet,
    Family,
    ImportedSet,
    KeyPoint,
    Outcome,
    PointStance,
    Question,
    Response,
    SurveyAnswer,
)
from participation.consultations.open_data import polis
from participation.consultations.open_data.dictionary import TABLES, Column, Described
from participation.consultations.open_data.polis import Conversation, Statement, Vote
from participation.consultations.queries import imported_sets
from participation.consultations.queries.responses import confidential_count
from participation.consultations.shares import FEWEST, suppressed
from participation.discussion import pseudonyms
from participation.discussion.models import PUBLIC_STATES, Post, Reaction

LICENCE = "CC-BY-4.0"
STANCES = ("support", "partly", "oppose")
VALUES = {"agree": 1, "disagree": -1, "support": 1, "partly": 0, "oppose": -1}

Row = Sequence[Cell]


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def files(consultation: Consultation) -> list[File]:
    """Every file of the consultation, in a fixed order. The same content gives the same bytes."""
    rows = tables(consultation)
    described = {table.name: table for table in TABLES}
    csvs = [_csv(f"{name}.csv", csv_text([_head(described[name]), *body])) for name, body in rows.items()]
    votes = [_csv(f"polis-{name}", text) for name, text in polis.files(conversation(consultation)).items()]
    made = [*csvs, *votes, _csv("dictionary.csv", _dictionary()), _json(consultation, rows)]
    return [*made, _manifest(consultation, made)]


def _csv(name: str, text: str) -> File:
    """With a byte order mark, without which spreadsheets take Arabic for something else."""
    return File(name, "text/csv; charset=utf-8", ("\ufeff" + text).encode())


def _head(table: Described) -> Row:
    return [column.name for column in table.columns]


def _dictionary() -> str:
    rows: list[Row] = [("file", "column", "kind", "meaning_ar", "meaning_en")]
    for table in TABLES:
        for column in table.columns:
            meanings = [_in(code, column) for code in ("ar", "en")]
            rows.append((f"{table.name}.csv", column.name, column.kind, *meanings))
    return csv_text(rows)


def _in(code: str, column: Column) -> str:
    with speaking(code):
        return column.told()


def _json(consultation: Consultation, rows: Mapping[str, Sequence[Row]]) -> File:
    described = {table.name: [column.name for column in table.columns] for table in TABLES}
    content = _about(consultation) | {
        name: [dict(zip(described[name], row, strict=True)) for row in body] for name, body in rows.items()
    }
    return File("data.json", "application/json", _dumped(content))


def _dumped(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _about(consultation: Consultation) -> dict[str, Any]:
    """An imported consultation keeps the names it has where it was held."""
    origin = imported_sets.origin(consultation)
    return {
        "consultation": (origin and origin.shown_number) or consultation.shown_number,
        "slug": (origin and origin.slug) or consultation.slug,
        "title_ar": consultation.title_ar,  # type: ignore[attr-defined]  # made by Bilingual
        "title_en": consultation.title_en,  # type: ignore[attr-defined]
        "agency": (origin and origin.agency_key) or consultation.agency.key,
        "state": _state(consultation),
        "licence": licence(consultation),
        "confidential_responses": confidential_count(consultation),
    }


def _state(consultation: Consultation) -> str:
    """How far it has come: an imported one, that nobody sees yet too, as far as where it was held."""
    origin = imported_sets.origin(consultation)
    return origin.state if origin else consultation.state


def licence(consultation: Consultation) -> str:
    """Under which everybody may use the files (SPDX)."""
    origin = imported_sets.origin(consultation)
    return origin.licence if origin else LICENCE


def _manifest(consultation: Consultation, made: Sequence[File]) -> File:
    content = _about(consultation) | {
        "files": [{"name": one.name, "size": len(one.content), "sha256": one.sha256} for one in made]
    }
    return File("manifest.json", "application/json", _dumped(content))


# Tables


def tables(consultation: Consultation) -> dict[str, list[Row]]:
    """The rows of each table, in the order and with the columns of the dictionary.

    Behind figures and survey of an imported consultation stand no rows: they are as its set tells them.
    """
    entered = _entered(consultation)
    origin = imported_sets.origin(consultation)
    name = _names(origin)
    return {
        "contributions": [_contribution(row, name) for row in entered],
        "families": [_family(*row, name) for row in _families(consultation)],
        "outcomes": [_outcome(row, name) for row in _outcomes(consultation)],
        "figures": origin.told["figures"] if origin else _figures(entered),
        "survey": origin.told["survey"] if origin else _survey(consultation),
    }


def _names(origin: ImportedSet | None) -> Callable[[str], str]:
    """How a public id stands in the files: an imported row whose id was taken here keeps the one of its set."""
    kept: dict[str, str] = origin.told["ids"] if origin else {}
    return lambda public_id: kept.get(public_id, public_id)


def derived_figures(consultation: Consultation) -> dict[str, list[Row]]:
    """The rows of `figures` that the contributions here give, by part, where each contribution is a comment.

    For holding an imported set against itself: whether two responses have one sender, no set tells.
    """
    entered = _entered(consultation)
    unsure = {
        row.Contribution.part for row in entered if row.Response is not None and row.Contribution.stance
    }
    found: dict[str, list[Row]] = {row.Contribution.part: [] for row in entered}
    for row in _figures(entered):
        found[str(row[0])].append(row)
    return {part: rows for part, rows in found.items() if part not in unsure}


def _entered(consultation: Consultation) -> list[Any]:
    """Public contributions whose text is public now: no draft, nothing hidden, nothing confidential."""
    rows = (
        select(Contribution, Family, Post, Response)
        .join(Family, Family.id == Contribution.family_id)
        .outerjoin(Post, Post.id == Contribution.post_id)
        .outerjoin(Response, Response.id == Contribution.response_id)
        .where(Contribution.consultation_id == consultation.id, Contribution.is_public, Family.is_public)
        .order_by(Contribution.id)
    )
    return [row for row in db.session().execute(rows) if _is_readable(row)]


def _is_readable(row: Any) -> bool:
    if row.Post is not None:
        return row.Post.state in PUBLIC_STATES
    return row.Response is not None and row.Response.state == "published" and not row.Response.is_confidential


def _contribution(row: Any, name: Callable[[str], str]) -> Row:
    entry, family, text = row.Contribution, row.Family, row.Post or row.Response
    is_post, sent = row.Response is None, row.Response or row.Post
    return (
        name(sent.public_id),
        name(family.public_id),
        entry.part,
        entry.version_number,
        text.language,
        "comment" if is_post else sent.channel,
        text.kind if is_post else "comment",
        entry.stance or "",
        state_of(family, entry.read_at),
        _day((text.published_at or text.created_at) if is_post else sent.sent_at),
        text.agree_count if is_post else 0,
        text.disagree_count if is_post else 0,
        entry.moved,
        "" if is_post else sent.organisation,
        text.body,
        text.wording if is_post else "",
        text.wording_state if is_post else "none",
    )


def _day(at: datetime | None) -> str:
    return str(clock.local(at).date()) if at is not None else ""


def _families(consultation: Consultation) -> list[tuple[Family, str]]:
    is_ended = _state(consultation) == "ended"
    rows = (
        select(Family, Outcome.public_id)
        .outerjoin(Outcome, Outcome.id == Family.outcome_id)
        .where(Family.consultation_id == consultation.id, Family.is_public, Family.size > 0)
        .order_by(Family.id)
    )
    return [(row.Family, (row.public_id or "") if is_ended else "") for row in db.session().execute(rows)]


def _family(family: Family, outcome: str, name: Callable[[str], str]) -> Row:
    return (
        name(family.public_id),
        family.part,
        family.language,
        family.size,
        family.people,
        family.support,
        family.decision,
        family.reason_ar,  # type: ignore[attr-defined]  # made by Bilingual
        family.reason_en,  # type: ignore[attr-defined]
        _day(family.answered_at),
        name(outcome),
    )


def _outcomes(consultation: Consultation) -> list[Outcome]:
    if _state(consultation) != "ended":
        return []
    rows = select(Outcome).where(Outcome.consultation_id == consultation.id)
    return list(db.session().scalars(rows.order_by(Outcome.position)))


def _outcome(row: Any, name: Callable[[str], str]) -> Row:
    return (
        name(row.public_id), row.part, row.theme_ar, row.theme_en, row.said_ar, row.said_en, row.decision,
        row.did_ar, row.did_en, row.from_version, row.to_version, row.hunk, row.progress,
    )  # fmt: skip


def _figures(entered: Sequence[Any]) -> list[Row]:
    """Derived from the published contributions alone, so that nothing follows from the difference."""
    latest: dict[tuple[str, str], str] = {}
    for row in entered:
        if row.Contribution.stance:
            latest[row.Contribution.part, row.Contribution.author_key] = row.Contribution.stance
    rows: list[Row] = []
    for part in sorted({part for part, _author in latest}):
        counted = Counter(stance for (where, _author), stance in latest.items() if where == part)
        rows += _cells((part,), {stance: counted[stance] for stance in STANCES})
    return rows


def _cells(first: tuple[str, ...], counts: Mapping[str, int]) -> list[Row]:
    n = sum(counts.values())
    shown = suppressed(counts)
    of = n if n >= FEWEST else None
    return [(*first, key, count, of) for key, count in shown.items()]


def _survey(consultation: Consultation) -> list[Row]:
    """Choices and scales; free answers are no numbers and stay with the officials."""
    if consultation.results_hidden and consultation.state != "ended":
        return []
    questions = select(Question).where(Question.consultation_id == consultation.id, Question.kind != "text")
    return [
        row
        for question in db.session().scalars(questions.order_by(Question.position))
        for row in _choices(question)
    ]


def _choices(question: Any) -> list[Row]:
    given = select(SurveyAnswer).where(SurveyAnswer.question_id == question.id, SurveyAnswer.is_confirmed)
    answers = list(db.session().scalars(given))
    if question.kind == "scale":
        counts = {str(point): sum(answer.scale == point for answer in answers) for point in range(1, 6)}
    else:
        keys = [option["key"] for option in question.options.get("options", ())]
        counts = {key: sum(key in answer.chosen for answer in answers) for key in keys}
    first = question.public_id, question.prompt_ar, question.prompt_en
    if question.kind != "choices":
        return _cells(first, counts)
    return _cells_of_many(first, counts, len(answers))


def _cells_of_many(first: tuple[str, ...], counts: Mapping[str, int], n: int) -> list[Row]:
    """Several may be chosen: each choice splits the people in two, and neither side may be few."""
    shown = {
        key: None if n < FEWEST or 0 < count < FEWEST or 0 < n - count < FEWEST else count
        for key, count in counts.items()
    }
    return [(*first, key, count, n if n >= FEWEST else None) for key, count in shown.items()]


# Votes


def conversation(consultation: Consultation) -> Conversation:
    """Key points and comments as statements; reactions and stances on key points as votes."""
    points = list(
        db.session().scalars(
            select(KeyPoint).where(KeyPoint.consultation_id == consultation.id).order_by(KeyPoint.position)
        )
    )
    posts = [row.Post for row in _entered(consultation) if row.Response is None]
    numbers: dict[object, int] = {
        one.id: number for number, one in enumerate([*points, *sorted(posts, key=lambda post: post.id)])
    }
    with speaking("ar"):
        topic, url = str(consultation.title), _url(consultation)
    return Conversation(
        topic=topic,
        url=url,
        description=consultation.lead_ar,  # type: ignore[attr-defined]  # made by Bilingual
        statements=_statements(consultation, points, posts, numbers),
        votes=_votes(consultation, numbers),
    )


def _url(consultation: Consultation) -> str:
    origin = imported_sets.origin(consultation)
    return origin.url if origin else absolute_url("consultations.show", slug=consultation.slug)


def _statements(
    consultation: Consultation,
    points: Sequence[KeyPoint],
    posts: Sequence[Post],
    numbers: Mapping[object, int],
) -> list[Statement]:
    authors = _numbered(consultation, pseudonyms.AUTHOR, {post.author_key for post in posts})
    opened = _week(consultation.published_at or consultation.created_at)
    of_agency = [Statement(numbers[point.id], opened, -1, point.text_ar) for point in points]  # type: ignore[attr-defined]
    return of_agency + [
        Statement(
            numbers[post.id], _week(post.published_at or post.created_at), authors[post.author_key], post.body
        )
        for post in posts
    ]


def _votes(consultation: Consultation, numbers: Mapping[object, int]) -> list[Vote]:
    cast = [
        *_reactions(consultation),
        *_stances(consultation),
    ]
    voters = _numbered(consultation, pseudonyms.VOTER, {key for _thing, key, _value, _at in cast})
    return [
        Vote(_week(at), numbers[thing], voters[key], VALUES[value])
        for thing, key, value, at in cast
        if thing in numbers
    ]


def _reactions(consultation: Consultation) -> list[Any]:
    """Without those of which an imported set tells only how many they are."""
    given = (
        select(Reaction.post_id, Reaction.author_key, Reaction.kind, Reaction.created_at)
        .join(Contribution, Contribution.post_id == Reaction.post_id)
        .where(Contribution.consultation_id == consultation.id)
    )
    told = db.session().execute(given)
    return [row for row in told if pseudonyms.number_of(row.author_key, pseudonyms.WITHHELD) is None]


def _stances(consultation: Consultation) -> list[Any]:
    given = (
        select(PointStance.key_point_id, PointStance.author_key, PointStance.stance, PointStance.given_at)
        .join(KeyPoint, KeyPoint.id == PointStance.key_point_id)
        .where(KeyPoint.consultation_id == consultation.id, PointStance.is_confirmed)
    )
    return list(db.session().execute(given))


def _numbered(consultation: Consultation, series: str, keys: set[str]) -> dict[str, int]:
    """Numbers in the order of keyed digests: not the order in which people came, and another one in each series.

    People of an imported set have the numbers they have there.
    """
    if consultation.is_imported:
        return {key: pseudonyms.number_of(key, series) or 0 for key in keys}
    place = f"open data {series}s {consultation.id}"
    ordered = sorted(keys, key=lambda key: crypto.keyed(place, key))
    return {key: number for number, key in enumerate(ordered)}


def _week(at: datetime) -> date:
    day = clock.local(at).date()
    return day - timedelta(days=day.weekday())


# The files that there are


def newest(actor: Actor, slug: str) -> tuple[Consultation, DataSet | None]:
    """The consultation and its files, once they are made. Raises Missing before it is published."""
    consultation = consultations.find(actor, slug)
    if consultation.published_at is None:
        raise Missing
    made = select(DataSet).where(DataSet.consultation_id == consultation.id)
    return consultation, db.session().scalar(made.options(selectinload(DataSet.files)))


def find_file(actor: Actor, slug: str, public_id: str) -> DataFile:
    """One of the files that are shown now. Raises Missing."""
    _consultation, made = newest(actor, slug)
    found = next((file for file in made.files if file.public_id == public_id), None) if made else None
    if found is None:
        raise Missing
    return found
