"""A set of open data, read and held against itself (pure): as this site exports it, or as Polis publishes votes.

Everything a set says twice must agree: sizes and digests of the manifest, ids that lead from one table to another,
counts and what they count. The first thing that does not agree is named.
"""

import csv
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.core.references import new_public_id
from app.core.tables import csv_rows
from app.core.text import language_of
from participation.consultations.open_data import archive, polis
from participation.consultations.open_data.archive import Faulty
from participation.consultations.open_data.polis import Conversation, Statement, Vote
from participation.consultations.open_data.rows import Row, tables, text_of

MANIFEST, DATA = "manifest.json", "data.json"
LICENCES = ("CC-BY-4.0", "CC0-1.0")
"""Under which texts of other sites may be shown here."""

ABOUT = {
    "consultation": re.compile(r"(?:CONS-\d{4}-\d{3,9})"),
    "slug": re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"),
    "title_ar": re.compile(r"[^\0]*"),
    "title_en": re.compile(r"[^\0]*"),
    "agency": re.compile(r"[a-z0-9-]{1,80}"),
    "state": re.compile(r"published|ended|cancelled"),
    "licence": re.compile("|".join(map(re.escape, LICENCES))),
}
LARGEST_NUMBER = 2**31 - 1
MATRIX = "participants-votes.csv"


@dataclass(frozen=True)
class About:
    """What the set says of the consultation as a whole; a Polis set knows no number, address or agency."""

    title: tuple[str, str]
    licence: str
    shown_number: str = ""
    slug: str = ""
    agency_key: str = ""
    state: str = "published"
    confidential: int | None = 0


@dataclass(frozen=True)
class Set:
    """Everything to be taken over. `statements`: for each contribution the statement that it is; None for a response.

    `people`: for each contribution who sent it, as (series, number) of pseudonyms. `left_out`: what of the files has no
    place here, one sentence each. `files` is empty where they are not what this site would write.
    """

    about: About
    talk: Conversation
    contributions: Sequence[Row]
    statements: Sequence[Statement | None]
    people: Sequence[tuple[str, int]]
    families: Sequence[Row]
    outcomes: Sequence[Row]
    figures: Sequence[Row]
    survey: Sequence[Row]
    digest: str
    files: Mapping[str, bytes]
    left_out: Sequence[str] = ()


def read(files: Mapping[str, bytes], licence: str = "", without_passes: bool = False) -> Set:
    """The set in these files. Raises Faulty.

    `licence`, `without_passes`: for a set of Polis, which names no licence, and whose passes have no place here.
    """
    if MANIFEST in files:
        return _read_own(files)
    if "comments.csv" in files:
        return _read_polis(files, licence, without_passes)
    if "polis-comments.csv" in files:
        bare = {name.removeprefix("polis-"): content for name, content in files.items()}
        return replace(_read_polis(bare, licence, without_passes), digest=archive.digest_of(files))
    raise Faulty(
        f"{MANIFEST}: is missing, and so is comments.csv: neither a set of this kind nor one of Polis"
    )


# As this site exports it


def _read_own(files: Mapping[str, bytes]) -> Set:
    about = _about(_checked_manifest(files))
    found = tables(files)
    talk = _conversation({name: text_of(files, f"polis-{name}") for name in polis.FILES})
    _check_ids(found)
    statements = _matched(found["contributions"], talk)
    return Set(
        about=about,
        talk=talk,
        contributions=found["contributions"],
        statements=statements,
        people=_people(found["contributions"], found["families"], statements),
        families=found["families"],
        outcomes=found["outcomes"],
        figures=found["figures"],
        survey=found["survey"],
        digest=archive.digest_of(files),
        files=files,
    )


def _checked_manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    manifest = _json(files, MANIFEST)
    listed = manifest.pop("files", None)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Faulty(f"{MANIFEST}: names no files")
    by_name = {one.get("name"): one for one in listed if isinstance(one.get("name"), str)}
    for name in (name for name in files if name not in {*by_name, MANIFEST}):
        raise Faulty(f"{name}: is not in the manifest")
    for name, told in by_name.items():
        if name not in files:
            raise Faulty(f"{name}: is in the manifest and not in the archive")
        if told.get("size") != len(files[name]):
            raise Faulty(f"{name}: has {len(files[name])} bytes, the manifest says {told.get('size')}")
        if told.get("sha256") != hashlib.sha256(files[name]).hexdigest():
            raise Faulty(f"{name}: its SHA-256 is not that of the manifest")
    return manifest


