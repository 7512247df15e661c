"""Rules point at posts, and never touch them; copies of a campaign stand together, and none is lost (C34)."""

import pytest
import sqlalchemy as sa

from app.core import db
from app.factory import Sawt
from app.identity.models import Person
from participation.discussion.models import Post, Thread
from participation.discussion.moderation import actions, reviewing, rules
from participation.discussion.moderation.actions import Decision
from participation.discussion.moderation.queries import waiting
from participation.discussion.moderation.queries.waiting import Wanted
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import discussion, people
from tests.factories.campaigns import CAMPAIGNS, DISTINCT, near_copy
from tests.factories.discussion import acting, fresh, said
from tests.factories.moderation import after_the_rules, decided, flagged, open_review, reviews
from tests.factories.people import adam, huda, lina, omar, settled, yusuf

pytestmark = pytest.mark.usefixtures("app")

LETTER = CAMPAIGNS["ar"][1]


def newcomer(number: int) -> Person:
    return people.person(f"جديد {number}", f"new{number}@example.org")


def pointed_at(post: Post) -> list[str]:
    return [why for review in reviews() if review.post_id == post.id for why in review.why]


# the rules one by one


def test_a_listed_word_has_the_post_read_and_nothing_else(client: Browser) -> None:
    square = discussion.thread()
    added = client.enter(adam()).send("/ar/moderation/words", {"phrases": "لصوص المال\nSCAM\n\nlsoos"})
    assert added.status_code == 303
    post = said(square, settled(), "هؤلاء لُصُوص المــال العام، كلهم.")
    other = said(square, settled(1), "المال العام ليس لصوصًا")
    after_the_rules()
    assert (pointed_at(post), pointed_at(other)) == (["words"], [])
    assert fresh(post).state == "published"
    client.send("/ar/moderation/words/removal", {"phrase": rules.phrase_of("لصوص المال")})
    third = said(square, settled(2), "لصوص المال")
    after_the_rules()
    assert pointed_at(third) == []


@pytest.mark.parametrize(
    ("links", "is_fresh", "points"), [(2, False, False), (3, False, True), (0, True, False), (1, True, True)]
)
def test_many_links_point_at_a_post_and_one_of_a_fresh_account(
    links: int, is_fresh: bool, points: bool
) -> None:
    body = "اشتروا الآن " + " ".join(f"https://example.org/{number}" for number in range(links))
    post = said(discussion.thread(), newcomer(1) if is_fresh else settled(), body)
    after_the_rules()
    assert pointed_at(post) == (["links"] if points else [])


def test_many_posts_in_a_short_time_are_looked_at() -> None:
    square = discussion.thread()
    posts = [said(square, settled(), text) for text in DISTINCT["ar"][: rules.PACE + 1]]
    after_the_rules()
    assert pointed_at(posts[-1]) == ["pace"]


def test_an_official_answer_meets_no_rule() -> None:
    body = "الروابط: https://a.example https://b.example https://c.example"
    post = said(discussion.thread(), omar(), body, agency_key="water")
    after_the_rules()
    assert pointed_at(post) == []


def test_a_rule_points_once_at_one_wording() -> None:
    post = said(discussion.thread(), newcomer(1), "https://example.org هنا")
    after_the_rules()
    decided(post, "published")
    for is_edited in (False, True):
        with db.transaction():
            reviewing.look_at(fresh(post), is_edited)
    assert [review.is_open for review in reviews()] == [None]


# copies


def campaign(square: Thread, senders: list[Person], each: int) -> list[Post]:
    """The letter as these people send it, each several times with changes of their own."""
    return [
        said(square, sender, near_copy(LETTER, "ar", number * each + at) + f" ({at + 1})")
        for number, sender in enumerate(senders)
        for at in range(each)
    ]


def marked_share(posts: list[Post]) -> float:
    """Of these posts, how many stand in one family of the queue, marked as copies."""
    marked = {review.post_id: review.likeness for review in reviews() if "copies" in review.why}
    families = [marked.get(post.id) for post in posts]
    largest = max(set(families) - {None}, key=families.count, default=None)
    return families.count(largest) / len(posts) if largest else 0.0


