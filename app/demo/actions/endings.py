"""Playing the end of a consultation: every contribution is answered, "you said, we did" is written and goes on."""

from collections.abc import Collection, Iterator
from functools import partial

from sqlalchemy import select

from app.core import clock, db
from app.core.i18n import speaking
from app.demo import script
from app.demo.actions import library
from app.demo.actions.stage import Stage
from app.demo.actions.timeline import Act
from app.demo.script import BadScript
from app.demo.script.consultations import DemoAnswer, DemoEnd, DemoOutcome, DemoUpdate
from participation.consultations.answering import actions
from participation.consultations.answering.queries import outcomes
from participation.consultations.models import Contribution, Family, Outcome


def acts(stage: Stage) -> Iterator[Act]:
    """Nothing, for a consultation that has not ended."""
    end = stage.told.end
    if end is None:
        return
    for outcome in end.outcomes:
        yield Act(outcome.at, partial(_write, stage, outcome))
        for place, update in enumerate(outcome.updates):
            yield Act(update.at, partial(_update, stage, outcome, update, f"{_key(outcome)}:{place}"))
    for answer in end.answers:
        yield Act(answer.at, partial(_answer, stage, answer))
    yield Act(end.at, partial(_end, stage, end))


def _key(told: DemoOutcome) -> str:
    return f"demo:{told.part}:{told.theme[1]}"


def _write(stage: Stage, told: DemoOutcome) -> None:
    """The row, and the answer to the contributions that led to it."""
    text = actions.OutcomeText(
        part=told.part,
        decision=told.decision,
        progress=told.progress,
        theme=told.theme,
        said=told.said,
        did=told.did,
        change=_change(stage, told),
    )
    made = actions.write_outcome(stage.official, stage.consultation, text, _key(told))
    families = _unanswered(stage, told.part, told.authors)
    _answer_all(stage, families, actions.Answer(told.decision, *told.did, made))


def _change(stage: Stage, told: DemoOutcome) -> actions.Change | None:
    """Where the words of the script are new in the comparison. Raises BadScript when they are not."""
    document = stage.consultation.document
    if not told.words or document is None:
        return None
    with speaking("ar"):
        for each in outcomes.changed_words(document):
            if each.anchor.startswith(f"{told.part}__") and told.words in each.added:
                hunk = outcomes.anchor_in_both(document, each)
                return actions.Change(each.from_version, each.to_version, hunk)
    raise BadScript(f"{told.words!r} is not new in {told.part}")


def _update(stage: Stage, told: DemoOutcome, update: DemoUpdate, act_key: str) -> None:
    written = select(Outcome).where(
        Outcome.consultation_id == stage.consultation.id, Outcome.act_key == _key(told)
    )
    outcome = db.session().scalars(written).one()
    actions.update_outcome(stage.official, stage.consultation, outcome, update.progress, update.text, act_key)


def _answer(stage: Stage, told: DemoAnswer) -> None:
    families = _unanswered(stage, told.part, told.authors, told.is_for_responses)
    _answer_all(stage, families, actions.Answer(told.decision, *told.reason))


def _unanswered(
    stage: Stage, part: str, authors: Collection[str], are_responses: bool = False
) -> list[Family]:
    """Of these authors (none: of all) in this part; or the responses."""
    members = select(Contribution.family_id).where(Contribution.consultation_id == stage.consultation.id)
    if authors:
        members = members.where(Contribution.person_id.in_([script.person(key).id for key in authors]))
    sent_so = Contribution.response_id.is_not(None) if are_responses else Contribution.response_id.is_(None)
    wanted = select(Family).where(
        Family.id.in_(members.where(sent_so)), Family.part == part, Family.decision == "open"
    )
    return list(db.session().scalars(wanted.order_by(Family.id)))


def _answer_all(stage: Stage, families: Collection[Family], answer: actions.Answer) -> None:
    """Raises BadScript when nobody waits for this answer."""
    if not families:
        raise BadScript(f"nobody waits for {answer.reason_en!r}")
    seen = {family.public_id: family.revision for family in families}
    act_key = f"demo:{clock.now().isoformat()}"
    actions.answer_families(stage.official, stage.consultation, seen, answer, act_key)


def _end(stage: Stage, end: DemoEnd) -> None:
    response = library.found(stage.library[end.response])
    actions.write_closing_words(stage.official, stage.consultation, end.closing_words, response.id)
    actions.publish_response(stage.official, stage.consultation)
    library.become(stage.document, stage.library)
