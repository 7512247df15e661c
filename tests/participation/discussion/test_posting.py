"""Saying something in public: who may, what counts, what comes back, and that nothing typed is lost."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.core import db
from app.core.errors import Denied, Missing
from app.factory import Sawt
from app.identity.actions.signing_up import mark_confirmed
from app.identity.models import Person
from participation.discussion import queries
from participation.discussion.models import Post, Thread
from tests.client import Browser
from tests.factories import discussion
from tests.factories.agencies import water
from tests.factories.discussion import ARABIC, ENGLISH
from tests.factories.people import huda, karim, omar, person, yusuf


def form(body: str = ARABIC, **fields: str) -> dict[str, str]:
    return {"body": body, "client_id": str(uuid.uuid4()), **fields}


def send(browser: Browser, thread: Thread, body: str = ARABIC, **fields: str) -> TestResponse:
    return browser.send(f"/ar/threads/{thread.public_id}/posts", form(body, **fields))


def read(browser: Browser, thread: Thread, lang: str = "ar", **query: Any) -> str:
    return browser.get(f"/{lang}/threads/{thread.public_id}", query_string=query).text


def posts() -> list[Post]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(Post).order_by(Post.id)))


def newcomer() -> Person:
    return person("جديدة", "new@example.org", level=0, email_confirmed_at=None)


# what everybody reads


def test_what_a_resident_says_is_public_at_once_and_counted(client: Browser) -> None:
    thread = discussion.thread()
    answer = send(client.enter(huda()), thread, stance="oppose", kind="comment")
    assert answer.status_code == 303
    assert answer.location.endswith(f"#post-{posts()[0].public_id}")
    page = read(client.another(), thread)
    assert "الأسر الكبيرة" in page
    assert "معارض" in page
    with db.transaction(reading=True):
        found = queries.threads_of(thread.place_kind, thread.place_id)[""]
        assert (found.post_count, found.oppose_count, found.support_count) == (1, 1, 0)


@pytest.mark.parametrize(
    ("body", "language"), [(ARABIC, "ar"), (ENGLISH, "en"), ("badna n3rf lesh el me3ad", "ar")]
)
def test_each_post_stands_in_the_direction_of_its_own_language(
    client: Browser, body: str, language: str
) -> None:
    thread = discussion.thread()
    send(client.enter(huda()), thread, body)
    direction = "rtl" if language == "ar" else "ltr"
    for lang in ("ar", "en"):
        assert f'<div class="prose" lang="{language}" dir="{direction}">' in read(client, thread, lang)


def test_the_author_says_in_which_language_it_is(client: Browser) -> None:
    thread = discussion.thread()
    send(client.enter(huda()), thread, "Al-mi3yar ISO 24510", language="ar")
    assert [post.language for post in posts()] == ["ar"]


def test_a_reply_to_a_reply_hangs_on_the_post_above(client: Browser) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda())
    reply = discussion.said(thread, yusuf(), ENGLISH, reply_to=root)
    answer = send(client.enter(huda()), thread, "شكرًا لك", parent=reply.public_id)
    assert f"/posts/{root.public_id}/replies" in answer.location
    assert posts()[-1].parent_id == root.id
    assert discussion.fresh(root).reply_count == 2
    assert read(client, thread).count('class="comment"') == 3


def test_nobody_replies_to_a_post_of_another_thread(client: Browser) -> None:
    elsewhere = discussion.said(discussion.thread(), huda())
    answer = send(client.enter(yusuf()), discussion.thread(), ENGLISH, parent=elsewhere.public_id)
    assert answer.status_code == 404
    assert len(posts()) == 1


def test_a_suggested_wording_says_how_the_text_should_read(client: Browser) -> None:
    thread = discussion.thread(version=3)
    client.enter(huda())
    lacking = send(client, thread, "", kind="wording")
    assert lacking.status_code == 422
    assert "اكتب النص كما ينبغي أن يكون." in lacking.text
    send(client, thread, "", kind="wording", wording="تُعفى الأسرة التي يزيد أفرادها على ستة.")
    assert [(p.wording_state, p.article_version) for p in posts()] == [("pending", 3)]
    assert "الصياغة المقترحة:" in read(client, thread)


def test_kinds_and_stances_that_the_place_does_not_ask_are_left_out(client: Browser) -> None:
    thread = discussion.thread(kinds=("comment",), takes_stance=False)
    send(client.enter(huda()), thread, kind="wording", stance="support", wording="نص", state="hidden")
    (post,) = posts()
    assert (post.kind, post.stance, post.wording, post.state) == ("comment", None, "", "published")


# officials


def test_an_official_speaks_for_the_agency_only_on_purpose(client: Browser) -> None:
    water()
    thread = discussion.thread()
    client.enter(omar())
    send(client, thread, "رأيي الشخصي أن الرسوم مناسبة.")
    assert "رد رسمي</span>" not in read(client, thread)
    send(client, thread, "تدرس المؤسسة خفض الرسوم.", official="y")
    page = read(client.another(), thread)
    assert "رد رسمي</span>" in page
    assert "مؤسسة المياه" in page


@pytest.mark.parametrize("who", [huda, karim])
def test_nobody_else_speaks_for_the_agency(client: Browser, who: Any) -> None:
    thread = discussion.thread()
    send(client.enter(who()), thread, official="y", agency_key="water", is_official="y")
    assert [(post.agency_key, post.is_official) for post in posts()] == [("", False)]
    with pytest.raises(Denied):
        discussion.said(thread, who(), "نص آخر", agency_key="water")


# what does not count yet


def test_what_nobody_known_says_is_kept_and_counts_after_signing_in(client: Browser) -> None:
    thread = discussion.thread()
    answer = send(client, thread)
    assert answer.status_code == 303
    mine, others = read(client, thread), read(client.another(), thread)
    assert "بقيت خطوة واحدة" in mine
    assert "الأسر الكبيرة" in mine
    assert "الأسر الكبيرة" not in others
    assert "<strong><bdi>أنت</bdi></strong>" in mine
    assert "مشارك سابق" not in mine
    signs_in(client, huda(password=hashed()))
    assert "بقيت خطوة واحدة" not in read(client, thread)
    assert "هدى" in read(client.another(), thread)
    (post,) = posts()
    assert (post.state, post.author_id) == ("published", huda().id)


PASSWORD = "four words that rhyme"


def hashed() -> str:
    from app.identity import engine

    return str(engine.hashed(PASSWORD))


def signs_in(browser: Browser, who: Person) -> None:
    answer = browser.send("/ar/sign-in", {"email": who.email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text


def test_what_an_unconfirmed_person_says_counts_once_the_address_is_confirmed(client: Browser) -> None:
    thread = discussion.thread()
    send(client.enter(newcomer()), thread)
    assert [post.state for post in posts()] == ["unconfirmed"]
    with db.transaction() as session:
        mark_confirmed(session.get_one(Person, newcomer().id))
    assert [post.state for post in posts()] == ["published"]


def test_what_is_confirmed_after_the_place_has_closed_does_not_count(client: Browser) -> None:
    thread = discussion.thread()
    send(client.enter(newcomer()), thread)
    discussion.change_rights(thread, post=False, why_not="أُغلق باب التعليق.")
    with db.transaction() as session:
        mark_confirmed(session.get_one(Person, newcomer().id))
    assert [post.state for post in posts()] == ["unconfirmed"]
    assert "أُغلق باب التعليق." in read(client, thread)


def test_where_posts_are_read_before_they_wait_for_a_moderator(client: Browser) -> None:
    thread = discussion.thread(moderation="before")
    send(client.enter(huda()), thread)
    assert "سيقرؤه مشرف محتوى قبل نشره" in read(client, thread)
    assert "الأسر الكبيرة" not in read(client.another(), thread)
    assert [post.state for post in posts()] == ["waiting"]


def test_an_official_answer_waits_for_nobody(client: Browser) -> None:
    water()
    thread = discussion.thread(moderation="before")
    send(client.enter(omar()), thread, official="y")
    assert [post.state for post in posts()] == ["published"]


def test_guests_count_where_the_place_lets_them_and_choose_a_name(client: Browser) -> None:
    thread = discussion.thread(least_level=0)
    nameless = send(client, thread)
    assert nameless.status_code == 422
    assert "اختر اسمًا تظهر به." in nameless.text
    send(client, thread, guest_name="ليلى")
    assert "ليلى" in read(client.another(), thread)


@pytest.mark.parametrize("name", ["مؤسسة المياه", "Water C0mpany", "عمر", "ع\u202eمر", "موظف رسمي"])
def test_a_guest_takes_no_name_of_an_agency_or_of_somebody(client: Browser, name: str) -> None:
    water(), omar()
    refused = send(client, discussion.thread(least_level=0), guest_name=name)
    assert refused.status_code == 422
    assert posts() == []


# where nothing is taken


def test_a_closed_place_says_why_and_keeps_the_text(client: Browser) -> None:
    thread = discussion.thread(post=False, why_not="يبدأ التعليق يوم الأحد.")
    refused = send(client.enter(huda()), thread)
    assert refused.status_code == 409
    assert "يبدأ التعليق يوم الأحد." in refused.text
    assert posts() == []
    discussion.change_rights(thread, post=True)
    assert "الأسر الكبيرة" in read(client, thread)


def test_a_locked_thread_takes_nothing(client: Browser) -> None:
    thread = discussion.thread()
    with db.transaction() as session:
        session.get_one(Thread, thread.id).is_locked = True
    assert "أُغلق هذا النقاش." in send(client.enter(huda()), thread).text
    with pytest.raises(Denied):
        discussion.said(thread, huda())


def test_a_place_one_may_not_see_is_not_there(client: Browser) -> None:
    thread = discussion.thread(see=False)
    assert client.enter(huda()).get(f"/ar/threads/{thread.public_id}").status_code == 404
    assert send(client, thread).status_code == 404
    with pytest.raises(Missing):
        discussion.said(thread, huda())


# nothing is lost, nothing is doubled


def test_the_same_form_sent_twice_makes_one_post(client: Browser) -> None:
    thread = discussion.thread()
    client.enter(huda())
    twice = form()
    first, again = (client.send(f"/ar/threads/{thread.public_id}/posts", twice) for _time in range(2))
    assert first.location == again.location
    assert len(posts()) == 1


def test_the_same_words_again_are_refused_kindly_and_kept(client: Browser) -> None:
    thread = discussion.thread()
    send(client.enter(huda()), thread)
    again = send(client, thread)
    assert again.status_code == 409
    assert "سبق أن كتبت هذا النص نفسه هنا" in again.text
    assert len(posts()) == 1
    assert send(client, thread, ARABIC + " والمادة 4 كذلك.").status_code == 303


def test_the_form_keeps_its_text_when_its_token_has_expired(client: Browser) -> None:
    thread = discussion.thread()
    expired = client.enter(huda()).post(
        f"/ar/threads/{thread.public_id}/posts",
        data=form(csrf_token="x"),
        headers={"Origin": "http://localhost"},
    )
    assert expired.status_code == 422
    assert "الأسر الكبيرة" in expired.text


def test_the_text_comes_along_to_the_other_language_and_over_signing_in(client: Browser) -> None:
    thread = discussion.thread()
    turned = send(client, thread, act="language")
    assert turned.location.startswith(f"/en/threads/{thread.public_id}")
    assert "الأسر الكبيرة" in client.get(turned.location).text
    led = send(client, thread, act="sign-in")
    assert "/sign-in?next=" in led.location
    signs_in(client, huda(password=hashed()))
    assert "الأسر الكبيرة" in read(client, thread)
    assert posts() == []


def test_too_many_posts_are_held_back_and_the_text_kept(app: Sawt, client: Browser) -> None:
    thread = discussion.thread()
    client.enter(huda())
    for number in range(30):
        assert send(client, thread, f"الرأي رقم {number}").status_code == 303
    held = send(client, thread, "الرأي الأخير")
    assert held.status_code == 429
    assert "الرأي الأخير" in held.text
    assert len(posts()) == 30


@pytest.mark.parametrize("body", ["", "..", "؟؟؟", "ن" * 5_001])
def test_too_little_and_too_much_is_no_comment(client: Browser, body: str) -> None:
    answer = send(client.enter(huda()), discussion.thread(), body)
    assert answer.status_code == 422
    assert posts() == []
