"""The register: what enters and leaves, which texts are one family, numbers that are never wrong."""

from collections.abc import Iterator

import pytest

from app.core import db
from app.core.i18n import speaking
from app.factory import Sawt
from participation.consultations.answering.actions import register
from participation.consultations.answering.queries import Filters, register_page
from participation.consultations.models import Consultation
from participation.discussion import actions as discussion
from participation.discussion.actions import Change
from participation.discussion.ports import notes_on_posts
from participation.discussion.state import change_state
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import ARABIC, ENGLISH, acting, answer, crowd, families, family_of, said
from tests.factories.consultations import open_consultation


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context(), db.transaction():
        water()
        yield


@pytest.fixture
def consultation(unit: None) -> Consultation:
    return open_consultation()


OTHER = "نريد أن تُقرأ العدادات عن بعد بدل أن يدخل القارئ بيوتنا كل شهر."


def test_copies_and_near_copies_are_one_family(consultation: Consultation) -> None:
    posts = [said(consultation, who, ARABIC) for who in crowd(3)]
    posts.append(said(consultation, people.yusuf(), f"السلام عليكم. {ARABIC}"))
    other = said(consultation, people.huda(), OTHER)
    assert len({family_of(post).id for post in posts}) == 1
    assert family_of(other).id != family_of(posts[0]).id
    assert (family_of(posts[0]).size, family_of(posts[0]).people) == (4, 4)


def test_the_same_words_about_another_part_or_in_another_language_are_another_family(
    consultation: Consultation,
) -> None:
    said(consultation, people.huda(), ARABIC, part="art_1")
    said(consultation, people.huda(), ARABIC, part="art_2")
    said(consultation, people.yusuf(), ENGLISH, part="art_2")
    assert [family.size for family in families(consultation)] == [1, 1, 1]


def test_official_posts_are_no_contributions(consultation: Consultation) -> None:
    said(consultation, people.omar(), "نشكركم، وسنرد قبل نهاية الشهر.", agency_key="water")
    assert families(consultation) == []


def test_who_says_it_three_times_is_one_person(consultation: Consultation) -> None:
    for part in ("", "art_1"):
        said(consultation, people.huda(), ARABIC, part=part)
    said(consultation, people.huda(), f"{ARABIC} وشكرًا.", part="art_1")
    family = families(consultation)[1]
    assert (family.size, family.people) == (2, 1)


def test_what_is_withdrawn_leaves_and_what_is_restored_returns(consultation: Consultation) -> None:
    first, second = said(consultation, people.huda()), said(consultation, people.yusuf())
    change_state(first, "hidden", "insult")
    assert family_of(second).size == 1
    discussion.remove(acting(people.yusuf()), second)
    assert families(consultation) == []
    change_state(first, "published")
    assert family_of(first).size == 1


def test_an_edited_text_moves_to_the_family_it_is_now_like(consultation: Consultation) -> None:
    first, second = said(consultation, people.huda()), said(consultation, people.yusuf())
    discussion.edit(acting(people.huda()), first, Change(OTHER))
    assert family_of(first).id != family_of(second).id
    assert (family_of(first).size, family_of(second).size) == (1, 1)
    discussion.edit(acting(people.huda()), first, Change(f"{ARABIC} شكرًا."))
    assert family_of(first).id == family_of(second).id
    assert family_of(second).size == 2


def test_an_answer_outlives_those_who_take_their_text_back(consultation: Consultation) -> None:
    post = said(consultation, people.huda())
    answer(consultation, family_of(post))
    discussion.remove(acting(people.huda()), post)
    (family,) = families(consultation)
    assert (family.size, family.decision) == (0, "accepted")


def test_support_counts_people_and_those_who_agree(consultation: Consultation) -> None:
    post = said(consultation, people.huda())
    for who in crowd(2):
        discussion.react(acting(who), post, "agree")
    register.rank_families(consultation.id)
    assert family_of(post).support == 3


def test_a_new_voice_ranks_above_one_that_repeats_earlier_words(consultation: Consultation) -> None:
    said(consultation, people.huda(), ARABIC)
    again = said(consultation, people.yusuf(), "المهلة قصيرة جدًا")
    new = said(consultation, people.sami(), OTHER)
    register.rank_families(consultation.id)
    assert family_of(again).novelty < family_of(new).novelty
    assert family_of(again).rank < family_of(new).rank
    assert register.misled(consultation.id) == []


def test_recount_names_a_family_whose_numbers_are_wrong(consultation: Consultation) -> None:
    family = family_of(said(consultation, people.huda()))
    assert register.misled() == []
    family.size = 7
    db.session().flush()
    assert register.misled() == [family]


def test_the_inbox_shows_the_most_supported_first_and_filters(consultation: Consultation) -> None:
    for who in crowd(3):
        said(consultation, who, ARABIC, stance="oppose")
    said(consultation, people.yusuf(), ENGLISH, part="art_1", stance="support")
    omar = acting(people.omar())

    def shown(**filters: object) -> list[int]:
        return [row.family.size for row in register_page(omar, consultation, Filters(**filters)).rows]  # type: ignore[arg-type]

    assert shown() == [3, 1]
    assert shown(language="en") == shown(part="art_1") == shown(stance="support") == [1]
    assert shown(state="unread") == [3, 1]
    assert shown(is_mine=True) == shown(theme="المهلة") == shown(state="accepted") == []


def test_a_post_shows_what_became_of_it(consultation: Consultation, app: Sawt) -> None:
    read, unread = said(consultation, people.huda()), said(consultation, people.yusuf(), OTHER)
    answer(consultation, family_of(read), decision="partly")
    with app.test_request_context("/en/"), speaking("en"):
        notes = notes_on_posts("consultation", [read.id, unread.id])
    assert [note.label for note in notes.values()] == ["Accepted in part"]
    assert unread.id not in notes
