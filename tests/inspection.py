"""What every page owes its reader, checked on each page that a test gets (after alphagov/notifications-admin).

`faults_of(answer)` names what is wrong with one answer in plain sentences; the test client raises them. A page that
breaks a rule therefore fails whichever test happened to open it.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.mofile import read_mo
from werkzeug.test import TestResponse

from app.core.headers import CSP
from app.core.i18n import CATALOGUES, DIRECTIONS, other
from tools.catalogues import extracted

XHTML = "{http://www.w3.org/1999/xhtml}"
LANGUAGE_IN_PATH = re.compile(r"/(ar|en)(?=/|$)")
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
KNOWN_LATIN = frozenset(
    "PDF PNG JPEG WebP GIF HEIC DOCX XLSX ODT TXT CSV JSON HTML SMS QR KB MB GB TOTP AA WCAG Word Excel NVDA "
    "VoiceOver English Atom Markdown".split()
)
"""Abbreviations and names of programs that Arabic readers know in Latin letters."""

REFERENCE = re.compile(r"\b[A-Z]{4}-[A-Z]{4}-[A-Z]{4}-[A-Z]\b")
"""One reference in 130 happens to have no digit."""

ISOLATED = frozenset({"bdi", "code", "kbd", "samp", "time", "script", "style", "textarea", "svg"})
NEEDS_LABEL = frozenset({"input", "select", "textarea"})
NAMES_ITSELF = frozenset({"hidden", "submit", "button", "reset", "image"})
SPOKEN_ATTRIBUTES = ("alt", "title", "aria-label", "placeholder")
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data")
POINTERS = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "popovertarget", "list", "form")


@dataclass(frozen=True)
class Page:
    """One HTML page: the answer, its tree, and each element's ancestors."""

    path: str
    query: str
    status: int
    root: Element
    syntax_errors: tuple[str, ...]
    parents: dict[Element, Element]

    @property
    def language(self) -> str | None:
        """The language that the address promises; None when it names none."""
        found = LANGUAGE_IN_PATH.match(self.path)
        return found[1] if found else None

    def all(self, *tags: str) -> Iterator[Element]:
        for element in self.root.iter():
            if not tags or tag(element) in tags:
                yield element

    def above(self, element: Element) -> Iterator[Element]:
        """The element and what stands around it, from the inside out."""
        here: Element | None = element
        while here is not None:
            yield here
            here = self.parents.get(here)

    def language_at(self, element: Element) -> str:
        return next((e.get("lang", "") for e in self.above(element) if e.get("lang")), "")


def tag(element: Element) -> str:
    return element.tag.removeprefix(XHTML) if isinstance(element.tag, str) else ""


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def parse(text: str, path: str = "/ar/", query: str = "", status: int = 200) -> Page:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", html5lib.constants.DataLossWarning)
        root = parser.parse(text)
    errors = tuple(f"{code} at {place} {facts or ''}".strip() for place, code, facts in parser.errors)
    parents = {child: parent for parent in root.iter() for child in parent}
    return Page(path, query, status, root, errors, parents)


# The checks of one page


def _is_valid(page: Page) -> Iterator[str]:
    for error in page.syntax_errors[:3]:
        yield f"is not valid HTML: {error}"


def _speaks_its_language(page: Page) -> Iterator[str]:
    lang, direction = page.root.get("lang", ""), page.root.get("dir")
    if page.language and lang != page.language:
        yield f'has lang="{lang}" under /{page.language}/'
    if DIRECTIONS.get(lang) != direction:
        yield f'has dir="{direction}" with lang="{lang}"'


