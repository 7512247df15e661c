"""What people say to a consultation, and what officials do with it."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core import clock, db, events
from app.core.permissions import Actor
from app.identity.models import Person, actor_of
from participation.consultations import queries as consultations
from participation.consultations.answering import actions
from participation.consultations.answering.actions import Answer
from participation.consultations.events import ResponseSent
from participation.consultations.models import (
    Consultation,
    Contribution,
    Family,
    Outcome,
    Phase,
    Response,
)
from participation.discussion import actions as discussion
from participation.discussion.actions import NewPost
from participation.discussion.models import Post
from tests.factories import people
from tests.factories.consultations import open_consultation
from tests.factories.people import unit

ARABIC = "المهلة في المادة قصيرة جدًا، فالأسر الفقيرة لا تستطيع أن تدفع خلال أسبوع واحد."
ENGLISH = "One week is far too short: poor families cannot possibly pay the bill in that time."
REASON = ("مددنا المهلة إلى شهر.", "We have made it one month.")


def acting(who: Person | Actor) -> Actor:
    return actor_of(db.session().merge(who)) if isinstance(who, Person) else who


def fresh(consultation: Consultation) -> Consultation:
    return consultations.by_id(consultation.id)


def said(
    consultation: Consultation,
    who: Person | Actor | None = None,
    body: str = ARABIC,
    part: str = "art_3",
    **fields: Any,
) -> Post:
    """A post of this person (Huda, if nobody is named) on an article."""
    with unit():
        thread = discussion.open_thread("consultation", str(consultation.id), part)
        new = NewPost(body, str(uuid.uuid4()), **fields)
        return discussion.post(acting(who or people.huda()), thread, new)


def crowd(count: int, called: str = "ساكن") -> list[Person]:
    """Many confirmed residents; every third reads English."""
    with unit():
        made = [_resident(called, number) for number in range(count)]
        db.session().add_all(made)
        db.session().flush()
        return made


def _resident(called: str, number: int) -> Person:
    made = Person(level=1, email_confirmed_at=clock.now(), language="en" if number % 3 == 0 else "ar")
    made.use_display_name(f"{called} {number}")
    return made


def family_of(post: Post) -> Family:
    with unit():
        found = db.session().scalars(select(Contribution).where(Contribution.post_id == post.id)).one()
        return db.session().get_one(Family, found.family_id, populate_existing=True)


def families(consultation: Consultation) -> list[Family]:
    with unit():
        wanted = select(Family).where(Family.consultation_id == consultation.id).order_by(Family.id)
        return list(db.session().scalars(wanted.execution_options(populate_existing=True)))


def many_families(consultation: Consultation, authors: Sequence[Person], count: int) -> list[Family]:
    """Families of one paper response each, written straight into the register, the authors in turn."""
    with unit():
        made = [
            Family(
                consultation_id=consultation.id,
                part="art_1",
                language="ar",
                likeness=f"bulk {db.new_id()}",
                size=1,
                people=1,
                support=1,
                rank=100,
            )
            for _number in range(count)
        ]
        db.session().add_all(made)
        db.session().flush()
        sent = [_response(family, authors[n % len(authors)], f"النص {n}") for n, family in enumerate(made)]
        db.session().add_all(sent)
        db.session().flush()
        pairs = zip(made, sent, strict=True)
        db.session().add_all([_contribution(family, response) for family, response in pairs])
        db.session().flush()
        return made


def _response(family: Family, author: Person, body: str) -> Response:
    return Response(
        consultation_id=family.consultation_id,
        person_id=author.id,
        author_key=f"person:{author.id}",
        client_id=str(uuid.uuid4()),
        language="ar",
        own_body=body,
        channel="paper",
    )


def _contribution(family: Family, response: Response) -> Contribution:
    return Contribution(
        consultation_id=family.consultation_id,
        part=family.part,
        language=family.language,
        family_id=family.id,
        response_id=response.id,
        person_id=response.person_id,
        author_key=response.author_key,
    )


def answer(
    consultation: Consultation,
    *which: Family,
    who: Person | None = None,
    decision: str = "accepted",
    key: str = "",
    outcome: Outcome | None = None,
    reason: tuple[str, str] = REASON,
) -> list[Family]:
    with unit():
        seen = {family.public_id: family.revision for family in which}
        given = Answer(decision, *reason, outcome)
        return actions.answer_families(
            acting(who or people.omar()), fresh(consultation), seen, given, key or str(uuid.uuid4())
        )


def outcome(consultation: Consultation, decision: str = "rejected", **fields: Any) -> Outcome:
    """A complete row of "you said, we did"."""
    with unit():
        given: dict[str, Any] = {
            "part": "art_3",
            "decision": decision,
            "progress": "planned",
            "theme": ("المهلة", "The period"),
            "said": ("المهلة قصيرة.", "The period is short."),
            "did": ("لم نمددها لأن القانون يحددها.", "We kept it: the law sets it."),
            **fields,
        }
        text = actions.OutcomeText(**given)
        return actions.write_outcome(acting(people.omar()), fresh(consultation), text, str(uuid.uuid4()))


def close_comments(consultation: Consultation) -> None:
    """The comment phase has just ended."""
    with unit():
        phase = (
            db.session()
            .scalars(select(Phase).where(Phase.consultation_id == consultation.id, Phase.kind == "comment"))
            .one()
        )
        phase.ends_at = clock.now()
        db.session().flush()


def confidential(consultation: Consultation, body: str = ARABIC, **fields: Any) -> Response:
    """A response sent in confidence by an organisation."""
    with unit():
        made = Response(
            consultation_id=consultation.id,
            author_key=f"person:{people.yusuf().id}",
            client_id=str(uuid.uuid4()),
            person_id=people.yusuf().id,
            **{
                "is_confidential": True,
                "organisation": "جمعية حماية المستهلك",
                "name": "سالم القاسمي",
                "own_body": body,
                "language": "ar",
                "article_key": "art_3",
                **fields,
            },
        )
        db.session().add(made)
        db.session().flush()
        events.publish(ResponseSent(consultation.id, made.id))
        return made


def family_of_response(response: Response) -> Family:
    with unit():
        sent = select(Contribution.family_id).where(Contribution.response_id == response.id)
        return db.session().get_one(Family, db.session().scalars(sent).one())


def ready_to_end() -> Consultation:
    """A consultation with one answered contribution, a row of "you said, we did" and closing words."""
    with unit():
        made = open_consultation()
        answer(made, family_of(said(made)), decision="rejected", outcome=outcome(made))
        close_comments(made)
        made.closing_words = ("نشكر كل من شارك.", "Thank you for taking part.")
        db.session().flush()
        return made


def ended() -> Consultation:
    return end(ready_to_end())


def end(made: Consultation) -> Consultation:
    """The response of the agency is published."""
    with unit():
        actions.publish_response(acting(people.salma()), fresh(made))
        return made
