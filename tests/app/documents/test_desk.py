"""The desk of the keepers: drafts side by side, import with a review, publishing for ever."""

import io

import pytest

from app.core import db, uploads
from app.core.errors import Denied, Missing, Stale, WrongState
from app.core.permissions import SYSTEM, Actor
from app.documents import actions, files, permissions, ports, queries
from app.documents.articles import ArticleText
from app.documents.models import Document, Version
from app.documents.ports import Objection
from app.documents.words import LICENCES
from app.factory import Sawt
from app.identity.models import Person, actor_of
from tests.client import Browser
from tests.counting import counted
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.documents import ARABIC, changed, document, draft_law, file_of, publish, write
from tests.factories.files import docx, law_docx, pdf, pdf_bomb, png

LAW_IN_WORD = (
    ("Heading1", "قانون المياه"),
    ("", "الباب الأول: أحكام عامة"),
    ("", "المادة (١): التعريفات"),
    ("", "المرفق: مؤسسة المياه."),
    ("", "المادة الثانية"),
    ("", "يُعلَن عن كل انقطاع قبل ٢٤ ساعة على الأقل."),
)


def desk(law: Document, rest: str = "", lang: str = "ar") -> str:
    return f"/{lang}/documents/{law.kind}/{law.year}/{law.number}{rest}"


@pytest.fixture
def salma(client: Browser) -> Browser:
    return client.enter(people.salma())


def sides(law: Document, number: int) -> dict[str, Version]:
    with db.transaction(reading=True):
        return {code: each for code, each in queries.draft_pair(law.id, number).items() if each}


def keys_of(version: Version) -> list[str]:
    return [article.key for article in version.articles]


# Who may

MAY = {
    "salma": True,
    "rana": True,
    "adam": True,
    "omar": False,
    "karim": False,
    "huda": False,
    "lina": False,
    "nour": False,
}


@pytest.mark.parametrize("name", MAY)
def test_the_keepers_of_an_agency_keep_its_documents(app: Sawt, name: str) -> None:
    law = draft_law()
    person: Person = getattr(people, name)()
    with db.transaction(reading=True):
        actor = actor_of(db.session().merge(person))
        found = queries.by_id(law.id)
        assert permissions.may_edit(actor, found) is MAY[name]
        assert permissions.may_add_document(actor, found.agency) is MAY[name]


@pytest.mark.parametrize(
    "act",
    [
        lambda actor, law: actions.write_version(actor, law, "ar", 2, law.created_at.date(), ARABIC),
        lambda actor, law: actions.publish(actor, law, 2),
        lambda actor, law: actions.withdraw(actor, law, 1, "x"),
        lambda actor, law: actions.rename(actor, law, "law", 2020, 1),
        lambda actor, law: actions.renumber(actor, law, 2),
        lambda actor, law: actions.relate(actor, law, "cites", law),
        lambda actor, law: actions.record_event(actor, law, "repeal", law.created_at.date()),
        lambda actor, law: actions.start_version(actor, law),
    ],
)  # fmt: skip
def test_nobody_else_acts_on_them(app: Sawt, act: object) -> None:
    law = draft_law()
    write(law, 2)
    with pytest.raises(Denied), db.transaction():
        act(Actor(browser="x"), queries.by_id(law.id))  # type: ignore[operator]


# Writing


def test_a_document_is_added_and_gets_the_next_number(salma: Browser) -> None:
    draft_law(kind="law", year=2026, number=12)
    form = {"agency": "water", "kind": "law", "year": "٢٠٢٦", "title_ar": "قانون الآبار", "licence": "CC0-1.0",
            "authentic_language": "ar"}  # fmt: skip
    assert salma.send("/ar/documents/new", form).location == "/ar/documents/law/2026/13"
    taken = salma.send("/ar/documents/new", {**form, "number": "12"})
    assert taken.status_code == 422
    assert "قانون الآبار" in taken.text
    assert salma.send("/ar/documents/new", {**form, "agency": "roads"}).status_code == 422


LICENCES_NOT_OFFERED = [
    "",
    " ",
    "CC-BY-NC-4.0",
    "cc-by-4.0",
    "CC0-1.0.html",
    "MIT",
    "../../evil",
    '"><script>',
]


