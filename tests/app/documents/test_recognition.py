"""Articles are found as laws write them, and continue the articles of the text before."""

import pytest

from app.documents import keys
from app.documents.articles import PART, ArticleText
from app.documents.markup import clean_html, from_markdown
from app.documents.recognition import ORDINALS, Found, recognise


def found(markdown: str, language: str = "ar") -> Found:
    return recognise(from_markdown(markdown, headings=True), language)


@pytest.mark.parametrize(
    ("line", "number", "heading"),
    [
        ("المادة (٣)", "3", ""),
        ("المادة 3: التعريفات", "3", "التعريفات"),
        ("مادة ۳ - التعريفات", "3", "التعريفات"),
        ("المادَّةُ الثالثةُ", "3", ""),
        ("المادة الأولى: التعريفات", "1", "التعريفات"),
        ("المادة الحادية عشرة", "11", ""),
        ("المادة الخامسة والعشرون", "25", ""),
        ("المادة الثانية والعشرين", "22", ""),
        ("المادة المائة", "100", ""),
        ("المادة الثالثة بعد المائة", "103", ""),
        ("المادة ٣ مكرر", "3 مكرر", ""),
        ("المــادة رقم (7)", "7", ""),
        ("**المادة 4**", "4", ""),
        ("## المادة 5: العقوبات", "5", "العقوبات"),
        ("Article 3", "3", ""),
        ("ARTICLE 3 - Definitions", "3", "Definitions"),
        ("Art. 3a: Definitions", "3a", "Definitions"),
        ("### Article 12. Penalties", "12", "Penalties"),
    ],
)
def test_the_beginning_of_an_article_is_recognised(line: str, number: str, heading: str) -> None:
    (article,) = found(f"{line}\n\nنص المادة هنا.").articles
    assert (article.number, article.heading, article.text) == (number, heading, "نص المادة هنا.")


@pytest.mark.parametrize(
    "line",
    [
        "المادة 3 من قانون العقوبات تبقى سارية.",
        "المادة الثالثة المذكورة لا تسري على البيوت.",
        "وفقًا للمادة 3 يعوض المشترك.",
        "Article 3 of the Water Act applies.",
        "Article 5 and Article 6 are repealed.",
        "مادة كيميائية 3 مواد",
    ],
)
def test_a_mention_of_an_article_is_none(line: str) -> None:
    (article,) = found(f"المادة 1\n\n{line}").articles
    assert (article.number, article.text) == ("1", line)


def test_every_ordinal_up_to_199_is_known() -> None:
    assert set(ORDINALS.values()) == set(range(1, 200))


def test_a_law_is_taken_apart() -> None:
    law = found(
        "# قانون المياه\n\nبعد الاطلاع على الدستور.\n\n## الباب الأول: أحكام عامة\n\nالمادة 1: التعريفات\n\n"
        "المرفق: المؤسسة.\n\n- العداد\n- الفاتورة\n\nالفصل الثاني\n\nالمادة 3: يُعوَّض المشترك عن كل يوم انقطاع بخصم "
        "من فاتورته، وفق جدول يصدره مجلس الإدارة وينشره كل سنة.\n\n| اليوم | الخصم |\n|---|---|\n| 1 | 5 |\n"
    )
    assert law.title == "قانون المياه"
    assert [(each.kind, each.number, each.heading) for each in law.articles] == [
        ("article", "", "الديباجة"),
        (PART, "", "الباب الأول: أحكام عامة"),
        ("article", "1", "التعريفات"),
        (PART, "", "الفصل الثاني"),
        ("article", "3", ""),
    ]
    assert law.articles[2].html == "<p>المرفق: المؤسسة.</p><ul><li>العداد</li><li>الفاتورة</li></ul>"
    assert law.articles[4].text.startswith("يُعوَّض المشترك")
    assert law.articles[4].text.endswith("1 5")
    assert law.findings == {"unnumbered": 1, "gaps": 1}


def test_a_report_is_cut_at_its_headings() -> None:
    report = recognise(
        clean_html("<h1>Water 2026</h1><h2>Losses</h2><p>Fell.</p><h2>Plans</h2>Pipes.", True), "en"
    )
    assert report.title == "Water 2026"
    assert [(each.heading, each.text) for each in report.articles] == [
        ("Losses", "Fell."),
        ("Plans", "Pipes."),
    ]


# Keys

OLDER = (
    ArticleText("chp_1", PART, heading="الباب الأول: أحكام عامة"),
    ArticleText("art_1", number="1", heading="التعريفات", text="المرفق مؤسسة المياه وفروعها في المدن"),
    ArticleText("art_2", number="2", text="يعلن كل انقطاع للمياه قبل وقوعه بأربع وعشرين ساعة"),
    ArticleText("art_3", number="3", text="يعوض المشترك عن كل يوم انقطاع بخصم من فاتورته"),
)


def matched(*written: ArticleText, ever: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(each.article.key, each.how) for each in keys.matched(written, OLDER, ever)]


def test_an_article_keeps_its_key_through_every_renumbering() -> None:
    assert matched(
        ArticleText(kind=PART, heading="الباب الأول: أحكام عامة"),
        ArticleText(number="1", heading="التعريفات", text="المرفق مؤسسة المياه وفروعها في المدن والقرى"),
        ArticleText(number="2", text="لكل بيت عداد يقرأ مرة كل شهر"),
        ArticleText(number="٣", text="يعلن كل انقطاع للمياه قبل وقوعه بأربع وعشرين ساعة"),
        ArticleText(number="4", text="يعوض المشترك عن كل يوم انقطاع بخصم كبير من فاتورته"),
    ) == [
        ("chp_1", "words"),
        ("art_1", "number"),
        ("art_2_2", "unsure"),
        ("art_2", "words"),
        ("art_3", "likeness"),
    ]


def test_the_same_number_with_other_words_is_a_new_article() -> None:
    assert matched(ArticleText(number="3", text="يلغى كل حكم يخالف هذا القانون")) == [("art_3_2", "unsure")]


def test_a_key_that_was_ever_given_is_never_given_again() -> None:
    new = ArticleText(number="9", text="تصدر اللائحة التنفيذية")
    assert matched(new) == [("art_9", "new")]
    assert matched(new, ever=("art_9", "art_9_2")) == [("art_9_3", "new")]


def test_the_other_language_gets_the_same_keys() -> None:
    written = (
        ArticleText(kind=PART, heading="Chapter one"),
        ArticleText(number="1", heading="Definitions"),
        ArticleText(number="3", text="Compensation"),
        ArticleText(number="4", text="Something more"),
    )
    assert [each.article.key for each in keys.paired(written, OLDER)] == ["chp_1", "art_1", "art_3", "art_4"]


@pytest.mark.parametrize(
    ("number", "key"),
    [("3", "art_3"), ("٣", "art_3"), ("3 مكرر", "art_3bis"), ("3a", "art_3a"), ("أولًا", "art_x_1")],
)
def test_keys_are_ascii_whatever_the_number(number: str, key: str) -> None:
    assert keys.new_key("article", number, ()) == key
