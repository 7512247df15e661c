"""The consultations: how each was prepared, what people sent, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.demo.script.reading import CONTENT, Pair, dated, day, moment, pair, read, require_known
from app.demo.script.talk import DemoPost, copies, posts

TEXTS = ("title", "lead", "summary", "open_to_change", "data_notice")


@dataclass(frozen=True)
class DemoPhase:
    kind: str
    days: int


@dataclass(frozen=True)
class DemoPoint:
    article: str
    text: Pair


@dataclass(frozen=True)
class DemoOption:
    key: str
    text: Pair


@dataclass(frozen=True)
class DemoQuestion:
    key: str
    kind: str
    is_required: bool
    prompt: Pair
    hint: Pair
    options: tuple[DemoOption, ...]


@dataclass(frozen=True)
class DemoTexts:
    """What named residents wrote to a question: (person, text)."""

    question: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DemoSurvey:
    """How many answered what, and when: `stances` per key point (support, partly, oppose).

    `counts`: question -> answer -> how many; `texts`: what named people wrote.
    """

    first: datetime
    last: datetime
    stances: tuple[tuple[int, int, int], ...]
    counts: Mapping[str, Mapping[str, int]]
    texts: tuple[DemoTexts, ...]


@dataclass(frozen=True)
class DemoResponse:
    """What came beside the comments. `recorded_by`: the clerk who typed it; else `by` sent it."""

    at: datetime
    says: str
    by: str = ""
    recorded_by: str = ""
    name: str = ""
    language: str = ""
    organisation: str = ""
    members_asked: int | None = None
    is_confidential: bool = False
    stance: str | None = None


@dataclass(frozen=True)
class DemoUpdate:
    at: datetime
    progress: str
    text: Pair


@dataclass(frozen=True)
class DemoOutcome:
    """A row of "you said, we did". `words`: some of the words that are new in the Arabic text, if any are.

    `authors`: whose contributions to the part it answers; none: those of all.
    """

    part: str
    authors: tuple[str, ...]
    decision: str
    at: datetime
    theme: Pair
    said: Pair
    did: Pair
    words: str
    progress: str
    updates: tuple[DemoUpdate, ...]


@dataclass(frozen=True)
class DemoAnswer:
    """The answer to what has no outcome: of these authors in a part, of all that is left there, or to the responses."""

    part: str
    authors: tuple[str, ...]
    at: datetime
    decision: str
    reason: Pair
    is_for_responses: bool


@dataclass(frozen=True)
class DemoEnd:
    """How a consultation ended."""

    at: datetime
    closing_words: Pair
    response: str
    outcomes: tuple[DemoOutcome, ...]
    answers: tuple[DemoAnswer, ...]


@dataclass(frozen=True)
class DemoConsultation:
    """One consultation on the document of this key. `posts`: by article key; "" is the whole draft.

    `opened`: (version number, when people began to comment on it), for each version after the first.
    `read_at`: when officials had read all there was; `survey`: none before it opens.
    """

    key: str
    document: str
    agency: str
    by: str
    at: datetime
    first_day: date
    phases: tuple[DemoPhase, ...]
    texts: Mapping[str, Pair]
    points: tuple[DemoPoint, ...]
    questions: tuple[DemoQuestion, ...]
    opened: tuple[tuple[int, datetime], ...]
    read_at: datetime | None
    posts: tuple[tuple[str, DemoPost], ...]
    survey: DemoSurvey | None
    responses: tuple[DemoResponse, ...]
    end: DemoEnd | None


def consultations(now: datetime) -> list[DemoConsultation]:
    """Each has a folder of its own; the oldest comes first."""
    folders = sorted(path for path in (CONTENT / "consultations").iterdir() if path.is_dir())
    return sorted((_consultation(folder.name, now) for folder in folders), key=lambda each: each.at)


FRAME = "key document agency by at first_day phases points questions later_versions read"
END = "ended closing_words response"
CONSULTATION_KEYS = frozenset(f"{FRAME} {END}".split()) | frozenset(TEXTS)


def _consultation(folder: str, now: datetime) -> DemoConsultation:
    raw = read(f"consultations/{folder}/consultation.yaml")
    require_known(raw, CONSULTATION_KEYS)
    return DemoConsultation(
        key=raw["key"],
        document=raw["document"],
        agency=raw["agency"],
        by=raw["by"],
        at=moment(raw["at"], now),
        first_day=day(raw["first_day"], now),
        phases=tuple(DemoPhase(**each) for each in raw["phases"]),
        texts={name: pair(raw[name]) for name in TEXTS},
        points=tuple(DemoPoint(each["article"], pair(each["text"])) for each in raw["points"]),
        questions=tuple(_question(each) for each in raw["questions"]),
        opened=tuple((each["number"], moment(each["at"], now)) for each in raw.get("later_versions", ())),
        read_at=moment(raw["read"], now) if "read" in raw else None,
        posts=_posts(folder, raw["agency"], now),
        survey=_survey(_part(folder, "survey"), now),
        responses=tuple(_response(each, now) for each in _part(folder, "responses") or ()),
        end=_end(folder, raw, now) if "ended" in raw else None,
    )


def _question(raw: Mapping[str, Any]) -> DemoQuestion:
    return DemoQuestion(
        key=raw["key"],
        kind=raw["kind"],
        is_required=raw.get("required", False),
        prompt=pair(raw["prompt"]),
        hint=pair(raw.get("hint", {"ar": "", "en": ""})),
        options=tuple(DemoOption(each["key"], pair(each)) for each in raw.get("options", ())),
    )


def _posts(folder: str, agency: str, now: datetime) -> tuple[tuple[str, DemoPost], ...]:
    said = [
        (group["part"], post)
        for group in _part(folder, "comments") or ()
        for post in posts(group["posts"], agency, now)
    ]
    for campaign in _part(folder, "copies") or ():
        said += [(campaign["part"], post) for post in copies(campaign, now)]
    return tuple(said)


def _part(folder: str, name: str) -> Any:
    """What this file of the consultation says; None when there is no such file."""
    path = f"consultations/{folder}/{name}.yaml"
    return read(path) if (CONTENT / path).exists() else None


def _survey(raw: Mapping[str, Any] | None, now: datetime) -> DemoSurvey | None:
    if raw is None:
        return None
    first, last = raw["days"]
    answers = raw["answers"]
    return DemoSurvey(
        first=moment(f"{first}d 08:00", now),
        last=moment(f"{last}d 20:00", now),
        stances=tuple(tuple(counts) for counts in raw["stances"]),
        counts={key: _counted(each) for key, each in answers.items() if isinstance(each, dict)},
        texts=tuple(_texts(key, each) for key, each in answers.items() if isinstance(each, list)),
    )


def _counted(raw: Mapping[str | int, int]) -> dict[str, int]:
    return {str(answer): count for answer, count in raw.items()}


def _texts(question: str, raw: Sequence[Mapping[str, str]]) -> DemoTexts:
    return DemoTexts(question, tuple((each["by"], each["says"]) for each in raw))


RESPONSE_KEYS = frozenset(
    "at says by recorded_by channel name language organisation members_asked confidential stance".split()
)


def _response(raw: Mapping[str, Any], now: datetime) -> DemoResponse:
    require_known(raw, RESPONSE_KEYS)
    same = {key: raw[key] for key in raw if key not in {"at", "says", "channel", "confidential"}}
    return DemoResponse(
        at=moment(raw["at"], now),
        says=dated(raw["says"], now),
        is_confidential=raw.get("confidential", False),
        **same,
    )


def _end(folder: str, raw: Mapping[str, Any], now: datetime) -> DemoEnd:
    said = read(f"consultations/{folder}/answers.yaml")
    return DemoEnd(
        at=moment(raw["ended"], now),
        closing_words=pair(raw["closing_words"]),
        response=raw["response"],
        outcomes=tuple(_outcome(each, now) for each in said["outcomes"]),
        answers=tuple(_answer(each, now) for each in said["answers"]),
    )


def _outcome(raw: Mapping[str, Any], now: datetime) -> DemoOutcome:
    return DemoOutcome(
        part=raw["part"],
        authors=tuple(raw.get("authors", ())),
        decision=raw["decision"],
        at=moment(raw["at"], now),
        theme=pair(raw["theme"]),
        said=pair(raw["said"]),
        did=pair(raw["did"]),
        words=raw.get("words", ""),
        progress=raw["progress"],
        updates=tuple(_update(each, now) for each in raw.get("updates", ())),
    )


def _update(raw: Mapping[str, Any], now: datetime) -> DemoUpdate:
    return DemoUpdate(moment(raw["at"], now), raw["progress"], pair(raw["text"]))


def _answer(raw: Mapping[str, Any], now: datetime) -> DemoAnswer:
    at, reason = moment(raw["at"], now), pair(raw["reason"])
    authors = tuple(raw.get("authors", ()))
    return DemoAnswer(raw.get("part", ""), authors, at, raw["decision"], reason, raw.get("responses", False))