@pytest.mark.parametrize("licence", LICENCES_NOT_OFFERED)
def test_c32_a_licence_that_is_not_offered_is_refused_and_the_title_stays(
    salma: Browser, licence: str
) -> None:
    law = draft_law()
    form = {"title_ar": "قانون الآبار", "licence": licence, "authentic_language": "ar"}
    described = salma.send(desk(law, "/description"), form)
    added = salma.send("/ar/documents/new", {**form, "agency": "water", "kind": "law"})
    for page in (described, added):
        assert page.status_code == 422
        assert "قانون الآبار" in page.text
    with db.transaction(reading=True) as session:
        (only,) = session.query(Document)
        assert (only.licence, only.title_ar) == ("CC-BY-4.0", "قانون المياه")  # type: ignore[attr-defined]


@pytest.mark.parametrize("licence", LICENCES)
def test_each_licence_that_is_offered_can_be_chosen_and_is_shown(salma: Browser, licence: str) -> None:
    law = draft_law()
    form = {"title_ar": "قانون الآبار", "licence": licence, "authentic_language": "ar"}
    assert f'value="{licence}"' in salma.get(desk(law, "/description")).text
    assert salma.send(desk(law, "/description"), form).status_code == 303
    assert f"licenses/{licence}.html" in salma.get(desk(law).replace("/documents/", "/docs/")).text


def test_a_form_sent_twice_makes_one_thing(salma: Browser) -> None:
    water()
    form = {"agency": "water", "kind": "law", "title_ar": "قانون الآبار", "licence": "CC0-1.0",
            "authentic_language": "ar", "client_id": "01890a5d-ac96-774b-bcce-b302099a8057"}  # fmt: skip
    first, second = (salma.send("/ar/documents/new", form).location for _ in range(2))
    assert first == second
    salma.send(f"{first}/versions")
    article = {"kind": "article", "number_ar": "1", "body_ar": "نص واحد."}
    event = {"kind": "assent", "day": "2026-01-01"}
    for _ in range(2):
        assert salma.send(f"{first}/versions/1/articles/new", article).status_code == 303
        assert salma.send(f"{first}/events", event).status_code == 303
        file = {"language": "ar", "file": (io.BytesIO("نص".encode()), "نص.txt")}
        assert salma.send(f"{first}/versions/1/files", file).status_code == 303
    with db.transaction(reading=True):
        law = queries.find(SYSTEM, "law", int(first.split("/")[-2]), 1)
        version = queries.draft_pair(law.id, 1)["ar"]
        assert version is not None
        assert (
            len(version.articles)
            == len(queries.events_of(law.id))
            == len(queries.files_of([version.id]))
            == 1
        )


def test_an_article_is_edited_in_both_languages_side_by_side(salma: Browser) -> None:
    law = draft_law()
    salma.send(desk(law, "/versions"))
    page = salma.get(desk(law, "/versions/2/articles/art_2")).text
    assert "٢٤ ساعة" in page
    assert "24 hours" in page
    with db.transaction(reading=True):
        seen = queries.mark_of(queries.draft_pair(law.id, 2), "art_2")
    form = {"kind": "article", "number_ar": "2", "heading_ar": "الانقطاع", "body_ar": "نص جديد.\n\n- أ\n- ب",
            "number_en": "2", "heading_en": "Outages", "body_en": "A new text <b>&.", "seen": seen}  # fmt: skip
    assert salma.send(desk(law, "/versions/2/articles/art_2"), form).status_code == 303
    written = {code: each.articles[2] for code, each in sides(law, 2).items()}
    assert written["ar"].html == "<p>نص جديد.</p><ul><li>أ</li><li>ب</li></ul>"
    assert written["en"].html == "<p>A new text &lt;b&gt;&amp;.</p>"
    stale = salma.send(desk(law, "/versions/2/articles/art_2"), {**form, "body_ar": "نص آخر"})
    assert stale.status_code == 422
    assert "نص آخر" in stale.text
    assert sides(law, 2)["ar"].articles[2].text == "نص جديد.\nأ\nب"


