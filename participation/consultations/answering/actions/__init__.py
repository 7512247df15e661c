"""Everything that changes what became of contributions. Other features call what stands here."""

from participation.consultations.answering.actions.answers import (
    Answer,
    AnsweredMeanwhile,
    answer_families,
    assign,
    mark_read,
    tag,
)

__all__ = ["Answer", "AnsweredMeanwhile", "answer_families", "assign", "mark_read", "tag"]
