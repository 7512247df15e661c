"""How people are told: a notice each, in the transaction of the act, and mails by their wishes.

Few are told in the act itself (`tell`); all who follow a thing are told by a job (`tell_followers`), a portion in
each transaction, so that no act waits for a hundred thousand rows.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, update
from sqlalchemy.orm import aliased

from app.core import clock, db, jobs
from app.notifications import queries
from app.notifications.kinds import ByMail, Facts, NoticeKind, kind_of, register_notice
from app.notifications.models import Notice
from app.notifications.queries import Told
from app.notifications.quiet import QuietHours, end_of_quiet

__all__ = ["ByMail", "News", "NoticeKind", "register_notice", "tell", "tell_followers"]

GATHERED = timedelta(minutes=10)
"""How long the mail of a kind that can be gathered waits for more about the same thing."""


@dataclass(frozen=True)
class News:
    """What there is to tell: the kind, the thing it is about, the facts, and the key by which it is told once."""

    kind: NoticeKind
    subject_kind: str
    subject_id: str
    facts: Facts
    dedup_key: str


def tell(
    person_ids: Iterable[uuid.UUID],
    kind: str,
    subject: tuple[str, object],
    facts: Facts,
    dedup_key: str,
    by: uuid.UUID | None = None,
) -> None:
    """Tell each of these people once, however often this is called with the same key.

    `subject`: kind and id of the thing it is about; who has muted it is left out. `by`: the person who caused
    it, who is not told, and neither is who has muted that person. `facts`: ids, references, states. Raises
    KeyError for a kind that nobody registered.
    """
    news = News(kind_of(kind), subject[0], str(subject[1]), facts, dedup_key)
    told = set(person_ids) - queries.muters(*subject)
    if by is not None:
        told -= {by} | queries.muters_of_person(by)
    if not told:
        return
    wishes, quiet = queries.wishes_about(kind, told), queries.quiet_hours(told)
    add(news, [Told(p, wishes[p].in_site, wishes[p].by_mail, quiet.get(p)) for p in sorted(told)])


def tell_followers(
    subject: tuple[str, object],
    kind: str,
    facts: Facts,
    dedup_key: str,
    by: uuid.UUID | None = None,
    except_for: Iterable[uuid.UUID] = (),
    about: tuple[str, object] | None = None,
) -> None:
    """Have all who follow the thing by now told once, in the background.

    `subject`: kind and id as in the registry of subjects and as people follow it. `about`: the thing inside of it
    that the notice is about (an article of a followed consultation), by which notices are gathered and muted; else
    the subject itself. `except_for`: people who are told of the same in another way. The rest as in `tell`.
    """
    kind_of(kind)
    jobs.enqueue(
        "notifications.tell_followers",
        key=f"notifications.tell_followers {kind} {subject[0]} {subject[1]} {dedup_key}",
        followed=[subject[0], str(subject[1])],
        about=[(about or subject)[0], str((about or subject)[1])],
        kind=kind,
        facts=facts,
        dedup_key=dedup_key,
        by=str(by) if by else None,
        except_for=sorted(map(str, except_for)),
        at=clock.now().isoformat(),
    )


def add(news: News, people: list[Told]) -> None:
    """Write the notices that these people do not have yet, and let each stand for the earlier ones of its line."""
    rows = [_row(news, person) for person in people if person.in_site or person.by_mail != ByMail.OFF]
    db.insert_many_new(Notice, rows, "person_id", "dedup_key")
    if news.kind.many is not None:
        _line_up(news, [row["person_id"] for row in rows])
    if any(row["mail_at"] is not None and row["mail_at"] <= clock.now() for row in rows):
        jobs.enqueue("notifications.mail")


def _line_up(news: News, person_ids: list[uuid.UUID]) -> None:
    """The newest unread notice of a line stays on the list, and the others stand behind it."""
    newer = aliased(Notice)
    is_behind = exists().where(
        newer.person_id == Notice.person_id, newer.id > Notice.id, newer.is_listed, *_line(newer, news)
    )
    for some in queries.in_portions(person_ids):
        behind = update(Notice).where(Notice.person_id.in_(some), Notice.is_listed, *_line(Notice, news))
        db.session().execute(
            behind.where(is_behind).values(is_listed=False).execution_options(synchronize_session=False)
        )


def _line(table: type[Notice], news: News) -> tuple[ColumnElement[bool], ...]:
    return (
        table.subject_kind == news.subject_kind,
        table.subject_id == news.subject_id,
        table.kind == news.kind.key,
        table.read_at.is_(None),
    )


def _row(news: News, person: Told) -> dict[str, Any]:
    return {
        "id": db.new_id(),
        "person_id": person.person_id,
        "kind": news.kind.key,
        "subject_kind": news.subject_kind,
        "subject_id": news.subject_id,
        "facts": news.facts,
        "dedup_key": news.dedup_key,
        "created_at": clock.now(),
        "is_listed": person.in_site,
        "by_mail": person.by_mail,
        "mail_at": _mail_at(news.kind, person.quiet) if person.by_mail == ByMail.NOW else None,
    }


def _mail_at(kind: NoticeKind, quiet: QuietHours | None) -> datetime:
    waits = GATHERED if kind.many is not None else timedelta()
    return end_of_quiet(clock.now() + waits, quiet)
