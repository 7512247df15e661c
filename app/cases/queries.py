"""Everything that reads cases. Each query takes the actor and returns only what the actor may see."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, false, func, or_, select, tuple_, union_all
from sqlalchemy.orm import joinedload, load_only, selectinload

from app.agencies import queries as agencies
from app.agencies.models import Agency
from app.cases.models import (
    FIRST_HASH,
    Attachment,
    CannedAnswer,
    Case,
    CaseEvent,
    CaseName,
    CaseWord,
    Writing,
)
from app.cases.permissions import HANDLERS, is_supervisor, may_open_inbox, may_see, may_see_internal
from app.cases.workflow import State
from app.core import clock, crypto, db
from app.core.errors import Missing
from app.core.i18n import gettext as _
from app.core.permissions import Actor, Role
from app.core.references import REFERENCE_LENGTH, parse_receipt, parse_reference, receipt_digest
from app.core.text import name_words, normalise
from app.identity.models import Look, Person, RoleGrant

PAGE = 25
WRITING_SHOWN = timedelta(minutes=10)
MOST_WORDS = 6


def find(actor: Actor, reference: str) -> Case:
    """The case with this reference. Raises Missing alike for "no such case" and "not yours to know"."""
    canonical = parse_reference(reference)
    case = _by_reference(canonical) if canonical else None
    if case is None or not may_see(actor, case):
        raise Missing
    return case


def find_by_receipt(reference: str, receipt: str) -> Case | None:
    """The case that this reference and this secret receipt open together; the same work whether it exists or not."""
    canonical, secret = parse_reference(reference), parse_receipt(receipt)
    digest = receipt_digest(secret or "")
    case = _by_reference(canonical or "")
    expected = case.receipt_digest if case else receipt_digest("nobody's")
    matches = crypto.are_equal(digest, expected)
    return case if case is not None and secret is not None and matches else None


def by_id(case_id: uuid.UUID) -> Case:
    """For jobs and listeners, which act as the system."""
    return db.session().scalars(_whole().where(Case.id == case_id)).one()


def _by_reference(canonical: str) -> Case | None:
    return db.session().scalar(_whole().where(Case.reference == canonical))


def _whole() -> Select[Case]:
    return select(Case).options(
        joinedload(Case.agency), joinedload(Case.assignee).load_only(Person.display_name)
    )


def timeline(actor: Actor, case: Case, after: int = 0) -> list[CaseEvent]:
    """The events this actor may see, oldest first, with texts, files and names: at most four queries."""
    seen = (
        select(CaseEvent)
        .where(CaseEvent.case_id == case.id, CaseEvent.seq > after)
        .order_by(CaseEvent.seq)
        .options(
            joinedload(CaseEvent.text),
            joinedload(CaseEvent.author).load_only(Person.display_name),
            joinedload(CaseEvent.agency),
            selectinload(CaseEvent.attachments),
        )
    )
    if not may_see_internal(actor, case):
        seen = seen.where(CaseEvent.audience == "public")
    return list(db.session().scalars(seen))


def attachment(actor: Actor, case: Case, public_id: str) -> Attachment:
    """A file of the case, checked at this use. Raises Missing."""
    wanted = (
        select(Attachment, CaseEvent.audience)
        .join(CaseEvent, CaseEvent.id == Attachment.event_id)
        .where(Attachment.case_id == case.id, Attachment.file_public_id == public_id)
    )
    row = db.session().execute(wanted).one_or_none()
    if row is None or (row.audience == "internal" and not may_see_internal(actor, case)):
        raise Missing
    return row.Attachment  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Page:
    """One page of a list, and where the next one starts."""

    cases: Sequence[Case]
    next_cursor: str | None


def mine(actor: Actor, cursor: str | None = None) -> Page:
    """What this person has sent, most recently touched first."""
    if actor.person_id is None:
        return Page([], None)
    return _page(_listed().where(Case.person_id == actor.person_id), cursor)


VIEWS = ("unassigned", "mine", "waiting", "answered", "all-open", "closed", "triage")


def views_of(actor: Actor) -> list[str]:
    """The views that can hold something for this official: triage is the arbiters' own."""
    return [view for view in VIEWS if view != "triage" or actor.has(Role.ARBITER)]


def first_view_of(actor: Actor) -> str:
    """What the inbox opens with: an arbiter who handles no agency's cases comes for triage."""
    return "all-open" if actor.agencies(*HANDLERS) else "triage"


@dataclass(frozen=True)
class Filters:
    """What an official looks for. `words`: a reference, a name, or words of the texts."""

    view: str = "all-open"
    words: str = ""
    language: str = ""
    agency_key: str = ""


