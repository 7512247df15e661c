"""What an agency does before it asks people: both languages, dates, questions; and the gate in front of the public."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from app.agencies.actions import close, reopen
from app.core import audit, clock, db
from app.core.errors import Denied, WrongState
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.models import actor_of
from participation.consultations import queries
from participation.consultations.actions import opening, preparing
from participation.consultations.actions.opening import NotAnEnd, NotReady
from participation.consultations.models import Consultation
from participation.consultations.queries import preparation, surveys
from participation.consultations.written import Asked, Point
from tests.factories import people
from tests.factories.agencies import roads, water
from tests.factories.consultations import (
    ARTICLES,
    closed_consultation,
    consultation,
    draft,
    open_consultation,
    planned_consultation,
    publish_version,
    with_key_points,
    with_questions,
)

TITLE = ("مشروع لائحة الأشجار", "Draft regulation on trees")
REASON = ("طلب الناس وقتًا أطول.", "People asked for more time.")


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context(), db.transaction():
        water(), roads()
        yield


def salma() -> Actor:
    return actor_of(people.salma())


def whats(made: Consultation) -> list[tuple[str, str]]:
    return [(lack.what, lack.language) for lack in preparation.lacks(made)]


# Beginning


def test_the_first_consultations_of_a_year_are_numbered_and_addressed_by_their_english_title() -> None:
    first = preparing.create(salma(), water(), draft(), TITLE, "1")
    second = preparing.create(salma(), water(), None, ("عنوان", "?!"), "2")
    year = clock.today().year
    assert first.shown_number == f"CONS-{year}-001"
    assert first.slug == f"draft-regulation-on-trees-{year}-1"
    assert second.slug == f"consultation-{year}-2"
    assert first.version_number == 1


def test_the_same_form_sent_twice_begins_one_consultation() -> None:
    made = [preparing.create(salma(), water(), None, TITLE, "same key") for _ in range(2)]
    assert made[0].id == made[1].id


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (people.salma, True),
        (people.rana, True),
        (people.adam, True),
        (people.omar, False),
        (people.karim, False),
        (people.huda, False),
        (people.lina, False),
        (people.nour, False),
    ],
)
def test_supervisors_and_administrators_of_the_agency_prepare(who, may: bool) -> None:  # type: ignore[no-untyped-def]
    actor = actor_of(who())
    if may:
        assert preparing.create(actor, water(), None, TITLE, "1").agency.key == "water"
    else:
        with pytest.raises(Denied):
            preparing.create(actor, water(), None, TITLE, "1")


def test_a_supervisor_prepares_nothing_in_the_name_of_another_agency() -> None:
    with pytest.raises(Denied):
        preparing.create(salma(), roads(), None, TITLE, "1")


# The gate


def test_what_lacks_nothing_is_published_and_audited() -> None:
    made = planned_consultation()
    assert whats(made) == []
    opening.publish(salma(), made)
    assert made.state == "published"
    assert made.published_at is not None
    acts = db.session().query(audit.AuditEntry.act).filter_by(subject_kind="consultation").all()
    assert ("consultation.publish",) in acts


@pytest.mark.parametrize("name", ["title", "lead", "summary", "open_to_change", "data_notice"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_text_must_be_there_in_both_languages(name: str, language: str) -> None:
    made = planned_consultation()
    setattr(made, f"{name}_{language}", " ")
    assert whats(made) == [(name, language)]


def test_an_article_that_one_language_lacks_stops_the_publication() -> None:
    made = planned_consultation()
    assert made.document is not None
    publish_version(made.document, 2, ARTICLES, leave_out={"en": "art_2"})
    made.version_number = 2
    (lack,) = preparation.lacks(made)
    assert (lack.what, lack.language) == ("article", "en")
    with pytest.raises(NotReady):
        opening.publish(salma(), made)


def test_questions_options_and_points_must_be_there_in_both_languages() -> None:
    made = planned_consultation()
    question, point = with_questions(made)[0], with_key_points(made)[0]
    question.prompt = ("سؤال", "")
    question.options = {
        "options": [{"key": "o1", "ar": "نعم", "en": ""}, {"key": "o2", "ar": "لا", "en": "No"}]
    }
    point.text = ("", "A point")
    db.session().flush()
    assert set(whats(made)) == {("question", "en"), ("options", "en"), ("point", "ar")}


@pytest.mark.parametrize(("days", "lacks"), [(13, [("short", "")]), (14, [])])
def test_people_get_at_least_fourteen_days(days: int, lacks: list[tuple[str, str]]) -> None:
    made = planned_consultation(comment_days=days)
    assert whats(made) == lacks


def test_the_days_are_counted_from_the_publication_when_it_comes_late() -> None:
    made = planned_consultation(comment_days=20)
    with clock.telling(made.phases[1].starts_at + timedelta(days=10)):
        assert whats(made) == [("short", "")]
    with clock.telling(made.phases[1].ends_at):
        assert whats(made) == [("past", "")]


def test_a_reason_overrides_what_is_not_final_and_is_kept_for_everybody() -> None:
    made = planned_consultation(comment_days=7)
    with pytest.raises(NotReady):
        opening.publish(salma(), made)
    opening.publish(salma(), made, "السيول المتوقعة لا تنتظر.")
    assert made.override_reason == "السيول المتوقعة لا تنتظر."
    entry = db.session().query(audit.AuditEntry).filter_by(act="consultation.publish").one()
    assert entry.details == {"overridden": ["short"]}


def test_no_reason_makes_up_for_a_missing_draft_or_missing_dates() -> None:
    for made in (consultation(), planned_consultation(document=None)):
        if made.phases:
            made.document = made.version_number = None
        with pytest.raises(NotReady):
            opening.publish(salma(), made, "سبب")


def test_c33_nothing_opens_in_the_name_of_an_agency_that_is_closed_whatever_the_reason() -> None:
    made, adam = planned_consultation(), actor_of(people.adam())
    close(adam, made.agency)
    assert whats(made) == [("agency", "")]
    for reason in ("", "السيول المتوقعة لا تنتظر."):
        with pytest.raises(NotReady):
            opening.publish(adam, made, reason)
    assert made.state == "draft"
    reopen(adam, made.agency)
    opening.publish(salma(), made)
    assert made.state == "published"


def test_nothing_is_published_twice() -> None:
    made = planned_consultation()
    opening.publish(salma(), made)
    with pytest.raises(WrongState):
        opening.publish(salma(), made)


# Dates


def test_a_later_end_moves_the_later_ends_by_as_many_days() -> None:
    made = open_consultation()
    before = [phase.ends_at for phase in made.phases]
    comment = made.phases[1]
    day = clock.local(comment.ends_at).date() + timedelta(days=7)
    opening.move_end(salma(), made, comment, day, REASON)
    assert clock.local(comment.ends_at).strftime("%H:%M") == "23:59"
    assert clock.local(comment.ends_at).date() == day
    assert made.phases[2].starts_at == comment.ends_at
    moved = [
        clock.local(phase.ends_at).date() - clock.local(was).date()
        for phase, was in zip(made.phases, before, strict=True)
    ]
    assert [each.days for each in moved] == [0, 7, 7, 7]


def test_an_early_end_leaves_the_promised_dates_where_they_were() -> None:
    made = open_consultation()
    promised = made.phases[2].ends_at
    opening.move_end(salma(), made, made.phases[1], None, REASON)
    assert made.phases[1].ends_at == made.phases[2].starts_at <= clock.now()
    assert made.phases[2].ends_at == promised
    (change,) = made.phases[1].changes.values()
    assert (change["ar"], change["en"]) == REASON


def test_a_phase_that_is_over_is_not_opened_again() -> None:
    made = closed_consultation()
    with pytest.raises(WrongState):
        opening.move_end(salma(), made, made.phases[1], date(2099, 1, 1), REASON)


def test_an_end_cannot_lie_in_the_past() -> None:
    made = open_consultation()
    with pytest.raises(NotAnEnd):
        opening.move_end(salma(), made, made.phases[1], clock.today() - timedelta(days=1), REASON)


def test_a_cancelled_consultation_stays_readable_with_its_reason() -> None:
    made = open_consultation()
    opening.cancel(salma(), made, REASON)
    assert made.state == "cancelled"
    assert str(made.cancellation) == REASON[0]
    assert queries.find(actor_of(people.huda()), made.slug) is made
    with pytest.raises(WrongState):
        opening.cancel(salma(), made, REASON)


# Questions, points, copies


def test_questions_keep_their_order_and_change_places_one_by_one() -> None:
    made = consultation()
    for number in range(3):
        preparing.add_question(salma(), made, Asked("text", (f"س{number}", f"Q{number}")), str(number))
    preparing.raise_up(salma(), made, surveys.questions(made)[2])
    preparing.raise_up(salma(), made, surveys.questions(made)[0])
    assert [question.prompt_en for question in surveys.questions(made)] == ["Q0", "Q2", "Q1"]  # type: ignore[attr-defined]


def test_the_same_form_sent_twice_adds_one_question_and_one_point() -> None:
    made = consultation()
    for _ in range(2):
        preparing.add_question(salma(), made, Asked("text", ("س", "Q")), "key")
        preparing.add_point(salma(), made, Point(("نقطة", "Point")), "key")
    assert len(surveys.questions(made)) == len(surveys.key_points(made)) == 1


def test_no_question_changes_under_answers() -> None:
    made = open_consultation()
    question = with_questions(made)[0]
    with pytest.raises(WrongState):
        preparing.change_question(salma(), made, question, Asked("text", ("س", "Q")))
    with pytest.raises(WrongState):
        preparing.remove(salma(), made, question)


def test_a_copy_has_texts_plan_questions_and_points_and_nothing_people_sent() -> None:
    made = open_consultation()
    with_questions(made), with_key_points(made)
    copied = preparing.copy(salma(), made, date(2027, 3, 1), "key")
    assert copied.state == "draft"
    assert copied.shown_number != made.shown_number
    assert str(copied.summary) == str(made.summary)
    assert [phase.kind for phase in copied.phases] == [phase.kind for phase in made.phases]
    assert clock.local(copied.phases[0].starts_at).date() == date(2027, 3, 1)
    assert [str(each.prompt) for each in surveys.questions(copied)] == [
        str(each.prompt) for each in surveys.questions(made)
    ]
    assert len(surveys.key_points(copied)) == 3
    assert preparing.copy(salma(), made, date(2027, 3, 1), "key").id == copied.id
