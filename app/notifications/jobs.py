"""Mails about notices: at once, or gathered into one a day. Marking and posting share a transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select, update

from app.core import clock, db, i18n, jobs, mail
from app.core.i18n import ngettext
from app.core.jobs import job
from app.core.rendering import absolute, absolute_url
from app.identity.models import Person
from app.notifications import notices, queries
from app.notifications.kinds import ByMail, Facts, is_known, kind_of
from app.notifications.models import Notice
from app.notifications.notices import News
from app.notifications.quiet import DIGEST_FROM, end_of_quiet
from app.notifications.unsubscribing import EVERYTHING, unsubscribe_url

AT_ONCE = 100
FOLLOWERS_AT_ONCE = 1000
MOST_IN_DIGEST = 50
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
    """Post the mails of notices that are due; a hundred at a time, so that no transaction grows long."""
    due = select(Notice).where(
        Notice.by_mail == ByMail.NOW, Notice.mailed_at.is_(None), Notice.mail_at <= clock.now()
    )
    due = due.order_by(Notice.mail_at, Notice.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    due_now = db.session().scalars(due).all()
    people = _reachable({notice.person_id for notice in due_now})
    for notice in due_now:
        notice.mailed_at = clock.now()
        if notice.person_id in people and is_known(notice.kind):
            _post(notice, people[notice.person_id])
    if len(due_now) == AT_ONCE:
        jobs.enqueue("notifications.mail")


def _reachable(person_ids: set[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Those with a confirmed address who are not suspended."""
    them = select(Person).where(
        Person.id.in_(person_ids),
        Person.email.is_not(None),
        Person.email_confirmed_at.is_not(None),
        Person.suspended_at.is_(None),
    )
    return {person.id: person for person in db.session().scalars(them)}


def _post(notice: Notice, person: Person) -> None:
    kind = kind_of(notice.kind)
    with i18n.speaking(person.language):
        facts = {**notice.facts, **_told(notice), "label": str(kind.label())}
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


def _told(notice: Notice) -> dict[str, Any]:
    kind = kind_of(notice.kind)
    return {"sentence": str(kind.sentence(notice.facts)), "action_url": absolute(kind.url(notice.facts))}


@job("notifications.digests", every=timedelta(minutes=30))
def start_digests() -> None:
    """From seven in the morning, have one digest a day made for each person who has something in it."""
    if clock.local(clock.now()).time() < DIGEST_FROM:
        return
    waiting = (
        select(Notice.person_id).where(Notice.by_mail == ByMail.DAILY, Notice.mailed_at.is_(None)).distinct()
    )
    persons = db.session().scalars(waiting).all()
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
    notices = db.session().scalars(waiting.order_by(Notice.id.desc()).with_for_update()).all()
    for notice in notices:
        notice.mailed_at = clock.now()
    person = _reachable({uuid.UUID(person_id)}).get(uuid.UUID(person_id))
    unread = [notice for notice in notices if notice.is_unread and is_known(notice.kind)]
    if person is not None and unread:
        _post_digest(person, unread, day)


def _post_digest(person: Person, notices: list[Notice], day: str) -> None:
    with i18n.speaking(person.language):
        count = ngettext("%(num)s notice", "%(num)s notices", len(notices))
        facts = {
            "count": count,
            "groups": grouped(notices[:MOST_IN_DIGEST]),
            "more": max(0, len(notices) - MOST_IN_DIGEST),
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


def grouped(notices: Sequence[Notice]) -> list[list[dict[str, Any]]]:
    """Notices, newest first, as groups of one subject each; the group with the newest notice comes first."""
    newest = {_subject(notice): place for place, notice in reversed(list(enumerate(notices)))}
    ordered = sorted(notices, key=lambda notice: newest[_subject(notice)])
    return [[_told(notice) for notice in group] for _subject_of, group in groupby(ordered, key=_subject)]


def _subject(notice: Notice) -> tuple[str, str]:
    return notice.subject_kind, notice.subject_id


@job("notifications.forget", every=timedelta(hours=12))
def forget() -> None:
    """Take notices off the list a year after they were read; what is unread stays."""
    old = Notice.read_at < clock.now() - READ_KEPT
    db.session().execute(update(Notice).where(old, Notice.is_listed).values(is_listed=False, facts={}))
