"""Acts on a case: one event each, in order; harmless when repeated; refused when somebody else was faster."""

import threading
import time
import uuid

import pytest
import sqlalchemy as sa

from app.cases import actions, queries
from app.cases.actions import Opened
from app.cases.models import Case, CaseEvent, CaseText
from app.cases.stream import Said
from app.cases.workflow import State
from app.core import db
from app.core.errors import Denied, Missing, Stale, WrongState
from app.core.permissions import Actor
from app.identity.models import Person, actor_of
from feedback.inquiries.models import Inquiry
from tests.factories import people
from tests.factories.agencies import roads, water
from tests.factories.cases import ARABIC, ENGLISH, inquiry

pytestmark = pytest.mark.usefixtures("app")


def acting(person: Person) -> Actor:
    with people.unit():
        return actor_of(db.session().merge(person))


def loaded(opened: Opened) -> Case:
    return queries.by_id(opened.case.id)


def state(opened: Opened) -> tuple[str, str | None]:
    """Where the case stands, and with whom."""
    with db.transaction(reading=True):
        case = loaded(opened)
        return case.state, case.agency.key if case.agency else None


def kinds(opened: Opened) -> list[tuple[int, str]]:
    wanted = sa.select(CaseEvent.seq, CaseEvent.kind).where(CaseEvent.case_id == opened.case.id)
    with db.transaction(reading=True) as session:
        return [(seq, kind) for seq, kind in session.execute(wanted.order_by(CaseEvent.seq))]


def test_a_case_opens_with_its_text_and_goes_to_the_chosen_agency() -> None:
    opened = inquiry(people.huda())
    assert opened.is_new
    assert kinds(opened) == [(1, "opened"), (2, "routed")]
    assert state(opened) == (State.RECEIVED, "water")


def test_without_an_agency_it_waits_at_the_sorting_desk() -> None:
    opened = inquiry(triage=True)
    assert kinds(opened) == [(1, "opened")]
    assert state(opened) == (State.TRIAGE, None)


def test_the_same_form_sent_twice_is_one_case_with_one_receipt() -> None:
    said, sender = Said(ARABIC), Actor(browser="the same browser")
    opened = [_file(sender, said) for _ in range(2)]
    assert [one.is_new for one in opened] == [True, False]
    assert opened[0].case.reference == opened[1].case.reference
    assert opened[0].receipt == opened[1].receipt


def test_the_same_form_key_from_another_browser_is_another_case() -> None:
    said = Said(ARABIC)
    first, second = (_file(Actor(browser=name), said) for name in ("one", "another"))
    assert first.case.reference != second.case.reference
    assert first.receipt != second.receipt


def test_twenty_parallel_submits_of_one_form_make_one_case() -> None:
    said, sender, seen = Said(ENGLISH), Actor(browser="a nervous browser"), []
    with db.transaction():
        water()

    def submit() -> None:
        opened = _file(sender, said)
        seen.append((opened.case.reference, opened.receipt))

    _all_at_once([submit] * 20)
    assert len(seen) == 20
    assert len(set(seen)) == 1
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseEvent)) == 2


def _file(sender: Actor, said: Said) -> Opened:
    with db.transaction():
        case = Inquiry(suggestion={}, choice="other")
        return actions.open_case(sender, case, said, actions.Contact(), water())


def _all_at_once(acts: list) -> None:  # type: ignore[type-arg]
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)


def test_messages_from_many_sides_at_once_stand_in_one_unbroken_row() -> None:
    opened = inquiry(people.huda())
    huda, omar = acting(people.huda()), acting(people.omar())

    def write() -> None:
        with db.transaction():
            actions.write(huda, loaded(opened), Said("وما الجديد؟"))

    def note() -> None:
        with db.transaction():
            actions.note(omar, loaded(opened), Said("Asked the pump station."))

    _all_at_once([write, note] * 8)
    assert [seq for seq, _kind in kinds(opened)] == list(range(1, 19))
    with db.transaction(reading=True):
        assert queries.first_broken(loaded(opened)) is None
        assert loaded(opened).last_seq == 18


