"""Entering the rows of an imported set: in the order of the set, under pseudonyms, closed from the first moment."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import insert, select

from app.core import clock, db
from app.core.references import new_public_id
from participation.consultations.models import (
    RESPONSE,
    SUBJECT,
    Consultation,
    Contribution,
    Family,
    ImportedSet,
    KeyPoint,
    Outcome,
    PointStance,
    Response,
    ResponsePost,
)
from participation.consultations.open_data.polis import Vote
from participation.consultations.open_data.rows import Row
from participation.consultations.open_data.sets import Set
from participation.discussion import actions as discussion
from participation.discussion import pseudonyms, tallies
from participation.discussion.models import Post, Reaction, Thread

AT_ONCE = 1_000
NOON = time(12)
REACTIONS = {1: "agree", -1: "disagree"}
STANCES = {1: "support", 0: "partly", -1: "oppose"}


def enter(made: Consultation, read: Set) -> None:
    """Write everything that the set holds of this consultation, which has a number and nothing else so far."""
    _describe(made, read)
    ids = Ids()
    outcomes = _enter_outcomes(made, read, ids)
    families = _enter_families(made, read, ids, outcomes)
    points = _enter_points(made, read)
    posts = _enter_contributions(made, read, ids, families)
    _enter_votes(made, read, points, posts)
    db.session().add(_origin(made, read, ids))
    db.session().flush()


class Ids:
    """Public ids of the set, kept where they are free here. `replaced`: the others, by the id that they got."""

    def __init__(self) -> None:
        self.replaced: dict[str, str] = {}

    def free(self, model: Any, told: Sequence[str]) -> dict[str, str]:
        """For each id of the set the one that the row of this model gets here."""
        taken: set[str] = set()
        for start in range(0, len(told), AT_ONCE):
            some = told[start : start + AT_ONCE]
            taken |= set(db.session().scalars(select(model.public_id).where(model.public_id.in_(some))))
        here = {one: new_public_id() if one in taken else one for one in told}
        self.replaced |= {new: old for old, new in here.items() if new != old}
        return here


def _describe(made: Consultation, read: Set) -> None:
    made.title = read.about.title
    made.lead = (read.talk.description, "")
    made.is_imported = True
    made.takes_confidential = False
    made.created_at = _opened(read)
    db.session().flush()


def _opened(read: Set) -> datetime:
    """The week of the key points, else that of the earliest statement: a set tells nothing finer."""
    weeks = [one.week for one in read.talk.statements if one.author < 0]
    weeks = weeks or [one.week for one in read.talk.statements]
    return _noon(min(weeks)) if weeks else clock.now()


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, clock.zone())


def _day(cell: object) -> datetime | None:
    return _noon(date.fromisoformat(str(cell))) if cell else None


def _keys(count: int) -> list[uuid.UUID]:
    """Keys in ascending order: what is exported is ordered by them."""
    return sorted(db.new_id() for _number in range(count))


def _enter_outcomes(made: Consultation, read: Set, ids: Ids) -> dict[str, uuid.UUID]:
    here = ids.free(Outcome, [str(row["id"]) for row in read.outcomes])
    found: dict[str, uuid.UUID] = {}
    for position, row in enumerate(read.outcomes):
        told = str(row["id"])
        names = ("part", "decision", "from_version", "to_version", "hunk", "progress")
        plain = {name: row[name] for name in names}
        outcome = Outcome(consultation_id=made.id, position=position, act_key=f"import {told}", **plain)
        outcome.public_id = here[told]
        for name in ("theme", "said", "did"):
            setattr(outcome, name, (str(row[f"{name}_ar"]), str(row[f"{name}_en"])))
        db.session().add(outcome)
        db.session().flush()
        found[told] = outcome.id
    return found


def _enter_families(
    made: Consultation, read: Set, ids: Ids, outcomes: Mapping[str, uuid.UUID]
) -> dict[str, uuid.UUID]:
    here = ids.free(Family, [str(row["id"]) for row in read.families])
    keys = _keys(len(read.families))
    for key, row in zip(keys, read.families, strict=True):
        family = Family(id=key, consultation_id=made.id, public_id=here[str(row["id"])], **_family(row))
        family.outcome_id = outcomes.get(str(row["outcome"]))
        family.reason = (str(row["reason_ar"]), str(row["reason_en"]))
        db.session().add(family)
    db.session().flush()
    return {str(row["id"]): key for key, row in zip(keys, read.families, strict=True)}


def _family(row: Row) -> dict[str, Any]:
    support = int(row["support"] or 0)
    return {
        "part": row["part"],
        "language": row["language"],
        "likeness": f"import {row['id']}",
        "size": row["contributions"],
        "people": row["people"],
        "support": support,
        "rank": 100 * support,
        "decision": row["decision"],
        "revision": 0 if row["decision"] == "open" else 1,
        "answered_at": _day(row["answered"]),
    }


def _enter_points(made: Consultation, read: Set) -> dict[int, uuid.UUID]:
    """Key points by the number of their statement. Their Arabic text is all that a set has of them."""
    told = [one for one in read.talk.statements if one.author < 0]
    found: dict[int, uuid.UUID] = {}
    for position, statement in enumerate(told):
        point = KeyPoint(consultation_id=made.id, position=position)
        point.text = (statement.body, "")
        db.session().add(point)
        db.session().flush()
        found[statement.number] = point.id
    return found


def _enter_contributions(
    made: Consultation, read: Set, ids: Ids, families: Mapping[str, uuid.UUID]
) -> dict[int, uuid.UUID]:
    """The keys of the posts by the number of their statement: ascending as these numbers do."""
    here = _free_ids(read, ids)
    numbers = sorted(one.number for one in read.statements if one is not None)
    posts = dict(zip(numbers, _keys(len(numbers)), strict=True))
    responses = iter(_keys(len(read.statements) - len(numbers)))
    threads = _Threads(made)
    entered: list[Contribution] = []
    keys = _keys(len(read.contributions))
    together = zip(keys, read.contributions, read.statements, read.people, strict=True)
    for key, row, statement, (series, number) in together:
        author_key = pseudonyms.key(made.id, series, number)
        shared = {"public_id": here[str(row["id"])], "author_key": author_key, "client_id": str(key)}
        entry = _entry(made, row, families, id=key, author_key=author_key)
        if statement is not None:
            post = _post(row, id=posts[statement.number], **shared)
            post.thread_id = threads.of(str(row["part"]))
            db.session().add(post)
            entry.post_id = post.id
        else:
            response = _response(row, id=next(responses), consultation_id=made.id, **shared)
            db.session().add(response)
            db.session().flush()
            entry.response_id, entry.post_id = response.id, _text_of(response, row, threads)
        entered.append(entry)
    db.session().flush()
    db.session().add_all(entered)
    db.session().flush()
    threads.count()
    return posts


def _free_ids(read: Set, ids: Ids) -> dict[str, str]:
    """Posts and responses have series of ids of their own."""
    pairs = list(zip(read.contributions, read.statements, strict=True))
    posts = [str(row["id"]) for row, statement in pairs if statement is not None]
    responses = [str(row["id"]) for row, statement in pairs if statement is None]
    return ids.free(Post, posts) | ids.free(Response, responses)


def _post(row: Row, **keys: Any) -> Post:
    agree, disagree, at = int(row["agree"] or 0), int(row["disagree"] or 0), _day(row["day"])
    return Post(
        kind=row["kind"],
        stance=row["stance"] or None,
        body=row["body"],
        wording=row["wording"],
        wording_state=row["wording_state"],
        article_version=row["version"],
        language=row["language"],
        state="published",
        created_at=at,
        published_at=at,
        agree_count=agree,
        disagree_count=disagree,
        disputed=min(agree, disagree),
        **keys,
    )


def _text_of(response: Response, row: Row, threads: "_Threads") -> uuid.UUID:
    """The key of the post that is the text of the response."""
    thread = threads.of_response(response.public_id)
    post = discussion.keep_text(thread, response.author_key, None, str(row["body"]), response.language)
    post.state, post.created_at, post.published_at = "published", response.sent_at, response.sent_at
    db.session().add(ResponsePost(response_id=response.id, post_id=post.id))
    return post.id


def _response(row: Row, **keys: Any) -> Response:
    return Response(
        own_state="unconfirmed",
        article_key=row["part"],
        channel=row["channel"],
        organisation=row["organisation"],
        stance=row["stance"] or None,
        language=row["language"],
        sent_at=_day(row["day"]),
        **keys,
    )


def _entry(made: Consultation, row: Row, families: Mapping[str, uuid.UUID], **keys: Any) -> Contribution:
    at = _day(row["day"])
    return Contribution(
        consultation_id=made.id,
        part=row["part"],
        family_id=families[str(row["family"])],
        stance=row["stance"] or None,
        language=row["language"],
        version_number=row["version"],
        moved=row["moved"],
        read_at=None if row["state"] == "unread" else at,
        registered_at=at,
        **keys,
    )


class _Threads:
    """The threads of the set, closed: one for each part that has comments, and one for each response."""

    def __init__(self, made: Consultation):
        self._place_id = str(made.id)
        self._by_part: dict[str, Thread] = {}
        self._of_responses: list[Thread] = []

    def of(self, part: str) -> uuid.UUID:
        if part not in self._by_part:
            thread = discussion.open_thread(SUBJECT, self._place_id, part)
            thread.is_locked = True
            self._by_part[part] = thread
        return self._by_part[part].id

    def of_response(self, public_id: str) -> Thread:
        thread = discussion.open_thread(RESPONSE, self._place_id, public_id)
        self._of_responses.append(thread)
        return thread

    def count(self) -> None:
        for thread in (*self._by_part.values(), *self._of_responses):
            dates = list(db.session().scalars(select(Post.published_at).where(Post.thread_id == thread.id)))
            thread.post_count, thread.last_post_at = len(dates), max(at for at in dates if at is not None)
            tallies.count_anew(thread)


# Votes


def _enter_votes(
    made: Consultation, read: Set, points: Mapping[int, uuid.UUID], posts: Mapping[int, uuid.UUID]
) -> None:
    """Stances on key points, agreement with comments. Where votes are withheld, how many they are is kept."""
    _insert(
        PointStance, (_stance(made, vote, points) for vote in read.talk.votes if vote.statement in points)
    )
    if read.talk.votes:
        _insert(
            Reaction, (_reaction(made, vote, posts) for vote in read.talk.votes if vote.statement in posts)
        )
    else:
        _insert(Reaction, _withheld(made, read, posts))


def _stance(made: Consultation, vote: Vote, points: Mapping[int, uuid.UUID]) -> dict[str, Any]:
    key = pseudonyms.key(made.id, pseudonyms.VOTER, vote.voter)
    point = {"id": db.new_id(), "key_point_id": points[vote.statement], "author_key": key}
    return {**point, "stance": STANCES[vote.value], "is_confirmed": True, "given_at": _noon(vote.week)}


def _reaction(made: Consultation, vote: Vote, posts: Mapping[int, uuid.UUID]) -> dict[str, Any]:
    key = pseudonyms.key(made.id, pseudonyms.VOTER, vote.voter)
    row = {"id": db.new_id(), "post_id": posts[vote.statement], "author_key": key}
    return {**row, "kind": REACTIONS[vote.value], "created_at": _noon(vote.week)}


def _withheld(made: Consultation, read: Set, posts: Mapping[int, uuid.UUID]) -> Iterator[dict[str, Any]]:
    for row, statement in zip(read.contributions, read.statements, strict=True):
        if statement is not None:
            agree = ["agree"] * int(row["agree"] or 0)
            for number, kind in enumerate([*agree, *["disagree"] * int(row["disagree"] or 0)]):
                key = pseudonyms.key(made.id, pseudonyms.WITHHELD, number)
                reaction = {"id": db.new_id(), "post_id": posts[statement.number], "author_key": key}
                yield {**reaction, "kind": kind, "created_at": _day(row["day"])}


def _insert(model: type[db.Base], rows: Iterator[dict[str, Any]]) -> None:
    """Thousands at a time: a large conversation has hundreds of thousands of votes."""
    while some := list(islice(rows, AT_ONCE)):
        db.session().execute(insert(model), some)


# Where it comes from


def _origin(made: Consultation, read: Set, ids: Ids) -> ImportedSet:
    told = read.about
    return ImportedSet(
        consultation_id=made.id,
        digest=read.digest,
        url=read.talk.url,
        shown_number=told.shown_number,
        slug=told.slug,
        agency_key=told.agency_key,
        state=told.state,
        licence=told.licence,
        confidential=told.confidential,
        told={"figures": _cells(read.figures), "survey": _cells(read.survey), "ids": ids.replaced},
    )


def _cells(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(row.values()) for row in rows]
