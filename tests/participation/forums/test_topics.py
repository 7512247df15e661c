"""Topics: opened once, shown with their posts, found on their board, never lost on the way."""

from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from sqlalchemy import select

from app.core import clock, db, jobs
from app.core.search import SearchEntry
from app.factory import Sawt
from app.notifications.notices import GATHERED
from participation.discussion import actions as discussion
from participation.discussion import state
from participation.discussion.models import Post
from participation.forums import actions, queries, views
from participation.forums.models import Board, Topic
from tests.client import Browser
from tests.counting import counted
from tests.factories import forums, people
from tests.factories.discussion import acting, fresh
from tests.factories.told import sent as sent_mails

NEW = "/ar/forum/boards/water/topics/new"
FORM = {"title": forums.TITLE, "body": forums.OPENING, "tags": "مياه، انقطاع", "client_id": ""}


def sent(client: Browser, path: str = NEW, **fields: str):  # type: ignore[no-untyped-def]
    return client.send(path, {**FORM, "seen": "yes", **fields})


def listed(client: Browser, path: str = "/ar/forum/boards/water") -> list[str]:
    page = client.get(path).text
    return [part.partition('"')[0] for part in page.split('href="/ar/forum/topics/')[1:]]


# Opening


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_resident_opens_a_topic_and_finds_it_on_its_board(
    app: Sawt, client: Browser, language: str
) -> None:
    forums.board()
    client.enter(people.huda())
    answer = sent(client, f"/{language}/forum/boards/water/topics/new")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert forums.TITLE in page
    assert forums.OPENING in page
    assert "انقطاع" in page
    public_id = answer.location.rpartition("/")[2]
    assert public_id in client.get(f"/{language}/forum/boards/water").text
    assert "1" in client.get(f"/{language}/forum").text


def test_a_form_sent_twice_opens_one_topic(app: Sawt, client: Browser) -> None:
    forums.board()
    client.enter(people.huda())
    key = "7a0c3f8e-41c1-4a36-9f40-0d3a1d9d7d11"
    first, second = (sent(client, client_id=key) for _time in range(2))
    assert first.location == second.location
    assert len(listed(client)) == 1


def test_what_was_typed_stays_through_an_error_the_sign_in_and_the_language(
    app: Sawt, client: Browser
) -> None:
    forums.board()
    wrong = sent(client, title="؟")
    assert wrong.status_code == 422
    assert forums.OPENING in wrong.text
    assert sent(client, act="language").location == "/en/forum/boards/water/topics/new"
    assert forums.OPENING in client.get("/en/forum/boards/water/topics/new").text
    led = sent(client, act="sign-in")
    assert led.location.startswith("/ar/sign-in?next=")
    bare = client.post(NEW, data=FORM)
    assert bare.status_code == 422
    assert forums.OPENING in bare.text


def test_the_topic_of_somebody_unconfirmed_waits_and_only_its_author_sees_it(
    app: Sawt, client: Browser
) -> None:
    forums.board()
    answer = sent(client)
    assert forums.TITLE in client.get(answer.location).text
    assert client.another().get(answer.location).status_code == 404
    assert listed(client) == []
    with db.transaction(reading=True):
        assert queries.find_board("water").topic_count == 0


def test_where_posts_are_read_before_a_topic_appears_when_its_opening_is_let_through(
    app: Sawt, client: Browser
) -> None:
    topic = forums.topic(on=forums.board("strict", moderation="before"))
    assert not topic.is_public
    client.enter(people.yusuf())
    assert client.get(f"/ar/forum/topics/{topic.public_id}").status_code == 404
    opening = db_opening(topic)
    with db.transaction():
        state.change_state(db.session().merge(opening), "published")
    assert client.get(f"/ar/forum/topics/{topic.public_id}").status_code == 200
    with db.transaction(reading=True):
        assert queries.find_board("strict").topic_count == 1


def db_opening(topic: Topic) -> Post:
    with db.transaction(reading=True) as session:
        opening = session.get_one(Topic, topic.id).opening
        assert opening is not None
        return fresh(opening)


