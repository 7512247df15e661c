"""Playing the inquiries: everything goes through the actions that people's own clicks go through.

Each story is one transaction and is played once.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.agencies.models import Agency
from app.cases import actions as cases
from app.cases import canned
from app.cases.actions import Contact
from app.cases.models import CannedAnswer, Case
from app.cases.stream import Said
from app.core import clock, db, uploads
from app.core.permissions import Actor
from app.core.uploads import StoredFile
from app.demo import drawing, script
from app.demo.actions.people import actor_called, agency, person_called
from app.demo.script import DemoFile, Step, Story
from app.identity.actions import note_look
from feedback.inquiries import actions as inquiries

Files = Sequence[StoredFile]


def write_canned_answers() -> int:
    """For agencies that have none yet."""
    taken = set(
        db.session().scalars(select(Agency.key).join(CannedAnswer, CannedAnswer.agency_id == Agency.id))
    )
    missing = [answer for answer in script.canned_answers() if answer.agency not in taken]
    for answer in missing:
        canned.add(actor_called(answer.by), answer.agency, answer.title, answer.body)
    return len(missing)


def played() -> set[str]:
    return set(db.session().scalars(select(Case.client_id).where(Case.client_id.startswith("demo:"))))


def play(story: Story) -> None:
    """One story, whole or not at all. Files are cleaned first, outside of the transaction."""
    author = Actor(script.person(story.by).id) if story.by else Actor(browser=story.client_id)
    first = _received(author, story)
    later = [_received(author, step) for step in story.steps]
    with db.transaction():
        case = _open(story, actor_called(story.by) if story.by else author, first)
        author = replace(author, receipts=frozenset({case.id}))
        for step, files in zip(story.steps, later, strict=True):
            with clock.telling(step.at):
                _ACTS[step.act](
                    actor_called(step.by) if step.by else author, case, step, Said(step.says, files=files)
                )


def _open(story: Story, author: Actor, files: Files) -> Case:
    guest = story.guest
    with clock.telling(story.at):
        to = agency(story.to) if story.to else None
        said = Said(story.says, story.client_id, files)
        opened = inquiries.send(author, said, Contact(guest.name, guest.email, guest.language), to)
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
    cases.assign(actor, case, person_called(key))


def _transfer(actor: Actor, case: Case, step: Step, said: Said) -> None:
    cases.transfer(actor, case, agency(step.to) if step.to else None, said)


_ACTS: dict[str, Callable[[Actor, Case, Step, Said], object]] = {
    "write": lambda actor, case, step, said: cases.write(actor, case, said),
    "reopen": lambda actor, case, step, said: cases.reopen(actor, case, said),
    "rate": lambda actor, case, step, said: cases.rate(actor, case, step.rating, said),
    "confirm": lambda actor, case, step, said: cases.confirm_contact(case),
    "close": lambda actor, case, step, said: cases.close(actor, case, said),
    "answer": lambda actor, case, step, said: cases.answer(actor, case, said, case.last_seq),
    "ask": lambda actor, case, step, said: cases.answer(actor, case, said, case.last_seq, asks=True),
    "note": lambda actor, case, step, said: cases.note(actor, case, said),
    "route": lambda actor, case, step, said: cases.route(actor, case, agency(step.to)),
    "look": lambda actor, case, step, said: note_look(
        actor, "case", case.id, case.person_id, "duty", step.to
    ),
    "assign": _assign,
    "transfer": _transfer,
}
