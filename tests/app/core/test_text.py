"""Texts that people typed: one spelling, clean, each in its own direction, nothing personal learned."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import text as t

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=60)
CLINGING = st.text(
    st.sampled_from("aEe\u0301\u0331\u0327\u064b\u0640\u200d\u0623\u0627ﷺ٣\u1100\u1161ﾞİΣ \n"), max_size=40
)
BIDI_TRICKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("الصِّحّة", "الصحه"),
        ("مـــديـــر", "مدير"),
        ("ﻣﺪﻳﺮ", "مدير"),
        ("أإآٱ ى ة ؤ ئ کی", "اااا ي ه و ي كي"),
        ("شارع ١٤ و۱۵", "شارع 14 و15"),
        ("PASSPORT Renewal", "passport renewal"),
        ("ع\u200dق\u202eد", "عقد"),
    ],
)
def test_spellings_of_one_word_become_one(typed: str, compared: str) -> None:
    assert t.normalise(typed) == compared


@given(ANY_TEXT | CLINGING)
@settings(max_examples=400)
def test_normalising_twice_changes_nothing_more(typed: str) -> None:
    assert t.normalise(t.normalise(typed)) == t.normalise(typed)


def test_every_character_of_unicode_normalises_once_and_for_all() -> None:
    every = "".join(map(chr, range(0x30000)))
    assert t.normalise(t.normalise(every)) == t.normalise(every)


@given(ANY_TEXT | CLINGING)
@settings(max_examples=400)
def test_the_trace_holds_the_normalised_text_and_rising_offsets(typed: str) -> None:
    traced = t.trace(typed)
    assert traced.text == t.normalise(typed)
    assert len(traced.offsets) == len(traced.text)
    assert traced.offsets == sorted(traced.offsets)


def test_a_normalised_word_leads_back_to_its_own_spelling() -> None:
    typed = "أين الصِّحّةُ يا ﷺ مواطن"
    traced = t.trace(typed)
    start = traced.text.index("الصحه")
    assert typed[slice(*traced.original_span(start, start + 5))] == "الصِّحّةُ"
    start = traced.text.index("صلي")
    assert typed[slice(*traced.original_span(start, start + 1))] == "ﷺ"
    assert traced.original_span(3, 3) == (len(typed), len(typed))


def test_only_digits_change_when_digits_are_folded() -> None:
    assert t.fold_digits("أ ١٢٣ ۴۵۶ ½ २") == "أ 123 456 ½ २"


@pytest.mark.parametrize("written", ["08:00-12:00", "2026-03-20", "سعيد-الدين", "+971-4-123", "Al-Rashid"])
def test_hyphens_stay_in_lines_and_bodies(written: str) -> None:
    assert t.clean_line(written) == written
    assert t.clean_body(written) == written


@given(ANY_TEXT | CLINGING)
@settings(max_examples=300)
def test_a_clean_line_is_one_line_without_controls_and_stays_clean(typed: str) -> None:
    line = t.clean_line(typed)
    assert t.clean_line(line) == line
    assert not set(line) & set(BIDI_TRICKS + "\u200b\u200d\x00\n\r\t\u2028")
    line.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Salma\t\n K. ", "Salma K."),
        ("gpj.\u202eexe", "gpj.exe"),
        ("می\u200cخواهم \u200c", "می\u200cخواهم"),
        ("عبد\u200dالله\x00", "عبدالله"),
        ("e\u0301cole\ud800", "école"),
        ("\u3164\u2800\u00ad", ""),
    ],
)
def test_names_lose_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert t.clean_line(typed) == kept


def test_every_visible_sign_of_a_keyboard_is_kept() -> None:
    """Hyphens too: dates, telephone numbers and references live by them."""
    typed = "".join(map(chr, range(0x21, 0x7F))) + "،؛؟ـ«»"
    assert t.clean_line(typed) == t.clean_body(typed) == typed
    assert t.clean_line("a\U000e0041b") == t.clean_body("a\U000e0041b") == "ab", "invisible tag characters"


def test_a_line_is_cut_at_its_limit_without_a_blank_end() -> None:
    assert t.clean_line("مياه الحي مقطوعة", limit=5) == "مياه"


@given(ANY_TEXT | CLINGING)
@settings(max_examples=300)
def test_a_clean_body_stays_clean_and_can_be_stored(typed: str) -> None:
    body = t.clean_body(typed)
    assert t.clean_body(body) == body
    assert not set(body) & set(BIDI_TRICKS + "\x00\r")
    body.encode("utf-8")


def test_every_printable_sign_of_the_keyboard_stays_in_lines_and_bodies() -> None:
    printable = "".join(map(chr, range(0x21, 0x7F)))
    assert t.clean_line(printable) == t.clean_body(printable) == printable
    assert t.clean_body("العداد 600-555-123، يوم 2026-11-23") == "العداد 600-555-123، يوم 2026-11-23"


def test_a_body_keeps_its_lines_its_emoji_and_its_joiners() -> None:
    typed = "السلام عليكم \r\nماء\x00 مقطوع\u2028\r\r\r\r\r👨\u200d👩\u200d👧 می\u200cخواهم  \n"
    assert t.clean_body(typed) == "السلام عليكم\nماء مقطوع\n\n\n👨\u200d👩\u200d👧 می\u200cخواهم"


@pytest.mark.parametrize(
    ("typed", "variety", "language", "direction"),
    [
        ("المياه مقطوعة عن الحي منذ يومين", "ar", "ar", "rtl"),
        ("The street light is broken", "en", "en", "ltr"),
        ("عندي مشكلة في تطبيق ال portal ومش قادر اعمل login", "mixed", "ar", "rtl"),
        ("el kahraba ma2too3a men mbere7", "arabizi", "ar", "ltr"),
        ("shu lazem a3mel 3ashan ajadded el jawaz", "arabizi", "ar", "ltr"),
        ("meet me at 5pm on the 2nd floor, flat3b", "en", "en", "ltr"),
        ("My wage was not paid by شركة النور", "mixed", "en", "ltr"),
        ("PDF مرفق بالطلب", "mixed", "ar", "rtl"),
        ("رابط https://portal.example/very/long/path/of/latin/letters", "ar", "ar", "rtl"),
        ("", "en", "en", "ltr"),
        ("😀 123", "en", "en", "ltr"),
    ],
)
def test_variety_language_and_direction_come_from_the_letters(
    typed: str, variety: str, language: str, direction: str
) -> None:
    assert (t.variety_of(typed), t.language_of(typed), t.direction_of(typed)) == (
        variety,
        language,
        direction,
    )


@pytest.mark.parametrize(
    "piece",
    [
        "600-555-123",
        "2026-11-23",
        "3-5",
        "10:30-12:00",
        "+971 4 123 4567",
        "٦٠٠-٥٥٥-١٢٣",
        "7K3M-9QXT-2WDR-5",
        "CONS-2026-017",
        "huda@example.org",
        "https://sawt.example/ar/cases?x=1&y=2",
        "(02) 555 1234",
    ],
)
def test_what_reads_from_left_to_right_is_wrapped_whole(piece: str) -> None:
    escaped = piece.replace("&", "&amp;")
    assert t.bidi_html(f"اتصل على {piece}، شكرًا.") == f'اتصل على <bdi dir="ltr">{escaped}</bdi>، شكرًا.'
    assert t.bidi_plain(f"اتصل على {piece}.") == f"اتصل على \u2066{piece}\u2069."


def test_ordinary_words_and_numbers_are_left_alone() -> None:
    typed = "منذ 5 أيام، رقم 15/20 الساعة 10:30 well-known"
    assert t.bidi_html(typed) == typed


@given(ANY_TEXT)
def test_no_markup_of_the_writer_survives(typed: str) -> None:
    shown = t.bidi_html(f"<b>{typed}<script>&")
    assert "<" not in shown.replace('<bdi dir="ltr">', "").replace("</bdi>", "")


def test_a_piece_with_a_tag_in_it_is_escaped_too() -> None:
    assert "<img" not in t.bidi_html("https://x.example/<img src=x onerror=alert(1)>")
    assert t.bidi_html("\u202eevil\u202c") == "evil"


def test_an_isolated_name_cannot_break_out() -> None:
    assert t.isolate("Salem\u2069 K.") == "\u2068Salem K.\u2069"


def test_each_paragraph_has_the_direction_of_its_own_letters() -> None:
    body = "السلام عليكم\nالمياه مقطوعة <b>\n\n\nThe water is cut\n\n123\n\nhttps://x.example"
    assert t.paragraphs_html(body).split("\n") == [
        '<p dir="rtl">السلام عليكم<br>المياه مقطوعة &lt;b&gt;</p>',
        '<p dir="ltr">The water is cut</p>',
        '<p dir="rtl">123</p>',
        '<p dir="rtl"><bdi dir="ltr">https://x.example</bdi></p>',
    ]
    assert t.paragraphs_html(" \n\n") == ""


@pytest.mark.parametrize(
    "disguised",
    [
        "Wаter  Company",
        "WATER\u200d COMPANY",
        "Wɑter Compaпy",
        "Ｗａｔｅｒ Company",
        "Wáter-Company",
        "VVater Cornpany",
        "Water C0mpany",
    ],
)
def test_a_look_alike_of_an_official_name_has_its_skeleton(disguised: str) -> None:
    assert t.name_skeleton(disguised) == t.name_skeleton("Water Company")


@pytest.mark.parametrize(
    "disguised", ["مؤسسه المياة", "مؤسـسة الميـاه", "مُؤَسّسة المياه", "ﻣﺆﺳﺴﺔ المياه", "مؤسسة\u200cالمياه"]
)
def test_arabic_look_alikes_share_a_skeleton_too(disguised: str) -> None:
    assert t.name_skeleton(disguised) == t.name_skeleton("مؤسسة المياه")


def test_different_names_have_different_skeletons() -> None:
    names = ["Water Company", "Electricity Company", "وزارة العدل", "وزارة العمل", "Huda", "Nour"]
    assert len({t.name_skeleton(name) for name in names}) == len(names)


def test_the_words_of_a_name_are_whole_and_normalised() -> None:
    assert t.name_words("هُدى  بنت أحمد Al-Amin أحمد") == ["هدي", "بنت", "احمد", "al", "amin"]


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("mail huda@example.org now", "mail xxemail now"),
        ("اتصلوا على +971 50 123 4567 مساء", "اتصلوا على xxphone مساء"),
        ("رقمي ٠٥٠١٢٣٤٥٦٧", "رقمي xxphone"),
        ("IBAN AE07 0331 2345 6789 0123 456 thanks", "IBAN xxiban thanks"),
        ("id 784-1990-1234567-1", "id xxidnumber"),
        ("هويتي 1098765432", "هويتي xxidnumber"),
        ("سيارة أ ب ج 1234 واقفة", "سيارة xxplate واقفة"),
        ("see https://x.example/me and @huda_k", "see xxurl and xxhandle"),
        ("my case 7K3M-9QXT-2WDR-5", "my case xxreference"),
        ("Pothole on street 14, 3 days", "Pothole on street 14, 3 days"),
    ],
)
def test_personal_data_becomes_placeholder_words(typed: str, masked: str) -> None:
    assert t.mask_personal(typed) == masked
    assert t.trace_masked(typed).text == masked


def test_a_placeholder_leads_back_to_all_that_it_hides() -> None:
    typed = "اتصل على ٠٥٠١٢٣٤٥٦٧ الآن"
    traced = t.trace_masked(typed)
    both = traced.then(t.trace(traced.text))
    start = both.text.index("xxphone")
    assert typed[slice(*both.original_span(start, start + 7))] == "٠٥٠١٢٣٤٥٦٧"
    start = both.text.index("الان")
    assert typed[slice(*both.original_span(start, start + 4))] == "الآن"


ATTACKS = {
    "marks": "a" + "\u0327\u0301" * 500_000,
    "letters": "a" * 1_000_000,
    "dots": "1." * 500_000,
    "hyphens": "1-" * 500_000,
    "digits": "1" * 1_000_000,
    "spaces": "\n" + " " * 1_000_000,
    "lines": "\n \n" * 330_000,
    "addresses": "a@" * 500_000,
    "links": "http://" * 140_000,
    "dotted links": "http://" + "." * 1_000_000,
    "capitals": "A1-" * 330_000,
    "groups": "12 34 " * 160_000,
    "joiners": "\u200c" * 1_000_000,
    "controls": "\u202e" * 1_000_000,
    "tatweel": "\u0640" * 1_000_000,
    "tags": "<div>" * 200_000,
    "plates": "أ ب " * 250_000,
    "arabic": "السّلام عليكم " * 70_000,
}
FUNCTIONS: list[Callable[[str], object]] = [
    t.normalise,
    t.trace,
    t.clean_line,
    t.clean_body,
    t.variety_of,
    t.direction_of,
    t.bidi_html,
    t.bidi_plain,
    t.paragraphs_html,
    t.name_skeleton,
    t.name_words,
    t.mask_personal,
]


ATTACK_LENGTH = 250_000


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_hostile_text_costs_no_more_than_its_length(function: Callable[[str], object], attack: str) -> None:
    """A quarter of a megabyte in far less than a CPU second; anything quadratic would take minutes."""
    started = time.process_time()
    function(ATTACKS[attack][:ATTACK_LENGTH])
    assert time.process_time() - started < 0.75


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("نص قصير", "نص قصير"),
        ("سطر\n  وآخر", "سطر وآخر"),
        ("طريق المدرسة، مظلم ليلًا", "طريق المدرسة…"),
        ("ا" * 30, "ا" * 16 + "…"),
    ],
)
def test_the_first_words_of_a_text_end_between_words_where_it_has_any(whole: str, shown: str) -> None:
    assert t.first_words(whole, 16) == shown
