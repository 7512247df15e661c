"""What is found, by whom, in what order, and how it is shown."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import sqlalchemy as sa

from app.core import analysis, asking, db, finding, lexicon, search
from app.core.asking import Level
from app.core.lexicon import LexiconGroup
from app.core.permissions import NOBODY, Actor, Grant, Role
from app.core.search import Indexed
from app.factory import Sawt
from tests.counting import counted

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
OFFICIAL = Actor(person_id=db.new_id(), grants=frozenset({Grant(Role.OFFICIAL, "water")}))
STRANGE = "'\"*()&|!:<>-+^~\\{}[]%_,;.?؟،«» \t\n"
WORDS = (
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR/2",
    "قانون",
    "search_index",
    "rowid",
    "':*",
    "''",
    "x*",
    "شجرة",
    "\u202e",
)


def put_in(*things: Indexed) -> None:
    with db.transaction():
        for thing in things:
            search.index(thing)


def law(number: int, title: str, body: str = "", **fields: object) -> Indexed:
    at = BEGIN + timedelta(days=number)
    return Indexed("law", str(number), title, body, str(fields.pop("language", "ar")), at=at, **fields)  # type: ignore[arg-type]


def ids(query: str, actor: Actor = NOBODY, **wanted: object) -> list[str]:
    with db.transaction(reading=True):
        return [hit.id for hit in finding.find(actor, query, **wanted).hits]  # type: ignore[arg-type]


def test_the_word_itself_stands_before_its_forms_and_forms_before_what_is_alike(app: Sawt) -> None:
    put_in(
        law(1, "السيارة"),
        law(2, "سيارات"),
        law(3, "مركبة"),
        law(4, "النقل", "ذُكرت سيارة هنا"),
        law(5, "شجرة"),
    )
    assert ids("سيارة") == ["4", "2", "1", "3"]
    assert ids("السيارة") == ["1", "2", "4", "3"]


def test_of_equal_hits_the_title_comes_first_then_the_newest(app: Sawt) -> None:
    put_in(law(1, "رسوم"), law(2, "رسوم"), law(3, "فواتير", "رسوم"))
    assert ids("رسوم") == ["2", "1", "3"]


def test_the_readers_own_language_comes_first_when_asked_so(app: Sawt) -> None:
    put_in(law(1, "رقم 2026"), law(2, "Number 2026", language="en"))
    assert ids("2026", own_language="ar") == ["1", "2"]
    assert ids("2026", own_language="en") == ["2", "1"]
    assert ids("2026", language="en") == ["2"]


def test_what_is_only_near_or_of_one_root_is_found_when_nothing_else_is(app: Sawt) -> None:
    put_in(law(1, "تصاريح الدفن"))
    with db.transaction(reading=True):
        assert finding.find(NOBODY, "رخصة").hits[0].level is Level.NEAR
    put_in(law(2, "رخص البناء"))
    assert ids("رخصة") == ["2"]


def test_the_other_language_answers_when_the_readers_words_find_nothing(app: Sawt) -> None:
    put_in(law(1, "Stray dogs near the market", language="en"), law(2, "Prawn fishing", language="en"))
    assert ids("الكلاب الضالة") == ["1"]
    assert ids("صيد الجمبري") == ["2"]
    assert ids("كرة السلة") == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("electric car", "Electric vehicle charging"),
        ("دار المسنين", "دار كبار السن"),
        ("محطة وقود", "محطة بنزين"),
        ("minimum wage", "Minimum salary of workers"),
        ("محطة القطار", "محطات المترونيت"),
    ],
)
def test_a_phrase_that_has_a_name_in_the_other_language_is_found_by_what_is_alike_to_its_words(
    app: Sawt, query: str, title: str
) -> None:
    language = "en" if query.isascii() else "ar"
    put_in(law(1, title, language=language))
    with db.transaction() as session:
        session.add(LexiconGroup(words=["قطار", "مترونيت"], added_by="person:adam"))
    with db.transaction(reading=True):
        assert [hit.level for hit in finding.find(NOBODY, query).hits] == [Level.ALIKE]


BUSES = law(2, "School buses", language="en", url_key="docs/2")


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (BUSES, "en"),
        (replace(BUSES, title="School canteens"), None),
        (replace(BUSES, url_key="docs/1"), None),
        (replace(BUSES, audience="agency:roads"), None),
        (replace(BUSES, title="School buses حافلات"), None),
    ],
    ids=["more", "something else", "the same page", "not for this reader", "found by the word itself"],
)
def test_beside_hits_the_other_language_is_offered_and_not_mixed_in(
    app: Sawt, there: Indexed, told: str | None
) -> None:
    put_in(law(1, "حافلات المدارس", url_key="docs/1"), there)
    with db.transaction(reading=True):
        found = finding.find(NOBODY, "باص")
        chosen = finding.find(NOBODY, "باص", language="ar")
    assert found.also_in == told
    assert chosen.also_in is None
    assert found.count == (2 if "حافلات" in there.title else 1)
    assert not told or ids("باص", language=told) == ["2"]


def test_letters_that_many_speak_alike_stand_for_each_other_in_any_word(app: Sawt) -> None:
    put_in(law(1, "معرض المضيفات"), law(2, "ظفار"))
    with db.transaction(reading=True):
        assert finding.find(NOBODY, "المظيفات").is_respelt
    assert ids("المظيفات") == ["1"]
    assert ids("ضفار") == ["2"]


def test_a_question_that_nothing_meets_wholly_is_met_in_part_and_says_so(app: Sawt) -> None:
    put_in(law(1, "خدمات الإسعاف الجوي"), law(2, "أسعار الوقود"))
    with db.transaction(reading=True):
        found = finding.find(NOBODY, "سيارة إسعاف")
    assert [hit.id for hit in found.hits] == ["1"]
    assert found.is_partly
    assert ids("أريد أن أعرف طبخ الأرز") == []


def test_a_phrase_that_nothing_answers_is_taken_apart(app: Sawt) -> None:
    put_in(law(1, "بنوك الدم"), law(2, "الحدائق"))
    with db.transaction(reading=True):
        found = finding.find(NOBODY, "تبرع بالدم")
    assert [hit.id for hit in found.hits] == ["1"]
    assert found.is_partly


def test_half_of_a_question_must_stand_in_the_title(app: Sawt) -> None:
    put_in(law(1, "تنظيم الدرون", "يحظر التحليق قرب المطار."), law(2, "صالات المطار"))
    assert ids("كراسي المطار") == ["2"]


def test_every_name_in_the_other_language_meets_what_it_names(app: Sawt) -> None:
    """Also the longer ones, whose first word is alike to something by itself."""
    with db.transaction(reading=True):
        unmet = [
            (phrase, name)
            for group in lexicon.standard().translated
            for phrase in group
            for name in group
            if analysis.word(phrase[0]).is_arabic != analysis.word(name[0]).is_arabic
            and not asking.question(" ".join(phrase))
            .condition(Level.TRANSLATED)
            .is_met_by(analysis.terms(" ".join(name)))
        ]
    assert unmet == []


def test_an_english_word_that_begins_with_the_last_letter_has_its_arabic_name(app: Sawt) -> None:
    put_in(law(1, "حساب الزكاة"), law(2, "Zakat on savings", language="en"))
    assert ids("zakat") == ["2"]
    put_in(law(2, "Something else", language="en"))
    assert ids("zakat") == ["1"]


def test_a_letter_inside_of_a_phrase_of_the_lexicon_is_no_beginning_of_a_word(app: Sawt) -> None:
    put_in(law(1, "Express mail for everybody", language="en"))
    with db.transaction(reading=True):
        assert [hit.level for hit in finding.find(NOBODY, "email").hits] == [Level.NEAR], "mail, not e mail"


def test_two_letters_find_the_word_and_what_begins_so(app: Sawt) -> None:
    put_in(law(1, "قا"), law(2, "قانون"), law(3, "وقاية"))
    assert ids("قا") == ["1", "2"]


@pytest.mark.parametrize("query", ["", "   ", "؟!", "\u202e\u2066", "ـــ"])
def test_a_question_without_a_word_finds_nothing(app: Sawt, query: str) -> None:
    put_in(law(1, "قانون"))
    assert ids(query) == []


def test_only_those_of_the_audience_find_a_thing_by_page_count_or_filter(app: Sawt) -> None:
    mine = f"person:{OFFICIAL.person_id}"
    put_in(
        law(1, "كناري", audience="agency:water", facets={"agency": "water"}), law(2, "كناري", audience=mine)
    )
    put_in(law(3, "كناري", audience="agency:roads"), law(4, "كناري"))
    assert ids("كناري") == ["4"]
    assert ids("كناري", OFFICIAL) == ["4", "2", "1"]
    with db.transaction(reading=True):
        found = finding.find(NOBODY, "كناري")
    assert (found.count, found.values) == (1, {"kind": {"law": 1}, "language": {"ar": 1}})


def test_filters_are_part_of_the_question(app: Sawt) -> None:
    put_in(law(1, "رسوم", facets={"year": "2025"}), law(2, "رسوم", facets={"year": "2026"}))
    assert ids("رسوم", facets={"year": "2025"}) == ["1"]
    assert ids("رسوم", kinds=["law"]) == ["2", "1"]
    assert ids("رسوم", kinds=["post"]) == []
    assert ids("رسوم", facets={"year": "2025' OR 1=1 --"}) == []


def test_the_marked_pieces_are_the_text_as_it_was_written(app: Sawt) -> None:
    body = f"مقدمة طويلة. {'كلام ' * 60}تُحمى الأشجارُ (والشـجـر) في ﷲ 2026-11-23. {'ذيل ' * 80}"
    put_in(law(1, "حمايةُ الأشجار، والشجيرات", body))
    with db.transaction(reading=True):
        (hit,) = finding.find(NOBODY, "شجرة").hits
    assert "".join(text for text, _answers in hit.title) == "حمايةُ الأشجار، والشجيرات"
    assert ("الأشجار", True) in hit.title
    shown = "".join(text for text, _answers in hit.snippet).strip("… ")
    assert shown in body
    assert {"الأشجارُ", "والشـجـر"} <= {text for text, answers in hit.snippet if answers}


def test_an_address_is_marked_as_a_whole_so_that_it_still_reads_from_left_to_right(app: Sawt) -> None:
    put_in(law(1, "راسلونا", "اكتبوا إلى tariff@water.example قبل نهاية الشهر."))
    with db.transaction(reading=True):
        (hit,) = finding.find(NOBODY, "water").hits
    assert ("tariff@water.example", True) in hit.snippet


def test_pages_follow_each_other_without_a_gap_and_cost_the_same(app: Sawt) -> None:
    put_in(*(law(number, f"رسوم {number}") for number in range(1, 48)))
    with db.transaction(reading=True), counted() as statements:
        first = finding.find(NOBODY, "رسوم")
        second = finding.find(NOBODY, "رسوم", cursor=first.next_cursor)
        third = finding.find(NOBODY, "رسوم", cursor=second.next_cursor)
    seen = [hit.id for page in (first, second, third) for hit in page.hits]
    assert seen == [str(number) for number in range(47, 0, -1)]
    assert (first.count, third.next_cursor) == (47, None)
    assert len(statements) <= 3 * 4


def test_a_thousand_strange_questions_are_data_and_never_find_everything(app: Sawt) -> None:
    put_in(law(1, "قانون الأشجار"), law(2, "Waste"))
    chance = random.Random(7)
    with db.transaction(reading=True):
        for _ in range(1_000):
            parts = [chance.choice((*WORDS, *STRANGE)) for _ in range(chance.randint(1, 12))]
            assert finding.find(NOBODY, chance.choice(("", " ")).join(parts)).count < 2


def test_words_that_administrators_declare_alike_find_each_other_at_once(app: Sawt) -> None:
    put_in(law(1, "خدمة الطوابع"))
    assert ids("دمغات") == []
    with db.transaction() as session:
        session.add(LexiconGroup(words=["دمغة", "طابع مالي", "طوابع"], added_by="person:adam"))
    assert ids("دمغات") == ["1"]
    with db.transaction(reading=True):
        assert lexicon.groups()[0].words == ["دمغة", "طابع مالي", "طوابع"]


COMPOUNDS = [
    ("e-book", "Library e-book lending"), ("ebook", "Library e-book lending"), ("e book", "Lending of ebooks"),
    ("wheel chair", "Wheelchair ramps"), ("wheel-chair", "Wheelchair ramps"), ("wheelchair", "Wheel chair ramps"),
    ("jobseekers", "Aid for job seekers"), ("job seekers", "A jobseeker may train"),
    ("start up", "A fund for startups"), ("anticorruption", "Anti-corruption hotline"),
    ("whistleblower", "Whistle-blowers are protected"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "title"), COMPOUNDS)
def test_a_compound_is_one_word_joined_hyphened_or_apart(app: Sawt, asked: str, title: str) -> None:
    put_in(law(1, title, language="en"), law(2, "Opening hours of the town hall", language="en"))
    assert ids(asked) == ["1"]


def test_two_words_that_are_one_do_not_bring_what_has_only_the_first(app: Sawt) -> None:
    put_in(law(1, "Copyright act", language="en"), law(2, "A copy is issued", language="en"))
    assert ids("copy right") == ["1"]


SLIPS = [
    ("مهرجن", "مهرجان الفنون"), ("انترنيت", "شبكات الإنترنت"), ("بلاستك", "رفع البلاستيك"),
    ("goverment", "Local government"), ("enviromental", "Environmental permits"), ("recylcing", "Recycling points"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "title"), SLIPS)
def test_one_slip_of_the_hand_in_a_long_word_is_forgiven_when_nothing_else_is_found(
    app: Sawt, asked: str, title: str
) -> None:
    put_in(law(1, title))
    with db.transaction(reading=True):
        found = finding.find(NOBODY, asked)
        assert [hit.id for hit in found.hits] == ["1"]
        assert found.is_respelt
        assert any(is_marked for _piece, is_marked in found.hits[0].title)
    put_in(law(2, asked))
    assert ids(asked) == ["2"]


@pytest.mark.parametrize(("asked", "title"), [("tres", "trees"), ("policy", "police"), ("كلاب", "كتاب")])
def test_short_words_and_words_that_are_known_are_never_taken_for_others(
    app: Sawt, asked: str, title: str
) -> None:
    put_in(law(1, title))
    assert ids(asked) == []


def test_what_is_near_to_a_word_is_not_near_to_a_phrase_that_holds_it(app: Sawt) -> None:
    put_in(law(1, "رخصة محل تجاري"), law(2, "تصريح البناء"))
    assert sorted(ids("إجازة")) == ["1", "2"]
    assert ids("إجازة الأمومة") == []
    put_in(law(3, "إجازة أمومة مدفوعة"))
    assert ids("إجازة الأمومة") == ids("maternity leave") == ["3"]


@pytest.mark.postgresql
@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_postgresql_plans_by_the_terms_asked_for_but_when_it_looks_other_spellings_up(
    app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prepared plan for any terms made the tenth search of a connection ten times slower than the first."""
    plan, ways = finding._plan, []

    def noted(how: Literal["custom", "generic"]) -> None:
        ways.append(how)
        plan(how)

    monkeypatch.setattr(finding, "_plan", noted)
    put_in(Indexed("row", "1", "مهرجان الفنون", "", "ar"))
    with db.transaction(reading=True) as session:
        assert finding.find(NOBODY, "مهرجانن الطيران الشراعي الليلي").count == 0
        assert session.scalar(sa.text("SHOW plan_cache_mode")) == "force_custom_plan"
    assert ways == ["custom", "generic", "custom"]
    with db.transaction(reading=True) as session:
        assert session.scalar(sa.text("SHOW plan_cache_mode")) == "auto", (
            "other pages keep their prepared plans"
        )