@pytest.mark.parametrize(
    ("accounts", "each"), [(10, 5), pytest.param(50, 10, marks=[pytest.mark.long, pytest.mark.timeout(600)])]
)
def test_c34_copies_from_fresh_accounts_are_marked_shown_apart_and_kept(
    capsys: pytest.CaptureFixture[str], accounts: int, each: int
) -> None:
    square = discussion.thread()
    other = said(square, settled(), DISTINCT["ar"][9])
    posts = campaign(square, [newcomer(number) for number in range(accounts)], each)
    after_the_rules()
    share = marked_share(posts)
    with capsys.disabled():
        print(
            f"\nC34: {len(posts)} near copies from {accounts} fresh accounts: {share:.1%} marked as one family"
        )
    assert share >= 0.95
    assert pointed_at(other) == []
    with db.transaction(reading=True) as session:
        states = session.execute(sa.select(Post.state, sa.func.count()).group_by(Post.state)).all()
    assert states == [("published", len(posts) + 1)]


def test_a_letter_of_citizens_with_settled_accounts_is_no_brigade() -> None:
    square = discussion.thread()
    posts = campaign(square, [settled(number) for number in range(8)], 1)
    after_the_rules()
    assert [pointed_at(post) for post in posts] == [[]] * 8


# the queue


def test_near_copies_stand_in_one_group_and_are_decided_at_once(client: Browser) -> None:
    square = discussion.thread()
    posts = campaign(square, [newcomer(number) for number in range(6)], 1)
    other = said(square, settled(), DISTINCT["ar"][0])
    after_the_rules()
    flagged(other)
    page = client.enter(lina()).get("/ar/moderation").text
    assert "٦ نصوص متشابهة" in page or "6 نصوص متشابهة" in page
    review = next(review for review in reviews() if review.post_id == posts[2].id)
    shown = client.get(f"/ar/moderation/reviews/{review.public_id}").text
    seen_at = shown.partition('name="seen_at"')[2].partition('value="')[2].partition('"')[0]
    late = campaign(square, [newcomer(7)], 1)[0]
    after_the_rules()
    form = {"act": "hidden", "reason": "spam", "whole_group": "y", "seen_at": seen_at}
    answer = client.send(f"/ar/moderation/reviews/{review.public_id}/decision", form)
    assert answer.status_code == 303
    assert [fresh(post).state for post in posts] == ["hidden"] * 6
    assert fresh(late).state == "published"
    assert fresh(other).state == "published"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "²"])
def test_a_forged_moment_shows_the_first_page_and_decides_on_nothing(client: Browser, moment: str) -> None:
    review = flagged(said(discussion.thread(), settled(), DISTINCT["ar"][0]))
    client.enter(lina())
    query = {"cursor": f"5|{moment}|x"}
    assert review.public_id in client.get("/ar/moderation", query_string=query).text
    form = {"act": "hidden", "reason": "spam", "whole_group": "y", "seen_at": moment}
    refused = client.send(f"/ar/moderation/reviews/{review.public_id}/decision", form)
    assert refused.status_code == 409
    assert [each.is_open for each in reviews()] == [True]


def test_the_most_pressing_come_first_on_pages_that_lose_nothing(client: Browser) -> None:
    square = discussion.thread()
    texts = (DISTINCT["ar"] + DISTINCT["en"])[: waiting.PAGE + 5]
    with db.transaction():
        for number, text in enumerate(texts):
            actions.flag(acting(yusuf()), said(square, settled(number % 9), text), "hate")
    pressing = said(square, huda(), "يجب أن تراجع هذه المشاركة قبل غيرها")
    for person in (yusuf(), omar(), settled(20)):
        flagged(pressing, person)
    after_the_rules()
    lina()
    with db.transaction(reading=True):
        first = waiting.queue(acting(lina()), Wanted())
        assert first.next_cursor
        second = waiting.queue(acting(lina()), Wanted(cursor=first.next_cursor))
    assert first.groups[0].review.post_id == pressing.id
    seen = [group.review.post_id for group in (*first.groups, *second.groups)]
    assert len(seen) == len(set(seen)) == first.waiting == len(texts) + 1
    assert second.next_cursor is None
    assert client.enter(lina()).get("/ar/moderation?cursor=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 3),
        ({"why": "flagged"}, 2),
        ({"why": "first"}, 1),
        ({"language": "en"}, 1),
        ({"why": "strange"}, 3),
    ],
)
def test_the_queue_is_filtered_by_reason_and_language(asked: dict[str, str], count: int) -> None:
    flagged(said(discussion.thread(), huda(), DISTINCT["ar"][0]))
    flagged(said(discussion.thread(), huda(), DISTINCT["en"][1]))
    held_back = said(discussion.thread(moderation="before"), huda(), DISTINCT["ar"][2])
    lina()
    with db.transaction(reading=True):
        assert len(waiting.queue(acting(lina()), Wanted(**asked)).groups) == count
        place = f"{discussion.KIND}:{held_back.thread.place_id}"
        assert len(waiting.queue(acting(lina()), Wanted(place=place)).groups) == 1


