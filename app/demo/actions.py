"""Playing the script: everything goes through the actions that people's own clicks go through.

Each story is one transaction and is played once: a second load adds nothing and changes nothing a user did.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from app.agencies import loading
from app.agencies.models import Agency
from app.cases import actions as cases
from app.cases import canned
from app.cases.actions import Contact
from app.cases.models import CannedAnswer, Case
from app.cases.stream import Said
from app.core import clock, db, uploads
from app.core.permissions import SYSTEM, Actor
from app.core.uploads import StoredFile
from app.demo import drawing, script
from app.demo.script import DemoFile, DemoPerson, Step, Story
from app.identity.actions import note_look
from app.identity.models import Person, RoleGrant, actor_of
from app.notifications.models import Notice
from feedback.inquiries import actions as inquiries

Files = Sequence[StoredFile]
FRESH = timedelta(days=2)


@dataclass(frozen=True)
class Loaded:
    """How many of each were new."""

    agencies: int
    people: int
    canned_answers: int
    inquiries: int


def load() -> Loaded:
    """Bring the demo country into the database, as far as it is not there. Opens its own transactions."""
    with db.transaction():
        founded, born = _found_agencies(), _bear_cast()
        written = _write_canned_answers()
        played = _played()
    due = [story for story in script.stories(clock.now()) if story.client_id not in played]
    for story in due:
        _play(story)
    if due:
        _leave_only_fresh_notices()
    return Loaded(founded, born, written, len(due))


# what stands


def _found_agencies() -> int:
    added, _updated = loading.load_agencies(SYSTEM, loading.read_agencies(script.agencies()))
    return added


def _bear_cast() -> int:
    known = set(db.session().scalars(select(Person.id)))
    missing = [person for person in script.cast() if person.id not in known]
    for person in missing:
        db.session().add(_person(person))
    db.session().flush()
    return len(missing)


def _person(person: DemoPerson) -> Person:
    """Somebody without a password: the only way in is the door of the demo."""
    born = Person(
        id=person.id,
        language=person.language,
        level=person.level,
        email_confirmed_at=clock.now(),
        grants=[RoleGrant(role=grant.role, agency_key=grant.agency or "") for grant in person.grants],
    )
    born.use_email(person.email)
    born.use_display_name(person.name[0 if person.language == "ar" else 1])
    return born


def _write_canned_answers() -> int:
    """For agencies that have none yet."""
    taken = set(
        db.session().scalars(select(Agency.key).join(CannedAnswer, CannedAnswer.agency_id == Agency.id))
    )
    missing = [answer for answer in script.canned_answers() if answer.agency not in taken]
    for answer in missing:
        canned.add(_actor(answer.by), answer.agency, answer.title, answer.body)
    return len(missing)


def _played() -> set[str]:
    return set(db.session().scalars(select(Case.client_id).where(Case.client_id.startswith("demo:"))))


# what happened


def _play(story: Story) -> None:
    """One story, whole or not at all. Files are cleaned first, outside of the transaction."""
    author = Actor(script.person(story.by).id) if story.by else Actor(browser=story.client_id)
    first = _received(author, story)
    later = [_received(author, step) for step in story.steps]
    with db.transaction():
        case = _open(story, _actor(story.by) if story.by else author, first)
        author = replace(author, receipts=frozenset({case.id}))
        for step, files in zip(story.steps, later, strict=True):
            with clock.telling(step.at):
                _ACTS[step.act](
                    _actor(step.by) if step.by else author, case, step, Said(step.says, files=files)
                )


def _leave_only_fresh_notices() -> None:
    """The cast has read what is older than two days; a tour that begins with 99 unread notices tires."""
    cast = [person.id for person in script.cast()]
    with db.transaction():
        old = Notice.created_at < clock.now() - FRESH
        unread = update(Notice).where(Notice.person_id.in_(cast), old, Notice.read_at.is_(None))
        db.session().execute(unread.values(read_at=clock.now()))


def _open(story: Story, author: Actor, files: Files) -> Case:
    guest = story.guest
    with clock.telling(story.at):
        agency = _agency(story.to) if story.to else None
        said = Said(story.says, story.client_id, files)
        opened = inquiries.send(author, said, Contact(guest.name, guest.email, guest.language), agency)
    opened.case.is_urgent = opened.case.is_urgent or story.is_urgent
    return opened.case


def _received(author: Actor, moment: Story | Step) -> Files:
    sender = Actor(script.person(moment.by).id) if moment.by else author
    with clock.telling(moment.at):
        return [uploads.receive(sender, _made(file)) for file in moment.files]


def _made(file: DemoFile) -> FileStorage:
    content = drawing.picture(file.picture) if file.picture else file.text.encode()
    return FileStorage(io.BytesIO(content), filename=file.name)


def _assign(actor: Actor, case: Case, step: Step, said: Said) -> None:
    key = step.to or step.by
    cases.assign(actor, case, _person_called(key))


def _transfer(actor: Actor, case: Case, step: Step, said: Said) -> None:
    cases.transfer(actor, case, _agency(step.to) if step.to else None, said)


_ACTS: dict[str, Callable[[Actor, Case, Step, Said], object]] = {
    "write": lambda actor, case, step, said: cases.write(actor, case, said),
    "reopen": lambda actor, case, step, said: cases.reopen(actor, case, said),
    "rate": lambda actor, case, step, said: cases.rate(actor, case, step.rating, said),
    "confirm": lambda actor, case, step, said: cases.confirm_contact(case),
    "close": lambda actor, case, step, said: cases.close(actor, case, said),
    "answer": lambda actor, case, step, said: cases.answer(actor, case, said, case.last_seq),
    "ask": lambda actor, case, step, said: cases.answer(actor, case, said, case.last_seq, asks=True),
    "note": lambda actor, case, step, said: cases.note(actor, case, said),
    "route": lambda actor, case, step, said: cases.route(actor, case, _agency(step.to)),
    "look": lambda actor, case, step, said: note_look(
        actor, "case", case.id, case.person_id, "duty", step.to
    ),
    "assign": _assign,
    "transfer": _transfer,
}


def _actor(key: str) -> Actor:
    return actor_of(_person_called(key))


def _person_called(key: str) -> Person:
    return db.session().get_one(Person, script.person(key).id)


def _agency(key: str) -> Agency:
    return db.session().scalars(select(Agency).where(Agency.key == key)).one()