def _json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        found = json.loads(text_of(files, name))
    except (ValueError, RecursionError) as fault:
        raise fault if isinstance(fault, Faulty) else Faulty(f"{name}: is no JSON ({fault})") from None
    if not isinstance(found, dict):
        raise Faulty(f"{name}: is no JSON object")
    return found


def _about(told: dict[str, Any]) -> About:
    confidential = told.pop("confidential_responses", None)
    for name in told:
        if name not in ABOUT:
            raise Faulty(f"{MANIFEST}: nobody knows what {name[:80]!r} means")
    for name, shape in ABOUT.items():
        value = told.get(name)
        if not isinstance(value, str) or not shape.fullmatch(value) or not _is_unicode(value):
            raise Faulty(f"{MANIFEST}: {name} cannot be {str(value)[:80]!r}")
    if confidential is not None and (type(confidential) is not int or not _is_shown(confidential)):
        raise Faulty(f"{MANIFEST}: confidential_responses cannot be {str(confidential)[:80]!r}")
    return About(
        title=(told["title_ar"], told["title_en"]),
        licence=told["licence"],
        shown_number=told["consultation"],
        slug=told["slug"],
        agency_key=told["agency"],
        state=told["state"],
        confidential=confidential,
    )


def _is_unicode(text: str) -> bool:
    """JSON can spell halves of characters that no database keeps."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _is_shown(count: int) -> bool:
    return count == 0 or polis.FEWEST <= count <= LARGEST_NUMBER


def _conversation(texts: Mapping[str, str]) -> Conversation:
    """The votes of this site's five files, their counts compared."""
    try:
        talk = polis.read(texts)
        miscounted = polis.miscounted(texts)
    except (KeyError, ValueError, IndexError, OverflowError, OSError, csv.Error) as fault:
        raise Faulty(f"polis-comments.csv, polis-votes.csv: not of Polis' shape ({fault})") from None
    _check_votes(talk)
    for number in miscounted:
        raise Faulty(f"polis-comments.csv: statement {number}: its counts are not those of polis-votes.csv")
    if [one.number for one in talk.statements] != list(range(len(talk.statements))):
        raise Faulty("polis-comments.csv: statements are not numbered from 0 on")
    points = {one.number for one in talk.statements if one.author < 0}
    for vote in talk.votes:
        if vote.value == 0 and vote.statement not in points:
            raise Faulty(
                f"polis-votes.csv: voter {vote.voter} agrees in part with statement {vote.statement}, a comment"
            )
    return talk


def _check_votes(talk: Conversation) -> None:
    known = {one.number for one in talk.statements}
    if len(known) != len(talk.statements):
        raise Faulty("comments: two statements have the same number")
    for one in talk.statements:
        if not (0 <= one.number <= LARGEST_NUMBER and -1 <= one.author <= LARGEST_NUMBER):
            raise Faulty(f"comments: statement {one.number} has a number out of range")
    cast: set[tuple[int, int]] = set()
    for vote in talk.votes:
        if vote.statement not in known:
            raise Faulty(f"votes: voter {vote.voter} votes on statement {vote.statement}, which is not there")
        if vote.value not in (-1, 0, 1) or not 0 <= vote.voter <= LARGEST_NUMBER:
            raise Faulty(f"votes: voter {vote.voter} cannot vote {vote.value}")
        if (vote.voter, vote.statement) in cast:
            raise Faulty(f"votes: voter {vote.voter} votes twice on statement {vote.statement}")
        cast.add((vote.voter, vote.statement))


def _check_ids(found: Mapping[str, Sequence[Row]]) -> None:
    """Each id once, and none that leads nowhere."""
    for name in ("contributions", "families", "outcomes"):
        counted = Counter(row["id"] for row in found[name])
        for doubled in (key for key, times in counted.items() if times > 1):
            raise Faulty(f"{name}.csv: {doubled} stands there more than once")
    _check_links(found, "contributions", "family", "families")
    _check_links(found, "families", "outcome", "outcomes")


