"""What a person has been told and wants to be told."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, tuple_

from app.core import db, subjects
from app.core.i18n import LocalText
from app.core.paging import newest_first
from app.core.permissions import Actor
from app.core.subjects import Subject
from app.identity.models import Person
from app.notifications.kinds import ByMail, NoticeKind, all_kinds, is_gathered, is_known, kind_of
from app.notifications.models import Follow, Mute, Notice, Preference, QuietTime
from app.notifications.quiet import QuietHours

PAGE = 30
MOST_COUNTED = 100
"""Where counting stops: the badge says 99+."""

PERSONS_AT_ONCE = 500
PERSON = "person"
"""The kind under which a person is muted."""


@dataclass(frozen=True)
class Line:
    """One line of the list: a notice, and how many of its kind about the same thing it stands for.

    `title`: of the thing, where the kind shows it and the reader may see it.
    """

    notice: Notice
    count: int
    title: LocalText | None = None

    @property
    def sentence(self) -> str:
        return kind_of(self.notice.kind).words(self.count, self.notice.facts)

    @property
    def url(self) -> str:
        return kind_of(self.notice.kind).url(self.notice.facts)

    @property
    def thing(self) -> tuple[str, str]:
        """Kind and id of what it is about."""
        return self.notice.subject_kind, self.notice.subject_id


@dataclass(frozen=True)
class NoticePage:
    """Lines, newest first; `next_cursor` leads to the older ones."""

    lines: list[Line]
    next_cursor: str | None

    @property
    def notices(self) -> list[Notice]:
        return [line.notice for line in self.lines]


def page_of(actor: Actor, before: str | None = None) -> NoticePage:
    """The actor's own notices; a cursor that is none shows the first page."""
    listed = select(Notice).where(Notice.person_id == actor.person_id, Notice.is_listed)
    shown, next_cursor = newest_first(listed, Notice.id, Notice.public_id, before, PAGE)
    lines = lines_of(actor, [notice for notice in shown if is_known(notice.kind)])
    return NoticePage(lines, next_cursor)


def lines_of(actor: Actor, notices: Sequence[Notice]) -> list[Line]:
    """One line for each thing, by its newest notice; notices of this person, newest first."""
    heads = dict[tuple[object, ...], Notice]()
    for notice in notices:
        heads.setdefault(_line_key(notice), notice)
    counts = _counts(list(heads.values()))
    return entitled(actor, [Line(notice, counts.get(key, 1)) for key, notice in heads.items()])


def entitled(actor: Actor, lines: list[Line]) -> list[Line]:
    """The lines with the titles that this person may see now: a query for each kind of thing."""
    named = [line.thing for line in lines if kind_of(line.notice.kind).shows_title]
    there = subjects.find_many(actor, dict.fromkeys(named))
    return [replace(line, title=there[line.thing].title) if line.thing in there else line for line in lines]


def _line_key(notice: Notice) -> tuple[object, ...]:
    """What makes notices one line: the same kind, about the same thing, read at the same moment or not at all."""
    if not is_gathered(notice.kind):
        return (notice.id,)
    return notice.kind, notice.subject_kind, notice.subject_id, notice.read_at


def _counts(heads: list[Notice]) -> dict[tuple[object, ...], int]:
    """How many notices each line stands for: one query for all of them."""
    many = [notice for notice in heads if is_gathered(notice.kind)]
    if not many:
        return {}
    line = (Notice.kind, Notice.subject_kind, Notice.subject_id, Notice.read_at)
    things = {(notice.subject_kind, notice.subject_id) for notice in many}
    counted = select(*line, func.count()).where(
        Notice.person_id == many[0].person_id,
        tuple_(Notice.subject_kind, Notice.subject_id).in_(things),
    )
    return {tuple(key): count for *key, count in db.session().execute(counted.group_by(*line))}


def of_line(notice: Notice) -> tuple[ColumnElement[bool], ...]:
    """The condition on the unread notices that this one stands for, itself among them."""
    if not is_gathered(notice.kind):
        return (Notice.id == notice.id,)
    return (
        Notice.person_id == notice.person_id,
        Notice.subject_kind == notice.subject_kind,
        Notice.subject_id == notice.subject_id,
        Notice.kind == notice.kind,
        Notice.read_at.is_(None),
    )


def unread_count(actor: Actor) -> int:
    """At most 100, in one query that stops there."""
    unread = select(Notice.id).where(
        Notice.person_id == actor.person_id, Notice.is_listed, Notice.read_at.is_(None)
    )
    return db.session().scalar(select(func.count()).select_from(unread.limit(MOST_COUNTED).subquery())) or 0


