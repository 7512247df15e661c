"""Changing and taking back what one has said, and agreeing with others."""

from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.core import db
from app.core.errors import Denied
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.events import BrowserSignedIn
from participation.discussion import actions
from participation.discussion.actions import Change
from participation.discussion.models import Post, PostWording, Reaction
from participation.discussion.state import change_state
from tests.client import Browser
from tests.factories import discussion
from tests.factories.discussion import ARABIC, ENGLISH
from tests.factories.people import huda, salma, yusuf

NEW = "أرى أن تُلغى الرسوم كلها."


def edit(browser: Browser, post: Post, body: str = NEW, language: str = "ar", **more: str) -> TestResponse:
    fields = {"body": body, "language": language, **more}
    return browser.send(f"/ar/posts/{post.public_id}/edit", fields)


def thread_text(browser: Browser, post: Post) -> str:
    return browser.get(f"/ar/threads/{discussion.fresh(post).thread.public_id}").text


def counts(post: Post) -> tuple[int, int, int]:
    now = discussion.fresh(post)
    return now.agree_count, now.disagree_count, now.disputed


def number_of(model: Any) -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# editing


def test_an_edit_is_marked_and_everybody_can_read_what_it_said_before(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    assert edit(client.enter(huda()), post).status_code == 303
    everybody = client.another()
    shown = thread_text(everybody, post)
    assert NEW in shown
    assert "معدَّل" in shown
    assert "الأسر الكبيرة" in everybody.get(f"/ar/posts/{post.public_id}/history").text


def test_an_edit_that_changes_nothing_leaves_no_trace(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    edit(client.enter(huda()), post, body=ARABIC)
    assert discussion.fresh(post).edited_at is None
    assert number_of(PostWording) == 0


def test_another_language_alone_is_no_edit_of_the_text(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda(), "ISO 24510:2024")
    edit(client.enter(huda()), post, body="ISO 24510:2024", language="ar")
    now = discussion.fresh(post)
    assert (now.language, now.edited_at) == ("ar", None)


def test_words_that_nobody_read_yet_are_changed_without_history(client: Browser) -> None:
    post = discussion.said(discussion.thread(moderation="before"), huda())
    edit(client.enter(huda()), post)
    assert number_of(PostWording) == 0
    assert discussion.fresh(post).state == "waiting"


def test_where_posts_are_read_before_an_edited_one_is_read_again(client: Browser) -> None:
    post = discussion.said(discussion.thread(moderation="before"), huda())
    with db.transaction():
        change_state(discussion.fresh(post), "published")
    edit(client.enter(huda()), post)
    assert NEW not in thread_text(client.another(), post)
    assert discussion.fresh(post).state == "waiting"
    assert discussion.fresh(post).thread.post_count == 0


def test_words_struck_out_by_a_moderator_cannot_be_edited_back(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    with db.transaction():
        change_state(discussion.fresh(post), "censored", "كلام مسيء")
    assert edit(client.enter(huda()), post).status_code == 403


def test_earlier_wordings_that_a_moderator_took_out_are_nobodys(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    with db.transaction() as session:
        locked = discussion.fresh(post)
        actions.keep_wording(locked, is_public=False)
        session.flush()
        locked.body = "نص ███ آخر"
        change_state(locked, "censored", "كلام مسيء")
    for who in (huda(), yusuf()):
        assert "الأسر" not in client.leave().enter(who).get(f"/ar/posts/{post.public_id}/history").text


def test_once_the_place_takes_no_posts_nothing_is_edited_but_all_can_be_removed(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    discussion.change_rights(discussion.fresh(post).thread, post=False)
    assert edit(client.enter(huda()), post).status_code == 403
    assert client.send(f"/ar/posts/{post.public_id}/removal").status_code == 303


def test_an_edit_with_nothing_in_it_is_shown_again(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    answer = edit(client.enter(huda()), post, body="…")
    assert answer.status_code == 422
    assert discussion.fresh(post).body == ARABIC


# removing


def test_a_removed_post_without_replies_is_gone_with_its_words(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    edit(client.enter(huda()), post)
    assert "هل تريد حذف تعليقك؟" in client.get(f"/ar/posts/{post.public_id}/removal").text
    client.send(f"/ar/posts/{post.public_id}/removal")
    assert NEW not in thread_text(client, post)
    assert discussion.fresh(post).body == ""
    assert number_of(PostWording) == 0


def test_removing_a_post_never_removes_its_replies(client: Browser) -> None:
    thread = discussion.thread()
    post = discussion.said(thread, huda())
    discussion.said(thread, yusuf(), ENGLISH, reply_to=post)
    client.enter(huda())
    for _time in range(2):
        assert client.send(f"/ar/posts/{post.public_id}/removal").status_code == 303
    shown = thread_text(client.another(), post)
    assert "حذف الكاتب هذا التعليق." in shown
    assert "large families" in shown
    assert "هدى" not in shown
    assert discussion.fresh(post).thread.post_count == 1


# reacting


def react(browser: Browser, post: Post, kind: str) -> TestResponse:
    return browser.send(f"/ar/posts/{post.public_id}/reaction", {"kind": kind})


def test_a_reaction_leads_back_to_the_post_and_is_counted_once(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    client.enter(yusuf())
    for _time in range(2):
        answer = react(client, post, "agree")
        assert answer.status_code == 303
        assert answer.location.endswith(f"#post-{post.public_id}")
    assert counts(post) == (1, 0, 0)
    assert 'value="none" aria-pressed="true"' in thread_text(client, post)


def test_one_may_change_ones_mind_and_take_it_back(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    react(client.enter(salma()), post, "disagree")
    client.leave().enter(yusuf())
    for kind, expected in (
        ("agree", (1, 1, 1)),
        ("disagree", (0, 2, 0)),
        ("none", (0, 1, 0)),
        ("none", (0, 1, 0)),
    ):
        react(client, post, kind)
        assert counts(post) == expected
    assert number_of(Reaction) == 1


def test_an_unknown_kind_of_reaction_is_nothing(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    assert react(client.enter(yusuf()), post, "love").status_code == 404


def react_in_place(browser: Browser, post: Post, kind: str) -> TestResponse:
    """As a script asks that swaps the buttons."""
    headers = {"Origin": "http://localhost", "HX-Request": "true"}
    return browser.send(f"/ar/posts/{post.public_id}/reaction", {"kind": kind}, headers=headers)


def test_a_script_gets_the_buttons_alone_with_the_new_counts(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    client.enter(yusuf()).inspects = False
    answer = react_in_place(client, post, "disagree")
    assert answer.status_code == 200
    assert "HX-Request" in answer.vary
    assert "<html" not in answer.text
    assert 'value="none" aria-pressed="true"' in answer.text
    assert "أنت غير موافق." in answer.text
    assert counts(post) == (0, 1, 0)


def test_a_script_that_is_refused_gets_the_page_that_says_why(client: Browser) -> None:
    post = discussion.said(discussion.thread(), huda())
    answer = react_in_place(client, post, "agree")
    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "main"
    assert "<h1>" in answer.text
    assert counts(post) == (0, 0, 0)
    assert "HX-Retarget" not in react(client, post, "agree").headers


def test_guests_react_where_guests_count_and_nowhere_else(client: Browser) -> None:
    strict, open_to_all = (discussion.said(discussion.thread(least_level=n), huda()) for n in (1, 0))
    assert react(client, strict, "agree").status_code == 403
    assert react(client, open_to_all, "agree").status_code == 303
    assert counts(open_to_all) == (1, 0, 0)


def test_a_guest_who_signs_in_counts_once(app: Sawt) -> None:
    thread = discussion.thread(least_level=0)
    both, one, own = (
        discussion.said(thread, who, text)
        for who, text in ((huda(), ARABIC), (huda(), ENGLISH), (yusuf(), "رأي يوسف"))
    )
    guest, person = discussion.guest(), discussion.acting(yusuf())
    with db.transaction():
        for post, kind in ((both, "agree"), (one, "disagree"), (own, "agree")):
            actions.react(guest, discussion.fresh(post), kind)
        actions.react(person, discussion.fresh(both), "disagree")
        actions.claim(BrowserSignedIn(guest.key, yusuf().id))
    assert counts(both) == (0, 1, 0)
    assert counts(one) == (0, 1, 0)
    assert counts(own) == (0, 0, 0)
    assert number_of(Reaction) == 2


# who may: the truth table

WHO: dict[str, Any] = {"author": huda, "other": yusuf, "guest": None}
STATES = ("unconfirmed", "waiting", "published", "censored", "hidden", "removed")
MAY = {
    ("author", "edit"): {"unconfirmed", "waiting", "published"},
    ("author", "remove"): {"unconfirmed", "waiting", "published", "censored", "removed"},
    ("author", "react"): set(),
    ("other", "edit"): set(),
    ("other", "remove"): set(),
    ("other", "react"): {"published", "censored"},
    ("guest", "edit"): set(),
    ("guest", "remove"): set(),
    ("guest", "react"): set(),
}
ACTS: dict[str, Any] = {
    "edit": lambda actor, post: actions.edit(actor, post, Change(NEW)),
    "remove": actions.remove,
    "react": lambda actor, post: actions.react(actor, post, "agree"),
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_allows_what_the_table_says(app: Sawt, state: str) -> None:
    thread = discussion.thread()
    wrong = []
    for (who, act), allowed in MAY.items():
        post = discussion.said(thread, huda(), f"{ARABIC} {who} {act}")
        with db.transaction():
            change_state(discussion.fresh(post), state)
        actor = discussion.acting(WHO[who]()) if WHO[who] else Actor(browser="elsewhere")
        done = True
        try:
            with db.transaction():
                ACTS[act](actor, discussion.fresh(post))
        except Denied:
            done = False
        if done != (state in allowed):
            wrong.append(f"{who} may{'' if done else ' not'} {act}")
    assert not wrong, wrong