def _check_links(found: Mapping[str, Sequence[Row]], name: str, column: str, target: str) -> None:
    known = {row["id"] for row in found[target]}
    for place, row in enumerate(found[name], start=2):
        if row[column] and row[column] not in known:
            raise Faulty(f"{name}.csv, row {place}: {column} {row[column]} is not in {target}.csv")


def _matched(contributions: Sequence[Row], talk: Conversation) -> list[Statement | None]:
    """The statement that each comment is: with the same words and week, and the same votes where they are told.

    Two comments alike in all of that differ in nothing but their authors: each takes the next of these statements.
    """
    votes = Counter((vote.statement, vote.value) for vote in talk.votes)
    waiting: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in reversed(talk.statements):
        if one.author >= 0:
            told = (votes[one.number, 1], votes[one.number, -1]) if talk.votes else ()
            waiting[one.body, one.week, *told].append(one)
    found = [_match(place, row, talk, waiting) for place, row in enumerate(contributions, start=2)]
    for left in (one for some in waiting.values() for one in some):
        raise Faulty(f"polis-comments.csv: statement {left.number} is no comment of contributions.csv")
    return found


def _match(
    place: int, row: Row, talk: Conversation, waiting: Mapping[tuple[object, ...], list[Statement]]
) -> Statement | None:
    where = f"contributions.csv, row {place}"
    counts = (_number(row, "agree"), _number(row, "disagree"))
    if row["channel"] != "comment":
        if any(counts):
            raise Faulty(f"{where}: nobody can agree or disagree with a response")
        return None
    if not talk.votes and sum(counts) >= polis.FEWEST:
        raise Faulty(f"{where}: {sum(counts)} people voted, and polis-votes.csv has no votes")
    week = _monday(date.fromisoformat(str(row["day"])))
    some = waiting.get((row["body"], week, *(counts if talk.votes else ())))
    if not some:
        raise Faulty(f"{where}: polis-comments.csv has no statement with these words and votes in that week")
    return some.pop()


