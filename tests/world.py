"""A small country with one of everything: the things that routes are asked for, and everybody who may ask."""

import base64
import io
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from app.agencies import actions as agency_actions
from app.agencies import queries as agency_queries
from app.agencies.timetable import Holiday, SpecialPeriod
from app.cases import actions, canned, queries
from app.cases.actions import Contact, Opened
from app.cases.models import CannedAnswer, Case
from app.cases.stream import Said
from app.core import clock, db, mail, uploads
from app.core.permissions import NOBODY, SYSTEM, Actor, Role
from app.dashboards import actions as search_actions
from app.documents import actions as document_actions
from app.documents import queries as document_queries
from app.documents.models import Document
from app.identity.actions import open_sign_in, roles, tokens
from app.identity.models import Invitation, Person, SignIn, actor_of
from app.identity.queries import secret_digest
from app.notifications import unsubscribing
from feedback.inquiries import actions as inquiries
from participation.consultations.models import Consultation
from participation.consultations.open_data import jobs as open_data
from participation.consultations.open_data import queries as open_data_queries
from participation.discussion.state import TEXT_KIND, change_state
from tests.factories import answering, consultations, discussion, documents, forums, moderation, people
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


DAY_OFF = date(2027, 3, 10)
AGENCY = {"key": "water", "day": DAY_OFF, "first": DAY_OFF}


def agency_with_a_calendar() -> Thing:
    """The water company with a day off that the moon has not decided, and special hours."""
    with db.transaction():
        adam, water_company = actor(people.adam()), water()
        before = agency_queries.timetable_of(water_company)
        version = partial(agency_queries.version_number, water_company)
        for holiday in before.holidays:
            agency_actions.remove_holiday(adam, water_company, version(), holiday.day)
        for period in before.special:
            agency_actions.remove_period(adam, water_company, version(), period.first)
        feast = Holiday(DAY_OFF, "عيد", "Feast", is_estimated=True)
        agency_actions.add_holidays(adam, water_company, version(), feast)
        ramadan = SpecialPeriod(DAY_OFF, DAY_OFF, "رمضان", "Ramadan", before.week)
        agency_actions.set_period(adam, water_company, version(), ramadan)
        return Thing({**AGENCY, "seen": str(version())})


def somebody(make: Callable[[], Person]) -> Callable[[], Thing]:
    def found() -> Thing:
        person = make()
        return Thing({"public_id": person.public_id})

    return found


def sign_in_of_huda() -> Thing:
    """A browser in which Huda is signed in."""
    with db.transaction():
        huda = people.huda()
        open_sign_in(huda, "firefox/linux")
        newest = sa.select(SignIn).where(SignIn.person_id == huda.id).order_by(SignIn.id.desc()).limit(1)
        return Thing({"public_id": db.session().scalars(newest).one().public_id})


def link(purpose: str) -> Callable[[], Thing]:
    """A link mailed to somebody whose account is of no other use: following it changes the account."""

    def mailed() -> Thing:
        number = secrets.randbelow(10**9)
        with db.transaction():
            reader = people.person(f"قارئ {number}", f"reader{number}@example.org")
            return Thing({"secret": tokens.issue(reader, purpose, f"new{number}@example.org")[1]})

    return mailed


def invitation() -> Thing:
    """An invitation to the water company, that Adam sent to Yusuf."""
    with db.transaction():
        roles.invite(actor(people.adam()), "yusuf@example.org", Role.OFFICIAL, "water", "en")
        newest = sa.select(Invitation).order_by(Invitation.id.desc()).limit(1)
        kept = db.session().scalars(newest).one()
        secret = secrets.token_urlsafe(16)
        kept.digest = secret_digest("invitation", secret)
        return Thing({"public_id": kept.public_id, "secret": secret})


def failed_mail() -> Thing:
    with db.transaction():
        mail.post(
            "nobody@example.org", "ar", "identity/address_changed", {"name": "هدى"}, f"failed {db.new_id()}"
        )
        failed = db.session().scalars(sa.select(mail.Mail).order_by(mail.Mail.id.desc()).limit(1)).one()
        failed.failed_at, failed.cause = clock.now(), "550"
        return Thing({"public_id": failed.public_id})


def lexicon_group() -> Thing:
    with db.transaction():
        group = search_actions.add_lexicon_group(
            actor(people.adam()), [f"كلمة {db.new_id().hex[-6:]}", "لفظة"]
        )
        return Thing({"group_id": group.id})


