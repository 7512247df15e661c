"""The analyser: spelling variants are one word, forms of a word meet, words of other roots and senses do not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import analysis, arabic, db, lexicon
from app.core.asking import question
from app.core.text import normalise
from app.factory import Sawt

SPELLINGS = [
    ("إجازة", "اجازه"), ("مسؤول", "مسئول"), ("الطوارئ", "الطوارىء"), ("مستشفى", "مستشفي"), ("مُواطِنون", "مواطنون"),
    ("قـــانون", "قانون"), ("کتابی", "كتابي"), ("٢٠٢٦", "2026"), ("۲۰۲۶", "2026"), ("ﻣﺪﻳﺮ", "مدير"), ("Café", "cafe"),
]  # fmt: skip
FORMS = [
    ("القانون", "قوانين"), ("رخصتها", "الرخص"), ("جواز", "جوازات"), ("مدرسة", "بالمدارس"), ("شكوى", "الشكاوى"),
    ("ضريبة", "وضرائب"), ("للمواطنين", "مواطن"), ("قضائية", "القضاء"), ("أبنائهم", "ابن"), ("يستخرجون", "استخراج"),
    ("مستثمرون", "استثمار"), ("باب", "الأبواب"), ("قطيع", "قطعان"), ("طائر", "طيور"), ("أغنية", "أغاني"),
    ("ثعلب", "الثعالب"), ("دم", "الدم"), ("الهوية", "هوياتهم"), ("أسجل", "التسجيل"),
    ("colour", "colors"), ("organisation", "organizations"), ("licence", "licensing"), ("archaeology", "archeology"),
    ("applicants", "apply"), ("centre", "centers"), ("children", "child"), ("hiker", "hiking"),
    ("tyres", "tire"), ("kerbs", "curb"), ("greyer", "grayer"), ("jewellery", "jewelry"), ("licencing", "licence"),
    ("enrolled", "enroll"), ("instalment", "installments"), ("skilful", "skillful"), ("drilling", "drills"),
    ("watercolours", "watercolor"), ("judgement", "judgments"), ("practised", "practices"), ("sulphur", "sulfur"),
    ("أبناؤكم", "أبنائها"), ("أصدقاؤنا", "صديق"), ("آراؤهم", "رأي"), ("مسبحنا", "المسابح"), ("حقوقنا", "حق"),
    ("ستُزرع", "زراعة"), ("حديقتكم", "حدائقنا"), ("جسورهم", "جسر"), ("سنديان", "سنديانة"), ("مظلّتكما", "مظلة"),
    ("ليالي", "ليلة"),
]  # fmt: skip
STRANGERS = [
    ("بطاقة", "طاقة"), ("مواطن", "وطنية"), ("رسام", "رسوم"), ("مولود", "ولادة"), ("مكتب", "مكتبة"), ("عملة", "عمل"),
    ("مدينة", "مدين"), ("بيانات", "يان"), ("لائحة", "ائحة"), ("هوية", "آلة"), ("جامعة", "جمعية"), ("شارع", "تشريع"),
    ("القدم", "تقديم"), ("policy", "police"), ("plan", "plant"), ("custom", "customer"),
    ("معلم", "تعليم"), ("مدرسة", "دروس"), ("كتاب", "كاتب"), ("بلاغ", "مبلغ"), ("محكمة", "حكومية"), ("مأوى", "ماء"),
    ("tax", "taxi"), ("hospital", "hospitality"), ("university", "universal"),
]  # fmt: skip


def stems(word: str) -> frozenset[str]:
    return analysis.word(normalise(word)).stems


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_a_word_is_the_same_in_every_spelling(one: str, other: str) -> None:
    assert stems(one) & stems(other)


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert stems(one) & stems(other)


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_words_that_only_look_related_do_not_meet(one: str, other: str) -> None:
    assert not stems(one) & stems(other)


@pytest.mark.parametrize("whole", ["رقم-AB1029", "٢٠٢٦م", "AB1029"])
def test_a_mixed_word_is_found_by_each_part(whole: str) -> None:
    found = analysis.terms(whole)
    for part in {"رقم-AB1029": ["رقم", "ab1029", "1029"], "٢٠٢٦م": ["2026"], "AB1029": ["ab", "1029"]}[whole]:
        assert f"x{part}" in found


def test_a_space_forgotten_after_a_letter_that_ends_words_is_put_back() -> None:
    apart = analysis.terms("المكتبة المركزية في مستشفى الملك")
    assert analysis.terms("المكتبةُالمركزية في مستشفىالملك") == apart


@pytest.mark.parametrize(
    ("written", "one"),
    [("e-book", "ebook"), ("night\u2011time", "nighttime"), ("Anti-Corruption", "anticorruption")],
)
def test_neighbours_that_a_hyphen_joins_are_also_one_word(written: str, one: str) -> None:
    assert analysis.terms(one) <= analysis.terms(written)
    assert {f"x{part.lower()}" for part in written.replace("\u2011", "-").split("-")} <= analysis.terms(
        written
    )


@given(st.text())
def test_any_text_is_analysed_and_analysing_it_again_changes_nothing(text: str) -> None:
    exact = [word.exact for word in analysis.words(text)]
    assert [word.exact for word in analysis.words(" ".join(exact))] == exact
    assert all(term.isalnum() for term in analysis.terms(text))


FAMILIES = [
    (language, line)
    for language, families in (("arabic", lexicon.standard().arabic), ("english", lexicon.standard().english))
    for line in sorted({name for names in families.values() for name in names})
]


def test_every_form_of_every_family_is_known_by_it() -> None:
    known = {**lexicon.standard().arabic, **lexicon.standard().english}
    assert len(FAMILIES) > 1_200
    unknown = [
        form
        for form, names in known.items()
        if form in lexicon.standard().spelled and not names <= stems(form)
    ]
    assert unknown == []


def test_every_word_of_a_group_finds_another(app: Sawt) -> None:
    """Asked for, each phrase brings another one of its group: none is cut, silent or lost."""
    phrases = [phrase for group in (*lexicon.standard().alike, *lexicon.standard().near) for phrase in group]
    with db.transaction(reading=True):
        asked = {phrase: question(" ".join(phrase)).groups[0] for phrase in phrases}
    lost = [" ".join(phrase) for phrase, group in asked.items() if not group.alike and not group.near]
    assert lost == []
    assert all(len(set(group)) == len(group) > 1 for group in lexicon.standard().alike)


RULES = [(form, other) for form, others in (*arabic._SINGULARS, *arabic._MASDARS) for other in others]


@pytest.mark.parametrize(("form", "other"), RULES, ids=[f"{form.pattern} {other}" for form, other in RULES])
def test_a_form_is_made_of_root_letters_that_the_word_has(form: re.Pattern[str], other: str) -> None:
    assert set(re.findall(r"\\g<(.)>", other)) <= set(form.groupindex)


@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءؤئةىأإآ", min_size=1, max_size=9))
def test_every_arabic_word_can_be_looked_up(word: str) -> None:
    assert analysis.terms(word)
