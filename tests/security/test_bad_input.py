"""Whatever people, programs and broken browsers send: a clear word in the reader's language, never a failure of ours.

The rows of routes.yaml say which forms and addresses there are, so that a new one is tried without being named here.
"""

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from werkzeug.test import TestResponse

from app.core import db
from app.core.i18n import DIRECTIONS
from app.core.text import clean_line, fold_digits, language_of
from app.core.uploads import StoredFile
from app.factory import Sawt
from tests import world
from tests.inspection import Page, parse, tag, words
from tests.structure import table
from tests.structure.table import Row, Stage, methods, snapshot
from tests.world import Thing

pytestmark = pytest.mark.either_database

TEXTS = {
    "nothing": "",
    "only spaces": " \t\r\n\u00a0\u3000",
    "control characters": "ماء\x01\x07\x1b[31m\x7f\x85 water",
    "NUL": "ماء\x00water",
    "directions": "\u202eإلى\u202c \u2066x\u2069 \u200f\u200e gpj.exe",
    "emoji": "🚰💧👨‍👩‍👧‍👦 🇦🇪",
    "many marks": "م" + "\u064e" * 100 + " a" + "\u0301" * 100,
    "one long word": "ماء" * 1_000,
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}%s%(x)s",
    "statements": "'; DROP TABLE cases; -- \\",
    "unassigned letters": "\ufffe\uffff\U0010ffff\u0378",
    "noughts and signs": "-0 +1e309 NaN ٠ ۰ 99999999999999999999",
}
LONG = "انقطعت المياه. " * 37_500
"""1 MB in UTF-8 and a little more."""

CHOSEN = frozenset({
    "agency", "other_agency", "rating", "seen", "seen_seq", "assignee", "role", "language", "year", "key", "asks",
})  # fmt: skip
"""Fields that a person chooses from a list, or a page carries along."""

CARRIED = ("client_id", "kept_files", "seen_seq", "next", "act", "notice")
SECRET = frozenset({"password", "present", "code"})

FORMS = [row for row in table.rows() if row.method != "GET" and row.endpoint != "demo.create_entrance"]
PAGES = [row for row in table.rows() if row.method == "GET" and row.endpoint not in {"static"}]
WITH_FILES = [
    row
    for row in FORMS
    if row.endpoint in {"inquiries.create", "cases.create_message", "inbox.create_answer"}
]
QUERIES = ("q", "after", "before", "view", "language", "agency", "next", "about", "reference", "year", "lang")


WITHOUT_NAMES = frozenset({"documents.manifest"})
"""Addresses with nothing to forge, though something has to be there for them."""

NAMED = [row for row in PAGES + FORMS if (row.of or row.names) and row.endpoint not in WITHOUT_NAMES]


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def send(stage: Stage, row: Row, thing: Thing, lang: str, data: dict[str, Any], **how: Any) -> TestResponse:
    """Post to the address of the row as somebody for whom it is meant."""
    stage.app.extensions["limiters"].memory.storage.reset()
    browser = stage.browser(row.doer)
    with browser.session_transaction() as session:
        session.pop("_flashes", None)  # in the language of the trial before
    return browser.send(stage.url(row, thing, lang), data, method=row.method, **how)


def has_been_understood(answer: TestResponse, lang: str, query: str = "") -> None:
    """No failure of ours, and each refusal says in the reader's language what to do."""
    told = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
    assert answer.status_code < 500, told
    if answer.status_code in range(200, 400) or not answer.data or answer.mimetype != "text/html":
        return
    page = parse(answer.text, answer.request.path)
    assert (page.root.get("lang"), page.root.get("dir")) == (lang, DIRECTIONS[lang]), told
    heading = next(words(h) for h in page.all("h1"))
    assert answer.status_code == 422 or language_of(heading) == lang, told
    if answer.status_code == 422:
        assert any("error-summary" in (e.get("class") or "") for e in page.all("div")), (
            f"{told} without a word"
        )