def _number(row: Row, column: str) -> int:
    return int(row[column] or 0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _people(
    contributions: Sequence[Row], families: Sequence[Row], statements: Sequence[Statement | None]
) -> list[tuple[str, int]]:
    """Who sent what. Files do not say who sent a response: they differ as far as the people of a family allow."""
    found = [
        ("respondent", place) if one is None else ("author", one.author)
        for place, one in enumerate(statements)
    ]
    members: dict[object, list[int]] = defaultdict(list)
    for place, row in enumerate(contributions):
        members[row["family"]].append(place)
    for at, family in enumerate(families, start=2):
        _agree_with(f"families.csv, row {at}", family, members[family["id"]], found)
    return found


def _agree_with(where: str, family: Row, places: Sequence[int], people: list[tuple[str, int]]) -> None:
    """Let as many of the responses have one sender as the number of people says. Raises Faulty."""
    if family["contributions"] != len(places):
        raise Faulty(
            f"{where}: contributions says {family['contributions']}, contributions.csv has {len(places)}"
        )
    responses = [place for place in places if people[place][0] == "respondent"]
    surplus = len({people[place] for place in places}) - _number(family, "people")
    most = len(responses) if len(responses) < len(places) else len(responses) - 1
    if not 0 <= surplus <= most:
        raise Faulty(f"{where}: people says {family['people']}, who sent its contributions are not so many")
    shared = next(people[place] for place in places if place not in responses[len(responses) - surplus :])
    for place in responses[len(responses) - surplus :]:
        people[place] = shared


# As Polis publishes votes


def _read_polis(files: Mapping[str, bytes], licence: str, without_passes: bool) -> Set:
    if licence not in LICENCES:
        raise Faulty(f"a set of Polis names no licence: say it with --licence ({', '.join(LICENCES)})")
    talk = _polis_conversation({name: text_of(files, name) for name in files if name.endswith(".csv")})
    _check_votes(talk)
    published, left_out = _with_a_place(talk, without_passes)
    rows = _polis_rows(published)
    is_arabic = language_of(published.topic) == "ar"
    return Set(
        about=About((published.topic, "") if is_arabic else ("", published.topic), licence),
        talk=published,
        contributions=rows,
        statements=[one for one in published.statements if one.author >= 0],
        people=[("author", one.author) for one in published.statements if one.author >= 0],
        families=[_polis_family(row) for row in rows],
        outcomes=(),
        figures=(),
        survey=(),
        digest=archive.digest_of(files),
        files={},
        left_out=left_out,
    )


def _polis_conversation(texts: Mapping[str, str]) -> Conversation:
    """Votes from votes.csv, or from the matrix of participants where Polis has published no list."""
    for name in ("summary.csv", "comments.csv"):
        if name not in texts:
            raise Faulty(f"{name}: is missing")
    if "votes.csv" not in texts and MATRIX not in texts:
        raise Faulty(f"votes.csv: is missing, and so is {MATRIX}")
    head = "timestamp,datetime,comment-id,voter-id,vote\n"
    try:
        talk = polis.read({"votes.csv": head, **texts})
        return talk if "votes.csv" in texts else replace(talk, votes=_votes_of(texts[MATRIX], talk))
    except (KeyError, ValueError, IndexError, OverflowError, OSError, csv.Error) as fault:
        raise Faulty(f"summary.csv, comments.csv, votes.csv: not of Polis' shape ({fault})") from None


def _votes_of(text: str, talk: Conversation) -> list[Vote]:
    """The matrix says what was voted, not when: each vote is dated with its statement."""
    head, *body = csv_rows(text)
    weeks = {one.number: one.week for one in talk.statements}
    columns = [(place, int(name)) for place, name in enumerate(head) if name.isdecimal()]
    return [
        Vote(weeks.get(number, date.min), number, int(row[0]), int(row[place]))
        for row in body
        for place, number in columns
        if row[place] != ""
    ]


def _with_a_place(talk: Conversation, without_passes: bool) -> tuple[Conversation, list[str]]:
    """The conversation without what has no place here. Raises Faulty for passes, unless they may be left out."""
    kept = [one for one in talk.statements if one.is_published]
    authors = {one.number: one.author for one in kept}
    votes = [vote for vote in talk.votes if vote.statement in authors]
    passes = [vote for vote in votes if vote.value == 0 and authors[vote.statement] >= 0]
    if passes and not without_passes:
        raise Faulty(
            f"{len(passes)} votes pass on a statement: people agree or disagree with a comment, and nothing else has"
            " a place here. --without-passes leaves them out"
        )
    told = [
        (len(talk.statements) - len(kept), "statements that moderators rejected were left out"),
        (len(talk.votes) - len(votes), "votes on them were left out"),
        (len(passes), "passes were left out"),
    ]
    gone = set(passes)
    return _renumbered(talk, kept, [vote for vote in votes if vote not in gone]), [
        f"{count} {what}" for count, what in told if count
    ]


def _renumbered(talk: Conversation, kept: Sequence[Statement], votes: Sequence[Vote]) -> Conversation:
    """Statements numbered from 0 on, key points first, as this site does it; times no finer than a week."""
    ordered = sorted(kept, key=lambda one: (one.author >= 0, one.number))
    numbers = {one.number: place for place, one in enumerate(ordered)}
    return replace(
        talk,
        statements=[replace(one, number=numbers[one.number], week=_monday(one.week)) for one in ordered],
        votes=[replace(vote, statement=numbers[vote.statement], week=_monday(vote.week)) for vote in votes],
    )


def _polis_rows(talk: Conversation) -> list[Row]:
    votes = Counter((vote.statement, vote.value) for vote in talk.votes)
    return [
        {
            "id": new_public_id(),
            "family": new_public_id(),
            "part": "",
            "version": None,
            "language": language_of(one.body),
            "channel": "comment",
            "kind": "comment",
            "stance": "",
            "state": "unread",
            "day": str(one.week),
            "agree": votes[one.number, 1],
            "disagree": votes[one.number, -1],
            "moved": "",
            "organisation": "",
            "body": one.body,
            "wording": "",
            "wording_state": "none",
        }
        for one in talk.statements
        if one.author >= 0
    ]


def _polis_family(row: Row) -> Row:
    return {
        "id": row["family"],
        "part": "",
        "language": row["language"],
        "contributions": 1,
        "people": 1,
        "support": 1 + _number(row, "agree"),
        "decision": "open",
        "reason_ar": "",
        "reason_en": "",
        "answered": "",
        "outcome": "",
    }
