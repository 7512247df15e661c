"""What a person has been told and wants to be told."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.core import db
from app.core.permissions import Actor
from app.notifications.kinds import ByMail, NoticeKind, all_kinds, is_known, kind_of
from app.notifications.models import Follow, Mute, Notice, Preference, QuietTime
from app.notifications.quiet import QuietHours

PAGE = 30
MOST_COUNTED = 100
"""Where counting stops: the badge says 99+."""

PERSONS_AT_ONCE = 500


@dataclass(frozen=True)
class NoticePage:
    """Notices, newest first; `next_cursor` leads to the older ones."""

    notices: list[Notice]
    next_cursor: str | None


def page_of(actor: Actor, before: str | None = None) -> NoticePage:
    """The actor's own notices; a cursor that is none shows the first page."""
    listed = select(Notice).where(Notice.person_id == actor.person_id, Notice.is_listed)
    place = select(Notice.id).where(Notice.public_id == before, Notice.person_id == actor.person_id)
    start = db.session().scalar(place) if before else None
    if start is not None:
        listed = listed.where(Notice.id < start)
    found = list(db.session().scalars(listed.order_by(Notice.id.desc()).limit(PAGE + 1)))
    shown = found[:PAGE]
    return NoticePage(
        [n for n in shown if is_known(n.kind)], shown[-1].public_id if len(found) > PAGE else None
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
    for some in _in_portions(person_ids):
        rows = select(Preference).where(Preference.kind == kind_key, Preference.person_id.in_(some))
        found |= {row.person_id: _wish(kind, row) for row in db.session().scalars(rows)}
    return {person_id: found.get(person_id, _wish(kind, None)) for person_id in person_ids}


def quiet_hours(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, QuietHours]:
    found = dict[uuid.UUID, QuietHours]()
    for some in _in_portions(person_ids):
        rows = db.session().scalars(select(QuietTime).where(QuietTime.person_id.in_(some)))
        found |= {row.person_id: row.hours for row in rows}
    return found


def _in_portions(person_ids: Collection[uuid.UUID]) -> list[list[uuid.UUID]]:
    them = list(person_ids)
    return [them[start : start + PERSONS_AT_ONCE] for start in range(0, len(them), PERSONS_AT_ONCE)]


def followers(subject_kind: str, subject_id: object) -> list[uuid.UUID]:
    """Who wants to hear of a thing."""
    them = select(Follow.person_id).where(
        Follow.subject_kind == subject_kind, Follow.subject_id == str(subject_id)
    )
    return list(db.session().scalars(them.order_by(Follow.id)))


def muters(subject_kind: str, subject_id: object) -> set[uuid.UUID]:
    them = select(Mute.person_id).where(Mute.subject_kind == subject_kind, Mute.subject_id == str(subject_id))
    return set(db.session().scalars(them))


def is_following(actor: Actor, subject_kind: str, subject_id: object) -> bool:
    return _has(Follow, actor, subject_kind, subject_id)


def is_muting(actor: Actor, subject_kind: str, subject_id: object) -> bool:
    return _has(Mute, actor, subject_kind, subject_id)


def _has(table: type[Follow] | type[Mute], actor: Actor, subject_kind: str, subject_id: object) -> bool:
    row = select(table.id).where(table.person_id == actor.person_id)
    row = row.where(table.subject_kind == subject_kind, table.subject_id == str(subject_id))
    return db.session().scalar(row) is not None
