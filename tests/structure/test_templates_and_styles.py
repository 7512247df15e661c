"""Rules for templates, stylesheet and scripts that a reviewer would otherwise have to remember.

Each rule is also shown a fault, so that a rule that no longer finds anything fails.
"""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "app" / "static"
MANIFEST = STATIC / "dist" / "manifest.json"
PACKAGES = ("app", "participation", "feedback")
COMPONENTS = ROOT / "app" / "templates" / "components"

LARGEST_STYLESHEET = 12_000
LARGEST_APP_SCRIPT = 6_000
LARGEST_FIRST_VIEW_WITHOUT_PAGE = 95_000

PHYSICAL = re.compile(r"(?:^|[;{\s-])(?:left|right)\b(?=[^;{}]*[;:}])", re.MULTILINE)
FORBIDDEN = {
    "an inline style, which the content security policy stops": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an inline script, which the content security policy stops": re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE
    ),
    "an inline event handler, which the content security policy stops": re.compile(
        r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE
    ),
    "hx-on, which needs eval": re.compile(r"\bhx-on\b"),
    "a js: value, which needs eval": re.compile(r"[\"']\s*js(?:on)?:\s*\{|[\"']\s*js:"),
    "a filter in hx-trigger, which needs eval": re.compile(r"hx-trigger\s*=\s*[\"'][^\"']*\["),
    "something from another host": re.compile(
        r"\b(?:src|srcset|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE
    ),
    "a morph or out-of-house htmx address": re.compile(
        r"hx-(?:get|post|put|patch|delete)\s*=\s*[\"']https?:"
    ),
}
FAULTS = {
    "an inline style, which the content security policy stops": '<p style="color: red">',
    "an inline script, which the content security policy stops": "<script>alert(1)</script>",
    "an inline event handler, which the content security policy stops": '<a href="#" onclick="go()">',
    "hx-on, which needs eval": '<a hx-on:click="go()">',
    "a js: value, which needs eval": "<a hx-vals='js:{a: 1}'>",
    "a filter in hx-trigger, which needs eval": '<a hx-trigger="click[ctrlKey]">',
    "something from another host": '<img src="//elsewhere.example/a.png">',
    "a morph or out-of-house htmx address": '<a hx-get="https://elsewhere.example/">',
}
SAFE = re.compile(r"\|\s*safe\b")
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*macro\s+([a-z]\w*)\s*\(")


def templates() -> Iterator[Path]:
    """Every page template; mails carry inline styles because mail programs drop stylesheets."""
    for package in PACKAGES:
        yield from (t for t in sorted((ROOT / package).rglob("*.html")) if "email" not in t.parts)


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def unexplained_safe(text: str) -> list[str]:
    """Lines that print text unescaped without a comment on the same line or the one before it."""
    lines = text.splitlines()
    return [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if SAFE.search(line) and "{#" not in line and "#}" not in before
    ]


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_no_template_holds(rule: str) -> None:
    faulty = [
        f"{template.relative_to(ROOT)}: {found[0]}"
        for template in templates()
        for found in FORBIDDEN[rule].finditer(JINJA_COMMENT.sub("", template.read_text("utf-8")))
    ]
    assert not faulty, f"these templates hold {rule}: {faulty}"


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_each_rule_for_templates_finds_its_fault(rule: str) -> None:
    assert FORBIDDEN[rule].search(FAULTS[rule])


def test_text_printed_unescaped_says_who_cleaned_it() -> None:
    faulty = {str(t.relative_to(ROOT)): unexplained_safe(t.read_text("utf-8")) for t in templates()}
    assert not {name: lines for name, lines in faulty.items() if lines}
    assert unexplained_safe("{{ text|safe }}")
    assert not unexplained_safe("{{ text|safe }}{# cleaned by core.text.clean_markup #}")


def test_styles_name_no_physical_side() -> None:
    for sheet in sorted((STATIC / "css").glob("*.css")):
        faulty = [found.group() for found in PHYSICAL.finditer(without_comments(sheet.read_text("utf-8")))]
        assert not faulty, f"{sheet.name}: write inline-start and inline-end instead of {faulty}"


@pytest.mark.parametrize(
    "fault",
    [
        "p { margin-left: 0; }",
        "p{left:0}",
        "p { text-align: right; }",
        "p { float: left }",
        "a{border-right:0}",
    ],
)
def test_the_rule_against_physical_sides_finds_its_fault(fault: str) -> None:
    assert PHYSICAL.search(fault)


def test_styles_fetch_nothing() -> None:
    for sheet in sorted((STATIC / "css").glob("*.css")):
        assert "url(" not in sheet.read_text("utf-8"), (
            "pictures are inline SVG in templates; fonts come from the build"
        )


def test_the_stylesheet_stays_small() -> None:
    assert _packed(STATIC / "css" / "sawt.css") <= LARGEST_STYLESHEET


def test_the_script_of_every_page_stays_small() -> None:
    assert _packed(STATIC / "js" / "app.js") <= LARGEST_APP_SCRIPT


@pytest.mark.skipif(not MANIFEST.is_file(), reason="nothing is built: ./run front-end")
def test_a_first_view_stays_within_its_budget() -> None:
    """Two weights of two scripts, stylesheet and scripts; the page itself has the rest of the 110 KB."""
    names = ["css/sawt.css", "js/app.js", "htmx.js", "img/favicon.svg"]
    names += [f"fonts/{script}-{weight}.woff2" for script in ("arabic", "latin") for weight in (400, 700)]
    built = json.loads(MANIFEST.read_text("utf-8"))
    assert sum(_packed(MANIFEST.parent / built[name]) for name in names) <= LARGEST_FIRST_VIEW_WITHOUT_PAGE


def _packed(file: Path) -> int:
    """Size in bytes after gzip; brotli, which proxies prefer, makes it smaller still."""
    return len(gzip.compress(file.read_bytes(), 9))


def test_every_component_is_shown_in_the_style_guide() -> None:
    shown = (ROOT / "app" / "templates" / "styleguide.html").read_text("utf-8")
    base = (ROOT / "app" / "templates" / "base.html").read_text("utf-8")
    components = {file: file.read_text("utf-8") for file in sorted(COMPONENTS.glob("*.html"))}
    bodies = "".join(MACRO.sub("", text) for text in components.values())
    missing = [
        f"{file.name}: {name}"
        for file, text in components.items()
        for name in MACRO.findall(text)
        if not re.search(rf"\b{name}\(", shown + base + bodies)
    ]
    assert not missing, f"show these in styleguide.html: {missing}"


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') >= 10
