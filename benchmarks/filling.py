"""Fills a database with many inquiries at once. Every one is as whole as if it had been sent: chain, texts, words.

Rows are made by the models' own rules (hash, digest, normalised words) and inserted in bulk.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select

from app.agencies.models import Agency
from app.cases.actions import title_of
from app.cases.models import FIRST_HASH, Case, CaseEvent, CaseName, CaseText, CaseWord
from app.cases.workflow import State
from app.core import clock, crypto, db
from app.core.references import new_reference, receipt_digest, receipt_for
from app.core.text import language_of, name_words, normalise
from feedback.inquiries.models import Inquiry

BATCH = 1000
APART = timedelta(seconds=97)
AGENCIES = (
    ("water", "مؤسسة المياه", "Water Company"),
    ("roads", "هيئة الطرق", "Roads Authority"),
    ("electricity", "هيئة الكهرباء", "Electricity Authority"),
    ("health", "وزارة الصحة", "Ministry of Health"),
)
STATES = (State.RECEIVED, State.IN_PROGRESS, State.WAITING, State.ANSWERED, State.CLOSED)
PLACES = ("حي النخيل", "شارع الوادي", "Palm Street", "حي الزهور", "Harbour Road", "السوق القديم")
MATTERS = (
    "انقطعت المياه منذ يومين عن {place}، ورقم العداد {number}. متى تعود؟",
    "الفاتورة رقم {number} أعلى من المعتاد ثلاث مرات، ونحن في {place}. أرجو المراجعة.",
    "No water in {place} since Monday, account {number}. Who can tell me when it comes back?",
    "حفرة كبيرة في {place} أمام المنزل رقم {number} وأضرّت بالسيارات.",
    "The street light in {place} near number {number} has been dark for a week.",
)
NAMES = ("هدى الكعبي", "Yusuf Rahman", "سالم المنصوري", "Amina Haddad", "")


@dataclass
class _Rows:
    """The rows of one case, by table."""

    case: dict[str, Any]
    inquiry: dict[str, Any]
    events: list[dict[str, Any]]
    text: dict[str, Any]
    word: dict[str, Any]
    names: list[dict[str, Any]]


def found_agencies() -> dict[str, uuid.UUID]:
    """Have the agencies; returns their ids by key."""
    known = {agency.key: agency.id for agency in db.session().scalars(select(Agency))}
    for key, arabic, english in AGENCIES:
        if key not in known:
            agency = Agency(id=db.new_id(), key=key)
            agency.name, agency.remit = (arabic, english), (arabic, english)
            db.session().add(agency)
            known[key] = agency.id
    db.session().flush()
    return known


def fill(cases: int, seed: int = 1, agency_key: str = "") -> None:
    """Add so many inquiries, the newest one now; the same seed gives the same texts. All to one agency, or spread."""
    with db.transaction():
        agencies = found_agencies()
    chosen = (
        {agency_key: agencies[agency_key]} if agency_key else {key: agencies[key] for key, *_ in AGENCIES}
    )
    made = _many(cases, random.Random(seed), chosen)  # noqa: S311  # made-up cases, not secrets
    while batch := list(islice(made, BATCH)):
        with db.transaction():
            _insert(batch)


def _insert(batch: list[_Rows]) -> None:
    for model, rows in (
        (Case, [one.case for one in batch]),
        (Inquiry, [one.inquiry for one in batch]),
        (CaseEvent, [event for one in batch for event in one.events]),
        (CaseText, [one.text for one in batch]),
        (CaseWord, [one.word for one in batch]),
        (CaseName, [name for one in batch for name in one.names]),
    ):
        if rows:
            db.session().connection().execute(insert(model.__table__), rows)  # type: ignore[arg-type]


def _many(cases: int, chance: random.Random, agencies: dict[str, uuid.UUID]) -> Iterator[_Rows]:
    now = clock.now()
    for number in range(cases, 0, -1):
        key = chance.choice(list(agencies))
        matter = chance.choice(MATTERS).format(place=chance.choice(PLACES), number=100_000 + number)
        yield _one(
            matter, chance.choice(NAMES), chance.choice(STATES), (key, agencies[key]), now - APART * number
        )


def _one(body: str, name: str, state: State, agency: tuple[str, uuid.UUID], at: datetime) -> _Rows:
    case_id, author, client_id = db.new_id(), f"browser:{uuid.uuid4().hex}", str(uuid.uuid4())
    opened = _event(case_id, 1, "opened", author, client_id, at)
    text = CaseText(event_id=opened.id, body=body, language=language_of(body), salt=uuid.uuid4().hex[:16])
    opened.text_digest = text.digest()
    opened.hash = opened.chained_after(FIRST_HASH)
    routed = _event(case_id, 2, "routed", author, "seq:2", at, to=agency[0])
    routed.hash = routed.chained_after(opened.hash)
    return _Rows(
        case=_case_row(case_id, (author, client_id), (body, name), state, agency[1], at, routed.hash),
        inquiry={"id": case_id, "suggestion": {}, "choice": "other"},
        events=[_row(opened), _row(routed)],
        text=_row(text),
        word={"event_id": opened.id, "case_id": case_id, "words": normalise(body)},
        names=[
            {"case_id": case_id, "word_index": crypto.blind_index(word, "name word")}
            for word in set(name_words(name))
        ],
    )


def _event(
    case_id: uuid.UUID, seq: int, kind: str, author: str, client_id: str, at: datetime, **facts: str
) -> CaseEvent:
    return CaseEvent(
        id=db.new_id(),
        case_id=case_id,
        seq=seq,
        kind=kind,
        audience="public",
        side="citizen",
        author_key=author,
        client_id=client_id,
        at=at,
        facts=facts,
        text_digest="",
    )


def _row(thing: db.Base) -> dict[str, Any]:
    return {column.name: getattr(thing, column.name) for column in thing.__table__.columns}


def _case_row(
    case_id: uuid.UUID,
    keys: tuple[str, str],
    said: tuple[str, str],
    state: State,
    agency_id: uuid.UUID,
    at: datetime,
    head_hash: str,
) -> dict[str, Any]:
    """`keys`: author key and client id; `said`: body and name."""
    closed = state is State.CLOSED
    answered = closed or state is State.ANSWERED
    return {
        "id": case_id,
        "kind": "inquiry",
        "reference": new_reference(),
        "receipt_digest": receipt_digest(receipt_for(*keys)),
        "author_key": keys[0],
        "client_id": keys[1],
        "agency_id": agency_id,
        "state": state,
        "is_open": not closed,
        "is_urgent": False,
        "hops": 0,
        "title": title_of(said[0]),
        "language": language_of(said[0]),
        "contact_name": said[1] or None,
        "contact_language": "ar",
        "opened_at": at,
        "touched_at": at,
        "answered_at": at if answered else None,
        "closed_at": at if closed else None,
        "last_seq": 2,
        "head_hash": head_hash,
    }
