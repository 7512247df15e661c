"""A later version mid-way: kept, moved, orphaned, as in consuldemocracy/consuldemocracy#5529, which lost marks."""

import re
from collections.abc import Iterator

import pytest

from app.core import db
from app.core.errors import Denied, WrongState
from app.documents import actions as documents
from app.factory import Sawt
from app.identity.models import Person, actor_of
from app.notifications.models import Notice
from participation.consultations import queries
from participation.consultations.actions.versions import open_version
from participation.consultations.models import Consultation, Contribution
from participation.consultations.queries import orphans
from participation.discussion import actions as discussion
from participation.discussion.models import Post
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import crowd
from tests.factories.consultations import ARTICLES, open_consultation, publish_version
from tests.factories.discussion import said

LONGER = (
    "art_2",
    ("قراءة العداد", "Reading the meter"),
    ("تقرأ المؤسسة العداد كل أسبوع.", "Read every week."),
)
SECOND = (ARTICLES[0], LONGER)
"""Article 1 is the same, article 2 has changed, article 3 is gone."""


@pytest.fixture
def made(app: Sawt) -> Iterator[Consultation]:
    with app.app_context(), db.transaction():
        water()
        yield open_consultation()


def wrote(made: Consultation, part: str, who: Person, body: str) -> Post:
    thread = discussion.open_thread("consultation", str(made.id), part)
    return said(thread, who, body)


def second_version(made: Consultation, articles: object = SECOND, **merged: str) -> None:
    assert made.document is not None
    publish_version(made.document, 2, articles)
    open_version(actor_of(people.salma()), made, 2, merged)


def fates(made: Consultation) -> dict[str, tuple[str, str]]:
    db.session().expire_all()
    rows = db.session().query(Contribution).filter_by(consultation_id=made.id)
    return {row.part: (row.moved, row.moved_to) for row in rows}


def test_each_contribution_is_kept_moved_or_orphaned_as_its_article_fares(made: Consultation) -> None:
    for part in ("", "art_1", "art_2", "art_3"):
        wrote(made, part, people.huda(), f"رأيي في هذا الجزء {part or 'كله'} من المسودة")
    second_version(made)
    assert fates(made) == {
        "": ("kept", ""),
        "art_1": ("kept", ""),
        "art_2": ("moved", "art_2"),
        "art_3": ("orphaned", ""),
    }


def test_an_article_merged_into_another_takes_its_contributions_along(made: Consultation) -> None:
    wrote(made, "art_3", people.huda(), "أضيفوا إنذارًا ثالثًا قبل القطع")
    second_version(made, art_3="art_2")
    assert fates(made) == {"art_3": ("moved", "art_2")}


def test_consul_5529_no_post_moves_or_changes_when_the_text_does(made: Consultation) -> None:
    post = wrote(made, "art_2", people.huda(), "مرة كل شهر قليلة جدًا على بيت كبير")
    thread, body = post.thread_id, post.body
    second_version(made)
    db.session().expire_all()
    after = db.session().get_one(Post, post.id)
    assert (after.thread_id, after.body, after.article_version) == (thread, body, 1)


def test_an_orphan_stays_one_in_the_versions_after(made: Consultation) -> None:
    wrote(made, "art_3", people.huda(), "أضيفوا إنذارًا ثالثًا قبل القطع")
    second_version(made)
    assert made.document is not None
    publish_version(made.document, 3, ARTICLES)
    open_version(actor_of(people.salma()), made, 3)
    assert fates(made)["art_3"] == ("orphaned", "")


def test_each_author_is_told_once_of_the_worst_that_happened(made: Consultation) -> None:
    wrote(made, "art_1", people.huda(), "عداد واحد لكل بيت رأي سديد")
    wrote(made, "art_3", people.huda(), "أضيفوا إنذارًا ثالثًا قبل القطع")
    wrote(made, "art_2", people.yusuf(), "Once a month is not enough for a large house")
    second_version(made)
    told = db.session().query(Notice).filter_by(kind="consultation-version").all()
    assert {(notice.person_id, notice.facts["fate"]) for notice in told} == {
        (people.huda().id, "orphaned"),
        (people.yusuf().id, "moved"),
    }


def test_only_who_prepares_it_opens_a_version_and_only_a_later_published_one(made: Consultation) -> None:
    assert made.document is not None
    with pytest.raises(WrongState):
        open_version(actor_of(people.salma()), made, 2)
    publish_version(made.document, 2, SECOND)
    with pytest.raises(Denied):
        open_version(actor_of(people.omar()), made, 2)
    open_version(actor_of(people.salma()), made, 2)
    with pytest.raises(WrongState):
        open_version(actor_of(people.salma()), made, 2)
    with pytest.raises(WrongState):
        open_version(actor_of(people.salma()), made, 1)