def unsubscription() -> Thing:
    """The link under a notice mailed to Huda."""
    url = unsubscribing.unsubscribe_url(people.huda().id, "case-answered")
    return Thing({"token": url.rpartition("/")[2]})


def of_consultation(made: Consultation, **more: Any) -> Thing:
    return Thing({"slug": made.slug, **more})


def consultation(make: Callable[[], Consultation] = consultations.open_consultation) -> Callable[[], Thing]:
    """A consultation of the water company on its draft."""
    return lambda: of_consultation(make())


def consultation_with_everything() -> Thing:
    """Open, with a survey and key points."""
    made = consultations.open_consultation()
    consultations.with_questions(made)
    consultations.with_key_points(made)
    return of_consultation(made)


def item_in_preparation(make: Callable[[Consultation], Sequence[Any]]) -> Callable[[], Thing]:
    """A question or a key point of a consultation that is a draft."""

    def made() -> Thing:
        draft = consultations.planned_consultation()
        return of_consultation(draft, public_id=make(draft)[-1].public_id)

    return made


def question_of_an_open_consultation() -> Thing:
    made = consultations.open_consultation()
    return of_consultation(made, public_id=consultations.with_questions(made)[-1].public_id)


def consultation_with_a_later_version() -> Thing:
    made = consultations.open_consultation()
    assert made.document is not None
    consultations.publish_version(made.document, 2, consultations.ARTICLES[:2])
    return of_consultation(made)


def confidential_response() -> Thing:
    """Huda's, to the water company."""
    made = consultations.open_consultation()
    sent = consultations.responded(made, people.huda(), is_confidential=True)
    return of_consultation(made, public_id=sent.public_id)


def law(kind: str = "draft", published: bool = True) -> Document:
    """A draft of the water company, under a number that stands nowhere else on a page."""
    with db.transaction(reading=True):
        number = max(700_000, document_queries.next_number(kind, clock.today().year))
    return documents.draft_law(published, kind, number=number)


def contribution(is_confidential: bool = False) -> Callable[[], Thing]:
    """What Huda said to a consultation, or Yusuf in confidence; `token` names it on the officials' pages."""

    def sent() -> Thing:
        made = consultations.open_consultation()
        family = (
            answering.family_of_response(answering.confidential(made))
            if is_confidential
            else answering.family_of(answering.said(made))
        )
        return Thing(
            {
                "slug": made.slug,
                "public_id": family.public_id,
                "token": f"{family.public_id}~0",
                "official": people.salma().public_id,
            }
        )

    return sent


def consultation_with_its_data() -> Thing:
    made = answering.ended()
    open_data.make(str(made.id))
    with db.transaction(reading=True):
        file = open_data_queries.newest(NOBODY, made.slug)[1]
        assert file is not None
        return Thing({"slug": made.slug, "public_id": file.files[0].public_id})


def outcome_row() -> Thing:
    """A row of "you said, we did" before the response is published."""
    made = consultations.open_consultation()
    return Thing({"slug": made.slug, "public_id": answering.outcome(made).public_id})


def draft_law_of_two_versions() -> Thing:
    made = law()
    documents.write(made, 2, documents.changed(documents.ARABIC, "art_2", "يُعلَن عن كل انقطاع قبل ٤٨ ساعة."))
    documents.publish(made, 2)
    return named(made)


def named(document: Document, **more: Any) -> Thing:
    return Thing({"kind": document.kind, "year": document.year, "number": document.number, **more})


def draft_version() -> Thing:
    """A law of the water company with a published version and the draft of the next."""
    made = law(kind="law")
    documents.write(made, 2)
    return named(made, version=2, key="art_2")


def law_with_facts() -> Thing:
    """A law in force that cites another."""
    made, other = law(kind="law"), law()
    with db.transaction():
        event = document_actions.record_event(SYSTEM, made, "commencement", date(2026, 5, 1))
        document_actions.relate(SYSTEM, made, "cites", other)
        (related,) = document_queries.relations_of(SYSTEM, made)
        return named(made, seq=event.seq, relation_id=str(related.relation.id))


def version_with_a_file(published: bool) -> Callable[[], Thing]:
    def make() -> Thing:
        made = law(published=published)
        file = documents.file_of(made)
        return named(made, version=1, public_id=file.file_public_id)

    return make


def thread(**rights: Any) -> Callable[[], Thing]:
    return lambda: Thing({"public_id": discussion.thread(**rights).public_id})


