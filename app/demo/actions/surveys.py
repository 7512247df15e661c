"""Playing the survey and the key points: how many answered what is written, who did is dealt."""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from app.demo import script
from app.demo.actions.people import actor_called
from app.demo.actions.stage import Stage
from app.demo.actions.timeline import Act
from app.demo.script import DemoPerson
from app.demo.script.consultations import DemoQuestion, DemoSurvey
from participation.consultations.actions import taking_part
from participation.consultations.models import KeyPoint, Question
from participation.consultations.queries import surveys
from participation.consultations.written import Given

STANCES = ("support", "partly", "oppose")
Answers = dict[uuid.UUID, Given]


def acts(stage: Stage) -> Iterator[Act]:
    """Each person answers once, all of the survey and of the key points together."""
    survey = stage.told.survey
    if survey is None:
        return
    people = _in_order(stage.told.key, survey)
    answers = _answers(stage, survey, people)
    stances = _stances(stage, survey, people)
    first, last = survey.first, min(survey.last, stage.now)
    for place, person in enumerate(people):
        at = first + (last - first) * place / len(people)
        yield Act(at, partial(_take_part, stage, person, answers[person.key], stances[person.key]))


def _in_order(key: str, survey: DemoSurvey) -> list[DemoPerson]:
    """Those who are named first, then the others, always in the same order."""
    named = [script.person(key) for each in survey.texts for key, _text in each.texts]
    others = [person for person in script.crowd() if person not in named]
    random.Random(key).shuffle(others)  # noqa: S311  # no secret
    return [*named, *others]


def _answers(stage: Stage, survey: DemoSurvey, people: Sequence[DemoPerson]) -> dict[str, Answers]:
    found: dict[str, Answers] = {person.key: {} for person in people}
    asked = zip(stage.told.questions, surveys.questions(stage.consultation), strict=True)
    for told, question in asked:
        for key, given in _given(survey, told, question, people):
            found[key][question.id] = given
    return found


def _given(
    survey: DemoSurvey, told: DemoQuestion, question: Question, people: Sequence[DemoPerson]
) -> Iterator[tuple[str, Given]]:
    if told.kind == "text":
        texts = next(each.texts for each in survey.texts if each.question == told.key)
        yield from ((key, Given(body=text)) for key, text in texts)
        return
    counts = survey.counts[told.key]
    if told.kind == "choices":
        yield from _several(told, question, people, counts)
        return
    for person, answer in zip(people, _dealt(told.key, counts), strict=False):
        is_scale = told.kind == "scale"
        chosen = () if is_scale else (_option(told, question, answer),)
        yield person.key, Given(chosen=chosen, scale=int(answer) if is_scale else None)


def _several(
    told: DemoQuestion, question: Question, people: Sequence[DemoPerson], counts: Mapping[str, int]
) -> Iterator[tuple[str, Given]]:
    chosen: dict[str, list[str]] = {}
    some = people[: max(counts.values()) + len(counts)]
    for answer, count in counts.items():
        for person in random.Random(f"{told.key} {answer}").sample(some, count):  # noqa: S311  # no secret
            chosen.setdefault(person.key, []).append(_option(told, question, answer))
    yield from ((key, Given(chosen=tuple(options))) for key, options in chosen.items())


def _option(told: DemoQuestion, question: Question, answer: str) -> str:
    """The key under which the question keeps this option."""
    place = [option.key for option in told.options].index(answer)
    return str(question.options["options"][place]["key"])


def _stances(
    stage: Stage, survey: DemoSurvey, people: Sequence[DemoPerson]
) -> dict[str, list[tuple[KeyPoint, str]]]:
    found: dict[str, list[tuple[KeyPoint, str]]] = {person.key: [] for person in people}
    points = surveys.key_points(stage.consultation)
    for point, counts in zip(points, survey.stances, strict=True):
        dealt = _dealt(f"{stage.told.key} {point.position}", dict(zip(STANCES, counts, strict=True)))
        for person, stance in zip(people, dealt, strict=False):
            found[person.key].append((point, stance))
    return found


def _dealt(seed: str, counts: Mapping[str, int]) -> list[str]:
    """Each answer as often as it is counted, in an order that is always the same."""
    answers = [answer for answer, count in counts.items() for _ in range(count)]
    random.Random(seed).shuffle(answers)  # noqa: S311  # no secret
    return answers


def _take_part(
    stage: Stage, person: DemoPerson, answers: Answers, stances: Sequence[tuple[KeyPoint, str]]
) -> None:
    actor = actor_called(person.key)
    if answers:
        taking_part.answer_survey(actor, stage.consultation, answers, person.language)
    for point, stance in stances:
        taking_part.take_stance(actor, stage.consultation, point, stance)