def test_orphans_stand_in_a_public_list_and_their_article_stays_readable(app: Sawt, client: Browser) -> None:
    with app.app_context(), db.transaction():
        made = open_consultation()
        wrote(made, "art_3", people.huda(), "أضيفوا إنذارًا ثالثًا قبل القطع")
        second_version(made)
        assert orphans.count(made) == 1
    for address in (f"/ar/consultations/{made.slug}/moved", f"/ar/consultations/{made.slug}/articles/art_3"):
        page = client.get(address)
        assert page.status_code == 200
        assert "أضيفوا إنذارًا ثالثًا قبل القطع" in page.text
    assert f"/ar/consultations/{made.slug}/moved" in client.get(f"/ar/consultations/{made.slug}").text


def test_a_long_list_of_orphans_is_paged_without_gap_or_repeat(app: Sawt, client: Browser) -> None:
    with app.app_context(), db.transaction():
        made = open_consultation()
        authors = crowd(2 * orphans.PAGE + 3)
        wrote_all = [wrote(made, "art_3", who, f"الرأي ذو الرقم {n}") for n, who in enumerate(authors)]
        wrote(made, "art_1", people.huda(), "عداد واحد لكل بيت رأي سديد")
        second_version(made)
        posts = [post.public_id for post in wrote_all]
    address: str | None = f"/ar/consultations/{made.slug}/moved"
    shown, asked = [], set()
    while address:
        with counted() as statements:
            page = client.get(address).text
        asked.add(len(statements))
        shown.append(re.findall(r'<a href="/ar/posts/([^"/]+)"', page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else None
    assert [post for each in shown for post in each] == posts[::-1]
    assert [len(each) for each in shown] == [orphans.PAGE, orphans.PAGE, 3]
    assert max(asked) - min(asked) <= 1, "the later pages look their beginning up, and nothing more"


def test_the_page_of_a_changed_article_shows_what_changed(app: Sawt, client: Browser) -> None:
    with app.app_context(), db.transaction():
        made = open_consultation()
        second_version(made)
    page = client.get(f"/ar/consultations/{made.slug}/articles/art_2").text
    assert "<ins>" in page
    assert "<del>" in page
    assert "<ins>" not in client.get(f"/ar/consultations/{made.slug}/articles/art_1").text


def test_a_post_says_which_version_it_was_written_about_and_leads_there(app: Sawt, client: Browser) -> None:
    with app.app_context(), db.transaction():
        made = open_consultation()
        wrote(made, "art_2", people.huda(), "مرة كل شهر قليلة جدًا على بيت كبير")
    address = f"/ar/consultations/{made.slug}/articles/art_2"
    assert "كُتب عن النسخة" not in client.get(address).text
    with app.app_context(), db.transaction():
        second_version(queries.by_id(made.id))
    page = client.get(address).text
    assert "كُتب عن النسخة 1" in page
    wording = client.get(page.partition("كُتب عن النسخة")[0].rpartition('href="')[2].partition('"')[0])
    assert "تقرأ المؤسسة العداد مرة كل شهر." in wording.text


def test_an_article_leads_to_what_was_said_about_the_one_it_took_in(app: Sawt, client: Browser) -> None:
    with app.app_context(), db.transaction():
        made = open_consultation()
        wrote(made, "art_3", people.huda(), "أضيفوا إنذارًا ثالثًا قبل القطع")
        second_version(made, art_3="art_2")
    assert (
        f"/ar/consultations/{made.slug}/articles/art_3#comments"
        in client.get(f"/ar/consultations/{made.slug}/articles/art_2").text
    )


def test_nobody_reads_a_withdrawn_version_by_what_changed_since_nor_its_headings(
    app: Sawt, client: Browser
) -> None:
    with app.app_context(), db.transaction():
        made = open_consultation()
        wrote(made, "art_3", people.huda(), "أضيفوا إنذارًا ثالثًا قبل القطع")
        second_version(made)
        assert made.document is not None
        documents.withdraw(actor_of(people.salma()), made.document, 1, "فيه اسم شخص")
    for rest in ("", "/articles/art_1", "/articles/art_2", "/articles/art_3", "/moved", "/figures"):
        page = client.get(f"/ar/consultations/{made.slug}{rest}")
        assert page.status_code == 200
        assert "<del>" not in page.text
        assert "قطع المياه</" not in page.text
    talk = client.get(f"/ar/consultations/{made.slug}/articles/art_3").text
    assert "أضيفوا إنذارًا ثالثًا" in talk
