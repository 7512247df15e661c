"""What each column of the open data means, in both languages."""

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class Column:
    """`kind`: text, number, code or date; `codes`: what the column can hold, with its meaning."""

    name: str
    kind: str
    meaning: Any
    codes: tuple[tuple[str, Any], ...] = ()

    def told(self) -> str:
        """The meaning with its codes, in the language at hand, as one text."""
        codes = "; ".join(f"{code}: {meaning}" for code, meaning in self.codes)
        return f"{self.meaning} ({codes})" if codes else str(self.meaning)


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


def _code(name: str, meaning: Any, *codes: tuple[str, Any]) -> Column:
    return Column(name, "code", meaning, codes)


STANCES = (("support", _l("Support")), ("partly", _l("Support in part")), ("oppose", _l("Oppose")))
DECISIONS = (
    ("accepted", _l("Accepted")),
    ("partly", _l("Accepted in part")),
    ("rejected", _l("Not accepted")),
)
ANSWERS = (("considered", _l("Considered")), *DECISIONS)


PART = _code("part", _l("Key of the article; empty: the draft as a whole"))
LANGUAGE = _code("language", _l("Language of the text"), ("ar", "العربية"), ("en", "English"))
DECISION = _code("decision", _l("Answer of the agency"), ("open", _l("Not yet answered")), *ANSWERS)

CONTRIBUTIONS = Described(
    "contributions",
    _l("A public comment or response of a citizen or organisation, as it reads now"),
    (
        _code("id", _l("Public id: of the comment, it stands in its address")),
        _code("family", _l("Id of the family: texts that say the same in nearly the same words")),
        PART,
        _number("version", _l("Version of the draft it was written about")),
        LANGUAGE,
        _code(
            "channel",
            _l("Way it came"),
            ("comment", _l("Comment")),
            ("web", _l("Response on the site")),
            ("paper", _l("Response on paper")),
        ),
        _code(
            "kind",
            _l("Kind"),
            ("comment", _l("Comment")),
            ("question", _l("Question")),
            ("information", _l("Information")),
            ("wording", _l("Suggested wording")),
        ),
        _code("stance", _l("Stance of its author; empty: not said"), *STANCES),
        _code(
            "state",
            _l("What became of the contribution"),
            ("unread", _l("Not yet read")),
            ("read", _l("Seen by an official")),
            *ANSWERS,
        ),
        Column("day", "date", _l("Day on which it became public")),
        _number("agree", _l("People who agree")),
        _number("disagree", _l("People who disagree")),
        _code(
            "moved",
            _l("What a later version of the draft did to it"),
            ("kept", _l("Its article is unchanged")),
            ("moved", _l("Its article was changed or moved")),
            ("orphaned", _l("Its article is gone")),
        ),
        _text("organisation", _l("Organisation that sent it; empty: a person")),
        _text("body", _l("The text")),
        _text("wording", _l("The wording it suggests")),
        _code(
            "wording_state",
            _l("What became of that wording"),
            ("none", _l("It suggests none")),
            ("pending", _l("Not yet answered")),
            ("accepted", _l("Wording accepted")),
            ("rejected", _l("Wording not accepted")),
        ),
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
        _code("decision", _l("Decision"), *DECISIONS),
        _text("did_ar", _l("What was done, or why not, in Arabic")),
        _text("did_en", _l("What was done, or why not, in English")),
        _number("from_version", _l("Version before the change")),
        _number("to_version", _l("Version with the change")),
        _code("hunk", _l("Anchor of the changed words in the comparison")),
        _code(
            "progress",
            _l("Progress"),
            ("planned", _l("Planned")),
            ("under-way", _l("Under way")),
            ("done", _l("Done")),
            ("dropped", _l("Given up")),
        ),
    ),
)
FIGURES = Described(
    "figures",
    _l("The stances on one part, each person counted once; small numbers are left empty"),
    (
        PART,
        _code("stance", _l("Stance"), *STANCES),
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

ABOUT = (
    _code("consultation", _l("Reference of the consultation")),
    _code("slug", _l("Name of the consultation in addresses")),
    _text("title_ar", _l("Title in Arabic")),
    _text("title_en", _l("Title in English")),
    _code("agency", _l("Key of the agency")),
    _code(
        "state",
        _l("How far the consultation has come"),
        ("published", _l("The agency has not yet published its response")),
        ("ended", _l("Response published")),
        ("cancelled", _l("Cancelled")),
    ),
    _code("licence", _l("Name of the licence")),
    _number("confidential_responses", _l("Responses sent in confidence; no value: too few to be shown")),
)
"""What the JSON files tell of the consultation itself: their first keys."""

FILES = Column(
    "files", "text", _l("Every other file with its name, its size in bytes and its checksum (SHA-256)")
)
"""What the manifest has beside these."""

POLIS = (
    ("polis-summary.csv", _l("Topic, address and counts of the votes")),
    ("polis-stats-history.csv", _l("Counts week by week; visitors are not counted")),
    ("polis-comments.csv", _l("What people voted on: key points of the draft, then comments")),
    ("polis-votes.csv", _l("One row for each vote: 1 agrees, -1 disagrees, 0 agrees in part")),
    ("polis-participants-votes.csv", _l("One row for each voter; numbers lead to no account")),
)