def test_an_author_follows_the_own_topic_and_is_told_of_posts_of_others_alone(
    app: Sawt, client: Browser
) -> None:
    topic = forums.topic(people.huda())
    forums.posted(topic, people.huda())
    forums.posted(topic, people.yusuf())
    forums.posted(topic, people.yusuf())
    jobs.work_off()
    page = client.enter(people.huda()).get("/ar/notices").text
    assert page.count("notification is-unread") == 1
    assert "مشاركتان جديدتان" in page
    assert forums.TITLE in page


def muted(client: Browser, path: str, subject: tuple[str, str]) -> bool | None:
    """Whether the page offers to end a mute of this; None when it offers neither that nor to mute."""
    kind, public_id = subject
    fields = (
        f'name="subject_kind" value="{kind}">\n  <input type="hidden" name="subject_id" value="{public_id}"'
    )
    forms_about = [form for form in client.get(path).text.split("<form")[1:] if fields in form]
    acts = [form.partition('action="')[2].partition('"')[0] for form in forms_about]
    offered = [act.endswith("/removal") for act in acts if "/mutes" in act]
    return offered[0] if offered else None


def test_a_muted_topic_sends_no_notices_until_it_is_muted_no_longer(app: Sawt, client: Browser) -> None:
    topic = forums.topic(people.huda())
    path, subject = f"/en/forum/topics/{topic.public_id}", ("topic", topic.public_id)
    named = dict(zip(("subject_kind", "subject_id"), subject, strict=True))
    client.enter(people.huda())
    assert muted(client, path, subject) is False
    assert client.send("/en/mutes", named).location == path
    forums.posted(topic, people.yusuf())
    jobs.work_off()
    assert "A new post" not in client.get("/en/notices").text
    assert forums.TITLE not in client.get("/en/follows").text
    assert muted(client, path, subject) is True
    assert client.send("/en/mutes/removal", named).location == path
    forums.posted(topic, people.yusuf())
    jobs.work_off()
    assert "A new post" in client.get("/en/notices").text
    assert forums.TITLE in client.get("/en/follows").text


def test_a_topic_that_a_moderator_lets_back_stays_muted(app: Sawt, client: Browser) -> None:
    topic = forums.topic(people.huda())
    client.enter(people.huda())
    client.send("/ar/mutes", {"subject_kind": "topic", "subject_id": topic.public_id})
    opening = db_opening(topic)
    for new_state in ("hidden", "published"):
        with db.transaction():
            state.change_state(fresh(opening), new_state, "insult")
    forums.posted(topic, people.yusuf())
    jobs.work_off()
    assert "is-unread" not in client.get("/ar/notices").text


def test_muting_a_topic_or_board_is_offered_to_its_followers_alone(app: Sawt, client: Browser) -> None:
    topic = forums.topic(people.huda())
    places = {
        "/ar/forum/boards/water": ("board", "water"),
        f"/ar/forum/topics/{topic.public_id}": ("topic", topic.public_id),
    }
    for path, subject in places.items():
        assert muted(client, path, subject) is None
        reader = client.another().enter(people.yusuf())
        assert muted(reader, path, subject) is None
        reader.send("/ar/follows", dict(zip(("subject_kind", "subject_id"), subject, strict=True)))
        assert muted(reader, path, subject) is False


def test_who_muted_a_topic_does_not_follow_the_one_it_is_merged_into(app: Sawt, client: Browser) -> None:
    topic, into = forums.topic(people.huda()), forums.topic(people.yusuf(), title="عنوان", body="نص آخر")
    client.enter(people.huda())
    client.send("/ar/mutes", {"subject_kind": "topic", "subject_id": topic.public_id})
    forums.act(actions.merge, people.lina(), topic, into)
    forums.posted(into, people.karim())
    jobs.work_off()
    assert "is-unread" not in client.get("/ar/notices").text