def has_unread_about(actor: Actor, subject_kind: str, subject_id: object) -> bool:
    unread = select(Notice.id).where(*about(actor, subject_kind, subject_id), Notice.read_at.is_(None))
    return db.session().scalar(unread.limit(1)) is not None


def about(actor: Actor, subject_kind: str, subject_id: object) -> tuple[ColumnElement[bool], ...]:
    """The condition on the actor's notices about one thing."""
    return (
        Notice.person_id == actor.person_id,
        Notice.subject_kind == subject_kind,
        Notice.subject_id == str(subject_id),
    )


@dataclass(frozen=True)
class Wish:
    """How one kind of notice comes to a person."""

    kind: NoticeKind
    in_site: bool
    by_mail: ByMail


def wishes(person_id: uuid.UUID) -> list[Wish]:
    """For every kind there is, in order: the person's choice, or the default."""
    chosen = {
        row.kind: row
        for row in db.session().scalars(select(Preference).where(Preference.person_id == person_id))
    }
    return [_wish(kind, chosen.get(kind.key)) for kind in all_kinds()]


def _wish(kind: NoticeKind, chosen: Preference | None) -> Wish:
    if chosen is None:
        return Wish(kind, True, kind.default)
    return Wish(kind, chosen.in_site, ByMail(chosen.by_mail))


def wishes_about(kind_key: str, person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Wish]:
    """The wish of each person about one kind: one query per 500 persons."""
    kind, found = kind_of(kind_key), dict[uuid.UUID, Wish]()
    for some in in_portions(person_ids):
        rows = select(Preference).where(Preference.kind == kind_key, Preference.person_id.in_(some))
        found |= {row.person_id: _wish(kind, row) for row in db.session().scalars(rows)}
    return {person_id: found.get(person_id, _wish(kind, None)) for person_id in person_ids}


def quiet_hours(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, QuietHours]:
    found = dict[uuid.UUID, QuietHours]()
    for some in in_portions(person_ids):
        rows = db.session().scalars(select(QuietTime).where(QuietTime.person_id.in_(some)))
        found |= {row.person_id: row.hours for row in rows}
    return found


def in_portions(person_ids: Collection[uuid.UUID]) -> list[list[uuid.UUID]]:
    them = list(person_ids)
    return [them[start : start + PERSONS_AT_ONCE] for start in range(0, len(them), PERSONS_AT_ONCE)]


def followers(subject_kind: str, subject_id: object) -> list[uuid.UUID]:
    """Who wants to hear of a thing: follows it and has not muted it."""
    them = select(Follow.person_id).where(
        Follow.subject_kind == subject_kind, Follow.subject_id == str(subject_id), ~_is_muted()
    )
    return list(db.session().scalars(them.order_by(Follow.id)))


def _is_muted() -> ColumnElement[bool]:
    """Whether the person who follows the thing has muted it since."""
    return exists().where(
        Mute.person_id == Follow.person_id,
        Mute.subject_kind == Follow.subject_kind,
        Mute.subject_id == Follow.subject_id,
    )


@dataclass(frozen=True)
class Told:
    """A person to be told, with the wishes about that kind of notice."""

    person_id: uuid.UUID
    in_site: bool
    by_mail: ByMail
    quiet: QuietHours | None


@dataclass(frozen=True)
class Portion:
    """Some of the followers of a thing; `last`: the follow after which the next portion starts."""

    people: list[Told]
    last: uuid.UUID | None


def followers_after(
    last: uuid.UUID | None,
    followed: tuple[str, str],
    about: tuple[str, str],
    kind: NoticeKind,
    by: uuid.UUID | None,
    at: datetime,
    most: int,
) -> Portion:
    """The next followers of a thing, as they were at that moment, with their wishes: one query.

    Left out: who has muted the thing followed, the one it is about, or the person who did it, and that person.
    The rows are locked, so that two portions about one thing follow each other.
    """
    rows = (
        select(Follow, Preference, QuietTime)
        .outerjoin(Preference, (Preference.person_id == Follow.person_id) & (Preference.kind == kind.key))
        .outerjoin(QuietTime, QuietTime.person_id == Follow.person_id)
        .where(Follow.subject_kind == followed[0], Follow.subject_id == followed[1], Follow.created_at <= at)
        .order_by(Follow.id)
        .limit(most)
        .with_for_update(of=Follow)
    )
    if last is not None:
        rows = rows.where(Follow.id > last)
    found = db.session().execute(rows).all()
    silent = _silent([follow.person_id for follow, *_ in found], {followed, about}, by)
    told = [_told(kind, *row) for row in found if row[0].person_id not in silent]
    return Portion(told, found[-1][0].id if len(found) == most else None)