def test_a_new_article_in_the_middle_renumbers_the_rest_and_every_key_stays(app: Sawt) -> None:
    law = draft_law()
    with db.transaction():
        found = queries.by_id(law.id)
        number = actions.start_version(SYSTEM, found)
        new = {
            "ar": ArticleText(number="9", text="لكل بيت عداد."),
            "en": ArticleText(number="9", text="A meter each."),
        }
        key = actions.write_article(SYSTEM, found, number, "", new)
        actions.move_article(SYSTEM, found, number, key, -1)
        actions.renumber(SYSTEM, found, number)
    for version in sides(law, 2).values():
        assert [(a.key, a.number) for a in version.articles] == [
            ("chp_1", "1"), ("art_1", "1"), ("art_2", "2"), ("art_9", "3"), ("art_3", "4"),
        ]  # fmt: skip


def test_the_key_of_a_removed_article_is_never_given_again(app: Sawt) -> None:
    law = draft_law()
    with db.transaction():
        found = queries.by_id(law.id)
        number = actions.start_version(SYSTEM, found)
        actions.remove_article(SYSTEM, found, number, "art_3")
        key = actions.write_article(
            SYSTEM, found, number, "", {"ar": ArticleText(number="3", text="حكم آخر.")}
        )
    assert key == "art_3_2"


def test_a_wrong_match_is_put_right_by_hand(app: Sawt) -> None:
    law = draft_law()
    with db.transaction():
        found = queries.by_id(law.id)
        number = actions.start_version(SYSTEM, found)
        actions.remove_article(SYSTEM, found, number, "art_3")
        side = {"ar": ArticleText(number="3", text="حكم آخر.")}
        key = actions.write_article(SYSTEM, found, number, "", side)
        seen = queries.mark_of(queries.draft_pair(law.id, number), key)
        assert actions.write_article(SYSTEM, found, number, key, side, seen, new_key="art_3") == "art_3"
        with pytest.raises(WrongState):
            actions.write_article(SYSTEM, found, number, "", side, new_key="art_2")
        with pytest.raises(Stale):
            actions.write_article(SYSTEM, found, number, "art_2", side, seen="another")


# Import


def sent(salma: Browser, law: Document, name: str, content: bytes, lang: str = "ar", number: int = 1) -> str:
    answer = salma.send(
        desk(law, f"/versions/{number}/import"), {"language": lang, "file": (io.BytesIO(content), name)}
    )
    return answer.text if answer.status_code == 422 else str(answer.status_code)


@pytest.fixture
def begun(salma: Browser) -> Document:
    law = document()
    salma.send(desk(law, "/versions"))
    return law


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("قانون.docx", law_docx(*LAW_IN_WORD)),
        ("law.md", "\n\n".join(f"# {t}" if s else t for s, t in LAW_IN_WORD).encode()),
        ("law.html", "".join(f"<h1>{t}</h1>" if s else f"<p>{t}</p>" for s, t in LAW_IN_WORD).encode()),
    ],
)
def test_a_law_is_imported_and_reviewed(salma: Browser, begun: Document, name: str, content: bytes) -> None:
    assert sent(salma, begun, name, content) == "303"
    version = sides(begun, 1)["ar"]
    assert [(a.key, a.heading) for a in version.articles] == [
        ("chp_1", "الباب الأول: أحكام عامة"), ("art_1", "التعريفات"), ("art_2", ""),
    ]  # fmt: skip
    assert version.published_at is None
    english = b"<h2>Chapter one</h2><p>Article 1: Definitions</p><p>Utility.</p><p>Article 2</p><p>x</p>"
    english += b"<p>Article 3</p><p>y</p>"
    assert sent(salma, begun, "law.html", english, "en") == "303"
    assert keys_of(sides(begun, 1)["en"]) == ["chp_1", "art_1", "art_2", "art_3"]
    page = salma.get(desk(begun, "/versions/1")).text
    assert "عدد مواد النص العربي 2، وعدد مواد النص الإنجليزي 3" in page
    assert "ينقص النص العربي" in page