def inbox(actor: Actor, filters: Filters, cursor: str | None = None) -> Page:
    """The cases this official handles, most recently touched first; one query, whatever the size."""
    wanted = _listed().where(_handled_by(actor))
    view: dict[str, Any] = {
        "unassigned": and_(Case.is_open, Case.assignee_id.is_(None), Case.agency_id.is_not(None)),
        "mine": and_(Case.is_open, Case.assignee_id == actor.person_id),
        "waiting": and_(Case.is_open, Case.state == State.WAITING),
        "answered": and_(Case.is_open, Case.state == State.ANSWERED),
        "all-open": Case.is_open,
        "closed": ~Case.is_open,
        "triage": and_(Case.is_open, Case.state == State.TRIAGE),
    }
    wanted = wanted.where(view.get(filters.view, Case.is_open))
    if filters.language in {"ar", "en"}:
        wanted = wanted.where(Case.language == filters.language)
    if filters.agency_key:
        wanted = wanted.where(Agency.key == filters.agency_key)
    if filters.words.strip():
        wanted = wanted.where(_matching(filters.words))
    return _page(wanted, cursor)


def search(actor: Actor, words: str, cursor: str | None = None, most: int = PAGE) -> Page:
    """The cases this actor may see that have the words, most recently touched first; one query, whatever the size.

    Who handles a case finds it by all that the inbox is searched by; who sent it only by what both sides said to each
    other: a note must not show itself by being found.
    """
    places = _places(actor, words) if words.strip() else []
    if not places:
        return Page([], None)
    newest = [_from(select(Case.id).where(place), cursor, most + 1).subquery() for place in places]
    return _page(_listed().where(Case.id.in_(union_all(*(select(one.c.id) for one in newest)))), cursor, most)


def _places(actor: Actor, words: str) -> list[Any]:
    """Where the actor may find: one condition for each way to see cases, so that each has the order of an index."""
    own = [Case.person_id == actor.person_id] if actor.person_id else []
    held = [Case.id.in_(actor.receipts)] if actor.receipts else []
    handled = [and_(_handled_by(actor), one) for one in (Case.is_open, ~Case.is_open)]
    return [
        *(and_(sent, _matching_for_author(words)) for sent in (*own, *held)),
        *(and_(one, _matching(words)) for one in handled if may_open_inbox(actor)),
    ]


def _listed() -> Select[Case]:
    """Base columns alone, with the names a list shows."""
    return (
        select(Case)
        .outerjoin(Case.agency)
        .options(
            load_only(
                Case.kind, Case.reference, Case.state, Case.title, Case.language, Case.is_open, Case.is_urgent,
                Case.opened_at, Case.touched_at, Case.answered_at, Case.hops, Case.last_seq, Case.rating,
                Case.person_id,
            ),
            joinedload(Case.agency),
            joinedload(Case.assignee).load_only(Person.display_name),

        )
    )  # fmt: skip


def _handled_by(actor: Actor) -> Any:
    """The condition of `permissions.is_handler`, for a whole list."""
    of_agencies = _of_agencies(actor.agencies(*HANDLERS))
    held = or_(of_agencies, Case.agency_id.is_(None)) if actor.has(Role.ARBITER) else of_agencies
    return and_(held, Case.person_id.is_distinct_from(actor.person_id))


def _of_agencies(keys: Collection[str]) -> Any:
    """One agency, the rule, is asked for as one value: only so the index gives the order and nothing is sorted."""
    ids = select(Agency.id).where(Agency.key.in_(keys))
    if len(keys) == 1:
        return Case.agency_id == ids.scalar_subquery()
    return Case.agency_id.in_(ids) if keys else false()


def _matching(words: str) -> Any:
    """Reference, or every word in one text, or every word in the contact's name."""
    reference = parse_reference(words)
    if reference:
        return Case.reference == reference
    return or_(_in_one_text(words), _in_the_name(name_words(words)))


def _matching_for_author(words: str) -> Any:
    """Reference, or every word in one text that the author can read too."""
    reference = parse_reference(words)
    if reference:
        return Case.reference == reference
    return _in_one_text(words, CaseEvent.id == CaseWord.event_id, CaseEvent.audience == "public")


def _in_one_text(words: str, *conditions: Any) -> Any:
    """Words of which nothing remains (signs alone) are in no text."""
    said = [_contains(CaseWord.words, term) for term in normalise(words).split()[:MOST_WORDS]]
    return exists().where(CaseWord.case_id == Case.id, *said, *conditions) if said else false()


def _in_the_name(words: Sequence[str]) -> Any:
    indexes = [crypto.blind_index(word, "name word") for word in words[:MOST_WORDS]]
    has_word = [exists().where(CaseName.case_id == Case.id, CaseName.word_index == one) for one in indexes]
    return and_(*has_word) if has_word else false()


def _contains(column: Any, term: str) -> Any:
    return column.contains(term, autoescape=True)


def _page(wanted: Select[Case], cursor: str | None, most: int = PAGE) -> Page:
    """Keyset paging over (touched_at, id): as fast on page 10,000 as on the first."""
    rows = db.session().scalars(_from(wanted, cursor, most + 1)).all()
    more = len(rows) > most
    shown = rows[:most]
    return Page(shown, f"{shown[-1].touched_at.timestamp():.6f}~{shown[-1].id.hex}" if more else None)


