"""The table of what pages cost: every row runs, and says what it has counted."""

import json

import pytest

from app.notifications import kinds
from benchmarks import __main__ as bench

PAGES = ["home", "inquiry form", "submit", "status page", "inbox"]


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few cases; and no kind of notice that other tests would meet afterwards."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(bench, "SIZES", {"S": 30, "M": 60})
    monkeypatch.setattr("benchmarks.measuring.WITHOUT_OWN", 2)


def test_each_row_has_its_times_its_statements_and_its_growth(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main([*PAGES, "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert {name.split(",")[0] for name in rows} == set(PAGES)
    for name, row in rows.items():
        assert min(row["median_ms"], row["floor_ms"], row["growth"]) > 0, name
        assert row["bytes"] > 200, name
        assert row["statements"] > 0, name


def test_the_rows_of_notices_tell_every_follower(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["notify", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert rows["notify, the request"]["statements"] == 1
    assert 0 < rows["notify, a portion of 1,000"]["statements"] <= 5


def test_the_table_names_its_columns_and_the_number_of_cases(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["inquiry form", "--size", "S"])
    size, head, row = capsys.readouterr().out.strip().splitlines()
    assert size == "30 cases"
    assert head.split()[:4] == ["row", "ms", "p95", "floor"]
    assert row.startswith("inquiry form")


def test_the_rows_of_talk_ask_as_little_as_their_pages_may(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["article page", "thread, 50 comments", "comment", "moderation queue", "search", "--json"])
    rows = json.loads(capsys.readouterr().out)
    asked = {name: row["statements"] for name, row in rows.items()}
    assert {"article page", "thread, 50 comments", "comment", "moderation queue"} <= set(asked)
    assert len([name for name in asked if name.startswith("search for")]) >= 5
    assert max(asked["article page"], asked["thread, 50 comments"], asked["moderation queue"]) <= 12
    assert min(row["growth"] for row in rows.values()) > 0
