"""What people change about their notices, and operators about mails that failed."""

import uuid

from sqlalchemy import ColumnElement, delete, select, update

from app.core import audit, clock, db, mail, subjects
from app.core.errors import Missing, WrongState
from app.core.mail import Mail
from app.core.permissions import Actor, require
from app.core.subjects import Subject
from app.notifications import queries
from app.notifications.kinds import ByMail, is_known
from app.notifications.models import Follow, Mute, Notice, Preference, QuietTime
from app.notifications.permissions import may_have_notices, may_tend_mails
from app.notifications.quiet import QuietHours
from app.notifications.unsubscribing import EVERYTHING, Unsubscription

# Reading


def mark_read(actor: Actor, public_id: str) -> None:
    """Also those that the notice stands for. Raises Missing when the actor has no such notice; twice is once."""
    require(may_have_notices(actor))
    own = select(Notice).where(Notice.person_id == actor.person_id, Notice.public_id == public_id)
    notice = db.session().scalar(own)
    if notice is None:
        raise Missing
    if notice.is_unread:
        _mark_unread_ones(*queries.of_line(notice))


def mark_all_read(actor: Actor) -> None:
    require(may_have_notices(actor))
    _mark_unread_ones(Notice.person_id == actor.person_id)


def note_seen(actor: Actor, subject_kind: str, subject_id: object) -> None:
    """The actor sees the thing itself, so its notices are read: written after the page, also on GET."""
    if may_have_notices(actor) and queries.has_unread_about(actor, subject_kind, subject_id):
        db.owe(lambda: _mark_unread_ones(*queries.about(actor, subject_kind, subject_id)))


def _mark_unread_ones(*which: ColumnElement[bool]) -> None:
    db.session().execute(update(Notice).where(Notice.read_at.is_(None), *which).values(read_at=clock.now()))


# Following and muting


def follow(actor: Actor, subject_kind: str, subject_id: object) -> None:
    """Hear of a thing from now on; following ends a mute. The caller asks who may see it."""
    require(may_have_notices(actor))
    unmute(actor, subject_kind, subject_id)
    follow_own(actor, subject_kind, subject_id)


def follow_own(actor: Actor, subject_kind: str, subject_id: object) -> None:
    """Hear of what one has begun, without having asked for it: a mute stays."""
    require(may_have_notices(actor))
    db.insert_new(
        Follow, [_about(actor, subject_kind, subject_id)], "person_id", "subject_kind", "subject_id"
    )


def follow_subject(actor: Actor, subject: Subject) -> None:
    """Follow a thing as it was found for the actor. Raises Missing for a person: people are not followed."""
    if subjects.kind_of(subject.kind).is_person:
        raise Missing
    follow(actor, subject.kind, subject.id)


def unfollow(actor: Actor, subject_kind: str, subject_id: object) -> None:
    require(may_have_notices(actor))
    _forget(Follow, actor, subject_kind, subject_id)


def carry_follows(source: tuple[str, str], target: tuple[str, str]) -> None:
    """Whoever follows the one thing follows the other from now on: the one has become part of it."""
    rows = [
        {"id": db.new_id(), "person_id": person_id, "subject_kind": target[0], "subject_id": target[1]}
        for person_id in queries.followers(*source)
    ]
    db.insert_many_new(Follow, rows, "person_id", "subject_kind", "subject_id")
    gone = delete(Follow).where(Follow.subject_kind == source[0], Follow.subject_id == source[1])
    db.session().execute(gone)


def mute(actor: Actor, subject_kind: str, subject_id: object) -> None:
    """Hear nothing more of a thing, also of what one wrote or follows there.

    That one follows it is kept for the day one mutes it no longer.
    """
    require(may_have_notices(actor))
    db.insert_new(Mute, [_about(actor, subject_kind, subject_id)], "person_id", "subject_kind", "subject_id")


def unmute(actor: Actor, subject_kind: str, subject_id: object) -> None:
    require(may_have_notices(actor))
    _forget(Mute, actor, subject_kind, subject_id)


def _about(actor: Actor, subject_kind: str, subject_id: object) -> dict[str, object]:
    return {
        "id": db.new_id(),
        "person_id": actor.person_id,
        "subject_kind": subject_kind,
        "subject_id": str(subject_id),
    }


def _forget(table: type[Follow] | type[Mute], actor: Actor, subject_kind: str, subject_id: object) -> None:
    row = delete(table).where(table.person_id == actor.person_id)
    db.session().execute(row.where(table.subject_kind == subject_kind, table.subject_id == str(subject_id)))


# Wishes


def choose(actor: Actor, kind: str, in_site: bool, by_mail: ByMail) -> None:
    """Raises Missing for a kind there is not."""
    require(may_have_notices(actor))
    assert actor.person_id is not None
    if not is_known(kind):
        raise Missing
    _keep(actor.person_id, kind, in_site, by_mail)


def _keep(person_id: uuid.UUID, kind: str, in_site: bool, by_mail: ByMail) -> None:
    db.session().merge(Preference(person_id=person_id, kind=kind, in_site=in_site, by_mail=by_mail))


def choose_quiet_hours(actor: Actor, quiet: QuietHours | None) -> None:
    """No mails in these hours; what arises in them comes at their end."""
    require(may_have_notices(actor))
    db.session().execute(delete(QuietTime).where(QuietTime.person_id == actor.person_id))
    if quiet is not None:
        db.session().add(QuietTime(person_id=actor.person_id, start_hour=quiet.start, until_hour=quiet.until))


def end_mails(asked: Unsubscription) -> None:
    """What a link in a mail ends; the notices in the site stay. Doing it twice changes nothing."""
    for wish in queries.wishes(asked.person_id):
        if wish.kind.key == asked.kind or (asked.kind == EVERYTHING and wish.by_mail == ByMail.DAILY):
            _keep(asked.person_id, wish.kind.key, wish.in_site, ByMail.OFF)


# The operator's part


def retry_mail(actor: Actor, failed: Mail) -> None:
    """Send a failed mail once more. Raises WrongState when it has not failed, or its text is gone."""
    require(may_tend_mails(actor))
    _require_failed(failed)
    mail.retry(failed)
    audit.record(actor, "mail retried", "mail", failed.id)


def discard_mail(actor: Actor, failed: Mail) -> None:
    """Give a failed mail up; its text goes at once."""
    require(may_tend_mails(actor))
    _require_failed(failed)
    mail.discard(failed)
    audit.record(actor, "mail discarded", "mail", failed.id)


def _require_failed(failed: Mail) -> None:
    if failed.failed_at is None or failed.to is None:
        raise WrongState