def post(state: str = "published", name: str = "public_id", **rights: Any) -> Callable[[], Thing]:
    """A post of Huda's at an open place, in this state."""

    def made() -> Thing:
        kept = discussion.said(discussion.thread(**rights), people.huda())
        with db.transaction():
            change_state(discussion.fresh(kept), state)
        return Thing({name: kept.public_id})

    return made


def signed_library() -> Thing:
    made = law()
    with db.transaction():
        document_actions.sign_days(clock.today())
    return named(made)


def found_post() -> Thing:
    """A post as a result of the search leads to it."""
    return Thing({"kind": TEXT_KIND, "thing_id": post()().names["public_id"]})


def board() -> Thing:
    return Thing({"key": forums.board().key})


def topic() -> Thing:
    """A topic of Huda's on the board of the water company, with an official post and another topic beside it."""
    made, other = forums.topic(tags=("مياه",)), forums.topic(people.yusuf(), title="Water hours")
    post = forums.answered(made)
    facts = {"tag": "مياه", "into": other.public_id, "post": post.public_id}
    return Thing({"public_id": made.public_id, **facts})


def hidden_topic() -> Thing:
    """A topic of Huda's whose opening post a moderator has hidden."""
    made = forums.topic()
    with db.transaction():
        opening = db.session().get_one(type(made), made.id).opening
        assert opening is not None
        change_state(opening, "hidden")
    return Thing({"public_id": made.public_id})


def review() -> Thing:
    """A post of Huda's that Yusuf has reported."""
    kept = discussion.said(discussion.thread(), people.huda())
    return Thing({"public_id": moderation.flagged(kept).public_id})


def decided_post() -> Thing:
    """A post of Huda's that Lina has hidden."""
    kept = discussion.said(discussion.thread(), people.huda())
    return Thing({"public_id": moderation.decided(kept).public_id})


THINGS: dict[str, Callable[[], Thing]] = {
    "board": board,
    "topic": topic,
    "hidden topic": hidden_topic,
    "review": review,
    "decided post": decided_post,
    "thread": thread(),
    "hidden place": thread(see=False, post=False),
    "post": post(),
    "hidden post": post("hidden"),
    "waiting post": post("waiting"),
    "consultation": consultation(),
    "consultation in preparation": consultation(consultations.planned_consultation),
    "consultation with everything": consultation_with_everything,
    "consultation with a later version": consultation_with_a_later_version,
    "question of an open consultation": question_of_an_open_consultation,
    "question in preparation": item_in_preparation(consultations.with_questions),
    "key point in preparation": item_in_preparation(consultations.with_key_points),
    "confidential response": confidential_response,
    "contribution": contribution(),
    "confidential contribution": contribution(is_confidential=True),
    "outcome row": outcome_row,
    "consultation to end": consultation(answering.ready_to_end),
    "ended consultation": consultation(answering.ended),
    "ended consultation with its data": consultation_with_its_data,
    "received case": received_case,
    "case with a file": case_with_a_file,
    "answered case": lambda: of(answered(sent(QUESTION))),
    "noted case": lambda: of(noted(sent(QUESTION))),
    "closed case": lambda: of(closed(answered(sent(QUESTION)))),
    "case in triage": lambda: of(sent(QUESTION, agency=False)),
    "canned answer": canned_answer,
    "agency": agency_with_a_calendar,
    "resident": somebody(people.huda),
    "official": somebody(people.laith),
    "suspended person": somebody(lambda: people.person("موقوف", "suspended@example.org")),
    "sign-in": sign_in_of_huda,
    "confirmation": link(tokens.CONFIRM),
    "new password": link(tokens.PASSWORD),
    "new address": link(tokens.ADDRESS),
    "invitation": invitation,
    "failed mail": failed_mail,
    "lexicon group": lexicon_group,
    "found post": found_post,
    "unsubscription": unsubscription,
    "signed library": signed_library,
    "draft version": draft_version,
    "published version": lambda: named(law(), version=1),
    "law with facts": law_with_facts,
    "draft version with a file": version_with_a_file(published=False),
    "published version with a file": version_with_a_file(published=True),
    "draft law": lambda: named(law()),
    "draft law of two versions": draft_law_of_two_versions,
}
"""What rows of routes.yaml name under `of`. Cases are Huda's, and (but in triage) with the water company."""


def build() -> None:
    """The agencies and everybody."""
    with db.transaction():
        water(), roads()
        for make in ACTORS.values():
            if make is not None:
                make()
