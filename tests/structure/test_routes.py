"""C1 and C25: every route as everybody, from the one table in routes.yaml."""

import pytest

from app.factory import Sawt
from tests.structure import table
from tests.structure.table import Row, Stage

ROUTES = table.read()
ROWS = table.rows()
UNSAFE = [row for row in ROWS if row.method != "GET"]


@pytest.fixture
def stage(app: Sawt) -> Stage:
    return Stage(app)


def test_c01_every_route_has_its_row(applications: dict[str, Sawt], app: Sawt) -> None:
    there = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in table.methods(rule)}
    written = {(row.endpoint, row.method) for row in ROWS}
    missing = sorted(f"{method} {endpoint}" for endpoint, method in there - written)
    gone = sorted(f"{method} {endpoint}" for endpoint, method in written - there)
    assert not missing, (
        f"No row in tests/structure/routes.yaml for: {', '.join(missing)}. "
        "Add the endpoint with its method, what it leads to (`of`), what it sends, and the status each actor gets."
    )
    assert not gone, f"tests/structure/routes.yaml has rows for routes that are gone: {', '.join(gone)}"


@pytest.mark.either_database
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_c01_everybody_gets_the_answer_of_the_table(stage: Stage, row: Row) -> None:
    """The insiders' success stands in the same test: a thing that does not exist would prove nothing."""
    is_form = set(row.expected.values()) == {422}
    assert row.insiders or not row.of or is_form, f"{row}: nobody gets through, so the refusals prove nothing"
    languages = ("ar", "en") if row.method == "GET" else ("ar",)
    got = {(who, lang): answer.status_code for who, lang, answer in table.trial(stage, row, languages)}
    wrong = [
        f"{who} ({lang}): {status}, expected {row.expected[who]}"
        for (who, lang), status in got.items()
        if status != row.expected[who]
    ]
    assert not wrong, f"{row}\n  " + "\n  ".join(wrong)


UNKNOWN = {
    "reference": "0000-0000-0000-0",
    "public_id": "000000000000",
    "token": "0" * 45,
    "answer_id": "00000000-0000-0000-0000-000000000000",
    "key": "nowhere",
    "number": 999_999,
}
HIDDEN = [row for row in ROWS if row.of and 404 in row.expected.values()]


@pytest.mark.either_database
@pytest.mark.parametrize("row", HIDDEN, ids=str)
def test_c01_what_one_may_not_see_answers_like_what_does_not_exist(stage: Stage, row: Row) -> None:
    there = stage.thing(row.of)
    nowhere = type(there)({**there.names, **{k: v for k, v in UNKNOWN.items() if k in there.names}})
    for who in [who for who, status in row.expected.items() if status == 404]:
        hidden, unknown = (stage.ask(row, who, thing) for thing in (there, nowhere))
        assert hidden.status_code == unknown.status_code == 404, f"{row} as {who}"
        assert _without_names(hidden.text, there) == _without_names(unknown.text, nowhere), f"{row} as {who}"


def _without_names(text: str, thing: object) -> str:
    from tests.inspection import CHANGING

    text = CHANGING.sub(r"\1", text)  # before a name such as "2" has spoilt what it looks for
    for name in sorted(map(str, thing.names.values()), key=len, reverse=True):  # type: ignore[attr-defined]
        text = text.replace(name, "…")
    return text


PROTECTED = [row for row in UNSAFE if not ROUTES[row.endpoint].csrf]
"""Where `csrf` is set in the table, it says why no token is asked for."""


@pytest.mark.either_database
@pytest.mark.parametrize("row", PROTECTED, ids=str)
def test_c25_nothing_is_done_without_a_token_or_for_a_foreign_page(stage: Stage, row: Row) -> None:
    who, thing = row.doer, stage.thing(row.of)
    browser, url, form = stage.browser(who), stage.url(row, thing), stage.fields(row, who, thing)
    before = table.snapshot()
    bare = browser.open(url, method=row.method, data=form)
    forged = browser.open(url, method=row.method, data={**form, "csrf_token": "x" * 60})
    assert bare.status_code in (400, 422), f"{row} without a token: {bare.status_code}"
    assert forged.status_code in (400, 422), f"{row} with a forged token: {forged.status_code}"
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        foreign = browser.send(url, form, method=row.method, headers=headers)
        assert foreign.status_code == 403, f"{row} with {headers}: {foreign.status_code}"
    assert table.snapshot() == before, f"{row} changed something without a token"
    assert stage.ask(row, who, thing).status_code == row.expected[who], f"{row}: the right request fails too"
