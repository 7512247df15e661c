"""What the pages of a consultation print: cards, steps, moved dates, results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core import clock, i18n
from app.core.i18n import LocalText
from app.core.permissions import Actor
from participation.consultations import figures, phases, words
from participation.consultations.figures import Result, Stances
from participation.consultations.models import Consultation, KeyPoint, Phase, Question, SurveyAnswer
from participation.consultations.phases import Standing
from participation.consultations.queries import surveys
from participation.consultations.queries.lists import Listed
from participation.consultations.words import Pill


@dataclass(frozen=True)
class Card:
    """A consultation in a list."""

    consultation: Consultation
    standing: Pill
    phase: Phase | None
    days: int | None
    contributions: int
    minutes: int


def card_of(listed: Listed, now: datetime) -> Card:
    phase = phases.comment_phase(listed.consultation, now)
    days = phases.days_left(phase, now, clock.zone()) if phase else None
    pill = words.standing(listed.consultation, now)
    return Card(listed.consultation, pill, phase, days, listed.contributions, listed.minutes)


@dataclass(frozen=True)
class Steps:
    """The phases as steps, and which of them runs; all are behind when it has ended."""

    labels: Sequence[str]
    current: int


def steps(consultation: Consultation, now: datetime) -> Steps:
    labels = [str(phase.title) for phase in consultation.phases]
    if consultation.state == "ended":
        return Steps(labels, len(labels))
    begun = [phase for phase in consultation.phases if phase.starts_at <= now]
    return Steps(labels, len(begun) - 1)


@dataclass(frozen=True)
class Move:
    """The end of a phase was moved: from when to when, why, and when that was said."""

    phase: Phase
    said_at: datetime
    before: datetime
    after: datetime
    reason: LocalText


def moves(consultation: Consultation) -> list[Move]:
    """Latest first."""
    found = [
        _move(phase, moment, told) for phase in consultation.phases for moment, told in phase.changes.items()
    ]
    return sorted(found, key=lambda move: move.said_at, reverse=True)


def _move(phase: Phase, moment: str, told: Mapping[str, str]) -> Move:
    code = i18n.language()
    spoken = code if told[code] else i18n.other(code)
    return Move(
        phase,
        datetime.fromisoformat(moment),
        datetime.fromisoformat(told["from"]),
        datetime.fromisoformat(told["to"]),
        LocalText(told[spoken], spoken, is_fallback=spoken != code),
    )


# The survey


@dataclass(frozen=True)
class Survey:
    """The questions with what the reader has answered."""

    questions: Sequence[Question]
    own: Mapping[Any, SurveyAnswer]

    @property
    def is_answered(self) -> bool:
        return bool(self.own)

    @property
    def waits(self) -> bool:
        """Whether answers are kept and do not count yet."""
        return any(not answer.is_confirmed for answer in self.own.values())


def survey(actor: Actor, consultation: Consultation) -> Survey:
    asked = surveys.questions(consultation)
    return Survey(asked, surveys.own_answers(actor, consultation) if asked else {})


@dataclass(frozen=True)
class QuestionResult:
    """A question with its result: labelled rows for the table; a row of None hides few people."""

    question: Question
    result: Result
    rows: Sequence[tuple[LocalText, Any]]


def survey_results(consultation: Consultation, now: datetime) -> list[QuestionResult] | None:
    """None while results are hidden: people shall not follow the crowd."""
    over = phases.standing(consultation, now) in {Standing.CLOSED, Standing.ENDED, Standing.CANCELLED}
    if consultation.results_hidden and not over:
        return None
    asked = surveys.questions(consultation)
    found = figures.survey_results(consultation, asked)
    return [QuestionResult(each, found[each.id], _rows(each, found[each.id])) for each in asked]


def _rows(question: Question, result: Result) -> list[tuple[LocalText, Any]]:
    labels = {option["key"]: option_label(option) for option in question.options.get("options", [])}
    return [
        (labels.get(key) or LocalText(key, i18n.language()), share) for key, share in result.shares.items()
    ]


def option_label(option: Mapping[str, str]) -> LocalText:
    code = i18n.language()
    spoken = code if option.get(code) else i18n.other(code)
    return LocalText(option.get(spoken, ""), spoken, is_fallback=spoken != code)


def point_results(consultation: Consultation) -> list[tuple[KeyPoint, Stances]]:
    found = figures.point_results(consultation)
    return [(point, found.get(point.id, figures.NOBODY_YET)) for point in surveys.key_points(consultation)]