def _has_one_heading_and_a_title(page: Page) -> Iterator[str]:
    headings = [words(h) for h in page.all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"must have exactly one h1 with words, but has {headings}"
    title = next((words(t) for t in page.all("title")), "")
    if not title.partition("·")[0].strip():
        yield f"has no title of its own: {title!r}"


def _labels_its_controls(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label") if words(label)}
    for control in page.all(*NEEDS_LABEL):
        has_label = (
            control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
        )
        in_label = any(tag(e) == "label" and words(e) for e in page.above(control))
        if control.get("type") not in NAMES_ITSELF and not has_label and not in_label:
            yield f"has a control without label: {control.get('name') or control.attrib}"
    for button in page.all("button", "a"):
        if not (words(button) or button.get("aria-label")):
            yield f"has a {tag(button)} without words: {button.attrib}"


def _ids_are_unique_and_meant(page: Page) -> Iterator[str]:
    ids = [e.get("id") for e in page.all() if e.get("id") is not None]
    for twice in sorted({i for i in ids if ids.count(i) > 1 or not i}, key=str):
        yield f'has id="{twice}" more than once, or empty'
    for element in page.all():
        for pointer in POINTERS:
            for target in (element.get(pointer) or "").split():
                if target not in ids:
                    yield f'has {pointer}="{target}", but nothing with that id'
        fragment = element.get("href", "")
        if fragment.startswith("#") and len(fragment) > 1 and fragment[1:] not in ids:
            yield f'has a link to "{fragment}", but nothing with that id'


def _guards_its_forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        if form.get("method", "get").lower() != "post":
            continue
        names = [e.get("name") for e in form.iter() if tag(e) == "input"]
        if names.count("csrf_token") != 1:
            yield f"has {names.count('csrf_token')} CSRF fields in the form to {form.get('action') or 'itself'}"


def _runs_nothing_inline(page: Page) -> Iterator[str]:
    for element in page.all():
        if tag(element) == "script" and not element.get("src"):
            yield "has an inline script"
        if tag(element) == "style" or element.get("style") is not None:
            yield f"has an inline style in {tag(element)}"
        for name in element.attrib:
            if name.lower().startswith("on") or name.lower().startswith("hx-on"):
                yield f"has the handler {name} in {tag(element)}"
        for name in ADDRESSES:
            if (element.get(name) or "").strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                yield f"has {name}={element.get(name)!r} in {tag(element)}"


def _prints_every_value(page: Page) -> Iterator[str]:
    """A value that a template lacked is printed as `None` or as nothing: a link to /None, an icon without lines."""
    for element in page.all():
        yield from (
            f"has {name}=None in {tag(element)}" for name, value in element.attrib.items() if value == "None"
        )
        if tag(element) == "path" and not element.get("d"):
            yield "has an icon without lines"


def _stays_at_home(page: Page) -> Iterator[str]:
    for element in page.all(
        "link", "script", "img", "iframe", "source", "video", "audio", "form", "object", "embed"
    ):
        for name in ("href", "src", "action", "data"):
            host = urlsplit(element.get(name) or "").netloc
            if host and host != "localhost":
                yield f"asks another host: {tag(element)} {name}={element.get(name)}"


def _says_everything_in_arabic(page: Page) -> Iterator[str]:
    """A sentence that merely waits for its translation is left to the check of the catalogue."""
    if page.root.get("lang") != "ar" or not _compiled().exists():
        return
    for element, text in _spoken(page):
        foreign = [w for w in LATIN_WORD.findall(_without_codes(text)) if w not in KNOWN_LATIN]
        if foreign and not _waits_for_translation(text):
            yield f"says in Latin letters, outside of lang or bdi, in {tag(element)}: {' '.join(text.split())[:80]!r}"


def _spoken(page: Page) -> Iterator[tuple[Element, str]]:
    """Pieces of visible or spoken text for which the page's own language holds."""
    for element in page.all():
        if page.language_at(element) != "ar" or _is_isolated(page, element):
            continue
        for text in (element.text, *(child.tail for child in element), *map(element.get, SPOKEN_ATTRIBUTES)):
            if text and text.strip():
                yield element, text


def _is_isolated(page: Page, element: Element) -> bool:
    return any(
        tag(e) in ISOLATED or e.get("dir") in ("ltr", "auto")
        for e in page.above(element)
        if e is not page.root
    )


def _without_codes(text: str) -> str:
    """Addresses, codes and isolated names (U+2066-2069) are of no language."""
    isolated = re.sub("[\u2066-\u2068][^\u2069]*\u2069", " ", text)
    return REFERENCE.sub(" ", re.sub(r"\S*[@\d/]\S*", " ", isolated))


def _waits_for_translation(text: str) -> bool:
    """Whether each part of the text is (a piece of) a sentence that the catalogue lacks; titles have three parts."""
    parts = [
        part for part in re.split(r" · |(?<=[\u0600-\u06ff]): ", text.strip()) if LATIN_WORD.search(part)
    ]
    return all(any(gap.search(part) for gap in _gaps()) for part in parts)


@cache
def _gaps() -> tuple[re.Pattern[str], ...]:
    """The sentences of the code, cut at their placeholders, that the compiled catalogue does not have yet."""
    with _compiled().open("rb") as file:
        known = {_first(message.id) for message in read_mo(file)}
    wanted = {
        form for message in extracted() if _first(message.id) not in known for form in _forms(message.id)
    }
    pieces = {piece.strip() for form in wanted for piece in re.split(r"%\(\w+\)[sd]", form)}
    return tuple(re.compile(re.escape(piece)) for piece in pieces if LATIN_WORD.search(piece))


def _first(message_id: str | Sequence[str]) -> str:
    return _forms(message_id)[0]


def _forms(message_id: str | Sequence[str]) -> Sequence[str]:
    return (message_id,) if isinstance(message_id, str) else message_id


def _compiled() -> Path:
    return CATALOGUES / "ar" / "LC_MESSAGES" / "messages.mo"


def _offers_the_other_language(page: Page) -> Iterator[str]:
    if page.language is None or page.status != 200:
        return
    links = [e for e in page.all("a") if e.get("hreflang") == other(page.language)]
    wanted = LANGUAGE_IN_PATH.sub(f"/{other(page.language)}", page.path, count=1)
    if not links:
        yield "has no link to the same page in the other language"
    elif unquote(urlsplit(links[0].get("href", "")).path) != wanted:
        yield f"leads to {links[0].get('href')} for the other language, not to {wanted}"


CHECKS: tuple[Callable[[Page], Iterable[str]], ...] = (
    _is_valid,
    _speaks_its_language,
    _has_one_heading_and_a_title,
    _labels_its_controls,
    _ids_are_unique_and_meant,
    _guards_its_forms,
    _runs_nothing_inline,
    _prints_every_value,
    _stays_at_home,
    _says_everything_in_arabic,
    _offers_the_other_language,
)

# The checks of one answer


def _headers(answer: TestResponse, path: str) -> Iterator[str]:
    is_file = "attachment" in answer.headers.get("Content-Disposition", "")
    csp = answer.headers.get("Content-Security-Policy")
    if csp != ("sandbox" if is_file else CSP):
        yield f"has the Content-Security-Policy {csp!r}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "lacks X-Content-Type-Options: nosniff"
    if path.startswith("/static/"):
        return
    if answer.headers.get("Cache-Control") != "no-store":
        yield f"has Cache-Control: {answer.headers.get('Cache-Control')!r} instead of no-store"
    varies = {v.strip().lower() for v in answer.headers.get("Vary", "").split(",")}
    if not {"cookie", "accept-language"} <= varies:
        yield f"has Vary: {answer.headers.get('Vary')!r}; it must name Cookie and Accept-Language"


def faults_of(answer: TestResponse) -> list[str]:
    """What is wrong with this answer, in sentences that begin with its address."""
    url = answer.request
    found = list(_headers(answer, url.path))
    if answer.mimetype == "text/html" and answer.status_code not in range(300, 400) and answer.data:
        found += page_faults(
            answer.get_data(as_text=True), url.path, url.query_string.decode(), answer.status_code
        )
    return [f"{url.method} {url.path} ({answer.status_code}) {fault}" for fault in found]


CHANGING = re.compile(
    r'(name="(?:csrf_token|client_id)"[^>]*value=")[^"]*|(?<=<bdi dir="ltr">)[0-9a-f]{12}(?=</bdi>)'
)
_found_before: dict[int, list[str]] = {}


def page_faults(text: str, path: str, query: str = "", status: int = 200) -> list[str]:
    """The same page (but for tokens) is inspected once in a process: error pages come by the hundred."""
    key = hash((CHANGING.sub(r"\1", text), path, status))
    if key not in _found_before:
        page = parse(text, path, query, status)
        _found_before[key] = [fault for check in CHECKS for fault in check(page)]
    return _found_before[key]