def test_each_act_repeated_with_the_same_key_is_done_once() -> None:
    opened = inquiry(people.huda())
    huda, omar = acting(people.huda()), acting(people.omar())
    message, note, answer, closing = (Said(text) for text in ("متى؟", "ملاحظة", "الليلة.", "شكراً"))
    for _ in range(2):
        with db.transaction():
            actions.write(huda, loaded(opened), message)
    for _ in range(2):
        with db.transaction():
            actions.note(omar, loaded(opened), note)
    for _ in range(2):
        with db.transaction():
            actions.answer(omar, loaded(opened), answer, seen_seq=4)
    for _ in range(2):
        with db.transaction():
            actions.rate(huda, loaded(opened), 5, Said("", "the rating's key"))
    for _ in range(2):
        with db.transaction():
            actions.close(huda, loaded(opened), closing)
    assert [kind for _seq, kind in kinds(opened)] == [
        "opened", "routed", "message", "note", "answer", "rated", "closed",
    ]  # fmt: skip


def test_a_key_used_in_one_case_is_free_in_another() -> None:
    huda, said = people.huda(), Said("متى؟")
    first, second = inquiry(huda), inquiry(huda)
    for opened in (first, second):
        with db.transaction():
            actions.write(acting(huda), loaded(opened), said)
    assert len(kinds(first)) == len(kinds(second)) == 3


def test_an_answer_is_refused_when_somebody_has_written_since() -> None:
    opened = inquiry(people.huda())
    omar = acting(people.omar())
    with db.transaction():
        actions.write(acting(people.huda()), loaded(opened), Said("وصلت المياه، شكراً."))
    with db.transaction(), pytest.raises(Stale):
        actions.answer(omar, loaded(opened), Said("سنرسل فريقاً."), seen_seq=2)
    with db.transaction():
        actions.answer(omar, loaded(opened), Said("يسرّنا ذلك."), seen_seq=3)
    assert state(opened) == (State.ANSWERED, "water")


def test_a_colleagues_note_or_assignment_does_not_make_an_answer_stale() -> None:
    opened = inquiry(people.huda())
    omar = acting(people.omar())
    with db.transaction():
        actions.note(acting(people.salma()), loaded(opened), Said("Please be kind."))
        actions.assign(omar, loaded(opened), db.session().get_one(Person, omar.person_id))
        actions.answer(omar, loaded(opened), Said("سنرسل فريقاً."), seen_seq=2)
    assert state(opened) == (State.ANSWERED, "water")


def test_of_two_officials_who_answer_at_once_one_reads_the_other_first() -> None:
    opened = inquiry(people.huda())
    officials = [acting(people.omar()), acting(people.salma())]
    outcomes: list[str] = []

    def answer(official: Actor) -> None:
        try:
            with db.transaction():
                actions.answer(official, loaded(opened), Said("سنرسل فريقاً."), seen_seq=2)
                time.sleep(0.1)
            outcomes.append("sent")
        except Stale:
            outcomes.append("stale")

    _all_at_once([lambda official=official: answer(official) for official in officials])
    assert sorted(outcomes) == ["sent", "stale"]


def test_a_question_back_waits_for_the_person_whose_message_answers_it() -> None:
    opened = inquiry(people.huda())
    with db.transaction():
        actions.answer(acting(people.omar()), loaded(opened), Said("ما رقم العداد؟"), seen_seq=2, asks=True)
    assert state(opened) == (State.WAITING, "water")
    with db.transaction(reading=True):
        assert loaded(opened).answered_at is None
    with db.transaction():
        actions.write(acting(people.huda()), loaded(opened), Said("٤٤٢١"))
    assert state(opened) == (State.IN_PROGRESS, "water")


def test_officials_take_cases_and_only_supervisors_give_them() -> None:
    opened = inquiry(people.huda())
    omar, salma, karim = people.omar(), people.salma(), people.karim()
    with db.transaction(), pytest.raises(Denied):
        actions.assign(acting(omar), loaded(opened), db.session().merge(salma))
    with db.transaction(), pytest.raises(Denied):
        actions.assign(acting(salma), loaded(opened), db.session().get_one(Person, karim.id))
    with db.transaction():
        actions.assign(acting(salma), loaded(opened), db.session().get_one(Person, omar.id))
    with db.transaction():
        actions.assign(acting(salma), loaded(opened), db.session().get_one(Person, omar.id))
    assert [kind for _seq, kind in kinds(opened)].count("assigned") == 1