def letters(text: str) -> str:
    """What must survive of a text: letters and digits."""
    return re.sub(r"[\W_]+", "", fold_digits(text))


def typed(page: Page, name: str) -> str | None:
    """What stands in the controls of this name; None if the page has none in which one types."""
    areas = [e for e in page.all("textarea", "input") if e.get("name") == name]
    shown = [
        e for e in areas if tag(e) == "textarea" or e.get("type", "text") in {"text", "email", "tel", "url"}
    ]
    return "".join(e.get("value") or "".join(e.itertext()) for e in shown) if shown else None


def keeps(answer: TestResponse, sent: dict[str, str]) -> None:
    """A refused form comes back with what was typed."""
    page = parse(answer.text, answer.request.path)
    for name, text in sent.items():
        kept = typed(page, name)
        if kept is not None and text.isprintable():
            assert letters(clean_line(text)) in letters(clean_line(kept)), (
                f"{answer.request.path} lost {name}"
            )


def trials(row: Row, fields: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """First every text of the form is bad, then everything that is chosen or carried along."""
    written = [name for name in fields if name not in CHOSEN]
    others = [name for name in fields if name in CHOSEN] + list(CARRIED)
    for what, text in TEXTS.items():
        if written:
            yield f"texts: {what}", fields | dict.fromkeys(written, text)
        yield f"choices: {what}", fields | dict.fromkeys(others, text)


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_form_full_of_nonsense_is_answered_and_nothing_is_stored_half(stage: Stage, row: Row) -> None:
    thing = stage.thing(row.of)
    before = snapshot()
    for at, (what, fields) in enumerate(trials(row, stage.fields(row, row.doer, thing))):
        lang = ("ar", "en")[at % 2]
        stage.browser(row.doer).inspects = what.startswith(
            "texts"
        )  # a forged choice may come back as it came
        answer = send(stage, row, thing, lang, fields)
        has_been_understood(answer, lang)
        if answer.status_code < 400:
            thing = stage.thing(row.of)
            before = snapshot()
            continue
        assert snapshot() == before, f"{row}: {what} was refused and yet changed something"
        if answer.status_code == 422 and what.startswith("texts"):
            keeps(answer, {name: text for name, text in fields.items() if name not in SECRET})


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("row", [row for row in FORMS if "body" in row.send], ids=str)
def test_a_megabyte_is_refused_with_the_text_still_in_the_form(stage: Stage, row: Row, lang: str) -> None:
    thing, browser = stage.thing(row.of), stage.browser(row.doer)
    browser.inspects = False  # a page of a megabyte takes the inspector seconds
    before = snapshot()
    answer = send(stage, row, thing, lang, stage.fields(row, row.doer, thing) | {"body": LONG})
    assert answer.status_code == 422
    assert snapshot() == before
    assert f'lang="{lang}"' in answer.text
    assert "error-summary" in answer.text
    assert LONG.strip() in answer.text


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_form_of_an_expired_page_is_refused_with_its_text(stage: Stage, row: Row) -> None:
    """The token is missing, forged, or of another browser's session."""
    if table.read()[row.endpoint].csrf:
        return
    thing = stage.thing(row.of)
    fields = stage.fields(row, row.doer, thing)
    before = snapshot()
    foreign = stage.app.test_client().token()  # type: ignore[attr-defined]
    for lang, token in (("ar", ""), ("en", "forged"), ("ar", foreign)):
        answer = send(stage, row, thing, lang, fields | {"csrf_token": token})
        assert answer.status_code in {400, 422}, f"{row} with the token {token!r}: {answer.status_code}"
        has_been_understood(answer, lang)
        assert snapshot() == before
        if answer.status_code == 422:
            keeps(answer, {name: text for name, text in fields.items() if name not in SECRET})


FORM = "application/x-www-form-urlencoded"
BODIES: dict[str, tuple[bytes, str]] = {
    "nothing at all": (b"", ""),
    "Windows-1256": (b"body=" + "ماء".encode("cp1256"), FORM),
    "UTF-16": ("body=ماء".encode("utf-16"), f"{FORM}; charset=utf-16"),
    "a lone surrogate": (b"body=%ED%A0%80&name=%C0%80", FORM),
    "JSON": (b'{"body": "x"}', "application/json"),
    "an unknown kind": (b"\x00\xff", "application/x-nonsense"),
    "parts that never end": (
        b"--b\r\nContent-Disposition: form-data; name=body\r\n\r\nx",
        "multipart/form-data; boundary=b",
    ),
    "parts without a boundary": (b"x", "multipart/form-data"),
    "a thousand fields": (
        urlencode([(f"f{n}", "x") for n in range(1_000)]).encode(),
        "application/x-www-form-urlencoded",
    ),
}


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_body_that_is_no_form_is_answered_with_a_word(stage: Stage, row: Row) -> None:
    """The token comes in a header, so that the body is what decides."""
    thing, browser = stage.thing(row.of), stage.browser(row.doer)
    for at, (body, kind) in enumerate(BODIES.values()):
        lang = ("ar", "en")[at % 2]
        stage.app.extensions["limiters"].memory.storage.reset()
        headers = {"Origin": "http://localhost", "X-CSRFToken": browser.token()}
        with browser.session_transaction() as session:
            session.pop("_flashes", None)  # what was said in the other language
        answer = browser.post(stage.url(row, thing, lang), data=body, content_type=kind, headers=headers)
        has_been_understood(answer, lang)
        if answer.status_code < 400:
            thing = stage.thing(row.of)


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_an_address_with_a_bad_query_is_answered(stage: Stage, row: Row) -> None:
    thing, browser = stage.thing(row.of), stage.browser(_reader(row))
    for at, text in enumerate([*TEXTS.values(), "ا" * 8_000]):
        lang = ("ar", "en")[at % 2]
        query = urlencode(dict.fromkeys(QUERIES, text))
        url = stage.url(row, thing, lang)
        answer = browser.get(f"{url}{'&' if '?' in url else '?'}{query}")
        has_been_understood(answer, lang if url.startswith(f"/{lang}") else "ar")


@pytest.mark.parametrize(
    "row",
    [row for row in PAGES + FORMS if (row.of or row.names) and row.endpoint not in WITHOUT_NAMES],
    ids=str,
)
def test_a_forged_address_leads_nowhere(stage: Stage, row: Row) -> None:
    """Whatever stands where a reference, an id or a token belongs: no such page, or the way to it."""
    thing = stage.thing(row.of)
    rule = next(r for r in stage.app.url_map.iter_rules(row.endpoint) if row.method in methods(r))
    for at, text in enumerate([t for t in TEXTS.values() if t.strip()]):
        lang = ("ar", "en")[at % 2]
        path = _filled(rule.rule, lang, quote(text, safe=""))
        browser = stage.browser(row.doer)
        answer = (
            browser.get(path)
            if row.method == "GET"
            else browser.send(path, stage.fields(row, row.doer, thing))
        )
        has_been_understood(answer, lang if path.startswith(f"/{lang}/") else "ar")
        assert answer.status_code >= 300, f"{path} was found"


def _reader(row: Row) -> str:
    return next(who for who, status in row.expected.items() if status < 400)


def _filled(rule: str, lang: str, text: str) -> str:
    return re.sub(r"<[^>]+>", text, rule.replace("<any(ar, en):lang>", lang))


# Files

FILE_FORMS = [
    row
    for row in FORMS
    if row.endpoint in {"inquiries.create", "cases.create_message", "inbox.create_answer"}
]
PICTURE = world.PICTURE
WRONG_FILES: dict[str, list[tuple[bytes, str]]] = {
    "an empty one": [(b"", "empty.pdf")],
    "a program": [(b"MZ\x90\x00" + b"\x00" * 500, "setup.exe")],
    "a program that says it is a picture": [(b"MZ\x90\x00" + b"\x00" * 500, "photo.png")],
    "a page": [(b"<html><script>alert(1)</script></html>", "page.html")],
    "a drawing with a script": [(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "x.svg")],
    "a broken picture": [(PICTURE[:30], "photo.png")],
    "a name that turns around": [(b"MZ\x90\x00" + b"\x00" * 500, "photo\u202egpj.exe")],
    "twenty": [(PICTURE, f"photo{n}.png") for n in range(20)],
}


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("row", FILE_FORMS, ids=str)
def test_wrong_files_are_refused_by_name_and_the_text_stays(stage: Stage, row: Row, lang: str) -> None:
    thing = stage.thing(row.of)
    fields = stage.fields(row, row.doer, thing)
    before = without_files()
    for what, files in WRONG_FILES.items():
        answer = send(stage, row, thing, lang, {**fields, "files": [(io.BytesIO(c), n) for c, n in files]})
        assert answer.status_code == 422, f"{row} took {what}"
        has_been_understood(answer, lang)
        assert letters(fields["body"]) in letters(answer.text), f"{row} lost the text with {what}"
    assert without_files() == before


def without_files() -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the tables, but for files: the good ones beside a wrong one wait for the form to come back."""
    return {name: rows for name, rows in snapshot().items() if name != "stored_files"}


@pytest.mark.parametrize("row", FILE_FORMS, ids=str)
def test_a_file_name_is_only_a_name(stage: Stage, row: Row) -> None:
    """Paths, direction tricks and control characters go; the Arabic name stays."""
    thing = stage.thing(row.of)
    name = "../../etc/\u202e\x07تقرير\u202c.png"
    fields = stage.fields(row, row.doer, thing)
    answer = send(stage, row, thing, "ar", {**fields, "files": [(io.BytesIO(PICTURE), name)]})
    assert answer.status_code == 303
    with db.transaction(reading=True) as session:
        assert [file.name for file in session.query(StoredFile)] == ["تقرير.png"]


# The same once more, and more than was asked


ACTS = [row for row in FORMS if row.endpoint.startswith(("cases.", "inquiries.", "inbox."))]


@pytest.mark.parametrize("row", [row for row in ACTS if row.endpoint != "inbox.new_canned"], ids=str)
def test_the_same_form_sent_twice_makes_one_thing(stage: Stage, row: Row) -> None:
    """A double click, the way back, a repeat after a lost line: same answer, same rows."""
    thing = stage.thing(row.of)
    fields = {**stage.fields(row, row.doer, thing), "client_id": "0190b2c4-0000-7000-8000-000000000001"}
    first = send(stage, row, thing, "ar", fields)
    made = counted()
    second = send(stage, row, thing, "ar", fields)
    has_been_understood(second, "ar")
    assert counted() == made
    if first.status_code == 303 and second.status_code == 303:
        assert second.location == first.location


def counted() -> dict[str, int]:
    """How many rows each table has."""
    return {name: len(rows) for name, rows in snapshot().items()}


EVERY_COLUMN = {column.name for made in db.Base.metadata.sorted_tables for column in made.columns}
OFFERED_TOO = {"name", "email", "other_agency", "title_en", "body_en"}
"""What some of these forms ask for and the table of routes leaves out."""


MOST_AT_ONCE = 150
"""A form of more parts than 200 is refused whole."""


@pytest.mark.parametrize("row", ACTS, ids=str)
def test_c32_a_column_that_no_form_offers_is_never_filled(stage: Stage, row: Row) -> None:
    columns = sorted(EVERY_COLUMN - {*row.send, *CARRIED, *OFFERED_TOO, "body"})
    for start in range(0, len(columns), MOST_AT_ONCE):
        thing = stage.thing(row.of)
        more = dict.fromkeys(columns[start : start + MOST_AT_ONCE], "forgery")
        answer = send(stage, row, thing, "ar", more | stage.fields(row, row.doer, thing))
        assert answer.status_code == row.expected[row.doer]
    assert "forgery" not in repr(snapshot())
