"""The page on which everything public is searched, and what administrators see of what was searched in vain."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core import clock, db, jobs, misses, search
from app.core.audit import AuditEntry
from app.core.misses import SearchMiss
from app.core.permissions import SYSTEM
from app.core.search import Indexed
from app.documents import actions as documents
from app.documents.articles import ArticleText
from participation.consultations.models import Consultation
from participation.discussion import actions as discussion
from participation.discussion.actions import NewPost
from tests import world
from tests.client import Browser
from tests.counting import counted
from tests.factories import consultations, forums, people
from tests.factories.discussion import acting

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
TREES = Indexed(
    "document", "1", "قانون حماية الأشجار", "تُحمى الأشجارُ المعمّرة في المدن.", "ar", "docs/law/2026/1"
)


def put_in(*things: Indexed) -> None:
    with db.transaction():
        for thing in things:
            search.index(thing)


def missed() -> list[tuple[str, str, int]]:
    with db.transaction(reading=True) as session:
        return [
            (m.words, m.language, m.times)
            for m in session.scalars(sa.select(SearchMiss).order_by(SearchMiss.id))
        ]


def test_the_page_shows_the_words_as_they_were_written_and_marks_those_that_answer(client: Browser) -> None:
    put_in(TREES)
    page = client.get("/ar/search?q=شجره").text
    assert "<mark>الأشجار</mark>" in page
    assert "<mark>الأشجارُ</mark> المعمّرة" in page
    assert 'href="/ar/docs/law/2026/1"' in page
    assert 'lang="ar" dir="rtl"' in client.get("/en/search?q=شجره").text


@pytest.mark.parametrize("address", ["/", "/sign-in", "/nowhere", "/documents", "/cases/find"])
def test_every_page_has_the_search_box(client: Browser, address: str) -> None:
    for language in ("ar", "en"):
        header = client.get(f"/{language}{address}").text.partition("<main")[0]
        assert f'method="get" action="/{language}/search" role="search"' in header
        assert '<label class="visually-hidden" for="site-search">' in header


def test_the_search_page_has_one_box_and_the_words_stand_in_it(client: Browser) -> None:
    for language in ("ar", "en"):
        page = client.get(f"/{language}/search?q=x").text
        assert (
            page.count('role="search"')
            == page.count('type="search"')
            == page.count('name="q" value="x"')
            == 1
        )


def test_results_in_the_other_language_are_one_link_away(client: Browser) -> None:
    put_in(TREES, Indexed("document", "2", "Old trees", "Trees of the cities.", "en", "docs/law/2026/2"))
    page = client.get("/ar/search?q=أشجار").text
    assert "docs/law/2026/2" not in page
    assert '<a href="/ar/search?q=%D8%A3%D8%B4%D8%AC%D8%A7%D8%B1&amp;language=en">' in page
    there = client.get("/ar/search?q=أشجار&language=en").text
    assert 'href="/ar/docs/law/2026/2"' in there
    assert "docs/law/2026/1" not in there
    assert '<a href="/en/search?q=trees&amp;language=ar">' in client.get("/en/search?q=trees").text


def test_titles_and_questions_are_text_and_never_markup(client: Browser) -> None:
    put_in(Indexed("post", "p1", "<script>alert(1)</script> قانون", "<b>قانون</b>", "ar"))
    page = client.get("/en/search?q=قانون%20<script>").text + client.get("/en/search?q=%22><script>x").text
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "><script>x" not in page


def test_the_filters_are_what_the_hits_have(client: Browser) -> None:
    for number, year in enumerate(("2025", "2026", "2026")):
        put_in(Indexed("document", f"d{number}", "رسوم", "", "ar", f"docs/x/{number}", facets={"year": year}))
    page = client.get("/ar/search?q=رسوم").text
    assert '<option value="2025">' in page
    narrowed = client.get("/ar/search?q=رسوم&year=2025").text
    assert "docs/x/0" in narrowed
    assert "docs/x/1" not in narrowed


def test_a_reference_leads_to_the_case_for_those_who_may_see_it_and_tells_others_nothing(
    client: Browser,
) -> None:
    case = world.sent(world.QUESTION)
    nobody = client.get(f"/ar/search?q={case.shown_reference}")
    assert nobody.status_code == 200
    assert f"/cases/{case.shown_reference}" not in nobody.text
    client.enter(people.huda())
    found = client.get(f"/ar/search?q={case.shown_reference}")
    assert found.status_code == 302
    assert found.location.endswith(f"/ar/cases/{case.shown_reference}")


def test_a_search_in_vain_is_counted_without_the_person_and_masked(client: Browser) -> None:
    client.enter(people.huda())
    for _ in range(2):
        client.get("/ar/search?q=زرافة huda@example.org")
    ((words, language, times),) = missed()
    assert "huda" not in words
    assert (words.split()[0], language, times) == ("زرافه", "ar", 2)


def test_a_search_with_a_result_or_a_filter_is_not_counted(client: Browser) -> None:
    put_in(TREES)
    client.get("/ar/search?q=شجرة")
    client.get("/ar/search?q=زرافة&kind=post")
    client.get("/ar/search")
    assert missed() == []


def test_another_spelling_is_suggested_and_never_mixed_in(client: Browser) -> None:
    put_in(Indexed("document", "2", "Municipalities", "", "en", "docs/law/2026/2"))
    page = client.get("/en/search?q=municpalitees").text
    assert "docs/law/2026/2" not in page
    assert 'href="/en/search?q=municipalities"' in page


def test_what_was_found_by_another_spelling_is_said_to_be_so(client: Browser) -> None:
    put_in(Indexed("document", "2", "مهرجان الفنون", "", "ar", "docs/law/2026/2"))
    page = client.get("/ar/search?q=مهرجن").text
    assert "docs/law/2026/2" in page
    assert "لا شيء مكتوب بهذا الإملاء تمامًا" in page


def test_a_post_is_called_after_what_it_is_about_and_shows_its_words_once(client: Browser) -> None:
    topic = forums.topic(title="أسعار <المياه>", body="افتتاح")
    forums.posted(topic, people.yusuf(), "سنديانة واحدة تكفي لهذا الشارع.")
    page = client.get("/ar/search?q=سنديان").text
    assert "تعليق على \u2068أسعار &lt;المياه&gt;\u2069</a>" in page
    assert page.count("واحدة تكفي لهذا الشارع") == 1


def test_posts_of_many_places_cost_no_more_than_one(client: Browser) -> None:
    topics = [forums.topic(title=f"موضوع {number}", body="افتتاح") for number in range(4)]
    _commented(consultations.open_consultation(), "سنديانة")
    forums.posted(topics[0], people.yusuf(), "سنديانة أولى")
    client.get("/ar/search?q=سنديان")
    with counted() as few:
        client.get("/ar/search?q=سنديان")
    for topic in topics[1:]:
        forums.posted(topic, people.yusuf(), f"سنديانة في {topic.title}")
    with counted() as many:
        page = client.get("/ar/search?q=سنديان").text
    assert page.count("تعليق على \u2068") == 5
    assert len(few) == len(many) <= 8


def test_what_the_government_publishes_stands_before_what_people_wrote_about_it(client: Browser) -> None:
    put_in(Indexed("document", "1", "لائحة", "سنديانة", "ar", "docs/law/2026/1", at=clock.now()))
    made = consultations.open_consultation()
    _commented(made, "سنديانة أحدث من كل شيء")
    with db.transaction():
        search.index(Indexed("consultation", "1", "استشارة", "سنديانة", "ar", "consultations/x", at=BEGIN))
    page = client.get("/ar/search?q=سنديانة").text
    places = [page.index(words) for words in ("/ar/consultations/x", "docs/law/2026/1", "أحدث من كل شيء")]
    assert places == sorted(places)


def test_a_post_at_an_article_is_called_after_the_article(client: Browser) -> None:
    made = consultations.open_consultation()
    _commented(made, "سنديانة عند المادة", "art_2")
    _commented(made, "سنديانة تحت المسودة")
    page = client.get("/ar/search?q=سنديانة").text
    title = "مشروع لائحة عدادات المياه"
    assert f"تعليق على \u2068المادة 2\u2069 · \u2068{title}\u2069</a>" in page
    assert f"تعليق على \u2068{title}\u2069</a>" in page
    english = client.get("/en/search?q=سنديانة").text
    assert "Comment on \u2068Article 2\u2069 · \u2068Draft regulation on water meters\u2069</a>" in english


def test_an_article_is_called_as_in_the_newest_version_that_has_it_and_never_as_in_a_withdrawn_one(
    client: Browser,
) -> None:
    made = consultations.open_consultation()
    _commented(made, "سنديانة", "art_2")
    renumbered = [ArticleText("art_2", number="7", heading="قراءة", text="تُقرأ العدادات شهريًا.")]
    with people.unit():
        document = db.session().merge(made).document
        assert document is not None
        documents.write_version(SYSTEM, document, "ar", 2, clock.today(), renumbered)
        documents.publish(SYSTEM, document, 2)
    assert "\u2068المادة 7\u2069" in client.get("/ar/search?q=سنديانة").text
    with people.unit():
        documents.withdraw(SYSTEM, db.session().merge(document), 2, "خطأ")
    assert "\u2068المادة 2\u2069" in client.get("/ar/search?q=سنديانة").text


def test_posts_of_many_articles_cost_no_more_than_one(client: Browser) -> None:
    made = consultations.open_consultation()
    _commented(made, "سنديانة", "art_1")
    client.get("/ar/search?q=سنديانة")
    with counted() as few:
        client.get("/ar/search?q=سنديانة")
    _commented(made, "سنديانة ثانية", "art_2")
    _commented(consultations.open_consultation(), "سنديانة ثالثة", "art_3")
    with counted() as many:
        page = client.get("/ar/search?q=سنديانة").text
    assert page.count("تعليق على \u2068المادة") == 3
    assert len(few) == len(many)


def _commented(made: Consultation, body: str, part: str = "") -> None:
    with people.unit():
        thread = discussion.open_thread("consultation", str(made.id), part)
        discussion.post(acting(people.yusuf()), thread, NewPost(body, str(uuid.uuid4()), stance="support"))


def test_the_page_costs_the_same_with_one_hit_and_with_many(client: Browser) -> None:
    put_in(Indexed("document", "d0", "رسوم", "", "ar", "docs/x/0"))
    client.get("/ar/search?q=رسوم")
    with counted() as one:
        client.get("/ar/search?q=رسوم")
    put_in(*(Indexed("document", f"d{n}", "رسوم", "", "ar", f"docs/x/{n}") for n in range(1, 60)))
    with counted() as many:
        client.get("/ar/search?q=رسوم")
    assert len(one) == len(many) <= 8
    with counted() as none:
        client.get("/ar/search?q=زرافات طائرة فوق السحاب")
    assert len(none) <= 10, "two of them count the search in vain, in a transaction of their own"


def test_an_administrator_answers_a_search_in_vain_with_words_that_work_at_once(client: Browser) -> None:
    put_in(Indexed("document", "3", "بوابة حجز المواعيد", "", "ar", "docs/law/2026/3"))
    assert "docs/law/2026/3" not in client.get("/ar/search?q=نورس").text
    client.enter(people.adam())
    assert "نورس" in client.get("/ar/administration/search").text
    answer = client.send("/ar/administration/search", {"phrases": "نورس، حجز موعد"})
    assert answer.status_code == 303
    assert "docs/law/2026/3" in client.get("/ar/search?q=نورس").text
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.select(AuditEntry.act)) == "search.lexicon_group_added"


@pytest.mark.parametrize("phrases", ["", "كلمة", "ا، ب", "واحد اثنان ثلاثة أربعة، خمسة", "طابع، طابع"])
def test_a_group_that_says_nothing_is_refused_and_keeps_what_was_typed(client: Browser, phrases: str) -> None:
    client.enter(people.adam())
    answer = client.send("/ar/administration/search", {"phrases": phrases})
    assert answer.status_code == 422
    assert phrases in answer.text


def test_searches_in_vain_are_forgotten_after_half_a_year(client: Browser) -> None:
    client.get("/ar/search?q=زرافة")
    with time_machine.travel(clock.now() + misses.KEPT + timedelta(days=2)):
        with db.transaction():
            jobs.enqueue("search.forget")
        jobs.work_off()
    assert missed() == []
