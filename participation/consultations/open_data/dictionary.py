"""What each column of the open data means, in both languages."""

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Column:
    """`kind`: text, number, code or date; of codes the meaning lists the values."""

    name: str
    kind: str
    meaning: Any


@dataclass(frozen=True)
class Described:
    """One table: the stem of its file, what a row is, its columns in order."""

    name: str
    row: Any
    columns: tuple[Column, ...]


def _text(name: str, meaning: Any) -> Column:
    return Column(name, "text", meaning)


def _number(name: str, meaning: Any) -> Column:
    return Column(name, "number", meaning)


def _code(name: str, meaning: Any) -> Column:
    return Column(name, "code", meaning)


PART = _code("part", _l("Key of the article; empty: the draft as a whole"))
LANGUAGE = _code("language", _l("Language of the text: ar or en"))
DECISION = _code("decision", _l("Answer of the agency: open, considered, accepted, partly or rejected"))

CONTRIBUTIONS = Described(
    "contributions",
    _l("A public comment or response of a citizen or organisation, as it reads now"),
    (
        _code("id", _l("Public id: of the comment, it stands in its address")),
        _code("family", _l("Id of the family: texts that say the same in nearly the same words")),
        PART,
        _number("version", _l("Version of the draft it was written about")),
        LANGUAGE,
        _code("channel", _l("Way it came: comment, web or paper")),
        _code("kind", _l("Kind: comment, question, information or wording")),
        _code("stance", _l("Stance of its author: support, partly, oppose; empty: not said")),
        _code("state", _l("State: unread or read, then as the family was answered")),
        Column("day", "date", _l("Day on which it became public")),
        _number("agree", _l("People who agree")),
        _number("disagree", _l("People who disagree")),
        _code("moved", _l("What a later version did to it: kept, moved or orphaned")),
        _text("organisation", _l("Organisation that sent it; empty: a person")),
        _text("body", _l("The text")),
        _text("wording", _l("The wording it suggests")),
        _code("wording_state", _l("What became of that wording: none, pending, accepted or rejected")),
    ),
)
FAMILIES = Described(
    "families",
    _l("A family of public contributions with its answer"),
    (
        _code("id", _l("Id of the family")),
        PART,
        LANGUAGE,
        _number("contributions", _l("Contributions in it")),
        _number("people", _l("People who sent them")),
        _number("support", _l("These people and the agreements they got")),
        DECISION,
        _text("reason_ar", _l("Reason in Arabic")),
        _text("reason_en", _l("Reason in English")),
        Column("answered", "date", _l("Day of the answer")),
        _code("outcome", _l("Id of the row of “You said, we did”")),
    ),
)
OUTCOMES = Described(
    "outcomes",
    _l("A row of “You said, we did”; published with the response"),
    (
        _code("id", _l("Id of the row")),
        PART,
        _text("theme_ar", _l("Theme in Arabic")),
        _text("theme_en", _l("Theme in English")),
        _text("said_ar", _l("What people said, in Arabic")),
        _text("said_en", _l("What people said, in English")),
        _code("decision", _l("Decision: accepted, partly or rejected")),
        _text("did_ar", _l("What was done, or why not, in Arabic")),
        _text("did_en", _l("What was done, or why not, in English")),
        _number("from_version", _l("Version before the change")),
        _number("to_version", _l("Version with the change")),
        _code("hunk", _l("Anchor of the changed words in the comparison")),
        _code("progress", _l("Progress: planned, under-way, done or dropped")),
    ),
)
FIGURES = Described(
    "figures",
    _l("The stances on one part, each person counted once; small numbers are left empty"),
    (
        PART,
        _code("stance", _l("Stance: support, partly or oppose")),
        _number("people", _l("People with this stance; empty: too few to be shown")),
        _number("of", _l("People with a stance on this part; empty: too few to be shown")),
    ),
)
SURVEY = Described(
    "survey",
    _l("One choice of one question of the survey; small numbers are left empty"),
    (
        _code("question", _l("Id of the question")),
        _text("prompt_ar", _l("Question in Arabic")),
        _text("prompt_en", _l("Question in English")),
        _code("choice", _l("Key of the choice, or point of the scale")),
        _number("people", _l("People who chose it; empty: too few to be shown")),
        _number("of", _l("People who answered the question; empty: too few to be shown")),
    ),
)
TABLES = (CONTRIBUTIONS, FAMILIES, OUTCOMES, FIGURES, SURVEY)

POLIS = (
    ("polis-summary.csv", _l("Topic, address and counts of the votes")),
    ("polis-stats-history.csv", _l("Counts week by week; visitors are not counted")),
    ("polis-comments.csv", _l("What people voted on: key points of the draft, then comments")),
    ("polis-votes.csv", _l("One row for each vote: 1 agrees, -1 disagrees, 0 agrees in part")),
    ("polis-participants-votes.csv", _l("One row for each voter; numbers lead to no account")),
)
