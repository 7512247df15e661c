"""Playing the script: everything goes through the actions that people's own clicks go through.

Each piece is one transaction and is played once: a second load adds nothing and changes nothing a user did.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from app.core import clock, db
from app.demo import script
from app.demo.actions import cases, consultations, follows, forums, library, people
from app.notifications.models import Notice

FRESH = timedelta(days=2)


@dataclass(frozen=True)
class Loaded:
    """How many of each were new."""

    agencies: int
    people: int
    canned_answers: int
    inquiries: int
    documents: int
    consultations: int
    boards: int


def load() -> Loaded:
    """Bring the demo country into the database, as far as it is not there. Opens its own transactions."""
    now = clock.now()
    with db.transaction():
        founded, born = people.found_agencies(), people.bear()
        written = cases.write_canned_answers()
        played = cases.played()
    due = [story for story in script.stories(now) if story.client_id not in played]
    for story in due:
        cases.play(story)
    added = Loaded(founded, born, written, len(due), *_play_public_talk(now))
    if due:
        _leave_only_fresh_notices()
    return added


def _play_public_talk(now: datetime) -> tuple[int, int, int]:
    """Documents, consultations and boards: how many of each were new."""
    documents, told = script.documents(now), script.consultations(now)
    with db.transaction():
        books = library.play(documents, {each.document for each in told})
    opened = sum(_in_one(consultations.play, each, documents, now) for each in told)
    founded = sum(_in_one(forums.play, each, at, now) for at, each in enumerate(script.boards(now)))
    if opened and founded:
        with db.transaction():
            follows.play(told, documents)
    return books, opened, founded


def _in_one(play: Callable[..., bool], *told: object) -> bool:
    """Whole or not at all."""
    with db.transaction():
        return play(*told)


def _leave_only_fresh_notices() -> None:
    """The cast has read what is older than two days; a tour that begins with 99 unread notices tires."""
    cast = [person.id for person in script.cast()]
    with db.transaction():
        old = Notice.created_at < clock.now() - FRESH
        unread = update(Notice).where(Notice.person_id.in_(cast), old, Notice.read_at.is_(None))
        db.session().execute(unread.values(read_at=clock.now()))
