"""Answering: many at once, each person told once in their language, two officials at once, answers that are kept."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from app.core import db
from app.core.errors import Denied, Missing, WrongState
from app.core.i18n import speaking
from app.factory import Sawt
from app.notifications.kinds import kind_of
from app.notifications.models import Notice
from participation.consultations.answering import actions
from participation.consultations.answering.actions import Answer, AnsweredMeanwhile
from participation.consultations.answering.queries import Filters, register_page
from participation.consultations.answering.queries import families as reading
from participation.consultations.answering.queries.figures import figures, overviews
from participation.consultations.models import Consultation, Contribution, FamilyAnswer
from participation.discussion import actions as discussion
from participation.discussion.actions import Change
from participation.discussion.models import Post
from tests.counting import counted
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import (
    ARABIC,
    ENGLISH,
    REASON,
    acting,
    answer,
    confidential,
    crowd,
    families,
    family_of,
    family_of_response,
    fresh,
    many_families,
    said,
)
from tests.factories.consultations import open_consultation


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context(), db.transaction():
        water()
        yield


@pytest.fixture
def consultation(unit: None) -> Consultation:
    return open_consultation()


def notices(kind: str = "contribution-answered") -> list[Notice]:
    return list(db.session().scalars(select(Notice).where(Notice.kind == kind)))


def test_a_bulk_answer_to_500_families_tells_each_person_once(consultation: Consultation) -> None:
    authors = crowd(125)
    made = many_families(consultation, authors, 500)
    assert len(answer(consultation, *made)) == 500
    assert {family.decision for family in families(consultation)} == {"accepted"}
    told = notices()
    assert len(told) == 125
    assert {notice.person_id for notice in told} == {author.id for author in authors}


def test_each_author_is_told_in_the_own_language(consultation: Consultation) -> None:
    answer(consultation, family_of(said(consultation, people.huda())))
    (notice,) = notices()
    kind = kind_of(notice.kind)
    with speaking("ar"):
        assert "مؤسسة المياه" in kind.sentence(notice.facts)
        assert "/ar/consultations/" in kind.url(notice.facts)
    with speaking("en"):
        assert "Draft regulation on water meters" in kind.sentence(notice.facts)


def test_the_same_form_sent_twice_answers_once(consultation: Consultation) -> None:
    family = family_of(said(consultation))
    answer(consultation, family, key="one form")
    assert answer(consultation, family, key="one form") == []
    assert db.session().scalar(select(func.count(FamilyAnswer.id))) == 1
    assert len(notices()) == 1


def test_of_two_officials_at_once_the_second_learns_of_the_first(consultation: Consultation) -> None:
    first, second = family_of(said(consultation)), family_of(said(consultation, body=ENGLISH))
    seen = {first.public_id: 0, second.public_id: 0}
    answer(consultation, first, who=people.salma(), decision="rejected")
    with pytest.raises(AnsweredMeanwhile) as refused:
        actions.answer_families(
            acting(people.omar()), fresh(consultation), seen, Answer("accepted", *REASON), "omar's"
        )
    assert [family.public_id for family in refused.value.families] == [first.public_id]
    assert [family.decision for family in families(consultation)] == ["rejected", "open"]


def test_an_answer_that_changes_keeps_its_earlier_words(consultation: Consultation) -> None:
    post = said(consultation)
    answer(consultation, family_of(post), decision="rejected", reason=("لا.", "No."))
    answer(consultation, family_of(post), decision="accepted", reason=("نعم.", "Yes."))
    kept = reading.answers_of(family_of(post))
    assert [(one.decision, one.reason_en) for one in kept] == [("accepted", "Yes."), ("rejected", "No.")]  # type: ignore[attr-defined]


def test_whoever_joins_an_answered_family_is_told_of_its_answer(consultation: Consultation) -> None:
    answer(consultation, family_of(said(consultation, people.huda())))
    said(consultation, people.yusuf())
    assert {notice.person_id for notice in notices()} == {people.huda().id, people.yusuf().id}


def test_an_answer_needs_its_reason_in_both_languages(consultation: Consultation) -> None:
    family = family_of(said(consultation))
    for reason in (("", "Because."), ("لأن", "")):
        with pytest.raises(WrongState):
            answer(consultation, family, reason=reason)


def test_nobody_answers_what_only_they_themselves_said(consultation: Consultation) -> None:
    own = family_of(said(consultation, people.omar()))
    with pytest.raises(Denied):
        answer(consultation, own, who=people.omar())
    answer(consultation, own, who=people.salma())


@pytest.mark.parametrize(
    "who", [people.karim, people.rana, people.nour, people.adam, people.lina, people.huda]
)
def test_only_officials_of_the_agency_answer(consultation: Consultation, who: object) -> None:
    family = family_of(said(consultation, people.yusuf()))
    with pytest.raises(Denied):
        answer(consultation, family, who=who())  # type: ignore[operator]


def test_a_family_of_another_consultation_is_not_answered_here(consultation: Consultation) -> None:
    elsewhere = family_of(said(open_consultation(), people.yusuf()))
    with pytest.raises(Missing):
        answer(consultation, elsewhere)


@pytest.mark.parametrize(("decision", "state"), [("accepted", "accepted"), ("rejected", "rejected")])
def test_a_suggested_wording_is_settled_by_the_answer(
    consultation: Consultation, decision: str, state: str
) -> None:
    post = said(consultation, kind="wording", wording="لا تقطع المياه إلا بعد ثلاثة إنذارات.")
    answer(consultation, family_of(post), decision=decision)
    assert db.session().get_one(Post, post.id, populate_existing=True).wording_state == state


def test_words_written_after_the_answer_are_not_accepted_by_it(consultation: Consultation) -> None:
    """Else an author has the agency accept what it never read, on the page and in the open data."""
    post = said(consultation, kind="wording", wording="لا تقطع المياه إلا بعد ثلاثة إنذارات.")
    answer(consultation, family_of(post), decision="accepted")
    joined = said(
        consultation, people.yusuf(), kind="wording", wording="لا تقطع المياه إلا بعد ثلاثة إنذارات."
    )
    change = Change("بل يكفي ما في المسودة.", "تقطع المياه بلا إنذار عن كل بيت لا يدفع في يومه.")
    discussion.edit(acting(people.huda()), post, change)
    states = [
        db.session().get_one(Post, each.id, populate_existing=True).wording_state for each in (post, joined)
    ]
    assert states == ["pending", "accepted"]
    assert not family_of(post).is_answered


def test_reading_is_told_once_and_measured(consultation: Consultation) -> None:
    family, omar = family_of(said(consultation)), acting(people.omar())
    actions.mark_read(omar, fresh(consultation), [family.public_id])
    first = db.session().scalars(select(Contribution.read_at)).one()
    actions.mark_read(acting(people.salma()), fresh(consultation), [family.public_id])
    assert db.session().scalars(select(Contribution.read_at)).one() == first
    shown = figures(acting(people.nour()), fresh(consultation))
    assert (shown.reading.read, shown.reading.unread) == (1, 0)
    assert shown.reading.median is not None


def test_c02_a_confidential_text_is_read_by_the_officials_of_the_agency_alone(
    consultation: Consultation,
) -> None:
    public = family_of(said(consultation))
    secret = family_of_response(confidential(consultation, ARABIC))
    assert secret.id != public.id
    for who in (people.huda, people.nour, people.karim, people.rana, people.adam):
        with pytest.raises(Missing):
            reading.find_family(acting(who()), fresh(consultation), secret.public_id)
    assert reading.find_family(acting(people.omar()), fresh(consultation), secret.public_id) == secret
    omars, nours = (figures(acting(who()), fresh(consultation)) for who in (people.omar, people.nour))
    assert (omars.confidential, omars.contributions, omars.families, omars.reading.unread) == (1, 2, 2, 2)
    assert (nours.confidential, nours.contributions, nours.families, nours.reading.unread) == (None, 1, 1, 1)
    assert [row.families for row in overviews(acting(people.nour()))] == [1]
    assert [row.families for row in overviews(acting(people.omar()))] == [2]


@pytest.mark.parametrize("rank", ["-9" * 12, "-99999999999999999999", "99999999999999999999", "²"])
def test_a_forged_place_in_the_inbox_is_no_failure_of_ours(consultation: Consultation, rank: str) -> None:
    many_families(consultation, crowd(1), 1)
    omar, cursor = acting(people.omar()), f"{rank}~{consultation.id.hex}"
    assert len(register_page(omar, fresh(consultation), Filters(), cursor).rows) <= 1


def test_the_inbox_is_paged_by_key_and_costs_the_same_whatever_its_size(
    consultation: Consultation, app: Sawt
) -> None:
    many_families(consultation, crowd(5), 60)
    omar, shown, cursor = acting(people.omar()), [], None
    for _page in range(3):
        page = register_page(omar, fresh(consultation), Filters(), cursor)
        shown += [row.family.public_id for row in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert len(shown) == len(set(shown)) == 60
    one = fresh(consultation)
    with counted() as statements:
        register_page(omar, one, Filters())
    assert len(statements) <= 4
