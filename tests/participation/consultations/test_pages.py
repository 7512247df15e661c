"""The pages in both languages: list, draft, articles, figures, feed; what they cost, and what they never show."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from app.agencies.models import Agency
from app.core import clock, db
from app.core.jobs import enqueue, work_off
from app.core.permissions import SYSTEM
from app.core.search import SearchEntry
from app.documents import actions as documents
from app.documents.articles import ArticleText
from app.documents.models import Document
from app.factory import Sawt
from app.identity.models import Person, actor_of
from app.notifications import actions as notifications
from app.notifications.models import Notice
from participation.consultations import queries
from participation.consultations.actions import opening
from participation.consultations.models import Consultation
from participation.consultations.queries import contributions, lists
from participation.consultations.written import TEXTS
from participation.discussion import actions as discussion
from tests.client import Browser
from tests.counting import counted, steps, wholly_read
from tests.factories import answering, people
from tests.factories.agencies import roads
from tests.factories.consultations import (
    ARTICLES,
    closed_consultation,
    draft,
    open_consultation,
    planned_consultation,
    publish_version,
    upcoming_consultation,
    with_key_points,
    with_questions,
)
from tests.factories.discussion import crowd, said
from tests.factories.documents import draft_law

ATOM = "{http://www.w3.org/2005/Atom}"
MOST_ON_A_LIST, MOST_ON_A_PAGE, MOST_ON_AN_ARTICLE = 8, 20, 12
SIGNED_IN = 6
"""What a page of somebody signed in asks more: who that is (2), the bell, the follow, the visit before and this one."""
REASON = ("طلب الناس وقتًا أطول.", "People asked for more time.")


def commented(made: Consultation, who: Person, part: str, body: str, stance: str = "support") -> None:
    with db.transaction():
        thread = discussion.open_thread("consultation", str(made.id), part)
        said(thread, who, body, stance=stance)


def library_address(shown: Document) -> str:
    return f"/ar/docs/{shown.kind}/{shown.year}/{shown.number}"


# The list


def test_each_consultation_stands_under_its_tab(client: Browser) -> None:
    made = {"open": open_consultation(), "upcoming": upcoming_consultation(), "closed": closed_consultation()}
    cancelled = open_consultation(state="cancelled")
    hidden = planned_consultation()
    for part in made:
        page = client.get(f"/ar/consultations?part={part}").text
        assert {key for key, each in made.items() if each.slug in page} == {part}
        assert (cancelled.slug in page) == (part == "closed")
        assert hidden.slug not in page


def test_a_cursor_that_is_none_shows_the_first_page(client: Browser) -> None:
    made = open_consultation()
    assert made.slug in client.get("/ar/consultations?part=open&after=nobody").text


def test_a_card_says_until_when_by_whom_how_long_and_what_can_change(client: Browser) -> None:
    made = open_consultation()
    commented(made, people.huda(), "art_1", "عداد واحد لا يكفي بيتًا من طابقين")
    page = client.get("/ar/consultations").text
    for words in ("مفتوحة للتعليق", "مؤسسة المياه", "للقراءة", "مشاركة واحدة", "عدد الإنذارات ومهلها"):
        assert words in page
    assert "21" in page


def test_the_list_is_filtered_by_agency(client: Browser) -> None:
    water_one = open_consultation().slug
    with db.transaction():
        other = open_consultation(agency=roads(), document=draft(roads())).slug
    assert shown_slugs(client, "/en/consultations") == [water_one, other]
    assert shown_slugs(client, "/en/consultations?agency=roads") == [other]


def test_what_closes_next_stands_first_on_every_page_of_the_open_ones(client: Browser) -> None:
    now, days = clock.now(), [(7 * place) % (lists.PAGE + 3) for place in range(lists.PAGE + 3)]
    made = {day: open_consultation(closes=now + timedelta(days=1 + day), document=None).slug for day in days}
    inorder = [made[day] for day in sorted(made)]
    first = shown_slugs(client, "/ar/consultations")
    assert first == inorder[: lists.PAGE]
    onward = re.search(r'href="([^"]*after=[^"]*)"', client.get("/ar/consultations").text)
    assert onward
    assert shown_slugs(client, html.unescape(onward[1])) == inorder[lists.PAGE :]


def test_of_two_that_close_at_once_both_are_shown_over_two_pages(client: Browser) -> None:
    closes = clock.now() + timedelta(days=9)
    made = [open_consultation(closes=closes, document=None).slug for _ in range(lists.PAGE + 2)]
    after = f"/ar/consultations?after={made[lists.PAGE - 1]}"
    assert shown_slugs(client, "/ar/consultations") + shown_slugs(client, after) == made


def test_what_opens_next_stands_first_of_those_to_come_and_the_newest_of_the_closed(client: Browser) -> None:
    late, soon = (upcoming_consultation(opens_in=days).slug for days in (9, 4))
    old, new = (closed_consultation(document=None).slug for _ in range(2))
    assert shown_slugs(client, "/ar/consultations?part=upcoming") == [soon, late]
    assert shown_slugs(client, "/ar/consultations?part=closed") == [new, old]


def test_the_feed_has_what_was_opened_last_first(client: Browser) -> None:
    now = clock.now()
    last, first = (open_consultation(opened=now - timedelta(days=days)).slug for days in (1, 6))
    feed = client.get("/ar/consultations/feed.atom").text
    assert feed.index(last) < feed.index(first)


MAKE: dict[str, Callable[..., Consultation]] = {
    "open": open_consultation,
    "upcoming": upcoming_consultation,
    "closed": closed_consultation,
}


@pytest.mark.parametrize("part", MAKE)
def test_the_name_of_a_draft_as_a_cursor_is_as_one_that_nobody_has(client: Browser, part: str) -> None:
    """Where it stands among the public ones would tell that it exists, and when it opens."""
    before, draft_, after = (MAKE[part](document=None) for _ in range(3))
    with db.transaction() as session:
        hidden = session.get_one(Consultation, draft_.id)
        hidden.state, hidden.published_at = "draft", None
    shown = shown_slugs(client, f"/ar/consultations?part={part}&after={draft_.slug}")
    assert shown == shown_slugs(client, f"/ar/consultations?part={part}&after=nobody")
    assert set(shown) == {before.slug, after.slug}


def test_whoever_pages_on_when_the_last_one_has_closed_misses_nothing(client: Browser) -> None:
    now = clock.now()
    first, then = (open_consultation(closes=now + timedelta(days=days)) for days in (1, 3))
    with db.transaction() as session:
        ended = session.get_one(Consultation, first.id)
        for phase in ended.phases:
            phase.starts_at, phase.ends_at = (
                at - timedelta(days=3) for at in (phase.starts_at, phase.ends_at)
            )
    assert shown_slugs(client, f"/ar/consultations?after={first.slug}") == [then.slug]


def shown_slugs(client: Browser, address: str) -> list[str]:
    """The consultations of a list, in order."""
    return list(
        dict.fromkeys(re.findall(r'href="/../consultations/(water-meters-\d+)"', client.get(address).text))
    )


def test_a_list_costs_the_same_few_queries_with_two_rows_or_twelve(client: Browser) -> None:
    costs = []
    for more in (2, 10):
        for _ in range(more):
            open_consultation()
        with counted() as statements:
            client.get("/ar/consultations")
        costs.append(len(statements))
    assert costs[0] == costs[1] <= MOST_ON_A_LIST


# The consultation


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_page_follows_the_wireframe_in_both_languages(client: Browser, lang: str) -> None:
    made = open_consultation()
    with_questions(made), with_key_points(made)
    page = client.get(f"/{lang}/consultations/{made.slug}").text
    ids = ("summary", "contents", "art_1", "art_2", "art_3", "survey", "data")
    assert all(f'id="{each}"' in page for each in ids)
    assert f"/{lang}/consultations/{made.slug}/articles/art_3#write" in page
    assert f"/{lang}/consultations/{made.slug}/short" in page
    assert made.shown_number in page
    assert page.index('id="summary"') < page.index('id="contents"') < page.index('id="art_1"')


def test_the_page_costs_no_more_for_many_articles_and_comments(client: Browser) -> None:
    made = open_consultation()
    with counted() as few:
        client.get(f"/ar/consultations/{made.slug}")
    many = [(f"art_{n}", (f"عنوان {n}", f"Heading {n}"), (f"نص {n}", f"Text {n}")) for n in range(1, 31)]
    with db.transaction():
        other = open_consultation(document=draft(articles=many))
    for number in range(1, 6):
        commented(other, people.huda(), f"art_{number}", f"رأيي في هذه المادة رقم {number}")
    with counted() as more:
        client.get(f"/ar/consultations/{other.slug}")
    assert len(more) == len(few) <= MOST_ON_A_PAGE


def discussed(posts: int) -> str:
    """The address of an article of a draft in its second version with so many comments, a tenth of them replies."""
    made = open_consultation()
    changed = [
        (key, heading, (f"{text[0]} وأكثر.", f"{text[1]} And more.")) for key, heading, text in ARTICLES
    ]
    with db.transaction():
        assert made.document is not None
        publish_version(made.document, 2, changed)
        db.session().merge(made).version_number = 2
        thread = discussion.open_thread("consultation", str(made.id), "art_1")
    crowd(thread, roots=posts - posts // 10, replies=posts // 10)
    return f"/ar/consultations/{made.slug}/articles/art_1"


def cost(browser: Browser, path: str) -> list[str]:
    """The statements of a second visit, after the first has left its cookie and its date."""
    assert browser.get(path).status_code == 200
    with counted() as statements:
        assert "ما تغيّر" in browser.get(path).text
    return statements


@pytest.mark.parametrize("posts", [500, pytest.param(10_000, marks=pytest.mark.long)])
def test_an_article_page_asks_as_little_about_many_comments_as_about_few(client: Browser, posts: int) -> None:
    few, many = discussed(12), discussed(posts)
    assert len(cost(client, few)) == len(cost(client, many)) <= MOST_ON_AN_ARTICLE
    client.enter(people.huda())
    assert len(cost(client, few)) == len(cost(client, many)) <= MOST_ON_AN_ARTICLE + SIGNED_IN


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_article_page_reads_no_table_of_talk_from_end_to_end(client: Browser) -> None:
    """What it sorts are phases and versions; that threads are not sorted is asked of every order elsewhere."""
    read = wholly_read(steps(cost(client, discussed(60))), "posts", "threads", "contributions", "reactions")
    assert [step for step in read if step.startswith("SCAN")] == []


def test_an_article_is_read_in_both_languages_side_by_side(client: Browser) -> None:
    made = open_consultation()
    page = client.get(f"/ar/consultations/{made.slug}/articles/art_2?view=both").text
    assert "تقرأ المؤسسة العداد مرة كل شهر." in page
    assert "The company reads the meter once a month." in page
    assert f"/ar/consultations/{made.slug}/articles/art_1" in page
    assert f"/ar/consultations/{made.slug}/articles/art_3" in page


def test_an_article_missing_in_the_readers_language_says_so(client: Browser) -> None:
    made = open_consultation()
    with db.transaction():
        found = queries.by_id(made.id)
        assert found.document is not None
        publish_version(found.document, 2, ARTICLES, leave_out={"en": "art_2"})
        found.version_number = 2
    page = client.get(f"/en/consultations/{made.slug}/articles/art_2").text
    assert "تقرأ المؤسسة العداد مرة كل شهر." in page
    assert "Not yet available in English" in page


def test_a_heading_of_a_part_and_an_article_to_come_are_no_places_to_talk(client: Browser) -> None:
    """The page of an article that is gone must not stand for one that is there, or not there yet."""
    made = open_consultation()
    with db.transaction() as session:
        document = session.get_one(Consultation, made.id).document
        assert document is not None
        written = [
            ArticleText("chp_1", kind="part", heading="الباب الأول"),
            ArticleText("art_9", number="9", heading="مادة جديدة", text="نص جديد."),
        ]
        for language in ("ar", "en"):
            documents.write_version(SYSTEM, document, language, 2, clock.today(), written)
        documents.publish(SYSTEM, document, 2)
    assert client.get(f"/ar/consultations/{made.slug}/articles/art_9").status_code == 404
    with db.transaction() as session:
        session.get_one(Consultation, made.id).version_number = 2
    assert client.get(f"/ar/consultations/{made.slug}/articles/art_9").status_code == 200
    assert client.get(f"/ar/consultations/{made.slug}/articles/chp_1").status_code == 404


def test_an_article_there_never_was_is_not_found(client: Browser) -> None:
    made = open_consultation()
    assert client.get(f"/ar/consultations/{made.slug}/articles/art_99").status_code == 404
    assert client.get("/ar/consultations/nowhere").status_code == 404


def test_the_comment_form_stands_on_the_article_and_what_is_sent_appears_there(client: Browser) -> None:
    made = open_consultation()
    page = client.enter(people.huda()).get(f"/ar/consultations/{made.slug}/articles/art_3").text
    action = page.partition('action="/ar/threads/')[2].partition('"')[0]
    form = {"body": "إنذاران لا يكفيان لمن يسافر", "stance": "oppose", "kind": "comment"}
    assert client.send(f"/ar/threads/{action}", form).status_code == 303
    assert form["body"] in client.get(f"/ar/consultations/{made.slug}/articles/art_3").text


@pytest.mark.parametrize("make", [upcoming_consultation, closed_consultation])
def test_c33_a_comment_out_of_time_is_refused_with_its_reason_and_the_text_stays(
    client: Browser, make: Callable[[], Consultation]
) -> None:
    made = make()
    with db.transaction():
        thread = discussion.open_thread("consultation", str(made.id), "art_1")
    sent = client.enter(people.huda()).send(
        f"/ar/threads/{thread.public_id}/posts", {"body": "عداد واحد لا يكفي"}
    )
    assert sent.status_code == 409
    assert "عداد واحد لا يكفي" in sent.text
    with db.transaction(reading=True):
        assert not any(contributions.counts([made.id]).values())


# Preparation is nobody else's to see


def test_a_draft_consultation_is_seen_by_its_agency_as_a_preview(client: Browser) -> None:
    made = planned_consultation()
    address = f"/ar/consultations/{made.slug}"
    assert client.get(address).status_code == 404
    assert "معاينة" in client.enter(people.omar()).get(address).text


def test_the_preparation_goes_through_its_forms_to_the_public(client: Browser) -> None:
    with db.transaction():
        document = draft()
    client.enter(people.salma())
    desk = "/ar/administration/consultations"
    first = {"agency": "water", "document": str(document.id), "title_ar": "مشروع", "title_en": "Draft"}
    slug = client.send(f"{desk}/new", first).location.split("/")[-2]
    texts = {f"{name}_ar": "نص" for name in TEXTS} | {f"{name}_en": "A text" for name in TEXTS}
    assert client.send(f"{desk}/{slug}/texts", texts).status_code == 303
    refused = client.send(f"{desk}/{slug}/publication")
    assert refused.status_code == 409
    assert "لا مواعيد للتعليق بعد" in refused.text
    days = {"information": "0", "comment": "٢٨", "analysis": "30", "response": "30"}
    day = clock.today().strftime("%d/%m/%Y")
    dates = {"first_day": day, **days, "least_level": "1", "moderation": "after"}
    assert client.send(f"{desk}/{slug}/dates", dates).status_code == 303
    assert client.send(f"{desk}/{slug}/publication").status_code == 303
    page = client.leave().get(f"/ar/consultations/{slug}")
    assert page.status_code == 200
    assert "مفتوحة للتعليق" in page.text


def test_a_public_consultation_keeps_both_languages_of_its_texts(client: Browser) -> None:
    made = open_consultation()
    client.enter(people.salma())
    address = f"/ar/administration/consultations/{made.slug}/texts"
    sent = client.send(address, {"title_ar": "عنوان", "title_en": "Title", "lead_ar": "سطر"})
    assert sent.status_code == 422
    assert "سطر" in sent.text


# Words that the public reads


def test_a_moved_date_an_override_and_a_cancellation_are_told_with_their_reasons(client: Browser) -> None:
    made = open_consultation(override_reason="السيول المتوقعة لا تنتظر.")
    with db.transaction():
        found, salma = queries.by_id(made.id), actor_of(people.salma())
        comment = found.phases[1]
        opening.move_end(
            salma, found, comment, clock.local(comment.ends_at).date() + timedelta(days=7), REASON
        )
    page = client.get(f"/ar/consultations/{made.slug}").text
    assert "السيول المتوقعة لا تنتظر." in page
    assert REASON[0] in page
    assert REASON[1] in client.get(f"/en/consultations/{made.slug}").text
    with db.transaction():
        opening.cancel(actor_of(people.salma()), queries.by_id(made.id), ("سُحبت المسودة.", "Withdrawn."))
    assert "سُحبت المسودة." in client.get(f"/ar/consultations/{made.slug}").text


def test_stances_are_shown_as_shares_from_ten_people_on(client: Browser) -> None:
    made = open_consultation()
    for number in range(9):
        who = people.person(f"ساكن {number}", f"s{number}@example.org")
        commented(made, who, "art_1", f"أؤيد هذه المادة لأسباب {number}")
    assert "أقل من أن تُعرض" in client.get(f"/ar/consultations/{made.slug}/figures").text
    commented(made, people.huda(), "art_1", "أعارض هذه المادة", "oppose")
    commented(made, people.huda(), "art_1", "غيّرت رأيي وأعارضها أكثر", "oppose")
    page = client.get(f"/ar/consultations/{made.slug}/figures").text
    assert "90%" in page
    assert "10%" in page


def test_a_document_leads_to_the_talk_about_it_and_to_what_became_of_it(client: Browser) -> None:
    running, planned = open_consultation(), planned_consultation()
    assert running.document is not None
    assert planned.document is not None
    page = client.get(library_address(running.document)).text
    assert "المشاركة في الاستشارة" in page
    assert f"/ar/consultations/{running.slug}" in page
    assert planned.slug not in client.get(library_address(planned.document)).text
    finished = answering.ended()
    assert finished.document is not None
    page = client.get(library_address(finished.document)).text
    assert "المشاركة في الاستشارة" not in page
    assert f"/ar/consultations/{finished.slug}/outcome" in page


def test_the_document_of_a_response_leads_to_what_it_answers(client: Browser) -> None:
    report = draft_law(title=("تقرير الاستشارة", "Report on the consultation"))
    before = open_consultation(response_document_id=report.id)
    finished = open_consultation(response_document_id=report.id, state="ended")
    page = client.get(library_address(report)).text
    assert f"/ar/consultations/{finished.slug}/outcome" in page
    assert before.slug not in page


def test_the_feed_is_well_formed_and_escapes_titles(client: Browser) -> None:
    made = open_consultation()
    with db.transaction():
        queries.by_id(made.id).title = ("<b>&عنوان</b>", "<script>x</script>")
    feed = client.get("/en/consultations/feed.atom")
    assert feed.mimetype == "application/atom+xml"
    titles = [each.text for each in ElementTree.fromstring(feed.data).iter(f"{ATOM}title")]
    assert "<script>x</script>" in titles


def test_the_home_page_shows_what_is_open_and_what_closes_first(client: Browser) -> None:
    later = open_consultation(closes=clock.now() + timedelta(days=9))
    sooner = open_consultation(closes=clock.now() + timedelta(days=2))
    planned_consultation(), closed_consultation()
    page = client.get("/ar/").text
    assert page.index(sooner.slug) < page.index(later.slug)
    assert page.count("مفتوحة للتعليق") == 2


# Being told


def told(kind: str) -> list[Notice]:
    with db.transaction(reading=True) as session:
        return list(session.query(Notice).filter_by(kind=kind))


def follow(made: Consultation, who: Person) -> None:
    with db.transaction():
        notifications.follow(actor_of(db.session().merge(who)), "consultation", made.slug)


def run_job() -> None:
    with db.transaction():
        enqueue("consultations.tell")
    work_off()


def test_followers_hear_once_that_it_closes_within_three_days(app: Sawt) -> None:
    soon = open_consultation(closes=clock.now() + timedelta(days=2))
    later = open_consultation(closes=clock.now() + timedelta(days=9))
    for made in (soon, later):
        follow(made, people.huda())
    with app.app_context():
        run_job()
        run_job()
    (notice,) = told("consultation-closing")
    assert notice.subject_id == soon.slug


def test_followers_hear_that_comments_opened(app: Sawt) -> None:
    made = open_consultation(opened=clock.now() - timedelta(minutes=5))
    follow(made, people.huda())
    with app.app_context():
        run_job()
        run_job()
    assert [notice.person_id for notice in told("consultation-opened")] == [people.huda().id]


def test_followers_and_authors_hear_once_of_a_moved_end_in_their_language(client: Browser) -> None:
    made = open_consultation()
    follow(made, people.huda())
    commented(made, people.yusuf(), "art_1", "One meter is not enough for a large house")
    commented(made, people.huda(), "art_1", "عداد واحد لا يكفي بيتًا من طابقين")
    move_end(made)
    assert {notice.person_id for notice in told("consultation-moved")} == {
        people.huda().id,
        people.yusuf().id,
    }
    assert "تغيّرت مواعيد" in client.enter(people.huda()).get("/ar/notices").text
    assert "have changed" in client.another().enter(people.yusuf()).get("/en/notices").text


@pytest.mark.parametrize(
    ("lang", "why", "final"),
    [
        ("ar", "الجهة لا تستقبل معاملات جديدة.", "(لا غنى عنه)"),
        ("en", "The agency takes no new cases.", "(cannot be done without)"),
    ],
)
def test_the_checklist_says_that_the_agency_is_closed_and_the_button_opens_nothing(
    client: Browser, lang: str, why: str, final: str
) -> None:
    made = planned_consultation()
    with db.transaction() as session:
        session.get_one(Agency, made.agency.id).is_active = False
    desk = f"/{lang}/administration/consultations/{made.slug}"
    listed = client.enter(people.salma()).get(f"{desk}/checklist").text
    assert why in listed
    assert final in listed
    assert 'name="reason"' not in listed, "no reason makes up for it"
    refused = client.send(f"{desk}/publication", {"reason": "السيول المتوقعة لا تنتظر."})
    assert refused.status_code == 409
    assert why in refused.text
    assert client.another().get(f"/{lang}/consultations/{made.slug}").status_code == 404


def move_end(made: Consultation) -> None:
    with db.transaction():
        found, salma = queries.by_id(made.id), actor_of(people.salma())
        comment = found.phases[1]
        opening.move_end(
            salma, found, comment, clock.local(comment.ends_at).date() + timedelta(days=7), REASON
        )


def test_who_takes_part_may_mute_a_consultation_and_hears_of_it_again_afterwards(client: Browser) -> None:
    made = open_consultation()
    path = f"/en/consultations/{made.slug}"
    named = {"subject_kind": "consultation", "subject_id": made.slug}
    assert 'action="/en/mutes"' not in client.get(path).text, "nobody is told anything without an account"
    commented(made, people.yusuf(), "art_1", "One meter is not enough for a large house")
    client.enter(people.yusuf())
    assert 'action="/en/mutes"' in client.get(path).text
    assert client.send("/en/mutes", named).location == path
    move_end(made)
    assert "have changed" not in client.get("/en/notices").text
    assert 'action="/en/mutes/removal"' in client.get(path).text
    assert client.send("/en/mutes/removal", named).location == path
    move_end(made)
    assert "have changed" in client.get("/en/notices").text


def found(words: str) -> set[str]:
    with db.transaction(reading=True) as session:
        entries = session.query(SearchEntry).filter_by(kind="consultation")
        return {entry.language for entry in entries if words in entry.title}


def test_a_consultation_is_in_the_index_in_both_languages_once_it_is_public(app: Sawt) -> None:
    made = planned_consultation()
    assert found("") == set()
    with app.app_context(), db.transaction():
        opening.publish(actor_of(people.salma()), queries.by_id(made.id))
    assert found("عدادات") == {"ar"}
    assert found("meters") == {"en"}