def test_an_import_keeps_the_keys_of_the_version_before_and_marks_what_is_unsure(salma: Browser) -> None:
    law = draft_law()
    salma.send(desk(law, "/versions"))
    text = (
        "المادة 1: التعريفات\n\nالمرفق: مؤسسة المياه.\n\nالمشترك: كل من له عداد.\n\n![شعار](x.png)\n\n"
        "المادة 2\n\nلكل بيت عداد يُقرأ كل شهر.\n\n"
        "المادة 3: الانقطاع\n\nيُعلَن عن كل انقطاع قبل ٢٤ ساعة على الأقل."
    )
    assert sent(salma, law, "law.md", text.encode(), number=2) == "303"
    assert keys_of(sides(law, 2)["ar"]) == ["art_1", "art_2_2", "art_2"]
    page = salma.get(desk(law, "/versions/2")).text
    assert page.count("لا نجزم أي مادة هذه امتداد لها") == 1
    assert "استُبعدت صورة واحدة" in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("law.exe", b"MZ"),
        ("law.docx", b"not a zip"),
        ("law.docx", pdf()),
        ("law.docx", docx({"word/vbaProject.bin": b"x"})),
        ("law.md", b"\xff\xfe\x00"),
        ("law.md", b""),
        ("law.html", b"<div>" * 50_000),
        ("law.html", b"<script>alert(1)</script>"),
        ("law.docx", law_docx(("", "x"), more={"word/document.xml": b"<w:document>" + b"<w:p>" * 300_000})),
        ("law.docx", law_docx(("", "x"), more={"word/media/a.bin": b"\0" * 150_000_000})),
    ],
    ids=[
        "program",
        "no zip",
        "a PDF",
        "macros",
        "no UTF-8",
        "empty",
        "deep",
        "script alone",
        "broken",
        "bomb",
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_and_changes_nothing(
    salma: Browser, begun: Document, name: str, content: bytes
) -> None:
    assert "field-error" in sent(salma, begun, name, content)
    assert all(not each.articles for each in sides(begun, 1).values())


def test_an_imported_attack_is_words_alone(salma: Browser, begun: Document) -> None:
    attack = "<p>المادة 1: <img src=x onerror=alert(1)></p><p onclick=alert(1)>نص "
    attack += "<a href='javascript:alert(1)'>رابط</a></p>"
    assert sent(salma, begun, "law.html", attack.encode()) == "303"
    assert (
        sides(begun, 1)["ar"].articles[0].html == '<p>نص <a rel="noopener noreferrer nofollow">رابط</a></p>'
    )


# Publishing


def test_what_is_published_is_public_in_both_languages_and_closed(salma: Browser) -> None:
    law = draft_law(published=False)
    unread = salma.send(desk(law, "/versions/1/publication"))
    assert unread.status_code == 422
    for _ in range(2):  # a repeated submit does nothing more
        assert salma.send(desk(law, "/versions/1/publication"), {"is_read": "y"}).status_code == 303
    with db.transaction(reading=True):
        assert len(queries.events_of(law.id)) == 1
    assert {each.is_published for each in sides(law, 1).values()} == {True}
    assert all(len(each.digest) == 64 for each in sides(law, 1).values())
    for closed in ("/versions/1/articles/art_1", "/versions/1/import", "/versions/1/description"):
        assert salma.get(desk(law, closed)).status_code == 409
    with db.transaction(), pytest.raises(WrongState):
        actions.remove_article(SYSTEM, queries.by_id(law.id), 1, "art_1")


def test_a_law_that_lacks_its_response_is_refused_with_the_reason(
    salma: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    law = draft_law(published=False, kind="law")
    monkeypatch.setattr(ports, "_checks", [])
    missing = Objection("لم تُنشر وثيقة الرد على الاستشارة بعد.", "نشر الرد", "/ar/reply")
    ports.check_publishing_with(lambda _actor, _document: [missing])
    refused = salma.send(desk(law, "/versions/1/publication"), {"is_read": "y"})
    assert refused.status_code == 409
    assert missing.sentence in refused.text
    assert '<a href="/ar/reply">نشر الرد</a>' in refused.text
    assert not any(each.is_published for each in sides(law, 1).values())


def test_a_correction_is_a_new_version_that_applies_at_once(salma: Browser) -> None:
    law = draft_law(kind="law", published=False)
    salma.send(desk(law, "/versions/1/publication"), {"is_read": "y", "takes_effect": "2020-01-01"})
    salma.send(desk(law, "/versions"), {"is_correction": "y"})
    salma.send(desk(law, "/versions/2/publication"), {"is_read": "y"})
    page = salma.get(f"/ar/docs/law/{law.year}/{law.number}").text
    assert "ما الذي تغيّر: تصويب" in page
    assert "النسخة 2" in page


def test_a_version_begun_twice_is_one(salma: Browser) -> None:
    law = draft_law()
    first, second = (salma.send(desk(law, "/versions")).location for _ in range(2))
    assert first == second == desk(law, "/versions/2")


def test_nothing_written_cannot_be_published(app: Sawt) -> None:
    law = document()
    with db.transaction(), pytest.raises(Missing):
        actions.publish(SYSTEM, queries.by_id(law.id), 1)


# Files and facts


def test_a_pdf_of_pictures_is_flagged(app: Sawt) -> None:
    assert files.text_state("application/pdf", io.BytesIO(pdf())) == "none"
    assert files.text_state("application/pdf", io.BytesIO(b"no PDF")) == "none"
    assert files.text_state("text/plain", io.BytesIO(b"x")) == "text"


def test_a_file_form_is_cleaned_hashed_and_shown_with_its_state(salma: Browser) -> None:
    law = draft_law()
    form = {"language": "ar", "file": (io.BytesIO(pdf()), "../القانون الموقّع.pdf")}
    assert salma.send(desk(law, "/versions/1/files"), form).status_code == 303
    page = salma.get(f"/ar/docs/draft/{law.year}/{law.number}").text
    assert "القانون الموقّع.pdf" in page
    assert "صور صفحات فقط" in page
    versions = [each.id for each in sides(law, 1).values()]
    with db.transaction(reading=True):
        (file,) = queries.files_of(versions)
        assert uploads.by_public_id(file.file_public_id).sha256 == file.sha256
    removal = desk(law, f"/files/{file.file_public_id}/removal")
    assert salma.send(removal).status_code == 409


@pytest.mark.parametrize(("name", "content"), [("a.pdf", png()), ("a.pdf", pdf_bomb()), ("a.exe", b"MZ")])
def test_a_wrong_file_form_is_refused(salma: Browser, name: str, content: bytes) -> None:
    law = draft_law()
    refused = salma.send(
        desk(law, "/versions/1/files"), {"language": "ar", "file": (io.BytesIO(content), name)}
    )
    assert refused.status_code == 422


def test_events_and_relations_are_recorded_and_taken_back(salma: Browser) -> None:
    law, other = draft_law(kind="law"), draft_law()
    wrong = salma.send(desk(law, "/relations"), {"predicate": "amends", "target": "/ar/docs/law/1999/1"})
    assert wrong.status_code == 422
    assert "لا توجد وثيقة بهذا الرابط" in wrong.text
    target = f"http://localhost/ar/docs/draft/٢٠٢٦/{other.number}#art_2".replace("٢٠٢٦", str(other.year))
    for _ in range(2):
        assert (
            salma.send(desk(law, "/relations"), {"predicate": "amends", "target": target}).status_code == 303
        )
    with db.transaction(reading=True):
        (related,) = queries.relations_of(SYSTEM, queries.by_id(law.id))
    assert related.other_key == "art_2"
    event = {"kind": "repeal", "day": "٢٠٢٠-٠١-٠١", "source": target}
    assert salma.send(desk(law, "/events"), event).status_code == 303
    assert "نص ملغى منذ" in salma.get(f"/ar/docs/law/{law.year}/{law.number}").text
    assert salma.send(desk(law, "/events/2/removal")).status_code == 303
    assert salma.send(desk(law, "/events/1/removal")).status_code == 409
    assert salma.send(desk(law, f"/relations/{related.relation.id}/removal")).status_code == 303


def test_the_desk_lists_what_one_keeps_and_costs_the_same_few_queries(salma: Browser) -> None:
    for _ in range(2):
        draft_law(published=False)
    salma.get("/ar/")
    with counted() as few:
        assert salma.get("/ar/documents").status_code == 200
    for _ in range(8):
        draft_law()
    with counted() as many:
        salma.get("/ar/documents")
    assert len(few) == len(many) <= 8, "\n".join(many)


def test_a_draft_of_many_articles_costs_the_same_few_queries(salma: Browser) -> None:
    law = draft_law()
    write(law, 2)
    with counted() as few:
        salma.get(desk(law, "/versions/2"))
    long = tuple(ArticleText(f"art_{n}", number=str(n), text=f"نص المادة {n}") for n in range(1, 120))
    write(law, 2, long, long)
    with counted() as many:
        assert salma.get(desk(law, "/versions/2")).status_code == 200
    assert len(few) == len(many) <= 14


def test_unchanged_and_changed_articles_are_told_apart_in_the_draft(salma: Browser) -> None:
    law = draft_law()
    write(law, 2, changed(ARABIC, "art_2", "نص آخر تمامًا."))
    publish(law, 2)
    page = salma.get(desk(law, "/versions/2", "en")).text
    assert page.count(">Changed<") == 1


def test_the_other_language_of_a_published_version_may_follow_later(salma: Browser) -> None:
    law = document()
    write(law, english=())
    publish(law)
    assert "إضافة مادة" in salma.get(desk(law, "/versions/1")).text
    english = b"<p>Article 1: Definitions</p><p>Utility.</p><p>Article 2</p><p>Announced.</p>"
    assert sent(salma, law, "law.html", english, "en") == "303"
    assert "field-error" in sent(salma, law, "law.html", english, "ar"), "the Arabic text is public"
    page = salma.get(desk(law, "/versions/1/articles/art_1")).text
    assert "النص العربي منشور ويبقى كما هو" in page
    with db.transaction(reading=True):
        seen = queries.mark_of(queries.draft_pair(law.id, 1), "art_1")
    form = {
        "kind": "article",
        "number_en": "1",
        "heading_en": "Words",
        "body_en": "x",
        "body_ar": "تزوير",
        "seen": seen,
    }
    assert salma.send(desk(law, "/versions/1/articles/art_1"), form).status_code == 303
    assert salma.send(desk(law, "/versions/1/publication"), {"is_read": "y"}).status_code == 303
    both = sides(law, 1)
    assert both["ar"].articles[1].heading == "التعريفات"
    assert "تزوير" not in both["ar"].articles[1].text
    assert (both["en"].articles[0].key, both["en"].articles[0].heading) == ("art_1", "Words")
    assert both["en"].is_published


def test_a_discarded_draft_takes_its_files_along(salma: Browser) -> None:
    law = draft_law()
    write(law, 2)
    with salma.application.app_context():
        file = file_of(law, 2)
    assert salma.send(desk(law, "/versions/2/removal")).status_code == 303
    assert sides(law, 2) == {}
    with db.transaction(reading=True), pytest.raises(Missing):
        queries.file_of(law.id, file.file_public_id)


def test_a_hidden_document_is_not_named_as_the_cause_of_an_event(salma: Browser) -> None:
    law, hidden = draft_law(kind="law"), draft_law(published=False)
    event = {"kind": "repeal", "day": "2020-01-01", "source": f"/ar/docs/draft/{hidden.year}/{hidden.number}"}
    assert salma.send(desk(law, "/events"), event).status_code == 422
    assert salma.send(desk(law, "/events/99999999999999999999/removal")).status_code == 404


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_text_of_nothing_but_marks_is_refused_and_says_why(salma: Browser, lang: str) -> None:
    law, sentence = draft_law(published=False), {"ar": "أقواس", "en": "too many brackets"}[lang]
    pasted = {"language": "ar", "text": "[" * 20_000}
    typed = {"kind": "article", "body_ar": "[" * 20_000}
    for rest, sent in (("import", pasted), ("articles/art_1", typed)):
        refused = salma.send(desk(law, f"/versions/1/{rest}", lang), sent)
        assert refused.status_code == 422
        assert sentence in refused.text


def test_a_long_law_with_lists_and_tables_is_no_text_of_nothing_but_marks(salma: Browser) -> None:
    law = draft_law(published=False)
    article = (
        "المادة {}\n\n"
        + "نص طويل يشرح حقوق المشترك وواجباته كما يفعل كل قانون. " * 5
        + "\n\n- بند أول\n- بند ثان\n\n"
    )
    text = "".join(article.format(number) for number in range(1, 1_001))
    assert len(text) > 250_000
    answer = salma.send(desk(law, "/versions/1/import"), {"language": "ar", "text": text})
    assert answer.status_code == 303
    assert len(sides(law, 1)["ar"].articles) == 1_000