def test_no_notice_or_mail_names_a_topic_that_was_hidden_meanwhile(app: Sawt, client: Browser) -> None:
    for mail in (Path(app.config["INSTANCE"]) / "mail").glob("*.eml"):
        mail.unlink()
    client.enter(people.yusuf())
    topic, hidden = (
        forums.topic(people.huda()),
        forums.topic(people.huda(), title="عنوان مسيء", body="نص مسيء"),
    )
    for each in (topic, hidden):
        client.send("/ar/follows", {"subject_kind": "topic", "subject_id": each.public_id})
        client.get("/ar/follows")  # what was said about following is read
        forums.posted(each, people.karim())
    jobs.work_off()
    opening = db_opening(hidden)
    with db.transaction():
        state.change_state(fresh(opening), "hidden")
    with time_machine.travel(clock.now() + GATHERED), app.app_context():
        jobs.schedule()
        jobs.work_off()
    mine = [mail for mail in sent_mails(app) if mail["To"] == "yusuf@example.org"]
    texts = [mail.get_body(("plain",)).get_content() for mail in mine]  # type: ignore[union-attr]
    page = client.get("/ar/notices").text
    assert len(texts) == 2
    for told in ("".join(texts), page):
        assert forums.TITLE in told
        assert "عنوان مسيء" not in told


def test_followers_of_a_board_are_told_of_new_topics_and_of_no_posts(app: Sawt, client: Browser) -> None:
    forums.board()
    client.enter(people.yusuf())
    client.send("/en/follows", {"subject_kind": "board", "subject_id": "water"})
    topic = forums.topic(people.huda())
    forums.posted(topic, people.karim())
    jobs.work_off()
    page = client.get("/en/notices").text
    assert page.count("notification is-unread") == 1
    assert "A new topic on the board" in page
    client.get("/en/forum/boards/water")
    assert "is-unread" not in client.get("/en/notices").text, "the reader has seen the board"


def test_a_closed_board_takes_no_topics_and_no_posts_but_is_read(app: Sawt, client: Browser) -> None:
    topic = forums.topic()
    with db.transaction():
        actions.close_board(acting(people.adam()), db.session().get_one(Board, topic.board_id))
    client.enter(people.yusuf())
    answer = sent(client)
    assert answer.status_code == 409
    assert forums.OPENING in answer.text
    page = client.get(f"/ar/forum/topics/{topic.public_id}").text
    assert forums.OPENING in page
    assert "composer-post" not in page


