"""A public response is moderated as any post is: reported, hidden or struck with a reason, shown again, contested."""

from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, db, events
from app.core.jobs import work_off
from app.core.permissions import Actor
from app.factory import Sawt
from app.identity.events import BrowserSignedIn
from app.notifications.models import Notice
from participation.consultations import queries
from participation.consultations.models import Consultation, Contribution, Response
from participation.consultations.open_data import jobs
from participation.consultations.open_data import queries as open_data
from participation.consultations.queries import contributions
from participation.discussion import queries as posts
from participation.discussion.models import Post
from participation.discussion.moderation import actions, rules
from participation.discussion.moderation.actions import Decision, Held
from participation.discussion.moderation.queries import deciding
from tests.client import Browser
from tests.factories import people
from tests.factories.answering import acting, answer, confidential, family_of_response, said
from tests.factories.consultations import open_consultation, responded
from tests.factories.moderation import acts, appealed, decided, flagged, reviews, second_moderator
from tests.together import together

CANARY = "كنارمحجوب"
BODY = f"الموظف {CANARY} لا يفهم، والمهلة في المادة الثالثة قصيرة."
ORGANISATION = "جمعية سكان النخيل"


@pytest.fixture(autouse=True)
def context(app: Sawt) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def made(app: Sawt) -> Consultation:
    return open_consultation()


def text_of(response: Response) -> Post:
    with db.transaction(reading=True) as session:
        named = sa.select(Response).where(Response.id == response.id)
        found = session.scalars(named.options(sa.orm.joinedload(Response.post))).one()
        assert found.post is not None
        return posts.by_id(found.post.id)


def address(made: Consultation, rest: str = "responses", lang: str = "ar") -> str:
    return f"/{lang}/consultations/{made.slug}/{rest}"


def page_of(made: Consultation, response: Response, lang: str = "ar") -> str:
    return address(made, f"responses/{response.public_id}", lang)


def sent_by_huda(made: Consultation, body: str = BODY) -> Response:
    return responded(made, people.huda(), body, organisation=ORGANISATION)


def counted(made: Consultation) -> int:
    with db.transaction(reading=True):
        return contributions.counts([made.id]).get(made.id, 0)


def registered() -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Contribution)) or 0


def exported(made: Consultation) -> str:
    with db.transaction(reading=True):
        files = open_data.files(queries.by_id(made.id))
        return b"".join(file.content for file in files).decode()


# reporting


@pytest.mark.parametrize("who", ["yusuf", "omar", None])
def test_anybody_reports_a_public_response_from_its_page(
    client: Browser, made: Consultation, who: str | None
) -> None:
    response = sent_by_huda(made)
    reader = client.enter(getattr(people, who)()) if who else client
    link = f"/ar/posts/{text_of(response).public_id}/flag"
    assert link in reader.get(page_of(made, response)).text
    answer = reader.send(link, {"reason": "insult"})
    assert answer.location == link
    assert f"/ar/posts/{text_of(response).public_id}" in reader.get(link).text
    assert [(review.why, review.post_id) for review in reviews()] == [(["flagged"], text_of(response).id)]
    assert CANARY in client.another().get(page_of(made, response)).text


def test_nobody_reports_ones_own_and_a_second_report_is_none(client: Browser, made: Consultation) -> None:
    response = sent_by_huda(made)
    link = f"/en/posts/{text_of(response).public_id}/flag"
    own = client.enter(people.huda())
    assert link not in own.get(page_of(made, response, "en")).text
    assert own.send(link, {"reason": "insult"}).status_code == 403
    other = client.another().enter(people.yusuf())
    assert [other.send(link, {"reason": "spam"}).status_code for _ in range(2)] == [303, 200]
    (review,) = reviews()
    assert review.score == rules.SCORES["flagged"]


def test_moderators_find_it_in_their_queue_under_the_name_of_its_consultation(
    client: Browser, made: Consultation
) -> None:
    flagged(text_of(sent_by_huda(made)))
    page = client.enter(people.lina()).get("/ar/moderation").text
    assert CANARY in page
    assert f"رأي مكتوب في: {made.title.text}" in page.replace("\u2068", "").replace("\u2069", "")


