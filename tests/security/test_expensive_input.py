"""C29: what is made to cost much costs a second of CPU at most, or is refused; an error of ours loses no text."""

import gc
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from werkzeug.test import TestResponse

from app.cases import ports
from app.core.text import clean_body
from app.documents.forms import LONGEST_PASTED
from app.factory import Sawt
from feedback.routing import advice
from feedback.routing.seeds import load_seeds
from feedback.routing.training import train
from tests.factories.documents import draft_law
from tests.structure import table
from tests.structure.table import Row, Stage

pytestmark = pytest.mark.parametrize(
    "app", ["sqlite"], indirect=True
)  # it is parsing that costs, not storing

MOST_CPU_SECONDS = 1.0
MEGABYTE = 1_000_000
TEXTS = {
    "tags": "<div>" * (MEGABYTE // 5),
    "brackets": "[" * MEGABYTE,
    "stars": "*" * MEGABYTE,
    "marks": "ا" + "\u064b\u0651" * (MEGABYTE // 4),
    "latin marks": "a" + "\u0301" * (MEGABYTE // 2),
    "links": "http://" * (MEGABYTE // 7),
    "addresses": "a@" * (MEGABYTE // 2),
    "blank lines": "\n \n" * (MEGABYTE // 3),
    "arabic": "السّلام عليكم " * (MEGABYTE // 26),
    "digits": "٠" * (MEGABYTE // 2),
}
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "edge"
BODIES = {
    "json of 100,000 levels": (b"[" * 100_000 + b"]" * 100_000, "application/json"),
    "10,000 fields": ("&".join(f"field{n}=1" for n in range(10_000)).encode(), FORM),
    "a million empty fields": (b"a&" * 900_000, FORM),
    "20 MB in one field": (b"body=" + b"x" * 20_000_000, FORM),
    "10,000 parts": (
        b"".join(
            b'--edge\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(10_000)
        )
        + b"--edge--\r\n",
        f"multipart/form-data; boundary={BOUNDARY}",
    ),
    "a part that never ends": (
        b'--edge\r\nContent-Disposition: form-data; name="body"\r\n\r\n' + b"\r\n--edg" * 600_000,
        f"multipart/form-data; boundary={BOUNDARY}",
    ),
    "bytes of no encoding": (b"body=" + b"%ff%fe%80" * 200_000, FORM),
}
FIXED = {"agency", "assignee", "client_id", "language", "role", "seen", "seen_seq"}
"""Fields of forms that choose from a list or count: not for free text."""

PEOPLE = ("anonymous", "huda")
OPEN_FORMS = [
    (row, who)
    for row in table.rows()
    for who in PEOPLE
    if row.method == "POST" and set(row.send) - FIXED and row.expected[who] in {200, 303, 422}
]
IDS = [f"{row.endpoint}-{who}" for row, who in OPEN_FORMS]
SEARCHED = ("q", "about", "reference", "after", "before", "next", "view", "language", "x")


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def adviser() -> ports.Adviser:
    """A small router, because each text also goes through the one in use."""
    model = train([row for row in load_seeds() if row.label in {"water-sanitation", "roads-transport", None}])
    return lambda text: advice._advice(model.suggest(text), text)


@pytest.fixture(autouse=True)
def _with_a_router(app: Sawt, adviser: ports.Adviser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_adviser", adviser)


def measured(stage: Stage, who: str, path: str, **request: Any) -> tuple[TestResponse, float]:
    """The answer, and the CPU seconds that this process took for it.

    What thousands of tests before have left in memory is kept from the garbage collector meanwhile: looking
    through it takes a second by itself.
    """
    browser = stage.browser(who)
    browser.inspects = False
    stage.app.extensions["limiters"].memory.storage.reset()
    gc.freeze()
    began = time.process_time()
    try:
        answer = browser.open(path, headers={"Origin": "http://localhost"}, **request)
        return answer, time.process_time() - began
    finally:
        gc.unfreeze()


def assert_cheap(what: str, answer: TestResponse, took: float) -> None:
    assert answer.status_code < 500, f"{what}: {answer.status_code}"
    assert took <= MOST_CPU_SECONDS or answer.status_code == 413, f"{what}: {took:.2f} s"


def filled(stage: Stage, row: Row, who: str, text: str) -> bytes:
    """The row's form with this text in each free field, as a browser encodes it."""
    fields = stage.fields(row, who, stage.thing(row.of))
    fields |= dict.fromkeys(set(row.send) - FIXED, text) | {"csrf_token": stage.browser(who).token()}
    return urlencode(fields).encode()


@pytest.mark.parametrize(("row", "who"), OPEN_FORMS, ids=IDS)
def test_c29_a_megabyte_of_anything_in_any_form_is_cheap(stage: Stage, row: Row, who: str) -> None:
    path = stage.url(row, stage.thing(row.of))

    def sent(text: str) -> tuple[TestResponse, float]:
        body = filled(stage, row, who, text)
        return measured(stage, who, path, method="POST", data=body, content_type=FORM)

    sent("")  # compiles the templates of the answer, once in the life of a process
    for kind, text in TEXTS.items():
        answer, took = sent(text[: len(text) // len(set(row.send) - FIXED)])
        assert_cheap(f"{kind} to {row} as {who}", answer, took)


PASSWORDS = {
    "marks out of order": "a" + "\u0327\u0301" * 75_000,
    "ligatures": "\ufdfa" * 100_000,
    "ligatures of a fair length": "\ufdfa" * 3_900,
    "plain": "x" * 900_000,
}


@pytest.mark.parametrize("kind", PASSWORDS)
def test_c29_a_huge_password_is_wrong_and_cheap(stage: Stage, kind: str) -> None:
    """Where it is compared and where it is chosen, in forms that are right otherwise."""
    token = stage.thing("new password").names["secret"]
    forms = {
        ("anonymous", "/ar/sign-in"): {"email": "huda@example.org"},
        ("anonymous", "/ar/sign-up"): {"email": "new@example.org", "name": "قارئ جديد"},
        ("anonymous", f"/ar/password/new/{token}"): {},
        ("huda", "/ar/account/password"): {"present": PASSWORDS[kind]},
        ("huda", "/ar/account/proof"): {},
    }
    for (who, path), fields in forms.items():
        browser = stage.browser(who)
        body = urlencode({"csrf_token": browser.token(), "password": PASSWORDS[kind], **fields})
        answer, took = measured(stage, who, path, method="POST", data=body, content_type=FORM)
        assert answer.status_code in {413, 422}, f"{kind} to {path}: {answer.status_code}"
        assert_cheap(f"{kind} to {path}", answer, took)


@pytest.mark.parametrize("kind", BODIES)
def test_c29_a_body_that_is_no_form_of_ours_is_cheap(stage: Stage, kind: str) -> None:
    body, media_type = BODIES[kind]
    for path in (
        "/ar/inquiries/new",
        "/ar/inquiries/new/agency",
        "/en/cases/find",
        "/ar/sign-in",
        "/ar/nowhere",
    ):
        answer, took = measured(stage, "anonymous", path, method="POST", data=body, content_type=media_type)
        assert_cheap(f"{kind} to {path}", answer, took)
        assert 400 <= answer.status_code


@pytest.mark.parametrize("kind", ["tags", "marks", "latin marks", "digits"])
def test_c29_a_huge_query_is_cheap(stage: Stage, kind: str) -> None:
    """64 KB, which is what servers take of an address."""
    share = quote_plus(TEXTS[kind][: 64_000 // len(SEARCHED) // 3])
    query = "&".join(f"{name}={share}" for name in SEARCHED)
    for row, who in _lists():
        answer, took = measured(stage, who, f"{stage.url(row, stage.thing(row.of))}?{query}", method="GET")
        assert_cheap(f"{kind} asked of {row}", answer, took)


def _lists() -> Iterator[tuple[Row, str]]:
    """Pages at a fixed address, as somebody who gets them."""
    for row in table.rows():
        if row.method == "GET" and not row.of and not row.names:
            yield row, row.doer


@pytest.mark.parametrize("kind", ["tags", "brackets", "arabic", "stars"])
def test_c29_a_text_that_is_too_long_stands_in_the_form_again(stage: Stage, kind: str) -> None:
    text = TEXTS[kind][:100_000]
    for path in ("/ar/inquiries/new", "/ar/inquiries/new/agency"):
        body = urlencode(
            {"csrf_token": stage.browser("anonymous").token(), "body": text, "agency": "unknown"}
        )
        answer, took = measured(stage, "anonymous", path, method="POST", data=body, content_type=FORM)
        assert answer.status_code == 422, path
        assert clean_body(text) in unescape(answer.text), f"{path} lost the text"
        assert took <= MOST_CPU_SECONDS, f"{path}: {took:.2f} s"


MARKED = {
    **{
        mark: mark * (LONGEST_PASTED // len(mark))
        for mark in ("[", "![", "[a](", "*a", "- a\n", "# a\n", "<")
    },
    "a table": "a|b\n-|-\n" + "a|b\n" * 90_000,
    "paragraphs": "a\n\n" * (LONGEST_PASTED // 3),
    "headings, fewer": "# a\n" * 14_000,
    "pictures, fewer": "![" * 3_900,
    "quotes in quotes": ("> " * 7 + "a\n") * 250,
    "lists in lists": ("1. " * 7 + "a\n") * 250,
    "items of a list": "- a\n" * 3_700,
    "numbered items of a list": "1. a\n" * 3_700,
    "quotes in quotes, deeper": ("> " * 19 + "a\n") * 9_000,
    "lists in lists, deeper": ("- " * 8 + "a\n") * 20_000,
    "addresses that nothing closes": ("[a](" + "x" * 85) * 3_900,
    "addresses that are closed": ("[a](x(y(" + "z" * 15 + ")))") * 3_900,
    "long addresses": ("[a](" + "z" * 700 + ")") * 140,
    "addresses by themselves": ("<a:" + "z" * 30 + ">\n") * 2_900,
    "signs of entities": "&" * LONGEST_PASTED,
    "signs of entities, fewer": "&#x" * 14_000,
    "escapes": "\\" * LONGEST_PASTED,
}


@pytest.mark.parametrize("kind", MARKED)
def test_c29_a_law_of_nothing_but_marks_is_refused_or_cheap(stage: Stage, kind: str) -> None:
    law = draft_law(published=False)
    path = f"/ar/documents/draft/{law.year}/{law.number}/versions/1/import"
    fields = {"csrf_token": stage.browser("salma").token(), "language": "ar", "text": MARKED[kind]}
    answer, took = measured(stage, "salma", path, method="POST", data=urlencode(fields), content_type=FORM)
    assert_cheap(kind, answer, took)
    assert answer.status_code in {303, 422}


def test_c29_the_measure_sees_what_is_expensive(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(**_names: object) -> str:
        until = time.process_time() + MOST_CPU_SECONDS
        while time.process_time() < until:
            pass
        return "slow"

    monkeypatch.setitem(stage.app.view_functions, "dashboards.home", slow)
    answer, took = measured(stage, "anonymous", "/ar/", method="GET")
    with pytest.raises(AssertionError):
        assert_cheap("home", answer, took)
