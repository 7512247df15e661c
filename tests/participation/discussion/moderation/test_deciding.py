"""Moderators decide, never a machine; the author is told why, appeals once, and another moderator decides."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, db, events, jobs
from app.core.errors import Denied, Missing, WrongState
from app.factory import Sawt
from app.identity.events import BrowserSignedIn
from app.identity.models import Person
from app.notifications.models import Notice
from participation.discussion import actions as discussion_actions
from participation.discussion.actions import Change
from participation.discussion.models import Flag, PostWording, Thread
from participation.discussion.moderation import actions
from participation.discussion.moderation.actions import Decision, Held, NotThere
from participation.discussion.moderation.permissions import may_appeal, may_decide, may_flag
from participation.discussion.moderation.queries import deciding, waiting
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import discussion
from tests.factories.discussion import acting, fresh, said
from tests.factories.moderation import (
    acts,
    appealed,
    decided,
    flagged,
    open_review,
    reviews,
    second_moderator,
)
from tests.factories.people import adam, huda, lina, omar, person, yusuf

pytestmark = pytest.mark.usefixtures("app")

RUDE = "الموظف فلان غبي، ورقم هاتفه 0500 111 222. المادة 3 ظالمة."


@pytest.fixture
def square(app: Sawt) -> Thread:
    return discussion.thread()


def read(browser: Browser, thread: Thread, lang: str = "ar") -> str:
    return browser.get(f"/{lang}/threads/{thread.public_id}").text


def notices(kind: str) -> list[Notice]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(sa.select(Notice).where(Notice.kind == kind)))


# flags


def test_a_flag_opens_a_review_and_hides_nothing(client: Browser, square: Thread) -> None:
    post = said(square, huda(), RUDE)
    form = {"reason": "insult", "note": "يسب موظفًا"}
    answer = client.enter(yusuf()).send(f"/ar/posts/{post.public_id}/flag", form)
    assert answer.status_code == 303
    assert [(review.why, review.post_id) for review in reviews()] == [(["flagged"], post.id)]
    assert "الموظف فلان" in read(client.another(), square)


@pytest.mark.parametrize("who", [yusuf, None])
def test_who_has_flagged_a_post_reads_so_in_its_place_and_nobody_else_does(
    client: Browser, square: Thread, who: Callable[[], Person] | None
) -> None:
    post = said(square, huda(), RUDE)
    reader = client.enter(who()) if who else client
    link = f"/en/posts/{post.public_id}/flag"
    answer = reader.send(link, {"reason": "insult"})
    assert answer.location == link
    page = reader.get(link).text
    assert "You have reported this" in page
    assert "Insults or harassment" in page
    assert 'name="reason"' not in page
    assert "You have reported this" not in client.another().get(link).text


def test_one_person_counts_once_and_several_raise_the_score(client: Browser, square: Thread) -> None:
    post = said(square, huda(), RUDE)
    first = flagged(post, yusuf()).score
    assert flagged(post, yusuf(), reason="hate").score == first
    assert flagged(post, omar()).score == 2 * first
    guest = client.another().send(f"/en/posts/{post.public_id}/flag", {"reason": "spam"})
    assert guest.status_code == 303
    assert 2 * first < reviews()[0].score < 3 * first


def test_who_flags_before_and_after_signing_in_is_one_person(square: Thread) -> None:
    post = said(square, yusuf(), RUDE)
    with db.transaction():
        actions.flag(discussion.guest("hers"), fresh(post), "insult")
        events.publish(BrowserSignedIn(discussion.guest("hers").key, huda().id))
    with db.transaction() as session:
        actions.flag(acting(huda()), fresh(post), "insult")
        assert session.scalar(sa.select(sa.func.count()).select_from(Flag)) == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # it tells how it reads
@pytest.mark.usefixtures("square")
def test_a_sign_in_reads_the_flags_of_its_browser_and_no_others() -> None:
    with db.transaction(), counted() as statements:
        actions.become_known(discussion.guest("hers").key, acting(huda()).key, huda().id)
    of_flags = [each for each in statements if each.startswith(("DELETE FROM flags", "UPDATE flags"))]
    assert len(of_flags) == 2
    assert wholly_read(steps(of_flags), "flags") == []


def test_what_a_moderator_wrote_as_a_guest_is_an_own_post_after_signing_in(client: Browser) -> None:
    thread = discussion.thread(least_level=0)
    mine, other = (said(thread, discussion.guest(who), RUDE, guest_name="زائر") for who in ("mine", "other"))
    for post in (mine, other):
        flagged(post)
    jobs.work_off()
    with db.transaction():
        events.publish(BrowserSignedIn(discussion.guest("mine").key, lina().id))
    with db.transaction(reading=True):
        assert waiting.count_for(acting(lina())) == 1
        address = f"/ar/moderation/reviews/{open_review(other).public_id}"
    page = client.enter(lina()).get(address).text
    form = {"act": "hidden", "reason": "insult", "whole_group": "y", "seen_at": seen_at_of(page)}
    assert client.send(f"{address}/decision", form).status_code == 303
    assert (fresh(mine).state, fresh(other).state) == ("published", "hidden")


def test_an_official_answer_can_be_flagged(square: Thread) -> None:
    post = said(square, omar(), "لا نلتزم بهذا القانون.", agency_key="water")
    assert flagged(post, huda(), reason="unlawful").post_id == post.id


def test_who_may_flag(square: Thread) -> None:
    with db.transaction():
        post = said(square, huda())
        assert not may_flag(acting(huda()), post)
        assert may_flag(acting(yusuf()), post)
        assert may_flag(discussion.guest(), post)
        assert not may_flag(discussion.guest(""), post)


# decisions


def test_a_post_read_before_appears_when_a_moderator_publishes_it(client: Browser) -> None:
    thread = discussion.thread(moderation="before")
    post = said(thread, huda())
    assert "الأسر الكبيرة" not in read(client.another(), thread)
    with db.transaction():
        actions.decide(acting(lina()), open_review(post), Decision("published"))
    assert "الأسر الكبيرة" in read(client.another(), thread)
    assert [act.act for act in acts()] == ["published"]


def test_a_hidden_post_leaves_a_line_with_the_reason_and_its_replies(client: Browser, square: Thread) -> None:
    post = said(square, huda(), RUDE)
    said(square, yusuf(), "هذا لا يقال.", reply_to=post)
    decided(post, "hidden")
    page = read(client.another(), square)
    assert "الموظف فلان" not in page
    assert "الإهانة أو المضايقة" in page
    assert "هذا لا يقال" in page


def test_struck_words_are_covered_for_everybody_in_every_wording(client: Browser, square: Thread) -> None:
    post = said(square, huda(), RUDE)
    decided(post, "censored", strike=["غبي", "0500 111 222"])
    page = read(client.another(), square)
    assert "0500 111 222" not in page
    assert "الموظف فلان ███، ورقم هاتفه ███" in page
    assert "0500" not in client.get(f"/ar/posts/{post.public_id}/history").text
    with db.transaction(reading=True) as session:
        assert [kept.is_public for kept in session.scalars(sa.select(PostWording))] == [False]


@pytest.mark.parametrize("times", [1, 2])
def test_restoring_brings_back_every_struck_word(square: Thread, times: int) -> None:
    wording = "تُخفَّض الرسوم.\n\nإلى النصف."
    post = said(square, huda(), RUDE, kind="wording", wording=wording)
    for strike in (["غبي"], ["النصف"])[:times]:
        decided(post, "censored", strike=strike)
    restored = decided(post, "restored")
    assert (restored.state, restored.body, restored.wording) == ("published", RUDE, wording)


def test_words_that_do_not_stand_there_are_not_struck_out(square: Thread) -> None:
    post = said(square, huda(), RUDE)
    with pytest.raises(NotThere):
        decided(post, "censored", strike=["لص"])
    assert fresh(post).state == "published"


@pytest.mark.parametrize(
    ("state", "act"), [("published", "restored"), ("hidden", "censored"), ("hidden", "hidden")]
)
def test_what_does_not_fit_the_state_is_refused(square: Thread, state: str, act: str) -> None:
    post = said(square, huda(), RUDE)
    if state == "hidden":
        decided(post, "hidden")
    with pytest.raises(WrongState):
        decided(post, act, strike=["غبي"] if act == "censored" else [])


def test_hiding_needs_a_rule(square: Thread) -> None:
    with pytest.raises(WrongState):
        decided(said(square, huda()), "hidden", reason="I do not like it")


def test_nobody_decides_on_their_own_post(client: Browser, square: Thread) -> None:
    post = said(square, lina(), RUDE)
    review = flagged(post, huda())
    with db.transaction(), pytest.raises(Denied):
        actions.decide(acting(lina()), open_review(post), Decision("published"))
    moderators = client.enter(lina())
    assert moderators.get(f"/ar/moderation/reviews/{review.public_id}").status_code == 404
    assert "الموظف فلان" not in moderators.get("/ar/moderation").text
    assert "الموظف فلان" in client.another().enter(second_moderator()).get("/ar/moderation").text


def test_what_the_author_removed_is_nothing_to_decide(client: Browser, square: Thread) -> None:
    post = said(square, huda(), RUDE)
    flagged(post)
    client.enter(huda()).send(f"/ar/posts/{post.public_id}/removal")
    assert [review.is_open for review in reviews()] == [None]


def test_every_act_stands_in_the_log_the_audit_and_the_record_of_its_review(square: Thread) -> None:
    post = said(square, huda(), RUDE)
    for act, strike in (("censored", ["غبي"]), ("restored", []), ("hidden", []), ("restored", [])):
        decided(post, act, strike=strike)
    assert [act.act for act in acts()] == ["censored", "restored", "hidden", "restored"]
    assert {act.by_id for act in acts()} == {lina().id}
    with db.transaction(reading=True) as session:
        audited = [
            entry.act for entry in session.scalars(sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id))
        ]
    assert audited == ["post.censored", "post.restored", "post.hidden", "post.restored"]
    assert [review.decision for review in reviews()] == ["censored", "restored", "hidden", "restored"]


# two moderators


def test_what_one_moderator_has_another_may_not_decide(client: Browser, square: Thread) -> None:
    post = said(square, huda(), RUDE)
    review = flagged(post)
    assert client.enter(lina()).send(f"/ar/moderation/reviews/{review.public_id}/claim").status_code == 303
    other = client.another().enter(second_moderator())
    form = {"act": "hidden", "reason": "insult"}
    for act, data in (("claim", {}), ("decision", form)):
        refused = other.send(f"/ar/moderation/reviews/{review.public_id}/{act}", data)
        assert refused.status_code == 409
        assert "لينا" in refused.text
    assert fresh(post).state == "published"
    assert client.send(f"/ar/moderation/reviews/{review.public_id}/release").status_code == 303
    assert other.send(f"/ar/moderation/reviews/{review.public_id}/decision", form).status_code == 303


def test_a_claim_ends_after_a_while(square: Thread) -> None:
    review = flagged(said(square, huda(), RUDE))
    with db.transaction():
        actions.claim(acting(lina()), review)
        with pytest.raises(Held):
            actions.claim(acting(second_moderator()), review)
    with db.transaction():
        held = deciding.find_review(acting(lina()), review.public_id)
        held.claimed_until = held.claimed_until and held.claimed_until - timedelta(hours=1)
    with db.transaction():
        actions.claim(acting(second_moderator()), deciding.find_review(acting(lina()), review.public_id))


@pytest.mark.parametrize("moderation", ["before", "after"])
def test_nobody_decides_on_words_that_were_changed_after_the_page_was_opened(
    client: Browser, moderation: str
) -> None:
    """Else an author shows a moderator harmless words and has others let through."""
    thread = discussion.thread(moderation=moderation)
    post = said(thread, huda())
    if moderation == "after":
        flagged(post)
    with db.transaction(reading=True):
        address = f"/ar/moderation/reviews/{open_review(post).public_id}"
    page = client.enter(lina()).get(address).text
    form = {"act": "published", "seen_at": seen_at_of(page)}
    with db.transaction():
        discussion_actions.edit(acting(huda()), fresh(post), Change(RUDE))
    refused = client.send(f"{address}/decision", form)
    assert refused.status_code == 409
    assert "الموظف فلان غبي" in refused.text
    assert acts() == []
    form["seen_at"] = seen_at_of(refused.text)
    assert client.send(f"{address}/decision", form).status_code == 303


def seen_at_of(page: str) -> str:
    return page.partition('name="seen_at"')[2].partition('value="')[2].partition('"')[0]


def test_a_changed_text_is_not_decided_with_those_it_was_like(client: Browser) -> None:
    thread = discussion.thread(moderation="before")
    posts = [said(thread, person(f"ساكن {n}", f"r{n}@example.org")) for n in range(3)]
    jobs.work_off()
    with db.transaction(reading=True):
        address = f"/ar/moderation/reviews/{open_review(posts[0]).public_id}"
    page = client.enter(lina()).get(address).text
    assert 'name="whole_group"' in page
    with db.transaction():
        discussion_actions.edit(acting(person("ساكن 2", "r2@example.org")), fresh(posts[2]), Change(RUDE))
    for seen_at in (seen_at_of(page), seen_at_of(client.get(address).text)):
        form = {"act": "published", "whole_group": "y", "seen_at": seen_at}
        client.send(f"{address}/decision", form)
    assert [fresh(post).state for post in posts] == ["published", "published", "waiting"]


def test_a_second_decision_on_the_same_review_is_refused(client: Browser, square: Thread) -> None:
    review = flagged(said(square, huda(), RUDE))
    address = f"/ar/moderation/reviews/{review.public_id}/decision"
    assert client.enter(lina()).send(address, {"act": "hidden", "reason": "insult"}).status_code == 303
    assert client.send(address, {"act": "published"}).status_code in {409, 422}
    assert [act.act for act in acts()] == ["hidden"]


# the author


def test_the_author_is_told_in_the_own_language_with_the_reason(square: Thread) -> None:
    decided(said(square, huda(), RUDE), "hidden")
    (notice,) = notices("post-hidden")
    assert notice.person_id == huda().id
    assert notice.facts["reason"] == "insult"


def test_an_appeal_is_decided_by_another_moderator_and_reopens(client: Browser, square: Thread) -> None:
    post = decided(said(square, huda(), RUDE), "hidden")
    page = client.enter(huda()).get(f"/ar/posts/{post.public_id}/appeal").text
    assert "الإهانة أو المضايقة" in page
    sent = client.send(f"/ar/posts/{post.public_id}/appeal", {"body": "كلمة «غبي» وصف للقرار."})
    assert sent.status_code == 303
    with db.transaction():
        review = open_review(post)
        contested = deciding.open_appeal(review.post)[0]
        assert not may_decide(acting(lina()), review, contested)
        assert may_decide(acting(second_moderator()), review, contested)
    first = client.another().enter(lina())
    address = f"/ar/moderation/reviews/{review.public_id}/decision"
    assert first.send(address, {"act": "restored"}).status_code == 403
    other = client.another().enter(second_moderator())
    assert other.send(address, {"act": "restored"}).status_code == 303
    assert fresh(post).state == "published"
    assert [notice.facts["act"] for notice in notices("appeal-decided")] == ["restored"]


def test_an_appeal_is_refused_only_with_words(client: Browser, square: Thread) -> None:
    post = decided(said(square, huda(), RUDE), "hidden")
    review = appealed(post, huda())
    other = client.enter(second_moderator())
    address = f"/ar/moderation/reviews/{review.public_id}/decision"
    assert other.send(address, {"act": "appeal refused"}).status_code == 422
    why = "الكلمة وصفت الموظف لا القرار."
    assert other.send(address, {"act": "appeal refused", "note": why}).status_code == 303
    assert fresh(post).state == "hidden"
    assert why in client.another().enter(huda()).get(f"/ar/posts/{post.public_id}/appeal").text
    assert why not in client.another().get("/ar/moderation-log").text


def test_an_appeal_is_made_once_for_each_act(client: Browser, square: Thread) -> None:
    post = decided(said(square, huda(), RUDE), "hidden")
    other = yusuf()
    appealed(post, huda(), "السبب الأول")
    appealed(post, huda(), "السبب الأول")
    with pytest.raises(WrongState):
        appealed(post, huda(), "سبب آخر")
    with db.transaction(reading=True):
        act, appeal = deciding.latest_act(fresh(post))
        assert not may_appeal(acting(huda()), fresh(post), act, appeal)
        assert not may_appeal(acting(other), fresh(post), act, None)
        assert may_appeal(acting(huda()), fresh(post), act, None)
    assert client.enter(yusuf()).get(f"/ar/posts/{post.public_id}/appeal").status_code == 404


def test_an_appeal_keeps_the_text_when_the_form_has_expired(client: Browser, square: Thread) -> None:
    post = decided(said(square, huda(), RUDE), "hidden")
    form = {"body": "نص لا يضيع", "csrf_token": "old"}
    again = client.enter(huda()).send(f"/ar/posts/{post.public_id}/appeal", form)
    assert again.status_code == 422
    assert "نص لا يضيع" in again.text


# the log, the digest


def test_the_log_has_neither_names_nor_texts(client: Browser, square: Thread) -> None:
    decided(said(square, huda(), RUDE), "hidden", note="=SUM(A1) كلمة للكاتبة")
    secret = discussion.thread()
    for path in ("/ar/moderation-log", "/en/moderation-log", "/ar/moderation-log.csv"):
        answer = client.get(path)
        assert answer.status_code == 200
        for private in ("فلان", "هدى", "لينا", "كلمة للكاتبة", secret.place_id):
            assert private not in answer.text
        assert "hidden" in answer.text or "حجب" in answer.text or "Hidden" in answer.text


def test_moderators_get_one_notice_a_day_while_something_waits(square: Thread) -> None:
    lina(), second_moderator(), adam()
    with db.transaction():
        jobs.enqueue("moderation.remind")
    jobs.work_off()
    assert notices("moderators-digest") == []
    flagged(said(square, huda(), RUDE))
    for _time in range(2):
        with db.transaction():
            jobs.enqueue("moderation.remind")
        jobs.work_off()
    told = {notice.person_id: notice.facts for notice in notices("moderators-digest")}
    assert told == {lina().id: {"count": 1}, second_moderator().id: {"count": 1}}


def test_a_review_of_nobody_and_for_nobody_is_missing(square: Thread) -> None:
    review = flagged(said(square, huda(), RUDE))
    people = (huda(), omar(), adam(), person("زائر", "visitor@example.org"))
    with db.transaction(reading=True):
        for who in people:
            with pytest.raises(Missing):
                deciding.find_review(acting(who), review.public_id)
