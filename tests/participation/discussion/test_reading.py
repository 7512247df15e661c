"""Reading a thread: six orders page by page, filters, what is new, stubs, permanent addresses, and what it costs."""

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core import clock, db
from app.core.permissions import NOBODY, Actor
from app.factory import Sawt
from app.identity.models import Person
from participation.discussion import actions, queries, showing
from participation.discussion.models import Post, Thread
from participation.discussion.queries import SORTS, Row, ThreadPage, Wanted
from participation.discussion.state import change_state
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import discussion
from tests.factories.agencies import water
from tests.factories.discussion import ARABIC, ENGLISH
from tests.factories.people import huda, yusuf

MOST_STATEMENTS = 12


def page(thread: Thread, who: Person | Actor = NOBODY, **wanted: Any) -> ThreadPage:
    with db.transaction(reading=True) as session:
        return queries.page(discussion.acting(who), session.get_one(Thread, thread.id), Wanted(**wanted))


def all_pages(thread: Thread, **wanted: Any) -> list[Row]:
    """Every page, one after the other."""
    rows: list[Row] = []
    cursor: str | None = ""
    while cursor is not None:
        shown = page(thread, cursor=cursor, **wanted)
        rows += shown.rows
        cursor = shown.next_cursor
    return rows


def changed(post: Post, state: str, reason: str = "كلام مسيء") -> Post:
    with db.transaction():
        change_state(discussion.fresh(post), state, reason)
    return post


# orders and filters

KEYS = {
    "newest": lambda row: (row.id,),
    "supported": lambda row: (row.agree_count, row.id),
    "disputed": lambda row: (min(row.agree_count, row.disagree_count), row.id),
    "replies": lambda row: (row.reply_count, row.id),
    "official": lambda row: (bool(row.agency_key), row.id),
}


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_shows_each_post_once_over_all_pages(app: Sawt, sort: str) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=45, replies=4)
    rows = all_pages(thread, sort=sort, size=10)
    assert len({row.id for row in rows}) == len(rows) == 45
    key = KEYS.get(sort, lambda row: (row.id,))
    assert rows == sorted(rows, key=key, reverse=sort != "oldest")


def test_posts_voted_up_meanwhile_shift_no_page(app: Sawt) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=30)
    first = page(thread, sort="supported", size=10)
    with db.transaction() as session:
        session.get_one(Post, first.rows[-1].id).agree_count = 0
    second = page(thread, sort="supported", size=10, cursor=first.next_cursor)
    assert not {row.id for row in second.rows} & {row.id for row in first.rows[:-1]}
    assert len(second.rows) == 10


def test_filters_choose_by_kind_stance_and_language(app: Sawt) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=30)
    assert {row.language for row in page(thread, language="en").rows} == {"en"}
    assert {row.stance for row in page(thread, stance="oppose").rows} == {"oppose"}
    assert {row.kind for row in page(thread, kind="question", language="ar").rows} == {"question"}


@pytest.mark.parametrize(
    "query",
    [
        "sort=best",
        "cursor=nobody",
        "cursor=99999999999-000000000000",
        "at=-",
        "stance=%00x&kind=no",
        "sort=supported&cursor=²-{last}",
        "sort=official&cursor=³-{last}",
        "sort=replies&cursor=99999999999-{last}",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_beginning(client: Browser, query: str) -> None:
    thread = discussion.thread()
    discussion.said(thread, huda())
    last = discussion.said(thread, yusuf(), ENGLISH)
    client.inspects = "%00" not in query
    answer = client.get(f"/ar/threads/{thread.public_id}?{query.format(last=last.public_id)}")
    assert answer.status_code == (404 if "%00" in query else 200)
    assert answer.status_code == 404 or "الأسر الكبيرة" in answer.text


def test_the_best_argument_of_each_side_stands_on_top(client: Browser) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=12)
    shown = page(thread)
    for best, stance in ((shown.best_for, "support"), (shown.best_against, "oppose")):
        side = [row.agree_count for row in shown.rows if row.stance == stance]
        assert best is not None
        assert best.agree_count == max(side)
    assert "آراء المعارضين" in client.get(f"/ar/threads/{thread.public_id}").text


# replies


def test_the_first_replies_stand_below_and_the_rest_on_a_page_of_their_own(client: Browser) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=1, replies=60)
    (root,) = page(thread).rows
    assert len(root.replies) == 3
    shown = client.get(f"/ar/threads/{thread.public_id}").text
    assert f"/ar/posts/{root.public_id}/replies" in shown
    first = client.get(f"/ar/posts/{root.public_id}/replies").text
    assert first.count('<article class="comment') == 51
    with db.transaction(reading=True):
        cursor = queries.replies(NOBODY, queries.find(NOBODY, root.public_id)).next_cursor
    rest = client.get(f"/ar/posts/{root.public_id}/replies?cursor={cursor}").text
    assert rest.count('<article class="comment') == 11


