"""C2, C20 and C41: what is private stays where it belongs: pages, files, mails, tables and logs are searched."""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import unquote_plus, urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from app.cases.actions import Contact
from app.cases.models import Attachment, Case, CaseText
from app.core import db, jobs, logs
from app.core.mail import Mail
from app.factory import Sawt
from tests import world
from tests.client import Browser
from tests.structure import table
from tests.structure.table import Stage

CANARIES = {
    "text": "كناري-النص-7731",
    "answer": "كناري-الجواب-7732",
    "note": "كناري-الملاحظة-7733",
    "name": "كناريالاسم",
    "address": "canary7734@example.org",
    "file name": "كناري-الملف-7735",
    "file": "CANARY-IN-FILE-7736",
}
MAY_READ = {
    "huda": {"text", "answer", "name", "address", "file name", "file"},
    "omar": set(CANARIES),
    "salma": set(CANARIES),
}
"""What each of them may come across; nobody else anything. Notes never reach the author."""

NEED_NOT_SEE = {"huda": {"name", "address"}}
"""A person need not be shown the own name and address."""

LINK = re.compile(r'<a\b[^>]*\bhref="([^"#][^"]*)"(?![^>]*\bhreflang)')
MOST_PAGES = 80


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def planted(stage: Stage) -> Case:
    """A case of Huda's with a canary in every private place."""
    with stage.app.app_context():
        contact = Contact(CANARIES["name"], CANARIES["address"], "ar")
        text = io.BytesIO(CANARIES["file"].encode())
        file = FileStorage(text, f"{CANARIES['file name']}.txt", content_type="text/plain")
        case = world.sent(f"{CANARIES['text']} متى تعود المياه؟", contact, file=file)
        return world.answered(world.noted(case, CANARIES["note"]), CANARIES["answer"])


def crawl(browser: Browser, start: list[str]) -> Iterator[TestResponse]:
    """Every page of the site that links lead to from here, as this browser."""
    queue, seen = list(start), set(start)
    while queue:
        answer = browser.get(queue.pop(0))
        yield answer
        for path in _links(answer):
            if path not in seen and len(seen) < MOST_PAGES:
                seen.add(path)
                queue.append(path)


def _links(answer: TestResponse) -> Iterator[str]:
    if answer.location:
        yield _path(answer.location)
    if answer.mimetype == "text/html" and answer.data:
        for address in LINK.findall(answer.text):
            if not address.startswith(("/static/", "mailto:", "tel:")):
                yield _path(unescape(address))


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def entrances(stage: Stage, case: Case) -> list[str]:
    """Where a curious reader would try: every GET row that can lead to this case, and searches for it."""
    with db.transaction(reading=True) as session:
        file = session.scalars(sa.select(Attachment.file_public_id)).one()
    names = {"reference": case.shown_reference, "public_id": file}
    paths = []
    for row in table.rows():
        rule = next(iter(stage.app.url_map.iter_rules(row.endpoint)))
        if row.method == "GET" and set(rule.arguments) - {"lang"} <= set(names):
            paths.append(stage.url(row, world.Thing(names)))
    searches = [
        f"/ar/{page}?q={sought}"
        for page in ("inbox", "search", "cases/search")
        for sought in (CANARIES["text"], CANARIES["name"], case.shown_reference)
    ]
    return [*paths, *searches]


def leaks(answer: TestResponse, allowed: set[str]) -> Iterator[str]:
    """Canaries in an answer that this reader may not have; the reader's own question, echoed, is none."""
    asked = unquote_plus(urlsplit(answer.request.url).query)
    content = answer.get_data(as_text=True) + json.dumps(list(answer.headers), ensure_ascii=False)
    for kind in CANARIES.keys() - allowed:
        if CANARIES[kind] in content and CANARIES[kind] not in asked:
            yield f"{answer.request.path} shows the {kind}"


@pytest.mark.parametrize("who", list(world.ACTORS))
def test_c02_nobody_comes_across_what_is_not_theirs(stage: Stage, who: str) -> None:
    """By links from the menus and by every address there is; each canary is found by those who may read it."""
    case = planted(stage)
    allowed = MAY_READ.get(who, set())
    seen = list(crawl(stage.browser(who), entrances(stage, case)))
    assert not [answer.request.path for answer in seen if answer.status_code >= 500]
    assert not [leak for answer in seen for leak in leaks(answer, allowed)]
    content = "".join(a.get_data(as_text=True) + unquote_plus(str(a.headers)) for a in seen)
    unseen = {kind for kind in allowed if CANARIES[kind] not in content} - NEED_NOT_SEE.get(who, set())
    assert not unseen, f"{who} should have come across {unseen}: the crawl proves nothing"


