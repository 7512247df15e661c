"""Votes on statements in the shape of Polis' open data: five CSV files, written and read (pure).

Statements are public comments and the key points of the draft; a vote is 1 (agree), -1 (disagree) or 0 (in part).
Times are no finer than a week, voters and authors have numbers of two separate series: a row of votes leads neither to
an account nor to what the same person wrote. Below `FEWEST` voters no votes are published at all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.core.tables import Cell, csv_rows, csv_text

FEWEST = 10
FILES = ("summary.csv", "stats-history.csv", "comments.csv", "votes.csv", "participants-votes.csv")


@dataclass(frozen=True)
class Statement:
    """What people vote on. `week`: the Monday of the week in which it was made; `author`: its number, -1 the agency.

    `is_published`: no moderator rejected it.
    """

    number: int
    week: date
    author: int
    body: str
    is_published: bool = True


@dataclass(frozen=True)
class Vote:
    week: date
    statement: int
    voter: int
    value: int


@dataclass(frozen=True)
class Conversation:
    """Everything the five files hold."""

    topic: str
    url: str
    description: str
    statements: Sequence[Statement]
    votes: Sequence[Vote]


def files(talk: Conversation) -> dict[str, str]:
    """The five files. The same conversation gives the same bytes, whatever the order it comes in."""
    told = _ordered(talk)
    tables = (_summary(told), _history(told), _comments(told), _votes(told), _participants(told))
    return {name: csv_text(rows) for name, rows in zip(FILES, tables, strict=True)}


def read(texts: Mapping[str, str]) -> Conversation:
    """The conversation that these files hold. Raises KeyError or ValueError for files of another shape."""
    summary = {row[0]: row[1] for row in csv_rows(texts["summary.csv"])}
    comments = _named_rows(texts["comments.csv"])
    votes = _named_rows(texts["votes.csv"])
    return Conversation(
        summary["topic"],
        summary["url"],
        summary["conversation-description"],
        [
            Statement(
                int(row["comment-id"]),
                _day(row["timestamp"]),
                int(row["author-id"]),
                row["comment-body"],
                row["moderated"] != "-1",
            )
            for row in comments
        ],
        [
            Vote(_day(row["timestamp"]), int(row["comment-id"]), int(row["voter-id"]), int(row["vote"]))
            for row in votes
        ],
    )


def miscounted(texts: Mapping[str, str]) -> list[int]:
    """Numbers of statements whose agrees and disagrees are not those of the votes; nothing where votes are withheld."""
    talk = read(texts)
    counts = Counter((vote.statement, vote.value) for vote in talk.votes)
    if not talk.votes:
        return []
    return [
        int(row["comment-id"])
        for row in _named_rows(texts["comments.csv"])
        if (int(row["agrees"]), int(row["disagrees"]))
        != (counts[int(row["comment-id"]), 1], counts[int(row["comment-id"]), -1])
    ]


def _ordered(talk: Conversation) -> Conversation:
    voters = {vote.voter for vote in talk.votes}
    return Conversation(
        talk.topic,
        talk.url,
        talk.description,
        sorted(talk.statements, key=lambda one: one.number),
        sorted(talk.votes, key=lambda one: (one.voter, one.statement)) if len(voters) >= FEWEST else [],
    )


def _summary(talk: Conversation) -> list[Sequence[Cell]]:
    voters = {vote.voter for vote in talk.votes}
    authors = {one.author for one in talk.statements if one.author >= 0}
    return [
        ("topic", talk.topic),
        ("url", talk.url),
        ("voters", len(voters)),
        ("voters-in-conv", len(voters)),
        ("commenters", len(authors)),
        ("comments", len(talk.statements)),
        ("groups", 0),
        ("conversation-description", talk.description),
    ]


def _history(talk: Conversation) -> list[Sequence[Cell]]:
    """By week, all so far. Visitors are not counted."""
    rows: list[Sequence[Cell]] = [
        ("timestamp", "datetime", "n-votes", "n-comments", "n-visitors", "n-voters", "n-commenters")
    ]
    weeks = sorted({one.week for one in talk.statements} | {vote.week for vote in talk.votes})
    for week in weeks:
        votes = [vote for vote in talk.votes if vote.week <= week]
        made = [one for one in talk.statements if one.week <= week]
        voters, authors = {v.voter for v in votes}, {s.author for s in made if s.author >= 0}
        shown = len(voters) if len(voters) >= FEWEST else None
        rows.append((*_time(week), len(votes) if shown else None, len(made), None, shown, len(authors)))
    return rows


def _comments(talk: Conversation) -> list[Sequence[Cell]]:
    counts = Counter((vote.statement, vote.value) for vote in talk.votes)
    rows: list[Sequence[Cell]] = [
        (
            "timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body",
        )
    ]  # fmt: skip
    for one in talk.statements:
        agrees, disagrees = counts[one.number, 1], counts[one.number, -1]
        state = 1 if one.is_published else -1
        rows.append((*_time(one.week), one.number, one.author, agrees, disagrees, state, one.body))
    return rows


def _votes(talk: Conversation) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = [("timestamp", "datetime", "comment-id", "voter-id", "vote")]
    return rows + [(*_time(vote.week), vote.statement, vote.voter, vote.value) for vote in talk.votes]


def _participants(talk: Conversation) -> list[Sequence[Cell]]:
    """One row per voter. Groups are made elsewhere; the number of comments would join the two series: both empty."""
    numbers = [one.number for one in talk.statements]
    rows: list[Sequence[Cell]] = [
        ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *map(str, numbers))
    ]
    by_voter: dict[int, dict[int, int]] = {}
    for vote in talk.votes:
        by_voter.setdefault(vote.voter, {})[vote.statement] = vote.value
    for voter, cast in sorted(by_voter.items()):
        values = list(cast.values())
        counts = len(values), values.count(1), values.count(-1)
        rows.append((voter, None, None, *counts, *[cast.get(number) for number in numbers]))
    return rows


def _time(week: date) -> tuple[int, str]:
    at = datetime(week.year, week.month, week.day, tzinfo=UTC)
    return int(at.timestamp() * 1000), f"{at:%a %b %d %H:%M:%S UTC %Y}"


def _day(milliseconds: str) -> date:
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC).date()


def _named_rows(text: str) -> list[dict[str, str]]:
    head, *rows = csv_rows(text)
    return [dict(zip(head, row, strict=True)) for row in rows]
