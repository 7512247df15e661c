"""What may stand in an article: words, lists, tables and links; never a script, and never for seconds."""

import re
import time

import pytest

from app.documents.markup import TooMuch, clean_html, from_markdown, plain_text, to_markdown
from tests.security.payloads import PAYLOADS

RUNS = re.compile(
    r"<(?!/?(?:p|br|ul|ol|li|strong|em|b|i|sub|sup|blockquote|table|caption|thead|tbody|tr|th|td|a|h[1-6])[\s>/])[a-z!/]"
    r"|<[a-z][^>]*\s(?:on\w+|style)\s*=|<[a-z][^>]*href=\"(?!https?:|mailto:)[^\"]*:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_survives_the_cleaning(payload: str) -> None:
    for cleaned in (clean_html(payload), clean_html(payload, headings=True), from_markdown(payload)):
        assert not RUNS.search(cleaned), cleaned


def test_the_rule_would_see_a_payload() -> None:
    for bad in ("<script>", "<p onclick=x>", '<a href="javascript:x">', "<img src=x>", '<p style="x">'):
        assert RUNS.search(bad), bad


def test_lists_tables_and_links_stay() -> None:
    kept = (
        '<p>نص <strong>مهم</strong></p><ol start="3"><li>ج</li></ol>'
        '<table><thead><tr><th scope="col">أ</th></tr></thead><tbody><tr><td colspan="2">ب</td></tr></tbody></table>'
        '<p><a href="https://example.org/" rel="noopener noreferrer nofollow">رابط</a></p>'
    )
    assert clean_html(kept) == kept
    assert plain_text(kept) == "نص مهم\nج\nأ\nب\nرابط"


@pytest.mark.parametrize(
    "source",
    ["<div>" * 50_000, "<b>" * 100_000, "<ul><li>" * 40_000, "<p>" * 700_000, "x" * 2_000_001],
    ids=["nested blocks", "nested marks", "nested lists", "too long", "too many words"],
)
def test_what_would_cost_seconds_is_refused_at_once(source: str) -> None:
    started = time.process_time()
    with pytest.raises(TooMuch):
        clean_html(source)
    assert time.process_time() - started < 1, "measured: 2 ms; cleaning it takes six seconds"


@pytest.mark.parametrize("source", [">" * 5_000, "- " * 5_000, "1. " * 140_000, "> - " * 100])
def test_deep_quotes_and_lists_are_refused_or_flat(source: str) -> None:
    started = time.process_time()
    try:
        from_markdown(source)
    except TooMuch:
        pass
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "markdown",
    [
        "فقرة أولى.\n\nفقرة ثانية مع **كلمة**.",
        "- أ\n- ب\n   - ج\n- د",
        "3. ثالثًا\n4. رابعًا",
        "| أ | ب |\n| --- | --- |\n| 1 | 2 |\n\nثم نص.",
        "نص فيه \\* و \\[قوس\\] و \\_خط\\_.",
        "سطر\\\nوسطر",
        "[رابط](https://example.org/a)",
        "1\\. ليست قائمة",
    ],
)
def test_the_form_shows_what_gives_the_same_article_again(markdown: str) -> None:
    html = from_markdown(markdown)
    assert from_markdown(to_markdown(html)) == html