def test_a_transfer_takes_the_case_away_with_a_reason_the_person_reads() -> None:
    opened = inquiry(people.huda())
    omar, karim = acting(people.omar()), acting(people.karim())
    with db.transaction():
        actions.transfer(omar, loaded(opened), roads(), Said("الحفرة في الشارع، وهو من شأن هيئة الطرق."))
    assert state(opened) == (State.RECEIVED, "roads")
    with db.transaction(reading=True):
        with pytest.raises(Missing):
            queries.find(omar, opened.case.reference)
        assert queries.find(karim, opened.case.reference).hops == 1
        event = queries.timeline(acting_author(opened), loaded(opened))[-1]
        assert event.kind == "transferred"
        assert event.text is not None
        assert "هيئة الطرق" in event.text.body
        assert event.facts == {"left": "water", "to": "roads", "wanted": "roads"}


def acting_author(opened: Opened) -> Actor:
    return Actor(browser="a browser with the receipt", receipts=frozenset({opened.case.id}))


def test_the_third_hop_goes_to_the_sorting_desk_whatever_was_wanted() -> None:
    opened = inquiry(people.huda())
    omar, karim = acting(people.omar()), acting(people.karim())
    for actor, target in ((omar, roads), (karim, water), (omar, roads)):
        with db.transaction():
            actions.transfer(actor, loaded(opened), target(), Said("ليس من شأننا."))
    assert state(opened) == (State.TRIAGE, None)
    with db.transaction():
        actions.route(acting(people.arbiter()), loaded(opened), roads())
    assert state(opened) == (State.RECEIVED, "roads")


def test_a_transfer_to_oneself_or_to_nobody_goes_back_to_sorting() -> None:
    for target in (water, lambda: None):
        opened = inquiry(people.huda())
        with db.transaction():
            actions.transfer(acting(people.omar()), loaded(opened), target(), Said("لا نعرف لمن هذا."))
        assert state(opened) == (State.TRIAGE, None)


def test_a_transfer_forgets_the_assignee() -> None:
    opened = inquiry(people.huda())
    omar = acting(people.omar())
    with db.transaction():
        actions.assign(omar, loaded(opened), db.session().get_one(Person, omar.person_id))
        actions.transfer(omar, loaded(opened), roads(), Said("إلى الطرق."))
    with db.transaction(reading=True):
        assert loaded(opened).assignee_id is None


def test_a_closed_case_takes_no_message_until_it_is_reopened() -> None:
    opened, huda = inquiry(people.huda()), acting(people.huda())
    with db.transaction():
        actions.close(acting(people.omar()), loaded(opened), Said("أُصلح الأنبوب."))
    with db.transaction(), pytest.raises(Denied):
        actions.write(huda, loaded(opened), Said("لم يُصلح!"))
    with db.transaction():
        actions.reopen(huda, loaded(opened), Said("لم يُصلح!"))
    assert state(opened) == (State.IN_PROGRESS, "water")
    with db.transaction(reading=True):
        assert loaded(opened).closed_at is None
        assert loaded(opened).is_open


def test_a_case_closed_before_it_had_an_agency_is_reopened_at_the_sorting_desk() -> None:
    opened, huda = inquiry(people.huda(), triage=True), acting(people.huda())
    with db.transaction():
        actions.close(huda, loaded(opened), Said("تراجعت."))
    with db.transaction():
        actions.reopen(huda, loaded(opened), Said("بل أحتاج إليه."))
    assert state(opened) == (State.TRIAGE, None)
    with db.transaction():
        actions.route(acting(people.arbiter()), loaded(opened), water())
    assert state(opened) == (State.RECEIVED, "water")


def test_a_case_that_has_an_agency_is_not_routed_again() -> None:
    opened = inquiry(people.huda())
    with db.transaction(), pytest.raises((Denied, WrongState)):
        actions.route(acting(people.arbiter()), loaded(opened), roads())


