"""A small country with one of everything: the things that routes are asked for, and everybody who may ask."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage

from app.cases import actions, canned, queries
from app.cases.actions import Contact, Opened, Said
from app.cases.models import CannedAnswer, Case
from app.core import clock, db, uploads
from app.core.permissions import Actor
from app.identity.models import Person, actor_of
from feedback.inquiries import actions as inquiries
from tests.factories import people
from tests.factories.agencies import roads, water

ACTORS: dict[str, Callable[[], Person] | None] = {
    "anonymous": None,
    "unverified": lambda: people.person("جديدة", "new@example.org", level=0, email_confirmed_at=None),
    "suspended": lambda: people.person("موقوف", "suspended@example.org", suspended_at=clock.now()),
    "huda": people.huda,
    "yusuf": people.yusuf,
    "omar": people.omar,
    "salma": people.salma,
    "karim": people.karim,
    "rana": people.rana,
    "sami": people.sami,
    "arbiter": people.arbiter,
    "lina": people.lina,
    "nour": people.nour,
    "adam": people.adam,
}
"""Everybody a route is tried as: nobody, the cast, and who has lost or not yet got rights."""

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Thing:
    """Something in the world; `names` fills the placeholders of addresses that lead to it."""

    names: dict[str, Any]
    case: Case | None = None


def actor(person: Person) -> Actor:
    """The person as an actor, with the grants of this moment."""
    return actor_of(db.session().merge(person))


def sent(
    body: str, contact: Contact | None = None, agency: bool = True, file: FileStorage | None = None
) -> Case:
    """An inquiry of Huda's, with the water company or in triage."""
    with db.transaction():
        huda, place = actor(people.huda()), water() if agency else None
    files = [uploads.receive(huda, file)] if file else []
    with db.transaction():
        opened: Opened = inquiries.send(huda, Said(body, files=files), contact or Contact(), place)
        return opened.case


def acted(case: Case, act: Callable[[Case], object]) -> Case:
    """The case after an act, in a transaction of its own."""
    with db.transaction():
        fresh = queries.by_id(case.id)
        act(fresh)
        return fresh


def answered(case: Case, body: str = "تعود المياه الليلة قبل 22:00.") -> Case:
    return acted(case, lambda c: actions.answer(actor(people.omar()), c, Said(body), c.last_seq))


def noted(case: Case, body: str = "المضخة 12-B معطلة.") -> Case:
    return acted(case, lambda c: actions.note(actor(people.salma()), c, Said(body)))


def closed(case: Case) -> Case:
    return acted(case, lambda c: actions.close(actor(people.omar()), c, Said("انتهى العمل في الحي.")))


QUESTION = "انقطعت المياه عن حي النخيل منذ يومين، ورقم العداد 600-555-123. متى تعود؟"


CONTACT = Contact("هدى سالم", "huda.salem@example.org", "ar")


def received_case() -> Thing:
    """A case that waits for its first answer, with contact details."""
    case = sent(QUESTION, CONTACT)
    with db.transaction(reading=True):
        token = queries.contact_token(queries.by_id(case.id))
    return Thing({"reference": case.shown_reference, "token": token}, case)


def case_with_a_file(name: str = "عداد.png") -> Thing:
    case = sent(QUESTION, CONTACT, file=FileStorage(io.BytesIO(PICTURE), name, content_type="image/png"))
    with db.transaction(reading=True):
        (file,) = [f for e in queries.timeline(actor(people.huda()), case) for f in e.attachments]
    return Thing({"reference": case.shown_reference, "public_id": file.file_public_id}, case)


def of(case: Case) -> Thing:
    return Thing({"reference": case.shown_reference}, case)


def canned_answer() -> Thing:
    with db.transaction():
        canned.add(
            actor(people.salma()),
            "water",
            ("موعد العودة", "When it comes back"),
            ("تعود الليلة.", "Tonight."),
        )
        answer = db.session().query(CannedAnswer).order_by(CannedAnswer.id.desc()).first()
        assert answer is not None
        return Thing({"answer_id": str(answer.id)})


THINGS: dict[str, Callable[[], Thing]] = {
    "received case": received_case,
    "case with a file": case_with_a_file,
    "answered case": lambda: of(answered(sent(QUESTION))),
    "noted case": lambda: of(noted(sent(QUESTION))),
    "closed case": lambda: of(closed(answered(sent(QUESTION)))),
    "case in triage": lambda: of(sent(QUESTION, agency=False)),
    "canned answer": canned_answer,
}
"""What rows of routes.yaml name under `of`. Cases are Huda's, and (but in triage) with the water company."""


def build() -> None:
    """The agencies and everybody."""
    with db.transaction():
        water(), roads()
        for make in ACTORS.values():
            if make is not None:
                make()
