"""Mails about notices: at once, or gathered into one a day. Marking and posting share a transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from app.core import clock, db, i18n, jobs, mail
from app.core.i18n import ngettext
from app.core.jobs import job
from app.core.rendering import absolute, absolute_url
from app.identity.models import Person, actor_of
from app.notifications import notices, queries
from app.notifications.kinds import ByMail, Facts, is_gathered, is_known, kind_of
from app.notifications.models import Notice
from app.notifications.notices import News
from app.notifications.queries import Line
from app.notifications.quiet import DIGEST_FROM, QuietHours, end_of_quiet
from app.notifications.unsubscribing import EVERYTHING, unsubscribe_url

AT_ONCE = 100
FOLLOWERS_AT_ONCE = 1000
DIGESTS_AT_ONCE = 500
MOST_IN_DIGEST = 50
APART = timedelta(hours=4)
"""Between two mails about the same line, however much happens there."""

READ_KEPT = timedelta(days=365)


@job("notifications.tell_followers")
def tell_followers(
    followed: list[str],
    about: list[str],
    kind: str,
    facts: Facts,
    dedup_key: str,
    by: str | None,
    except_for: list[str],
    at: str,
    last: str | None = None,
) -> None:
    """Tell a portion of the followers and have the rest told next: both or neither, whatever dies in between."""
    if not is_known(kind):
        return
    news = News(kind_of(kind), about[0], about[1], facts, dedup_key)
    portion = queries.followers_after(
        uuid.UUID(last) if last else None,
        (followed[0], followed[1]),
        (about[0], about[1]),
        news.kind,
        uuid.UUID(by) if by else None,
        datetime.fromisoformat(at),
        FOLLOWERS_AT_ONCE,
    )
    notices.add(news, [person for person in portion.people if str(person.person_id) not in except_for])
    if portion.last is not None:
        jobs.enqueue(
            "notifications.tell_followers",
            followed=followed,
            about=about,
            kind=kind,
            facts=facts,
            dedup_key=dedup_key,
            by=by,
            except_for=except_for,
            at=at,
            last=str(portion.last),
        )


@job("notifications.mail", every=timedelta(minutes=5))
def mail_due() -> None:
    """Post the mails of notices that are due; a hundred at a time, so that no transaction grows long.

    The persons are locked, and who is locked is left to the worker that has them: two workers that gathered
    parts of one line would send two mails.
    """
    pending = select(Notice).where(*_pending(), Notice.mail_at <= clock.now())
    due = db.session().scalars(pending.order_by(Notice.mail_at, Notice.id).limit(AT_ONCE)).all()
    people = _locked({notice.person_id for notice in due})
    quiet = queries.quiet_hours(people)
    still = pending.where(Notice.id.in_([notice.id for notice in due]), Notice.person_id.in_(people))
    for notice in db.session().scalars(
        still.order_by(Notice.id.desc()).execution_options(populate_existing=True)
    ):
        if notice.mailed_at is None:
            _mail(notice, people[notice.person_id], quiet.get(notice.person_id))
    if len(due) == AT_ONCE:
        jobs.enqueue("notifications.mail")


def _pending() -> tuple[ColumnElement[bool], ...]:
    return Notice.by_mail == ByMail.NOW, Notice.mailed_at.is_(None)


def _locked(person_ids: set[uuid.UUID]) -> dict[uuid.UUID, Person]:
    them = select(Person).where(Person.id.in_(person_ids)).with_for_update(skip_locked=True, key_share=True)
    return {person.id: person for person in db.session().scalars(them)}


def _mail(notice: Notice, person: Person, quiet: QuietHours | None) -> None:
    """One mail for the unread part of the line; later, when the person is at rest or had one lately."""
    line = _line_of(notice)
    wait_until = max(end_of_quiet(clock.now(), quiet), _apart_from_last(notice))
    if wait_until > clock.now():
        _settle(line, mail_at=wait_until)
        return
    count = _settle((*line, Notice.read_at.is_(None)), mailed_at=clock.now())
    _settle(line, mailed_at=clock.now())
    if count and _is_reachable(person) and is_known(notice.kind):
        _post(notice, person, count)


def _settle(line: tuple[ColumnElement[bool], ...], **values: datetime) -> int:
    """Note the same for all of the line that wait for a mail; returns how many they are."""
    settled = update(Notice).where(*_pending(), *line).values(**values)
    return int(db.session().execute(settled).rowcount)  # type: ignore[attr-defined]


def _line_of(notice: Notice) -> tuple[ColumnElement[bool], ...]:
    """The condition on the notices that go into one mail with this one."""
    if not is_gathered(notice.kind):
        return (Notice.id == notice.id,)
    return (
        Notice.person_id == notice.person_id,
        Notice.subject_kind == notice.subject_kind,
        Notice.subject_id == notice.subject_id,
        Notice.kind == notice.kind,
    )


def _apart_from_last(notice: Notice) -> datetime:
    """When the next mail about this line may leave: some hours after the last one."""
    if not is_gathered(notice.kind):
        return clock.now()
    last = db.session().scalar(select(func.max(Notice.mailed_at)).where(*_line_of(notice)))
    return last + APART if last else clock.now()


def _is_reachable(person: Person) -> bool:
    """Has a confirmed address and is not suspended."""
    return bool(person.email) and person.is_confirmed and person.suspended_at is None


def _post(notice: Notice, person: Person, count: int) -> None:
    kind = kind_of(notice.kind)
    with i18n.speaking(person.language):
        (line,) = queries.entitled(actor_of(person), [Line(notice, count)])
        facts = {**notice.facts, **_told(line), "label": str(kind.label())}
        stop = unsubscribe_url(person.id, kind.key)
    mail.post(
        person.email or "",
        person.language,
        kind.mail_template or "notice",
        facts,
        dedup_key=f"notice {notice.id}",
        person_id=person.id,
        unsubscribe_url=stop,
    )


def _told(line: Line) -> dict[str, Any]:
    title = line.title.text if line.title else ""
    return {"sentence": line.sentence, "title": title, "action_url": absolute(line.url)}


@job("notifications.digests", every=timedelta(minutes=30))
def start_digests(last: str | None = None) -> None:
    """From seven in the morning, have one digest a day made for each person who has something in it.

    Some hundred persons at a time; `last`: the person after whom this portion starts.
    """
    if clock.local(clock.now()).time() < DIGEST_FROM:
        return
    waiting = select(Notice.person_id).where(Notice.by_mail == ByMail.DAILY, Notice.mailed_at.is_(None))
    if last is not None:
        waiting = waiting.where(Notice.person_id > uuid.UUID(last))
    some = waiting.distinct().order_by(Notice.person_id).limit(DIGESTS_AT_ONCE)
    persons = db.session().scalars(some).all()
    _enqueue_digests(persons)
    if len(persons) == DIGESTS_AT_ONCE:
        jobs.enqueue("notifications.digests", last=str(persons[-1]))


def _enqueue_digests(persons: Sequence[uuid.UUID]) -> None:
    quiet = queries.quiet_hours(persons)
    for person_id in persons:
        pause = end_of_quiet(clock.now(), quiet.get(person_id)) - clock.now()
        key = f"notifications.digest {person_id} {clock.today()}"
        jobs.enqueue(
            "notifications.digest", key=key, after=pause, person_id=str(person_id), day=str(clock.today())
        )


@job("notifications.digest")
def mail_digest(person_id: str, day: str) -> None:
    """One mail with what a person has not read yet, grouped by subject; nothing to say, no mail."""
    waiting = select(Notice).where(
        Notice.person_id == uuid.UUID(person_id), Notice.by_mail == ByMail.DAILY, Notice.mailed_at.is_(None)
    )
    gathered = db.session().scalars(waiting.order_by(Notice.id.desc()).with_for_update()).all()
    for notice in gathered:
        notice.mailed_at = clock.now()
    person = db.session().get(Person, uuid.UUID(person_id))
    unread = [notice for notice in gathered if notice.is_unread and is_known(notice.kind)]
    if person is not None and _is_reachable(person) and unread:
        _post_digest(person, unread, day)


def _post_digest(person: Person, unread: list[Notice], day: str) -> None:
    with i18n.speaking(person.language):
        lines = queries.lines_of(actor_of(person), unread)
        count = ngettext("%(num)s notice", "%(num)s notices", len(lines))
        facts = {
            "count": count,
            "groups": grouped(lines[:MOST_IN_DIGEST]),
            "more": max(0, len(lines) - MOST_IN_DIGEST),
            "action_url": absolute_url("notifications.index"),
        }
        stop = unsubscribe_url(person.id, EVERYTHING)
    mail.post(
        person.email or "",
        person.language,
        "digest",
        facts,
        dedup_key=f"digest {person.id} {day}",
        person_id=person.id,
        unsubscribe_url=stop,
    )


def grouped(lines: Sequence[Line]) -> list[list[dict[str, Any]]]:
    """Lines, newest first, as groups of one subject each; the group with the newest line comes first."""
    newest = {line.thing: place for place, line in reversed(list(enumerate(lines)))}
    ordered = sorted(lines, key=lambda line: newest[line.thing])
    return [
        [_told(line) for line in group] for _thing, group in groupby(ordered, key=lambda line: line.thing)
    ]


@job("notifications.forget", every=timedelta(hours=12))
def forget() -> None:
    """Take notices off the list a year after they were read; what is unread stays."""
    old = Notice.read_at < clock.now() - READ_KEPT
    db.session().execute(update(Notice).where(old, Notice.is_listed).values(is_listed=False, facts={}))