def _told(kind: NoticeKind, follow: Follow, chosen: Preference | None, quiet: QuietTime | None) -> Told:
    wish = _wish(kind, chosen)
    return Told(follow.person_id, wish.in_site, wish.by_mail, quiet.hours if quiet else None)


def _silent(
    person_ids: list[uuid.UUID], things: set[tuple[str, str]], by: uuid.UUID | None
) -> set[uuid.UUID]:
    """Those of these people who want to hear nothing of these things, or of what that person does."""
    found = {by} if by is not None else set[uuid.UUID]()
    muted: list[ColumnElement[bool]] = [
        (Mute.subject_kind == kind) & (Mute.subject_id == subject_id) for kind, subject_id in things
    ]
    if by is not None:
        muted.append(_is_person(by))
    for some in in_portions(person_ids):
        rows = select(Mute.person_id).where(Mute.person_id.in_(some), or_(*muted))
        found |= set(db.session().scalars(rows))
    return found


def muters(subject_kind: str, subject_id: object) -> set[uuid.UUID]:
    them = select(Mute.person_id).where(Mute.subject_kind == subject_kind, Mute.subject_id == str(subject_id))
    return set(db.session().scalars(them))


def muters_of_person(person_id: uuid.UUID) -> set[uuid.UUID]:
    return set(db.session().scalars(select(Mute.person_id).where(_is_person(person_id))))


def _is_person(person_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether a mute is about this person, who is named in it as in addresses."""
    public_id = select(Person.public_id).where(Person.id == person_id).scalar_subquery()
    return (Mute.subject_kind == PERSON) & (Mute.subject_id == public_id)


@dataclass(frozen=True)
class Attention:
    """How a person stands to a thing whose page is shown."""

    is_following: bool = False
    is_muting: bool = False
    has_unread: bool = False


def attention(actor: Actor, subject_kind: str, subject_id: object) -> Attention:
    """In one query; none for somebody without an account."""
    if actor.person_id is None:
        return Attention()
    follow, mute = (_rows_about(table, actor, subject_kind, subject_id) for table in (Follow, Mute))
    unread = select(Notice.id).where(*about(actor, subject_kind, subject_id), Notice.read_at.is_(None))
    found = db.session().execute(select(follow.exists(), mute.exists(), unread.exists())).one()
    return Attention(*map(bool, found))


def _rows_about(
    table: type[Follow] | type[Mute], actor: Actor, subject_kind: str, subject_id: object
) -> Select[uuid.UUID]:
    row = select(table.id).where(table.person_id == actor.person_id)
    return row.where(table.subject_kind == subject_kind, table.subject_id == str(subject_id))


@dataclass(frozen=True)
class Chosen:
    """A thing somebody follows or has muted; `subject`: none when that person can no longer see it."""

    subject_kind: str
    subject_id: str
    subject: Subject | None

    @property
    def cursor(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"


@dataclass(frozen=True)
class ChosenPage:
    things: list[Chosen]
    next_cursor: str | None


def followed_by(actor: Actor, before: str | None = None) -> ChosenPage:
    """What the actor follows and has not muted, the latest first; a cursor that is none shows the first page."""
    return _chosen(Follow, actor, before, ~_is_muted())


def muted_by(actor: Actor, before: str | None = None) -> ChosenPage:
    return _chosen(Mute, actor, before)


def _chosen(
    table: type[Follow] | type[Mute], actor: Actor, before: str | None, *which: ColumnElement[bool]
) -> ChosenPage:
    own = select(table).where(table.person_id == actor.person_id, *which)
    kind, _, subject_id = (before or "").partition(":")
    place = select(table.id).where(
        table.person_id == actor.person_id, table.subject_kind == kind, table.subject_id == subject_id
    )
    start = db.session().scalar(place) if before else None
    if start is not None:
        own = own.where(table.id < start)
    rows: list[Follow | Mute] = list(db.session().scalars(own.order_by(table.id.desc()).limit(PAGE + 1)))
    there = subjects.find_many(actor, [(row.subject_kind, row.subject_id) for row in rows[:PAGE]])
    things = [
        Chosen(row.subject_kind, row.subject_id, there.get((row.subject_kind, row.subject_id)))
        for row in rows[:PAGE]
    ]
    return ChosenPage(things, things[-1].cursor if len(rows) > PAGE else None)
