"""What everybody reads: permanent addresses, the text of a day, both languages, comparisons, feeds."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from xml.etree.ElementTree import fromstring
from zoneinfo import ZoneInfo

import pytest

from app.core import clock, db, jobs
from app.core.permissions import SYSTEM
from app.documents import actions, ports, queries
from app.documents.models import Document
from app.documents.ports import LinkOfDocument
from app.notifications.models import Notice
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.factories.agencies import roads
from tests.factories.documents import (
    ARABIC,
    ENGLISH,
    changed,
    document,
    draft_law,
    file_of,
    publish,
    write,
)

LONGER = "يُعلَن عن كل انقطاع قبل ٤٨ ساعة على الأقل، وتُذكر مدته."
MOST_QUERIES = 12


def address(law: Document, rest: str = "", lang: str = "ar") -> str:
    return f"/{lang}/docs/{law.kind}/{law.year}/{law.number}{rest}"


def law_of_two_versions(kind: str = "law") -> Document:
    law = draft_law(kind=kind)
    write(law, 2, changed(ARABIC, "art_2", LONGER), changes=("مهلة أطول للإعلان", "A longer notice"))
    publish(law, 2)
    return law


# Addresses


def test_a_document_nobody_has_published_does_not_exist_for_anybody_else(client: Browser) -> None:
    law = draft_law(published=False)
    assert client.get(address(law)).status_code == 404
    assert client.enter(people.karim()).get(address(law)).status_code == 404
    assert client.leave().enter(people.salma()).get(address(law)).status_code == 302


@pytest.mark.parametrize("typed", ["٢٠٢٦/٧", "۲۰۲۶/۷", "2026/7", "2026/007"])
def test_numbers_in_every_digits_lead_to_the_same_page(client: Browser, typed: str) -> None:
    law = draft_law(year=2026, number=7)
    answer = client.get(f"/ar/docs/draft/{typed}", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, address(law))


def test_every_address_of_before_leads_to_the_document_for_ever(client: Browser) -> None:
    law = law_of_two_versions("draft")
    before = [
        address(law, rest)
        for rest in ("", "?version=1", "@2026-03-05", "/history", "/comparison?from=1&to=2")
    ]
    with db.transaction():
        actions.rename(SYSTEM, queries.by_id(law.id), "law", 2025, 31)
    with db.transaction():
        actions.rename(SYSTEM, queries.by_id(law.id), "law", 2025, 32)
    for old in before:
        answer = client.get(old)
        assert answer.status_code == 301
        assert answer.location == old.replace(f"draft/{law.year}/{law.number}", "law/2025/32")
        assert client.get(answer.location).status_code == 200


def test_an_address_of_before_is_nobody_elses(client: Browser) -> None:
    law = draft_law(year=2026, number=7)
    with db.transaction():
        actions.rename(SYSTEM, queries.by_id(law.id), "draft", 2026, 8)
    with pytest.raises(actions.AddressTaken):
        document(year=2026, number=7)
    with db.transaction():
        actions.rename(SYSTEM, queries.by_id(law.id), "draft", 2026, 7)
    assert client.get("/ar/docs/draft/2026/8").location == "/ar/docs/draft/2026/7"
    assert client.get("/ar/docs/draft/2026/7").status_code == 200


def test_an_address_without_language_leads_to_the_readers(client: Browser) -> None:
    answer = client.get("/docs/law/2026/12?version=1", headers={"Accept-Language": "en"})
    assert answer.location == "/en/docs/law/2026/12?version=1"


@pytest.mark.parametrize(
    "path", ["law/2026/99999999999999999999", "law/0/0", "poem/2026/1", "law/2026/1@2026-02-31"]
)
def test_an_address_of_nothing_is_not_found(client: Browser, path: str) -> None:
    assert client.get(f"/ar/docs/{path}").status_code == 404


# The text of a day


@pytest.fixture
def amended() -> Document:
    """A law published on 1 May 2024, in force from 10 May, amended from 20 May, article 3 repealed on 25 May."""
    zone = ZoneInfo("UTC")
    with clock.telling(datetime(2024, 5, 1, 9, tzinfo=zone)):
        law = draft_law(kind="law", published=False)
        with db.transaction():
            actions.publish(SYSTEM, queries.by_id(law.id), 1, takes_effect=date(2024, 5, 10))
    with clock.telling(datetime(2024, 5, 15, 9, tzinfo=zone)), db.transaction():
        found = queries.by_id(law.id)
        write(found, 2, changed(ARABIC, "art_2", LONGER))
        actions.publish(SYSTEM, found, 2, takes_effect=date(2024, 5, 20))
        actions.record_event(SYSTEM, found, "repeal", date(2024, 5, 25), article_key="art_3")
    return law


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("day", "state", "number"),
    [
        ("2024-04-30", "لم يكن النص منشورًا", 0),
        ("2024-05-09", "غير سارٍ", 1),
        ("2024-05-10", "نص سارٍ منذ", 1),
        ("2024-05-19", "نص سارٍ منذ", 1),
        ("2024-05-20", "نص سارٍ منذ", 2),
    ],
)
def test_the_page_shows_the_text_that_applied_on_that_day(
    client: Browser, amended: Document, day: str, state: str, number: int
) -> None:
    for rest in (f"@{day}", f"?as-of={day}"):
        page = client.get(address(amended, rest)).text
        assert state in page
        assert ("٤٨ ساعة" in page) == (number == 2)
        assert ("٢٤ ساعة" in page) == (number == 1)


def test_today_it_shows_what_is_in_force_and_which_article_is_not(client: Browser, amended: Document) -> None:
    page = client.get(address(amended)).text
    assert "٤٨ ساعة" in page
    assert page.count("مادة ملغاة") == 1


def test_a_published_amendment_that_lies_ahead_does_not_apply_yet(client: Browser) -> None:
    law = draft_law(kind="law", published=False)
    with db.transaction():
        found = queries.by_id(law.id)
        actions.publish(SYSTEM, found, 1, takes_effect=date(2020, 1, 1))
        write(found, 2, changed(ARABIC, "art_2", LONGER))
        actions.publish(SYSTEM, found, 2, takes_effect=date(2199, 1, 1))
    assert "٢٤ ساعة" in client.get(address(law)).text
    assert "٤٨ ساعة" in client.get(address(law, "?version=2")).text


# Both languages


def test_a_missing_side_comes_in_the_other_language_and_says_so(client: Browser) -> None:
    law = document(title=("قانون المياه", ""))
    write(law, english=())
    publish(law)
    page = client.get(address(law, lang="en")).text
    assert "Not yet available in English" in page
    assert '<h1 lang="ar" dir="rtl">' in page
    assert (
        "ليس لأحدث نسخة نص إنجليزي"
        in client.enter(people.salma()).get(f"/ar/documents/draft/{law.year}/1").text
    )


def test_an_article_that_is_missing_in_one_language_alone_is_marked(client: Browser) -> None:
    law = document()
    write(law, english=ENGLISH[:3])
    publish(law)
    page = client.get(address(law, lang="en")).text
    assert page.count("Not yet available in English") == 1
    assert "التعويض" in page


def test_different_dates_of_the_two_languages_are_told(client: Browser) -> None:
    law = document()
    with db.transaction():
        found = queries.by_id(law.id)
        actions.write_version(SYSTEM, found, "ar", 1, date(2026, 5, 1), ARABIC)
        actions.write_version(SYSTEM, found, "en", 1, date(2026, 3, 3), ENGLISH)
        actions.publish(SYSTEM, found, 1)
    assert "Arabic text of 1 May 2026" in client.get(address(law, lang="en")).text


# What changed


def test_the_comparison_marks_each_change_and_gives_it_an_address(client: Browser) -> None:
    law = law_of_two_versions()
    page = client.get(address(law, "/comparison?from=1&to=2")).text
    assert 'id="art_2__h1"' in page
    assert "<del>" in page and "٢٤" in page.split("<del>")[1].split("</del>")[0]  # noqa: PT018
    assert "٤٨" in page.split("<ins>")[1].split("</ins>")[0]
    assert "تغيّرت مادة واحدة" in page
    side = client.get(address(law, "/comparison?from=1&to=2&view=side")).text
    assert side.count('id="art_2__h1"') == 1


def test_the_reader_of_a_language_without_the_older_version_compares_the_other(client: Browser) -> None:
    law = document()
    write(law, 1, english=())
    publish(law, 1)
    write(law, 2, changed(ARABIC, "art_2", LONGER))
    publish(law, 2)
    assert "٤٨" in client.get(address(law, "/comparison?from=1&to=2", "en")).text
    both = law_of_two_versions("report")
    asked = client.get(address(both, "/comparison?from=1&to=2&text=ar", "en")).text
    assert "٤٨" in asked
    assert "Not yet available" not in asked
    for nothing in ("from=1&to=3", "from=&to=2", "from=٩٩٩٩٩٩٩٩&to=1", ""):
        assert client.get(address(law, f"/comparison?{nothing}")).status_code == 404


def test_what_changed_stands_on_the_page_of_the_version(client: Browser) -> None:
    law = law_of_two_versions("draft")
    page = client.get(address(law)).text
    assert "مهلة أطول للإعلان" in page
    assert "comparison?from=1&amp;to=2" in page


def test_a_withdrawn_version_leaves_its_reason_and_its_digest(client: Browser) -> None:
    law = law_of_two_versions("draft")
    with db.transaction():
        (digest,) = {
            each.digest for each in queries.history(law.id) if (each.number, each.language) == (2, "ar")
        }
        actions.withdraw(SYSTEM, queries.by_id(law.id), 2, "نُشرت بالخطأ قبل المراجعة.")
    page = client.get(address(law, "?version=2")).text
    assert "نُشرت بالخطأ قبل المراجعة." in page
    assert digest in page
    assert "٤٨ ساعة" not in page
    assert client.get(address(law, "/comparison?from=1&to=2")).status_code == 404
    newest = client.get(address(law)).text
    assert "نُشرت بالخطأ قبل المراجعة." in newest
    assert "٢٤ ساعة" in newest, "the version before it is what may be read"


def test_a_page_names_its_citation_in_both_languages_and_its_files(client: Browser) -> None:
    law = draft_law()
    with client.application.app_context():
        file = file_of(law)
    page = client.get(address(law)).text
    assert "http://localhost/en" in page
    assert "Draft 1 of" in page
    assert file.sha256 in page
    sent = client.get(address(law, f"/files/{file.file_public_id}"))
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%D8" in sent.headers["Content-Disposition"]
    assert sent.headers["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_page_names_the_licence_of_the_document_and_leads_to_its_text(client: Browser, lang: str) -> None:
    for law, licence in ((draft_law(), "CC-BY-4.0"), (draft_law(licence="ODC-By-1.0"), "ODC-By-1.0")):
        page = client.get(address(law, lang=lang)).text
        assert {"ar": "الترخيص:", "en": "Licence:"}[lang] in page
        assert re.findall(
            r'href="https://spdx.org/licenses/(.*?).html"[^>]*><bdi dir="ltr">(.*?)</bdi>', page
        ) == [(licence, licence)]


def test_a_file_of_a_draft_is_nobodys_business(client: Browser) -> None:
    law = draft_law()
    write(law, 2)
    with client.application.app_context():
        file = file_of(law, 2)
    assert client.get(address(law, f"/files/{file.file_public_id}")).status_code == 404


def test_both_sides_of_a_relation_tell_it_but_not_of_a_hidden_document(client: Browser) -> None:
    law, other, hidden = draft_law(kind="law"), draft_law(), draft_law(published=False)
    with db.transaction():
        actions.relate(SYSTEM, queries.by_id(law.id), "amends", queries.by_id(other.id), target_key="art_2")
        actions.relate(SYSTEM, queries.by_id(hidden.id), "cites", queries.by_id(law.id))
    assert "Amends" in client.get(address(law, lang="en")).text
    assert "Amended by" in client.get(address(other, lang="en")).text
    assert "Cited by" not in client.get(address(law, lang="en")).text


def test_neighbours_put_their_links_on_the_page(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_links", [])
    ports.give_links_with(lambda _actor, _document: [LinkOfDocument("open", "رأيكم في المسودة", "/ar/")])
    assert "رأيكم في المسودة" in client.get(address(draft_law())).text


# Lists and feeds


def test_the_library_is_filtered_by_kind_agency_year_and_what_is_in_force(
    client: Browser, amended: Document
) -> None:
    draft_law(title=("مسودة لائحة", "A draft"), year=2023)
    with db.transaction():
        actions.create_document(SYSTEM, roads(), "law", ("قانون خفي", "Hidden"))

    def shown(query: str) -> set[str]:
        page = client.get(f"/ar/docs?{query}").text
        assert "قانون خفي" not in page
        return {title for title in ("قانون المياه", "مسودة لائحة") if title in page}

    assert shown("") == {"قانون المياه", "مسودة لائحة"}
    assert shown("kind=law") == shown("in_force=1") == {"قانون المياه"}
    assert shown("year=٢٠٢٣") == {"مسودة لائحة"}
    assert shown("agency=roads") == set()
    assert shown("kind=poem&year=x&after=zz") == {"قانون المياه", "مسودة لائحة"}


def test_a_long_library_is_paged_without_gap_or_repeat(client: Browser) -> None:
    for number in range(1, 26):
        draft_law(title=(f"قانون {number:03d}", ""), year=2020 + number % 3)
    seen: list[str] = []
    path: str | None = "/ar/docs"
    while path:
        page = client.get(path).text
        seen += [part[:9] for part in page.split("<bdi>")[1:] if part.startswith("قانون 0")]
        path = (
            page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else None
        )
    assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize(
    "page",
    [
        lambda law: "/ar/docs",
        lambda law: address(law),
        lambda law: address(law, "/history"),
        lambda law: address(law, "/comparison?from=1&to=2"),
        lambda law: "/ar/docs/feed.atom",
    ],
    ids=["library", "document", "history", "comparison", "feed"],
)
def test_a_page_costs_the_same_few_queries_however_much_there_is(
    client: Browser, page: Callable[[Document], str]
) -> None:
    law = law_of_two_versions()
    client.get("/ar/")
    with counted() as few:
        client.get(page(law))
    for number in range(3, 9):
        write(law, number)
        publish(law, number)
        draft_law(kind="report")
    with counted() as many:
        client.get(page(law))
    assert len(many) == len(few) <= MOST_QUERIES, "\n".join(many)


def test_the_feeds_tell_a_version_once_and_a_correction_as_one(client: Browser) -> None:
    law = law_of_two_versions("draft")
    with db.transaction():
        found = queries.by_id(law.id)
        number = actions.start_version(SYSTEM, found, is_correction=True)
        actions.publish(SYSTEM, found, number)
    feed = fromstring(client.get("/en/docs/feed.atom").text)
    space = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{space}title") for entry in feed.iter(f"{space}entry")]
    assert titles == ["Water Act: version 3, a correction", "Water Act: version 2", "Water Act: version 1"]
    assert len({entry.findtext(f"{space}id") for entry in feed.iter(f"{space}entry")}) == 3
    told = json.loads(client.get("/ar/docs/feed.json?kind=draft&agency=water").text)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in told["items"]][1] == "قانون المياه: النسخة 2"
    assert told["items"][1]["content_text"] == "مهلة أطول للإعلان"
    assert json.loads(client.get("/ar/docs/feed.json?kind=law").text)["items"] == []


def test_the_feed_keeps_the_name_of_an_entry_through_a_renaming(client: Browser) -> None:
    law = draft_law()
    before = client.get("/ar/docs/feed.json").json
    with db.transaction():
        actions.rename(SYSTEM, queries.by_id(law.id), "law", 2025, 3)
    after = client.get("/ar/docs/feed.json").json
    assert before and after  # noqa: PT018
    assert before["items"][0]["id"] == after["items"][0]["id"]


# Followers and search


def test_whoever_follows_a_document_is_told_once_of_a_version(client: Browser) -> None:
    law = draft_law()
    client.enter(people.huda()).send("/ar/follows", {"subject_kind": "document", "subject_id": str(law.id)})
    write(law, 2)
    publish(law, 2)
    with client.application.app_context():
        jobs.work_off()
    with db.transaction(reading=True) as session:
        assert [notice.kind for notice in session.query(Notice)] == ["document-version"]
    assert "نُشرت النسخة 2 من" in client.get("/ar/notices").text
