"""C4: what people wrote never runs: the whole corpus in every text column, every page opened in Chromium.

The texts are laid into the tables directly, past every form that might clean them: each page has to be safe by
itself. The trap is tried with a planted hole.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Dialog, Page, Route

from app.core import db
from app.core.crypto import Encrypted
from app.documents.markup import clean_html
from app.factory import Sawt
from tests.browser.conftest import Visit, Windows
from tests.browser.test_pages import PAGES, _take_session
from tests.guards import put_aside
from tests.inspection import parse, tag
from tests.security.payloads import ADDRESSES, ELEMENTS, PAYLOADS
from tests.structure.table import Row, Stage
from tests.world import Thing

TRAP = """
addEventListener("securitypolicyviolation", (event) => {
  (window.caught ||= []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
OURS = frozenset({
    "act", "authentic_language", "choice", "data_files.name", "decision", "device", "kind", "language", "licence",
    "media_type", "moderation", "moved", "moved_to", "password", "predicate", "progress", "reason", "stance", "state",
    "text_state", "time_zone", "totp_secret", "wording_state",
})  # fmt: skip
"""Columns that hold a word or a secret of ours, not what somebody wrote."""

COMPUTED = (
    "_digest", "_id", "email", "_index", "_key", "digest", "hash", "hunk", "key", "normalised", "part", "reference",
    "sha256", "skeleton", "slug", "words",
)  # fmt: skip
"""Ends of names of columns that are computed, are checked letter by letter, or by which rows find each other."""


TYPED = frozenset({"banned_phrases.shown", "families.theme", "identity_looks.reason", "search_misses.words"})
"""Columns that only members of staff see, and in which yet stands what somebody typed."""

LISTED = frozenset({"calendar_versions.document", "lexicon_groups.words", "survey_questions.options"})
"""Columns of JSON with texts in it: below `ar` and `en`, or the items of a list."""


def is_written(column: sa.Column[Any]) -> bool:
    """Whether people or agencies write what stands in the column."""
    if str(column) in TYPED:
        return True
    if not isinstance(column.type, sa.Text | Encrypted) or column.foreign_keys or column.primary_key:
        return False
    if column.key.endswith(("_ar", "_en")) or str(column) == "agencies.email":
        return True
    is_ours = not OURS.isdisjoint({column.key, str(column)}) or column.key.endswith(COMPUTED)
    return not is_ours and column.info.get("privacy") in {"public", "personal", "sensitive"}


def written_columns() -> list[sa.Column[Any]]:
    return [c for each in db.Base.metadata.sorted_tables for c in each.columns if is_written(c)]


def poison(text: Callable[[sa.Column[Any]], str]) -> int:
    """Put the text for its column into every row; the number of values changed."""
    changed = 0
    with db.transaction() as session, put_aside(session.connection()):
        for each in db.Base.metadata.sorted_tables:
            values = {c.key: text(c) for c in each.columns if is_written(c)}
            if values:
                changed += session.execute(each.update().values(**values)).rowcount * len(values)  # type: ignore[attr-defined]
            for column in (c for c in each.columns if str(c) in LISTED):
                for id_, value in session.execute(sa.select(each.c.id, column)).all():
                    poisoned = within(value, text(column))
                    session.execute(each.update().where(each.c.id == id_).values({column.key: poisoned}))
                    changed += poisoned != value
    return changed


def within(value: Any, text: str) -> Any:
    """The value with the text in place of each that somebody wrote; keys and days stay, or no page could be made."""
    if isinstance(value, dict):
        return {
            key: text if key in {"ar", "en"} else within(inner, text) if key != "week" else inner
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [text if isinstance(inner, str) else within(inner, text) for inner in value]
    return value


def everything(column: sa.Column[Any]) -> str:
    """The whole corpus; an address in a column that holds one, and what the cleaner leaves of it in one of markup."""
    if str(column) == "document_articles.html":
        return "".join(clean_html(payload) for payload in PAYLOADS)
    return ADDRESSES[0] if column.key in {"website", "email", "phone"} else "\n".join(PAYLOADS)


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def prepared(stage: Stage) -> list[tuple[Row, str, Thing]]:
    """Every page with somebody who may read it; all things made and everybody signed in before the texts change."""
    rows = [(row, next(who for who, s in row.expected.items() if s == 200)) for row in PAGES]
    ready = [(row, who, stage.thing(row.of)) for row, who in rows]
    for _row, who, _thing in ready:
        stage.browser(who)
    return ready


NEVER_OURS = frozenset({"script", "iframe", "object", "embed", "base", "style", "frame", "math", "marquee"})
"""Elements that no page of ours has; scripts of our own come from the static folder."""


def foreign(html: str, path: str) -> Iterator[str]:
    """Elements and attributes that no template of ours writes."""
    for element in parse(html, path).all():
        name = tag(element)
        if name in NEVER_OURS and not (
            name == "script" and (element.get("src") or "").startswith("/static/")
        ):
            yield f"<{name}>"
        for attribute, value in element.attrib.items():
            if str(attribute).lower().startswith("on") or str(attribute) == "srcdoc":
                yield f"<{name} {attribute}>"
            if str(attribute) in {"href", "src", "action", "formaction"} and not _leads_home(value):
                yield f'<{name} {attribute}="{value[:60]}">'


def _leads_home(value: str) -> bool:
    if value.startswith(("https://", "http://")):
        return "evil" not in value
    return (not value.startswith("//") and value.startswith(("/", "#", "?", "mailto:", "tel:"))) or not value


def test_c04_the_columns_that_people_write_are_all_poisoned(app: Sawt) -> None:
    names = {str(column) for column in written_columns()}
    assert {
        "persons.display_name", "cases.title", "case_texts.body", "attachments.name", "agencies.name_ar",
        "agencies.website", "canned_answers.body_en", "cases.contact_name", "persons.suspension_reason",
    } | TYPED <= names  # fmt: skip
    assert len(names) >= 60
    columns = {str(column) for each in db.Base.metadata.sorted_tables for column in each.columns}
    assert columns >= LISTED


@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_c04_no_page_holds_an_element_that_somebody_wrote(stage: Stage, language: str) -> None:
    """The whole corpus stands in each field of each thing."""
    ready = prepared(stage)
    assert poison(everything) > 100
    found = []
    for row, who, thing in ready:
        browser = stage.browser(who)
        browser.inspects = False
        answer = browser.get(stage.url(row, thing, language))
        assert answer.status_code == 200, f"{row} as {who}: {answer.status_code}"
        if answer.mimetype == "text/html":
            found += [f"{answer.request.path}: {what}" for what in foreign(answer.text, answer.request.path)]
        answer.close()
    assert found == []


def caught(page: Page) -> list[str]:
    """What the page tried to do: dialogs are heard by the visit, the rest by the trap."""
    return [f"{page.url}: {offence}" for offence in page.evaluate("window.caught || []")]


def watched(windows: Windows) -> Visit:
    visit = windows.open(1280)
    visit.page.add_init_script(TRAP)

    def hear(dialog: Dialog) -> None:
        visit.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    visit.page.on("dialog", hear)
    return visit


@pytest.mark.browser
@pytest.mark.timeout(900)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_c04_nothing_that_people_wrote_runs_in_a_browser(windows: Windows, app: Sawt, language: str) -> None:
    stage = Stage(app)
    ready = prepared(stage)
    poison(everything)
    visits: dict[str, Visit] = {}
    offences = []
    for row, who, thing in ready:
        visit = visits.setdefault(who, watched(windows))
        _take_session(visit.page.context, stage, who, visit.site)
        visit.open(stage.url(row, thing, language))
        offences += caught(visit.page)
    for visit in visits.values():
        offences += [*visit.complaints, *visit.foreign]
    assert offences == []


def leaking(payload: str) -> Callable[[Route], None]:
    """A page that prints the payload as it was written."""

    def answer(route: Route) -> None:
        fetched = route.fetch()
        route.fulfill(response=fetched, body=fetched.text().replace("<h1", f"{payload}<h1", 1))

    return answer


@pytest.mark.browser
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_c04_the_trap_hears_what_a_hole_lets_through(windows: Windows, app: Sawt) -> None:
    """Each way in is heard, or the crawl would prove nothing."""
    deaf = []
    for payload in ELEMENTS[0], ELEMENTS[4], "<img src=x onerror=alert(1)>", "<style>body{color:red}</style>":
        visit = watched(windows)

        visit.page.route("**/ar/agencies", leaking(payload))
        visit.open("/ar/agencies")
        if not (caught(visit.page) or visit.complaints or visit.foreign):
            deaf.append(payload)
    assert deaf == []