# hiding


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_c02_a_hidden_response_is_nowhere_in_public_and_its_place_says_why(
    client: Browser, made: Consultation, lang: str
) -> None:
    response = sent_by_huda(made)
    text = text_of(response)
    work_off()
    assert CANARY in client.get(f"/{lang}/search?q={CANARY}").text
    assert CANARY in client.get(address(made, lang=lang)).text
    assert CANARY in exported(made)
    assert (counted(made), registered()) == (1, 1)
    family = family_of_response(response)
    assert CANARY in client.get(address(made, f"families/{family.public_id}", lang)).text
    decided(text)
    work_off()
    assert client.get(address(made, f"families/{family.public_id}", lang)).status_code == 404
    reason = {"ar": "الإهانة أو المضايقة", "en": "Insults or harassment"}[lang]
    for page in (address(made, lang=lang), page_of(made, response, lang)):
        seen = client.get(page)
        assert seen.status_code == 200
        assert reason in seen.text
        assert CANARY not in seen.text
        assert ORGANISATION not in seen.text
    for page in public_pages(made, text, lang):
        seen = client.get(page, follow_redirects=True)
        for words in (ORGANISATION, "المادة الثالثة قصيرة"):
            assert words not in seen.text, page
    assert CANARY not in exported(made)
    assert (counted(made), registered()) == (0, 0)


def public_pages(made: Consultation, text: Post, lang: str) -> list[str]:
    """Where its words could stand beside its own page, the list and its family."""
    of_consultation = ["", "figures", "comments", "moved", "outcome", "overview", "data"]
    pages = [address(made, rest, lang).rstrip("/") for rest in of_consultation]
    of_site = ["/", "/consultations", "/consultations/feed.atom", "/moderation-log", "/moderation-log.csv"]
    pages += [f"/{lang}{path}" for path in (*of_site, f"/search?q={CANARY}")]
    pages += [f"/{lang}/posts/{text.public_id}{rest}" for rest in ("", "/history", "/replies", "/flag")]
    thread = f"/{lang}/threads/{text.thread.public_id}"
    return [*pages, thread, f"{thread}/feed.atom"]


def test_the_files_of_open_data_lose_it_within_two_minutes(app: Sawt, made: Consultation) -> None:
    response = sent_by_huda(made)
    work_off()
    jobs.make(str(made.id))
    with time_machine.travel(clock.now(), tick=True):
        decided(text_of(response))
    with time_machine.travel(clock.now() + 2 * jobs.SOON, tick=True):
        work_off()
    browser: Browser = app.test_client()  # type: ignore[assignment]
    with db.transaction(reading=True):
        _made, shown = open_data.newest(acting(people.huda()), made.slug)
        assert shown is not None
        keys = [file.public_id for file in shown.files]
    served = "".join(browser.get(address(made, f"data/{key}")).text for key in keys)
    assert "contribution" in served
    assert CANARY not in served


def test_officials_read_a_hidden_response_no_more_and_its_author_does(
    client: Browser, made: Consultation
) -> None:
    response = sent_by_huda(made)
    decided(text_of(response))
    seen = {
        who.__name__: CANARY in client.another().enter(who()).get(page_of(made, response)).text
        for who in people.CAST
    }
    assert [name for name, is_seen in seen.items() if is_seen] == ["huda"]
    link = f"/ar/moderation/posts/{text_of(response).public_id}"
    lina = client.another().enter(people.lina())
    assert link in lina.get(page_of(made, response)).text
    assert CANARY in lina.get(link).text


def test_restored_it_stands_where_it_stood_and_counts(client: Browser, made: Consultation) -> None:
    response = sent_by_huda(made)
    decided(text_of(response))
    decided(text_of(response), "restored")
    work_off()
    for page in (address(made), page_of(made, response), f"/ar/search?q={CANARY}"):
        assert "المادة الثالثة" in client.get(page).text
    assert (counted(made), registered()) == (1, 1)
    assert [act.act for act in acts()] == ["hidden", "restored"]


def test_struck_words_are_covered_in_page_list_search_files_and_the_officials_inbox(
    client: Browser, made: Consultation
) -> None:
    response = sent_by_huda(made)
    decided(text_of(response), "censored", strike=[CANARY])
    work_off()
    family = family_of_response(response)
    for page in (address(made), page_of(made, response), address(made, f"families/{family.public_id}")):
        shown = client.get(page).text
        assert "███" in shown, page
        assert CANARY not in shown
    inbox = client.another().enter(people.omar()).get(address(made, "answering")).text
    assert "███" in inbox
    assert CANARY not in inbox
    assert "███" in exported(made)
    assert CANARY not in exported(made)
    assert (counted(made), registered()) == (1, 1)


