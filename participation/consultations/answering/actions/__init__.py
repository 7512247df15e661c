"""Everything that changes what became of contributions. Other features call what stands here."""

from participation.consultations.answering.actions.answers import (
    DECISIONS,
    Answer,
    AnsweredMeanwhile,
    answer_families,
    assign,
    mark_read,
    tag,
)
from participation.consultations.answering.actions.closing import (
    NotReady,
    publish_response,
    write_closing_words,
)
from participation.consultations.answering.actions.outcomes import (
    Change,
    OutcomeText,
    change_outcome,
    remove_outcome,
    update_outcome,
    write_outcome,
)

__all__ = [
    "DECISIONS",
    "Answer",
    "AnsweredMeanwhile",
    "Change",
    "NotReady",
    "OutcomeText",
    "answer_families",
    "assign",
    "change_outcome",
    "mark_read",
    "publish_response",
    "remove_outcome",
    "tag",
    "update_outcome",
    "write_closing_words",
    "write_outcome",
]