def test_c02_mails_carry_no_text_of_a_case(stage: Stage) -> None:
    planted(stage)
    with stage.app.app_context():
        jobs.work_off()
    with db.transaction(reading=True) as session:
        mails = session.scalars(sa.select(Mail)).all()
        texts = ["".join(filter(None, (m.subject, m.text, m.html, m.cause, m.dedup_key))) for m in mails]
    assert texts, "no mail was written: this proves nothing"
    for kind in CANARIES.keys() - {"address"}:
        assert not [text for text in texts if CANARIES[kind] in text], f"a mail shows the {kind}"


PRIVATE_TABLES = frozenset(
    {"case_texts", "case_words", "cases", "inquiries", "attachments", "stored_files", "drafts", "mails"}
)


def test_c02_no_other_table_holds_a_copy(stage: Stage) -> None:
    """Jobs, audit, notices and events hold keys: a canary in one of them would survive its erasure."""
    planted(stage)
    with stage.app.app_context():
        jobs.work_off()
    tables = contents()
    found = {
        (name, kind)
        for name, rows in tables.items()
        for kind, canary in CANARIES.items()
        if canary in rows and name not in PRIVATE_TABLES
    }
    assert not found
    assert CANARIES["text"] in tables[CaseText.__tablename__], "the canary is nowhere: this proves nothing"


def contents() -> dict[str, str]:
    """Every row as the application reads it, by table."""
    with db.transaction(reading=True) as session:
        tables = db.Base.metadata.sorted_tables
        return {t.name: repr([tuple(row) for row in session.execute(t.select())]) for t in tables}


def test_c02_names_and_addresses_do_not_lie_open_in_the_database(stage: Stage) -> None:
    """The raw rows, as a thief of the file would read them."""
    planted(stage)
    with db.engine().connect() as line:
        names = [table.name for table in db.Base.metadata.sorted_tables]
        raw = {name: str(line.execute(sa.text(f'SELECT * FROM "{name}"')).all()) for name in names}
    for kind in ("name", "address"):
        assert not [name for name, rows in raw.items() if CANARIES[kind] in rows], kind
    assert CANARIES["text"] in raw["case_texts"], "the canary is nowhere: this proves nothing"


# C20


def test_c20_what_one_reader_got_never_reaches_the_next(stage: Stage) -> None:
    case = planted(stage)
    for first, then in (("huda", "yusuf"), ("omar", "anonymous")):
        for path in entrances(stage, case):
            stage.browser(first).get(path)
            assert not list(leaks(stage.browser(then).get(path), set())), f"{then} after {first}"


def test_c20_each_language_has_its_own_answer(stage: Stage) -> None:
    browser = stage.browser("anonymous")
    for row in table.rows():
        if row.method != "GET" or row.of or row.names or row.expected["anonymous"] != 200:
            continue
        pages = [browser.get(stage.url(row, world.Thing({}), lang)) for lang in ("ar", "en", "ar")]
        if pages[0].mimetype == "text/html":
            assert [_language(page.text) for page in pages] == ["ar", "en", "ar"], str(row)


def _language(page: str) -> str:
    return page.partition('<html lang="')[2][:2]


# C41


@contextmanager
def real_logs(level: int) -> Iterator[None]:
    """The structured form in which production logs, on stderr."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logs.set_up(level)
        yield
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])


def test_c41_logs_hold_no_canary_and_no_secret(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    with real_logs(logging.DEBUG):
        case = planted(stage)
        for who in ("huda", "omar", "anonymous"):
            for path in entrances(stage, case):
                stage.browser(who).get(path)
        stage.browser("yusuf").send("/ar/inquiries/new", {"body": CANARIES["text"]})
        stage.browser("yusuf").send(
            "/ar/inquiries/new/agency", {"body": CANARIES["text"], "agency": "unknown"}
        )
        with stage.app.app_context():
            jobs.work_off()
        logging.getLogger("sawt.probe").error("a probe", extra={"citizen_text": CANARIES["text"]})
        with stage.browser("huda").session_transaction() as session:
            secret = session["sign_in"]
    said = capfd.readouterr().err
    assert "a probe" in said, "nothing was logged: this proves nothing"
    assert not [kind for kind, canary in CANARIES.items() if canary in said]
    assert secret not in said


def test_c41_a_crash_logs_class_and_place_without_what_people_wrote(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with real_logs(logging.INFO):
        try:
            raise ValueError(CANARIES["text"])
        except ValueError:
            logging.getLogger("sawt.probe").exception("request failed")
    said = capfd.readouterr().err
    assert re.search(r"ValueError at \w+\.py:\d+", said)
    assert CANARIES["text"] not in said