def test_each_act_stands_in_the_public_log_without_name_and_text(client: Browser, made: Consultation) -> None:
    decided(text_of(sent_by_huda(made)))
    (act,) = acts()
    assert (act.act, act.reason) == ("hidden", "insult")
    log = client.get("/ar/moderation-log").text
    assert made.title.text in log
    for secret in (CANARY, ORGANISATION, people.huda().display_name, people.lina().display_name):
        assert secret not in log


# the author


def test_the_author_is_told_and_appeals_and_another_moderator_decides(
    client: Browser, made: Consultation
) -> None:
    response = sent_by_huda(made)
    decided(text_of(response))
    with db.transaction(reading=True) as session:
        told = session.scalars(sa.select(Notice).where(Notice.kind == "post-hidden")).one()
        assert told.person_id == people.huda().id
    link = f"/ar/posts/{text_of(response).public_id}/appeal"
    huda = client.enter(people.huda())
    assert link in huda.get(page_of(made, response)).text
    for _ in range(2):
        assert huda.send(link, {"body": "لم أذكر أحدًا باسمه."}).status_code == 303
    review = next(each for each in reviews() if each.is_open)
    form = {"act": "restored"}
    decision = f"/ar/moderation/reviews/{review.public_id}/decision"
    assert client.another().enter(people.lina()).send(decision, form).status_code == 403
    assert client.another().enter(second_moderator()).send(decision, form).status_code == 303
    assert CANARY in client.another().get(page_of(made, response)).text


def test_an_appeal_that_is_refused_leaves_it_hidden(client: Browser, made: Consultation) -> None:
    response = sent_by_huda(made)
    decided(text_of(response))
    review = appealed(text_of(response), people.huda())
    with db.transaction():
        actions.decide(acting(second_moderator()), review, Decision("appeal refused"))
    assert CANARY not in client.get(page_of(made, response)).text


def test_a_moderator_decides_not_on_the_own_response(client: Browser, made: Consultation) -> None:
    review = flagged(text_of(responded(made, people.lina(), BODY)))
    decision = f"/ar/moderation/reviews/{review.public_id}/decision"
    refused = client.enter(people.lina()).send(decision, {"act": "hidden", "reason": "insult"})
    assert refused.status_code == 404


# at once


def test_c07_two_moderators_at_once_make_one_decision(app: Sawt, made: Consultation) -> None:
    response = sent_by_huda(made)
    flagged(text_of(response))
    (review,) = reviews()
    with db.transaction():
        both = [acting(people.lina()), acting(second_moderator())]

    def decide(moderator: Actor) -> None:
        found = deciding.find_review(moderator, review.public_id)
        actions.decide(moderator, found, Decision("hidden", "insult"))

    refusals = together(app, [partial(decide, each) for each in both])
    assert sorted(type(each).__name__ for each in refusals) == ["NoneType", "WrongState"]
    assert [act.act for act in acts()] == ["hidden"]
    assert (counted(made), registered()) == (0, 0)


def test_what_one_moderator_holds_another_does_not_decide(made: Consultation) -> None:
    review = flagged(text_of(sent_by_huda(made)))
    with db.transaction():
        actions.claim(acting(people.lina()), review)
        with pytest.raises(Held):
            actions.decide(acting(second_moderator()), review, Decision("hidden", "insult"))


# before and after


def test_where_posts_are_read_before_a_response_waits_for_a_moderator(client: Browser) -> None:
    made = open_consultation(moderation="before")
    huda = client.enter(people.huda())
    sent = huda.send(address(made, "responses/new"), {"body": BODY, "organisation": ORGANISATION})
    assert "يقرؤه مشرف محتوى قبل ظهوره" in huda.get(sent.location).text
    assert (counted(made), registered()) == (0, 0)
    for reader in (None, people.omar, people.salma):
        browser = client.another()
        if reader:
            browser.enter(reader())
        assert browser.get(sent.location).status_code == 404
        assert CANARY not in browser.get(address(made)).text
    (review,) = reviews()
    assert review.why == ["first"]
    lina = client.another().enter(people.lina())
    assert CANARY in lina.get(sent.location).text
    lina.send(f"/ar/moderation/reviews/{review.public_id}/decision", {"act": "published"})
    assert CANARY in client.another().get(sent.location).text
    assert (counted(made), registered()) == (1, 1)


