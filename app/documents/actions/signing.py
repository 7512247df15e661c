"""The daily signature of the whole library."""

from datetime import date, timedelta

from sqlalchemy import func, select

from app.core import clock, db
from app.documents import manifest, queries
from app.documents.models import ManifestHead

MOST_DAYS = 31


def sign_days(last: date) -> None:
    """Sign each day up to this one that has no signature yet, a month at a time; called again, it goes on."""
    newest = db.session().scalar(select(func.max(ManifestHead.day)))
    day = newest + timedelta(days=1) if newest else last
    for _count in range(MOST_DAYS):
        if day > last:
            return
        sign_day(day)
        day += timedelta(days=1)


def sign_day(day: date) -> None:
    """The system's own act: it says what is, and changes nothing."""
    lines = queries.manifest_lines(day)
    root, public_key = manifest.root_of(lines), manifest.own_public_key()
    db.insert_new(
        ManifestHead,
        [
            {
                "id": db.new_id(),
                "day": day,
                "lines": len(lines),
                "root": root,
                "key_id": manifest.key_id(public_key),
                "public_key": public_key,
                "signature": manifest.sign(day.isoformat(), root),
                "signed_at": clock.now(),
            }
        ],
        "day",
    )
