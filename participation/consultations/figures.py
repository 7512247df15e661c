"""Who took part and what they said, in numbers that claim no more than they know: each with its n.

These are the people who answered, not the population. Numbers of few people are hidden where they could point to
somebody; shares come with the interval of Wilson.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union

from app.core import db
from participation.consultations.models import (
    SUBJECT,
    Consultation,
    KeyPoint,
    PointStance,
    Question,
    Response,
    SurveyAnswer,
)
from participation.consultations.queries.responses import confidential_count
from participation.consultations.shares import FEWEST, Share, suppressed
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.discussion.places import STANCES
from participation.discussion.tallies import COUNTERS

SCALE = range(1, 6)


@dataclass(frozen=True)
class Stances:
    """Where `n` people stand; `shares` is empty while they are too few."""

    n: int = 0
    shares: Mapping[str, Share] = field(default_factory=dict)


NOBODY_YET = Stances()


def stances(threads: Mapping[str, Thread]) -> dict[str, Stances]:
    """By part ("" for the whole), from its thread: the last stance of each person in a public post, counted once."""
    counted = {
        part: {stance: getattr(thread, name) for stance, name in COUNTERS.items()}
        for part, thread in threads.items()
    }
    return {part: _shares(counts) for part, counts in counted.items() if any(counts.values())}


def _shares(counts: Mapping[str, int]) -> Stances:
    n = sum(counts.values())
    if n < FEWEST:
        return Stances(n)
    return Stances(n, {stance: Share(counts.get(stance, 0), n) for stance in STANCES})


def whole(found: Mapping[str, Stances]) -> Stances:
    """All articles with enough people together: each person once for each article."""
    total = dict.fromkeys(STANCES, 0)
    for each in found.values():
        for stance, share in each.shares.items():
            total[stance] += share.count
    return _shares(total)


# The survey and the key points


@dataclass(frozen=True)
class Result:
    """The answers to one question. A share of None stands for people too few to be shown."""

    n: int
    shares: Mapping[str, Share | None] = field(default_factory=dict)


def survey_results(consultation: Consultation, questions: list[Question]) -> dict[uuid.UUID, Result]:
    """Of every question: one query for all. Texts are counted, never shown."""
    answers: dict[uuid.UUID, list[tuple[list[str], int | None]]] = {}
    rows = db.session().execute(
        select(SurveyAnswer.question_id, SurveyAnswer.chosen, SurveyAnswer.scale)
        .join(Question, Question.id == SurveyAnswer.question_id)
        .where(Question.consultation_id == consultation.id, SurveyAnswer.is_confirmed)
    )
    for question_id, chosen, scale in rows:
        answers.setdefault(question_id, []).append((chosen, scale))
    return {question.id: _result(question, answers.get(question.id, [])) for question in questions}


def _result(question: Question, given: list[tuple[list[str], int | None]]) -> Result:
    n = len(given)
    if question.kind == "text":
        return Result(n)
    if question.kind == "scale":
        counts = {str(value): sum(scale == value for _chosen, scale in given) for value in SCALE}
    else:
        keys = [option["key"] for option in question.options.get("options", [])]
        counts = {key: sum(key in chosen for chosen, _scale in given) for key in keys}
    return Result(n, _shown(counts, n, question.kind))


def _shown(counts: Mapping[str, int], n: int, kind: str) -> dict[str, Share | None]:
    """Where people choose several, the parts do not add up: no hidden one can be found by subtraction."""
    if kind == "choices":
        kept = {key: None if 0 < count < FEWEST or n < FEWEST else count for key, count in counts.items()}
    else:
        kept = suppressed(counts)
    return {key: None if count is None else Share(count, n) for key, count in kept.items()}


def point_results(consultation: Consultation) -> dict[uuid.UUID, Stances]:
    """Of every key point, from those whose stance counts."""
    counted: dict[uuid.UUID, dict[str, int]] = {}
    rows = db.session().execute(
        select(PointStance.key_point_id, PointStance.stance, func.count())
        .join(KeyPoint, KeyPoint.id == PointStance.key_point_id)
        .where(KeyPoint.consultation_id == consultation.id, PointStance.is_confirmed)
        .group_by(PointStance.key_point_id, PointStance.stance)
    )
    for point_id, stance, count in rows:
        counted.setdefault(point_id, {})[stance] = count
    return {point_id: _shares(counts) for point_id, counts in counted.items()}


# Who took part


@dataclass(frozen=True)
class Participation:
    """`people`: who did anything in public, answered the survey or took a stance, each once.

    `languages`, `channels`: of posts and public responses. What was sent in confidence is in `confidential` alone: in
    any other number its authors could be found by subtraction. None: too few to be shown.
    """

    people: int
    posts: int
    responses: int
    confidential: int | None
    survey_answers: int
    point_stances: int
    languages: Mapping[str, int | None]
    channels: Mapping[str, int | None]


def participation(consultation: Consultation) -> Participation:
    """A few queries, whatever the size."""
    posts = _posts_by_language(consultation)
    sent = _public_responses(consultation)
    languages = dict(posts)
    channels = {"web": sum(posts.values()), "paper": 0}
    for (channel, language), count in sent.items():
        languages[language] = languages.get(language, 0) + count
        channels[channel] += count
    return Participation(
        people=_people(consultation),
        posts=sum(posts.values()),
        responses=sum(sent.values()),
        confidential=confidential_count(consultation),
        survey_answers=_count(_survey(consultation)),
        point_stances=_count(_points(consultation)),
        languages=suppressed(languages),
        channels=suppressed(channels),
    )


def _posts_by_language(consultation: Consultation) -> dict[str, int]:
    rows = db.session().execute(
        _public_posts(consultation, Post.language, func.count()).group_by(Post.language)
    )
    return {language: count for language, count in rows}


def _public_posts(consultation: Consultation, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(Post)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Thread.place_kind == SUBJECT, Thread.place_id == str(consultation.id))
        .where(Post.state.in_(PUBLIC_STATES), Post.is_official.is_(False))
    )


def _public_responses(consultation: Consultation) -> dict[tuple[str, str], int]:
    """By channel and language."""
    kind = (Response.channel, Response.language)
    rows = db.session().execute(select(*kind, func.count()).where(*_public(consultation)).group_by(*kind))
    return {(channel, language): count for channel, language, count in rows}


def _public(consultation: Consultation) -> tuple[ColumnElement[bool], ...]:
    return (
        Response.consultation_id == consultation.id,
        Response.state.in_(PUBLIC_STATES),
        Response.is_confidential.is_(False),
    )


def _survey(consultation: Consultation, *columns: Any) -> Any:
    return (
        select(*(columns or (literal(1),)))
        .select_from(SurveyAnswer)
        .join(Question, Question.id == SurveyAnswer.question_id)
        .where(Question.consultation_id == consultation.id, SurveyAnswer.is_confirmed)
    )


def _points(consultation: Consultation, *columns: Any) -> Any:
    return (
        select(*(columns or (literal(1),)))
        .select_from(PointStance)
        .join(KeyPoint, KeyPoint.id == PointStance.key_point_id)
        .where(KeyPoint.consultation_id == consultation.id, PointStance.is_confirmed)
    )


def _people(consultation: Consultation) -> int:
    """Everybody once, however many ways they took part."""
    everybody = union(
        _public_posts(consultation, Post.author_key),
        select(Response.author_key).where(*_public(consultation)),
        _survey(consultation, SurveyAnswer.author_key),
        _points(consultation, PointStance.author_key),
    )
    return _count(everybody)


def _count(rows: Any) -> int:
    return db.session().scalar(select(func.count()).select_from(rows.subquery())) or 0