def test_a_guests_response_waits_first_for_its_sender_and_then_for_a_moderator(client: Browser) -> None:
    made = open_consultation(moderation="before")
    sent = client.send(address(made, "responses/new"), {"body": BODY})
    assert not reviews()
    with client.session_transaction() as session:
        browser = session["browser"]
    with db.transaction():
        events.publish(BrowserSignedIn(f"browser:{browser}", people.huda().id))
    (review,) = reviews()
    assert (review.why, review.author_key) == (["first"], f"person:{people.huda().id}")
    assert client.another().get(sent.location).status_code == 404
    assert client.another().enter(people.huda()).get(sent.location).status_code == 200


def test_what_came_on_paper_is_public_at_once_and_moderated_after(client: Browser) -> None:
    made = open_consultation(moderation="before")
    client.enter(people.sami()).send(address(made, "paper"), {"body": BODY, "text_language": "ar"})
    with db.transaction(reading=True) as session:
        response = session.scalars(sa.select(Response)).one()
    assert CANARY in client.another().get(page_of(made, response)).text
    decided(text_of(response))
    assert CANARY not in client.another().get(page_of(made, response)).text


def test_confidential_ones_never_come_to_moderators(client: Browser) -> None:
    made = open_consultation(moderation="before")
    sent = confidential(made, CANARY)
    assert not reviews()
    with db.transaction(reading=True) as session:
        assert not session.scalars(sa.select(Post)).all()
    lina = client.enter(people.lina())
    assert CANARY not in lina.get("/ar/moderation").text
    assert lina.get(page_of(made, sent)).status_code == 404


# a place of one text


def test_a_response_is_no_statement_on_which_people_vote(made: Consultation) -> None:
    sent_by_huda(made)
    comment = said(made, people.yusuf())
    with db.transaction(reading=True):
        statements = open_data.conversation(queries.by_id(made.id)).statements
    assert [statement.body for statement in statements] == [comment.body]


def test_the_account_behind_a_response_is_named_nowhere(client: Browser, made: Consultation) -> None:
    text = text_of(sent_by_huda(made))
    work_off()
    name = people.huda().display_name
    assert client.get(f"/ar/threads/{text.thread.public_id}").status_code == 404
    assert client.get(f"/ar/threads/{text.thread.public_id}/feed.atom").status_code == 404
    for page in (f"posts/{text.public_id}", f"posts/{text.public_id}/replies", f"search?q={CANARY}"):
        shown = client.get(f"/ar/{page}", follow_redirects=True)
        assert shown.status_code == 200
        assert CANARY in shown.text
        assert name not in shown.text


def test_nobody_replies_to_a_response_reacts_to_it_or_rewrites_it(
    client: Browser, made: Consultation
) -> None:
    text = text_of(sent_by_huda(made))
    yusuf = client.enter(people.yusuf())
    form = {"body": "رد على الرد", "parent": text.public_id}
    assert yusuf.send(f"/ar/threads/{text.thread.public_id}/posts", form).status_code == 404
    assert yusuf.send(f"/ar/posts/{text.public_id}/reaction", {"kind": "agree"}).status_code == 403
    huda = client.another().enter(people.huda())
    assert huda.send(f"/ar/posts/{text.public_id}/edit", {"body": "نص آخر"}).status_code == 403


def test_what_its_sender_takes_back_leaves_list_page_and_register(
    client: Browser, made: Consultation
) -> None:
    response = sent_by_huda(made)
    text = text_of(response)
    assert client.enter(people.huda()).send(f"/ar/posts/{text.public_id}/removal").status_code == 303
    other = client.another()
    assert other.get(page_of(made, response)).status_code == 404
    assert ORGANISATION not in other.get(address(made)).text
    assert (counted(made), registered()) == (0, 0)


def test_an_answered_response_that_is_hidden_keeps_its_answer_to_itself(
    client: Browser, made: Consultation
) -> None:
    response = sent_by_huda(made)
    family = family_of_response(response)
    answer(made, family, decision="considered")
    decided(text_of(response))
    page = client.get(address(made, f"families/{family.public_id}"))
    assert CANARY not in page.text
