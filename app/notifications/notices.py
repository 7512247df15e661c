"""How people are told: a notice each, in the transaction of the act, and mails by their wishes."""

import uuid
from collections.abc import Iterable
from typing import Any

from app.core import clock, db, jobs
from app.notifications import queries
from app.notifications.kinds import ByMail, Facts, NoticeKind, register_notice
from app.notifications.models import Notice
from app.notifications.queries import Wish
from app.notifications.quiet import QuietHours, end_of_quiet

__all__ = ["ByMail", "NoticeKind", "register_notice", "tell"]


def tell(
    person_ids: Iterable[uuid.UUID],
    kind: str,
    subject: tuple[str, object],
    facts: Facts,
    dedup_key: str,
) -> None:
    """Tell each of these people once, however often this is called with the same key.

    `subject`: kind and id of the thing it is about; who has muted it is left out. `facts`: ids, references,
    states. Raises KeyError for a kind that nobody registered.
    """
    told = set(person_ids) - queries.muters(*subject)
    if not told:
        return
    wishes, quiet = queries.wishes_about(kind, told), queries.quiet_hours(told)
    rows = [
        _row(person_id, kind, subject, facts, dedup_key, wishes[person_id], quiet.get(person_id))
        for person_id in sorted(told)
        if wishes[person_id].in_site or wishes[person_id].by_mail != ByMail.OFF
    ]
    added = set(db.insert_new(Notice, rows, "person_id", "dedup_key"))
    _have_mailed([row for row in rows if row["id"] in added])


def _row(
    person_id: uuid.UUID,
    kind: str,
    subject: tuple[str, object],
    facts: Facts,
    dedup_key: str,
    wish: Wish,
    quiet: QuietHours | None,
) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": db.new_id(),
        "person_id": person_id,
        "kind": kind,
        "subject_kind": subject[0],
        "subject_id": str(subject[1]),
        "facts": facts,
        "dedup_key": dedup_key,
        "created_at": now,
        "is_listed": wish.in_site,
        "by_mail": wish.by_mail,
        "mail_at": end_of_quiet(now, quiet) if wish.by_mail == ByMail.NOW else None,
    }


def _have_mailed(rows: list[dict[str, Any]]) -> None:
    """One job for all that are due now; those in quiet hours wait for the periodic one."""
    if any(row["mail_at"] is not None and row["mail_at"] <= clock.now() for row in rows):
        jobs.enqueue("notifications.mail")