# what is new


def test_what_came_since_the_last_visit_is_marked_for_that_person(client: Browser) -> None:
    thread = discussion.thread()
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    client.enter(huda())

    def visit(at: datetime) -> str:
        with clock.telling(at):
            return client.get(f"/ar/threads/{thread.public_id}").text

    with clock.telling(monday - timedelta(hours=1)):
        discussion.said(thread, yusuf())
    assert "جديد منذ" not in visit(monday)
    with clock.telling(monday + timedelta(hours=1)):
        discussion.said(thread, yusuf(), ENGLISH)
        discussion.said(thread, huda(), "رأيي أنا.")
    for later in (timedelta(days=1), timedelta(days=1, minutes=10)):
        assert visit(monday + later).count("جديد منذ") == 1, (
            "only what is new, and as long as the visit lasts"
        )
    assert "جديد منذ" not in visit(monday + timedelta(days=2))
    assert "جديد منذ" not in client.another().get(f"/ar/threads/{thread.public_id}").text


# stubs


def test_a_hidden_post_with_replies_leaves_its_reason_and_no_word_of_it(client: Browser) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda(), "كلام جارح", stance="oppose")
    discussion.said(thread, yusuf(), ENGLISH, reply_to=root)
    changed(root, "hidden")
    shown = client.get(f"/ar/threads/{thread.public_id}").text
    assert "كلام جارح" not in shown
    assert "هدى" not in shown
    assert "large families" in shown
    assert f'id="post-{root.public_id}"' in shown
    assert "كلام مسيء" in shown


@pytest.mark.parametrize("state", ["hidden", "removed"])
def test_the_page_of_replies_of_a_stub_names_nobody_and_offers_no_reply(client: Browser, state: str) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda(), "كلام جارح")
    discussion.said(thread, yusuf(), ENGLISH, reply_to=root)
    changed(root, state)
    shown = client.enter(yusuf()).get(f"/ar/posts/{root.public_id}/replies").text
    assert "large families" in shown
    assert "هدى" not in shown
    assert 'name="body"' not in shown


def test_the_author_reads_a_hidden_wording_without_a_comment_and_the_way_to_appeal(client: Browser) -> None:
    thread = discussion.thread()
    wording = "تُقرأ العدادات مرة كل شهر."
    post = discussion.said(thread, huda(), "", kind="wording", wording=wording)
    changed(post, "hidden", "insult")
    shown = client.enter(huda()).get(f"/ar/threads/{thread.public_id}").text
    assert wording in shown
    assert f"/ar/posts/{post.public_id}/appeal" in shown


def test_a_hidden_post_without_replies_stands_for_its_author_alone(client: Browser) -> None:
    thread = discussion.thread()
    post = changed(discussion.said(thread, huda(), "كلام جارح"), "hidden")
    assert "كلام جارح" not in client.get(f"/ar/threads/{thread.public_id}").text
    assert client.get(f"/ar/posts/{post.public_id}").status_code == 404
    assert "لا يراه غيرك" in client.enter(huda()).get(f"/ar/threads/{thread.public_id}").text