def test_the_queue_costs_the_same_whatever_its_length() -> None:
    with db.transaction():
        moderator = acting(lina())

    def cost(number: int) -> int:
        with db.transaction():
            for at in range(number):
                post = said(discussion.thread(), settled(at), DISTINCT["ar"][at])
                actions.flag(acting(yusuf()), post, "hate")
        with db.transaction(reading=True), counted() as statements:
            waiting.queue(moderator, Wanted())
        return len(statements)

    first, later = cost(2), cost(20)
    assert first == later <= 6


def test_a_group_filtered_by_language_is_led_by_a_text_in_it() -> None:
    square = discussion.thread()
    with db.transaction():
        posts = [said(square, settled(number), LETTER) for number in range(3)]
        fresh(posts[-1]).language = "en"
        for post in posts:
            actions.flag(acting(yusuf()), fresh(post), "hate")
    after_the_rules()
    lina()
    with db.transaction(reading=True):
        found = {
            language: [
                (group.review.post_id, group.count)
                for group in waiting.queue(acting(lina()), Wanted(language=language)).groups
            ]
            for language in ("", "ar", "en")
        }
    ((_lead, count),) = found[""]
    ((arabic, arabic_count),) = found["ar"]
    assert (count, arabic_count) == (3, 2)
    assert arabic in {post.id for post in posts[:2]}
    assert found["en"] == [(posts[-1].id, 1)]


def test_a_group_filtered_by_reason_counts_those_with_the_reason_alone() -> None:
    square = discussion.thread()
    with db.transaction():
        for number in range(4):
            post = said(square, settled(number), LETTER)
            actions.flag(acting(yusuf()), post, "hate")
    after_the_rules()
    with db.transaction():
        reviewing.open_review(fresh(post), "links", score=-15)
    lina()
    with db.transaction(reading=True):
        (all_of_them,) = waiting.queue(acting(lina()), Wanted()).groups
        (with_links,) = waiting.queue(acting(lina()), Wanted(why="links")).groups
        assert waiting.queue(acting(lina()), Wanted(why="words")).groups == []
    assert (all_of_them.count, with_links.count) == (4, 1)
    assert with_links.review.post_id == post.id != all_of_them.review.post_id


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("wanted", [Wanted(why="flagged"), Wanted(language="en")], ids=str)
def test_a_filtered_queue_looks_once_at_what_waits_and_not_once_for_each(app: Sawt, wanted: Wanted) -> None:
    with db.transaction():
        moderator = acting(lina())
    with db.transaction(reading=True), counted() as statements:
        waiting.queue(moderator, wanted)
    (leading,) = (each for each in statements if "row_number()" in each)
    assert not [step for step in steps([leading]) if "CORRELATED" in step]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(cursor="5|2026-03-02T09:00:00+00:00|A"), Wanted(place="demo:1")], ids=str
)
def test_a_page_of_the_queue_is_read_along_an_index(app: Sawt, wanted: Wanted) -> None:
    with db.transaction():
        moderator = acting(lina())
    with db.transaction(reading=True), counted() as statements:
        waiting.queue(moderator, wanted)
    assert wholly_read(steps(statements), "reviews", "posts", "flags") == []


def test_a_group_stands_where_its_most_pressing_text_stands() -> None:
    square = discussion.thread()
    with db.transaction():
        for number in range(3):
            actions.flag(acting(yusuf()), said(square, settled(number), LETTER), "hate")
        alone = said(square, settled(5), DISTINCT["ar"][0])
        for person in (yusuf(), omar()):
            actions.flag(acting(person), alone, "hate")
    last = said(square, settled(4), LETTER)
    for person in (yusuf(), omar(), settled(20)):
        flagged(last, person)
    after_the_rules()
    lina()
    with db.transaction(reading=True):
        found = waiting.queue(acting(lina()), Wanted()).groups
    assert [(group.review.post_id, group.count) for group in found] == [(last.id, 4), (alone.id, 1)]


def test_the_review_page_shows_what_a_decision_needs(client: Browser) -> None:
    post = said(discussion.thread(), huda(), DISTINCT["ar"][0])
    review = flagged(post, note="رقم هاتف جاري")
    page = client.enter(lina()).get(f"/ar/moderation/reviews/{review.public_id}").text
    for shown in ("رقم هاتف جاري", "مهلة رد المال", "الإهانة أو المضايقة", "شطب كلمات", "مشروع قانون المياه"):
        assert shown in page
    with db.transaction():
        actions.decide(acting(lina()), open_review(post), Decision("published"))
    assert "بُتّ في هذه المشاركة" in client.get(f"/ar/moderation/reviews/{review.public_id}").text