def _from(wanted: Select[Any], cursor: str | None, most: int) -> Select[Any]:
    """At most so many, most recently touched first, from the cursor on."""
    before = _parsed(cursor)
    if before is not None:
        wanted = wanted.where(tuple_(Case.touched_at, Case.id) < tuple_(*before))
    return wanted.order_by(Case.touched_at.desc(), Case.id.desc()).limit(most)


def _parsed(cursor: str | None) -> tuple[datetime, uuid.UUID] | None:
    """A forged cursor starts at the first page."""
    try:
        at, _sep, key = (cursor or "").partition("~")
        return datetime.fromtimestamp(float(at), tz=clock.now().tzinfo), uuid.UUID(key)
    except (ValueError, OverflowError, OSError):
        return None


def counts(actor: Actor) -> dict[str, int]:
    """How many open cases stand in each view of the inbox: one query."""
    is_mine = Case.assignee_id == actor.person_id
    columns = [
        func.count().filter(Case.assignee_id.is_(None), Case.agency_id.is_not(None)).label("unassigned"),
        func.count().filter(is_mine).label("mine"),
        func.count().filter(Case.state == State.WAITING).label("waiting"),
        func.count().filter(Case.state == State.ANSWERED).label("answered"),
        func.count().filter(Case.state == State.TRIAGE).label("triage"),
        func.count().label("all-open"),
    ]
    row = (
        db.session().execute(select(*columns).select_from(Case).where(_handled_by(actor), Case.is_open)).one()
    )
    return dict(row._mapping)


def assignable(actor: Actor, case: Case) -> list[Person]:
    """Whom the actor may give the case: a supervisor anybody who handles it, an official oneself alone."""
    if case.agency is None:
        return []
    handling = RoleGrant.agency_key == case.agency.key, RoleGrant.role.in_(HANDLERS)
    able = Person.suspended_at.is_(None), Person.id.is_distinct_from(case.person_id)
    wanted = select(Person).join(RoleGrant).where(*handling, *able)
    if not is_supervisor(actor, case):
        wanted = wanted.where(Person.id == actor.person_id)
    return list(db.session().scalars(wanted.order_by(Person.display_name).distinct()))


def officials_of(agency_key: str) -> list[uuid.UUID]:
    wanted = _on_duty().where(RoleGrant.agency_key == agency_key, RoleGrant.role.in_(HANDLERS))
    return list(db.session().scalars(wanted.distinct()))


def arbiters() -> list[uuid.UUID]:
    return list(db.session().scalars(_on_duty().where(RoleGrant.role == Role.ARBITER)))


def _on_duty() -> Select[uuid.UUID]:
    return select(RoleGrant.person_id).join(Person).where(Person.suspended_at.is_(None))


def others_writing(actor: Actor, case: Case) -> list[Person]:
    """Colleagues who have had the answer form of this case open in the last ten minutes."""
    wanted = (
        select(Person)
        .join(Writing, Writing.person_id == Person.id)
        .where(Writing.case_id == case.id, Writing.person_id != actor.person_id)
        .where(Writing.since > clock.now() - WRITING_SHOWN)
    )
    return list(db.session().scalars(wanted))


def canned_answers(agency_id: uuid.UUID | None) -> list[CannedAnswer]:
    wanted = select(CannedAnswer).where(CannedAnswer.agency_id == agency_id).order_by(CannedAnswer.id)
    return list(db.session().scalars(wanted.options(joinedload(CannedAnswer.agency)))) if agency_id else []


def first_broken(case: Case) -> int | None:
    """The `seq` of the first event that no longer fits the chain or whose text was changed; None: all is well."""
    previous = FIRST_HASH
    wanted = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)
    for event in db.session().scalars(wanted.options(joinedload(CaseEvent.text))):
        changed = event.text is not None and event.text.body and event.text.digest() != event.text_digest
        if changed or event.hash != event.chained_after(previous):
            return event.seq
        previous = event.hash
    return None if previous == case.head_hash else case.last_seq


def contact_token(case: Case) -> str:
    """What the first mail carries: shows that whoever opens it reads the mailbox given in the case."""
    return f"{case.reference}{crypto.keyed('contact', f'{case.id}{case.contact_email}').hex()[:32]}"


def by_contact_token(token: str) -> Case:
    """The case whose mailbox this token proves. Raises Missing."""
    case = _by_reference(token[:REFERENCE_LENGTH])
    if case is None or not case.contact_email or not crypto.are_equal(contact_token(case), token):
        raise Missing
    return case


@dataclass(frozen=True)
class Looked:
    """Somebody opened the contact details of a case: the agency, not the official, is named to the person."""

    who: str
    at: datetime


def looks(case: Case) -> list[Looked]:
    """Who has opened the name or address in this case, newest first."""
    wanted = (
        select(Look.agency_key, Look.at)
        .where(Look.subject_kind == "case", Look.subject_id == str(case.id))
        .order_by(Look.at.desc())
        .limit(20)
    )
    found = db.session().execute(wanted)
    return [Looked(agencies.named(key) if key else _("The sorting desk"), at) for key, at in found]