@pytest.mark.parametrize("state", ["hidden", "removed", "waiting", "unconfirmed"])
def test_a_filter_tells_nothing_of_what_is_not_public(app: Sawt, state: str) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda(), stance="oppose")
    discussion.said(thread, yusuf(), ENGLISH, reply_to=root)
    changed(root, state)
    assert page(thread, yusuf(), stance="oppose").rows == []


# permanent addresses


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_a_permanent_address_leads_to_the_page_on_which_the_post_stands(
    client: Browser, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    discussion.show_in_order(sort)
    thread = discussion.thread()
    discussion.crowd(thread, roots=60)
    rows = all_pages(thread, sort=sort)
    top, deep = rows[3], rows[50]
    assert client.get(f"/ar/posts/{top.public_id}").location == f"/ar/#post-{top.public_id}"
    leads = client.get(f"/ar/posts/{deep.public_id}").location
    assert leads.endswith(f"#post-{deep.public_id}")
    assert f'id="post-{deep.public_id}"' in client.get(leads).text
    discussion.show_in_order("newest")


def test_a_permanent_address_of_a_reply_leads_among_the_replies(client: Browser) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=1, replies=120)
    with db.transaction(reading=True) as session:
        last = session.query(Post).order_by(Post.id.desc()).first()
        assert last is not None
    leads = client.get(f"/ar/posts/{last.public_id}").location
    assert f'id="post-{last.public_id}"' in client.get(leads).text


# what it costs


def statements_of(client: Browser, path: str) -> list[str]:
    with counted() as seen:
        assert client.get(path).status_code == 200
    return seen


@pytest.mark.parametrize("roots", [500, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_page_asks_as_little_of_many_posts_as_of_few(client: Browser, roots: int) -> None:
    water()
    small, large = discussion.thread(), discussion.thread()
    discussion.crowd(small, roots=12, replies=1)
    discussion.crowd(large, roots=roots, replies=100)
    client.enter(huda())
    for query in ("", "?sort=disputed", "?sort=official&language=ar"):
        few = statements_of(client, f"/ar/threads/{small.public_id}{query}")
        many = statements_of(client, f"/ar/threads/{large.public_id}{query}")
        assert (len(few), len(many)) == (len(many), len(many))
        assert len(many) <= MOST_STATEMENTS


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("sort", SORTS)
def test_no_order_reads_or_sorts_the_whole_thread(app: Sawt, sort: str) -> None:
    thread = discussion.thread()
    discussion.crowd(thread, roots=60)
    first = page(thread, sort=sort, size=10)
    with counted() as seen:
        page(thread, sort=sort, size=10, cursor=first.next_cursor)
    assert wholly_read(steps(seen), "posts", "threads", "reactions") == []


@pytest.mark.parametrize(("lang", "most_bytes"), [("en", 375_000), ("ar", 400_000)])
def test_five_hundred_comments_weigh_little(client: Browser, lang: str, most_bytes: int) -> None:
    """Arabic letters take two bytes each; compressed, both weigh the same."""
    thread = discussion.thread()
    discussion.crowd(thread, roots=500)
    shown = client.get(f"/{lang}/threads/{thread.public_id}?size=500")
    assert shown.text.count('<article class="comment') == 500
    assert len(shown.data) <= most_bytes
    assert len(gzip.compress(shown.data)) <= 45_000


def test_opening_a_thread_twice_makes_one(app: Sawt) -> None:
    place = discussion.place()
    with db.transaction():
        threads = {actions.open_thread(discussion.KIND, place).id for _time in range(2)}
    assert len(threads) == 1


def test_a_page_of_a_place_whose_thread_nobody_opened_opens_it(app: Sawt, client: Browser) -> None:
    place = discussion.place()
    with app.test_request_context("/ar/"), db.transaction(reading=True):
        shown = showing.thread_context(NOBODY, discussion.KIND, place)["thread_page"]
    answer = client.enter(huda()).send(f"/ar/threads/{shown.thread.public_id}/posts", {"body": ARABIC})
    assert answer.status_code == 303