def test_whoever_opens_very_many_topics_waits_and_keeps_the_text(
    app: Sawt, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "TOPICS_PER_PERSON", "2/hour")
    forums.board()
    client.enter(people.huda())
    answers = [sent(client, title=f"موضوع {n}", body=f"النص رقم {n} من نصوص كثيرة") for n in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "النص رقم 2 من نصوص كثيرة" in answers[-1].text
    assert len(listed(client)) == 2


def test_tags_are_few_different_and_found_however_they_are_spelt(app: Sawt, client: Browser) -> None:
    forums.topic(tags=("الصِّحّة", "الصحه", "Water"))
    page = client.get(f"/ar/forum/tags/{quote('الصحة')}").text
    assert forums.TITLE in page
    assert page.count('rel="tag"') == 2
    assert client.get("/ar/forum/tags/nothing").status_code == 404
    client.enter(people.huda())
    forums.board()
    assert sent(client, tags="1,2,3,4,5,6").status_code == 422


def test_hostile_titles_and_tags_are_shown_as_text(app: Sawt, client: Browser) -> None:
    hostile = "<script>alert(1)</script>\u202e"
    topic = forums.topic(title=hostile, tags=("../..", "a/b?c#d"))
    for path in ("forum/boards/water", f"forum/topics/{topic.public_id}"):
        page = client.get(f"/ar/{path}").text
        assert "<script>alert" not in page
    assert client.get("/ar/forum/boards/water/feed.atom").status_code == 200


def test_similar_topics_in_the_same_language_are_shown_once_before_a_new_one_is_opened(
    app: Sawt, client: Browser
) -> None:
    there = forums.topic()
    forums.topic(people.yusuf(), title="Water cuts in Palm Street", body="When does the water come back?")
    client.enter(people.yusuf())
    asked = sent(client, title="انقطاع المياه عن حي النخيل", body="تنقطع المياه كل يوم.", seen="")
    assert asked.status_code == 200
    assert there.public_id in asked.text
    assert "Palm Street" not in asked.text
    assert "تنقطع المياه كل يوم." in asked.text
    assert len(listed(client)) == 2, "nothing has been opened yet"
    assert sent(client, title="انقطاع المياه عن حي النخيل", body="تنقطع المياه كل يوم.").status_code == 303
    other = sent(client, title="مسبح جديد للأطفال", body="نقترح مسبحًا للأطفال.", seen="")
    assert other.status_code == 303, "nothing is alike"


def test_a_hidden_topic_is_no_similar_one(app: Sawt, client: Browser) -> None:
    topic = forums.topic()
    opening = db_opening(topic)
    with db.transaction():
        state.change_state(fresh(opening), "hidden")
    client.enter(people.yusuf())
    assert sent(client, body="تنقطع المياه كل يوم.", seen="").status_code == 303


# Lists


def test_pinned_topics_stand_first_then_those_in_which_something_was_said_last(
    app: Sawt, client: Browser
) -> None:
    first, second, third = (forums.topic(title=f"موضوع {n}", body=f"نص الموضوع رقم {n}") for n in range(3))
    forums.posted(first, people.yusuf())
    forums.act(actions.pin, people.lina(), second)
    assert listed(client) == [second.public_id, first.public_id, third.public_id]


def test_a_list_goes_on_by_key_without_losing_or_doubling_a_topic(
    app: Sawt, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    made = [forums.topic(title=f"موضوع {n}", body=f"نص الموضوع رقم {n}").public_id for n in range(7)]
    forums.act(actions.pin, people.lina(), forums.topic(title="المثبت", body="هذا موضوع مثبت"))
    found, path = [], "/ar/forum/boards/water"
    while path:
        page = client.get(path).text
        found += [part.partition('"')[0] for part in page.split('href="/ar/forum/topics/')[1:]]
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert found[1:] == list(reversed(made))
    assert len(found) == len(set(found)) == 8


def test_what_was_said_since_the_last_visit_is_marked_in_the_list(app: Sawt, client: Browser) -> None:
    topic = forums.topic(people.huda())
    client.enter(people.yusuf())
    client.get(f"/en/forum/topics/{topic.public_id}")
    assert "New since your last visit" not in client.get("/en/forum/boards/water").text
    forums.posted(topic, people.huda())
    assert "New since your last visit" in client.get("/en/forum/boards/water").text


@pytest.mark.parametrize("topics", [1, 12])
def test_lists_and_topics_cost_the_same_however_much_there_is(
    app: Sawt, client: Browser, topics: int
) -> None:
    for number in range(topics):
        topic = forums.topic(title=f"موضوع {number}", body=f"نص الموضوع رقم {number}", tags=("مياه", "حي"))
        for _time in range(topics):
            forums.posted(topic, people.yusuf())
    post = forums.answered(topic)
    forums.act(actions.mark_answer, people.omar(), topic, post)
    client.enter(people.huda())
    costs = {}
    for path in (
        "forum",
        "forum/boards/water",
        f"forum/tags/{quote('مياه')}",
        f"forum/topics/{topic.public_id}",
    ):
        client.get(f"/ar/{path}")
        with counted() as statements:
            assert client.get(f"/ar/{path}").status_code == 200
        costs[path.partition("/")[2].partition("/")[0]] = len(statements)
    owed = 2  # the visit, noted after the page
    assert costs.pop("topics") <= 12 + owed
    assert max(costs.values()) <= 8


def test_the_feed_of_a_board_has_its_public_topics_alone(app: Sawt, client: Browser) -> None:
    forums.topic()
    forums.topic(on=forums.board("strict", moderation="before"), title="سر", body="لم يقرأه أحد بعد")
    feed = client.get("/ar/forum/boards/water/feed.atom")
    assert feed.mimetype == "application/atom+xml"
    assert forums.OPENING in feed.text
    assert "سر" not in client.get("/ar/forum/boards/strict/feed.atom").text


def test_an_empty_forum_and_an_empty_board_say_so(app: Sawt, client: Browser) -> None:
    assert "No boards yet" in client.get("/en/forum").text
    forums.board()
    assert "No topics yet" in client.get("/en/forum/boards/water").text
    assert client.get("/en/forum/boards/nowhere").status_code == 404


# Posts and their topic


def test_a_topic_is_gone_while_its_opening_post_is_hidden_and_back_afterwards(
    app: Sawt, client: Browser
) -> None:
    topic = forums.topic(people.huda())
    forums.posted(topic, people.yusuf())
    opening = db_opening(topic)
    for new_state, status, count in (("hidden", 404, 0), ("published", 200, 1)):
        with db.transaction():
            state.change_state(fresh(opening), new_state, "insult")
        assert client.get(f"/ar/forum/topics/{topic.public_id}").status_code == status
        assert len(listed(client)) == count
        with db.transaction(reading=True):
            assert queries.find_board("water").topic_count == count


def test_an_author_who_takes_the_opening_back_leaves_what_others_said(app: Sawt, client: Browser) -> None:
    alone, answered = forums.topic(), forums.topic(title="موضوع آخر", body="نص موضوع آخر")
    forums.posted(answered, people.yusuf(), "I agree with this entirely.")
    for topic in (alone, answered):
        opening = db_opening(topic)
        with db.transaction():
            discussion.remove(acting(people.huda()), db.session().merge(opening))
    assert client.get(f"/ar/forum/topics/{alone.public_id}").status_code == 404
    page = client.get(f"/ar/forum/topics/{answered.public_id}").text
    assert "I agree with this entirely." in page
    assert "نص موضوع آخر" not in page


def indexed(kind: str) -> set[str]:
    with db.transaction(reading=True) as session:
        return set(session.scalars(select(SearchEntry.thing_id).where(SearchEntry.kind == kind)))


def test_search_knows_public_topics_and_nothing_of_hidden_ones(app: Sawt) -> None:
    topic, waiting = (
        forums.topic(),
        forums.topic(on=forums.board("strict", moderation="before"), body="نص ينتظر"),
    )
    post, opening = forums.posted(topic, people.yusuf()), db_opening(topic)
    assert indexed("topic") == {topic.public_id}
    assert waiting.public_id not in indexed("topic")
    for new_state, there in (("hidden", False), ("published", True)):
        with db.transaction():
            state.change_state(fresh(opening), new_state)
        assert (topic.public_id in indexed("topic")) is there
        assert (post.public_id in indexed("post")) is there


def test_the_index_follows_an_edited_opening_and_a_moved_topic(app: Sawt) -> None:
    topic = forums.topic()
    opening = db_opening(topic)
    with db.transaction():
        change = discussion.Change("السؤال الآن عن جودة المياه لا عن انقطاعها.")
        discussion.edit(acting(people.huda()), fresh(opening), change)
    forums.act(actions.move, people.lina(), topic, forums.board("roads", agency=None))
    with db.transaction(reading=True) as session:
        entry = session.scalars(select(SearchEntry).where(SearchEntry.kind == "topic")).one()
        assert "جودة المياه" in entry.body
        assert entry.facets["board"] == "roads"
        assert [thing.id for thing in queries.everything()] == [topic.public_id]


@pytest.mark.parametrize("is_taken_back", [True, False])
def test_an_opening_that_is_public_no_more_stands_in_no_list_feed_or_index(
    app: Sawt, client: Browser, is_taken_back: bool
) -> None:
    """Others have answered, so the topic stays; its author took the opening back, or changed it and it is read anew."""
    strict = forums.board("strict", moderation="before")
    topic = forums.topic(on=strict, body="رقم هاتفي 0500 111 222")
    opening = db_opening(topic)
    with db.transaction():
        state.change_state(fresh(opening), "published")
    reply = forums.posted(topic, people.yusuf())
    with db.transaction():
        state.change_state(fresh(reply), "published")
    with db.transaction():
        if is_taken_back:
            discussion.remove(acting(people.huda()), fresh(opening))
        else:
            discussion.edit(acting(people.huda()), fresh(opening), discussion.Change("هاتفي 0500 333 444"))
    assert listed(client, "/ar/forum/boards/strict") == [topic.public_id]
    for path in ("", "/feed.atom"):
        page = client.get(f"/ar/forum/boards/strict{path}").text
        assert "0500" not in page
        assert "هدى" not in page
    for board in (strict, forums.board("roads", agency=None)):
        forums.act(actions.move, people.lina(), topic, board)
        with db.transaction(reading=True) as session:
            entry = session.scalars(select(SearchEntry).where(SearchEntry.kind == "topic")).one()
            assert (entry.title, entry.body) == (forums.TITLE, "")
            assert [thing.body for thing in queries.everything()] == [""]