def test_a_refused_act_leaves_no_event() -> None:
    opened = inquiry(people.huda())
    for actor in (acting(people.karim()), acting(people.yusuf()), Actor(browser="a stranger's browser")):
        for act in (
            lambda a: actions.answer(a, loaded(opened), Said("x"), 2),
            lambda a: actions.note(a, loaded(opened), Said("x")),
            lambda a: actions.write(a, loaded(opened), Said("x")),
            lambda a: actions.close(a, loaded(opened), Said("x")),
            lambda a: actions.transfer(a, loaded(opened), roads(), Said("x")),
        ):
            with db.transaction(), pytest.raises(Denied):
                act(actor)
    assert len(kinds(opened)) == 2


def test_colleagues_see_who_has_the_answer_form_open() -> None:
    opened = inquiry(people.huda())
    omar, salma = acting(people.omar()), acting(people.salma())
    for _ in range(2):
        with db.transaction():
            actions.start_writing(omar, loaded(opened))
    with db.transaction(reading=True):
        assert [p.id for p in queries.others_writing(salma, loaded(opened))] == [omar.person_id]
        assert queries.others_writing(omar, loaded(opened)) == []
    with db.transaction():
        actions.answer(omar, loaded(opened), Said("الليلة."), seen_seq=2)
    with db.transaction(reading=True):
        assert queries.others_writing(salma, loaded(opened)) == []


def test_the_author_never_reads_internal_notes() -> None:
    opened = inquiry(people.huda())
    people.salma()
    with db.transaction():
        actions.note(acting(people.omar()), loaded(opened), Said("ملاحظة للزملاء فقط"))
    with db.transaction(reading=True):
        case = loaded(opened)
        assert "note" not in {e.kind for e in queries.timeline(acting(people.huda()), case)}
        assert "note" in {e.kind for e in queries.timeline(acting(people.salma()), case)}


# the chain


def broken(opened: Opened) -> int | None:
    with db.transaction(reading=True):
        return queries.first_broken(loaded(opened))


def test_an_untouched_chain_is_whole_on_both_databases() -> None:
    opened = inquiry(people.huda())
    with db.transaction():
        actions.answer(acting(people.omar()), loaded(opened), Said("الليلة."), seen_seq=2)
        actions.transfer(acting(people.omar()), loaded(opened), roads(), Said("والباقي للطرق."))
    assert broken(opened) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "answer"),
        ("audience", "internal"),
        ("side", "official"),
        ("facts", {"to": "roads"}),
        ("text_digest", "0" * 64),
        ("hash", "f" * 64),
    ],
)
def test_one_changed_column_of_an_event_is_found(column: str, value: object) -> None:
    opened = inquiry(people.huda())
    with db.transaction() as session:
        session.execute(sa.update(CaseEvent).where(CaseEvent.seq == 2).values({column: value}))
    assert broken(opened) == 2


def test_one_changed_letter_of_a_text_is_found() -> None:
    opened = inquiry(people.huda(), body=ENGLISH)
    with db.transaction() as session:
        text = session.scalars(sa.select(CaseText)).one()
        text.body = text.body.replace("Monday", "Sunday")
    assert broken(opened) == 1


def test_an_erased_text_leaves_the_chain_whole() -> None:
    opened = inquiry(people.huda())
    with db.transaction() as session:
        session.execute(sa.update(CaseText).values(body=""))
    assert broken(opened) is None


def test_a_removed_event_is_found_at_the_end_too() -> None:
    opened = inquiry(people.huda())
    with db.transaction() as session:
        session.execute(sa.delete(CaseEvent).where(CaseEvent.seq == 2))
    assert broken(opened) == 2


def test_a_forged_event_needs_its_place_in_the_row() -> None:
    opened = inquiry(people.huda())
    with db.transaction() as session:
        first = session.scalars(sa.select(CaseEvent).where(CaseEvent.seq == 1)).one()
        forged = {c.name: getattr(first, c.name) for c in CaseEvent.__table__.columns}
        forged |= {"id": uuid.uuid4(), "seq": 3, "client_id": "forged"}
        session.execute(sa.insert(CaseEvent).values(forged))
    assert broken(opened) == 3
