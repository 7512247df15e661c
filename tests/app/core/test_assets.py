"""Where the front-end files are found, built or not."""

import json
from pathlib import Path

import pytest

from app.core import assets
from app.factory import Sawt


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A static folder of its own, with one stylesheet and nothing built."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "sawt.css").write_text("p { color: teal; }")
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "dist" / "manifest.json")
    return tmp_path


def address(app: Sawt, name: str) -> str | None:
    with app.test_request_context():
        return assets.asset(name)


def build(static: Path, manifest: str) -> None:
    (static / "dist" / "css").mkdir(parents=True, exist_ok=True)
    (static / "dist" / "css" / "sawt.1a2b.css").write_text("p{color:teal}")
    (static / "dist" / "manifest.json").write_text(manifest)


def test_an_own_file_is_served_as_it_is_when_nothing_is_built(app: Sawt, static: Path) -> None:
    before = address(app, "css/sawt.css")
    assert before is not None
    assert before.startswith("/static/css/sawt.css?v=")
    (static / "css" / "sawt.css").write_text("p { color: gold; }")
    assert address(app, "css/sawt.css") != before


def test_a_file_of_others_has_no_address_until_it_is_built(app: Sawt, static: Path) -> None:
    assert address(app, "htmx.js") is None


def test_the_built_file_is_preferred(app: Sawt, static: Path) -> None:
    build(static, json.dumps({"css/sawt.css": "css/sawt.1a2b.css"}))
    assert address(app, "css/sawt.css") == "/static/dist/css/sawt.1a2b.css"


def test_a_manifest_that_names_a_missing_file_falls_back(app: Sawt, static: Path) -> None:
    build(static, json.dumps({"css/sawt.css": "css/gone.css"}))
    assert (address(app, "css/sawt.css") or "").startswith("/static/css/sawt.css?v=")


@pytest.mark.parametrize("damaged", ["", "{", "[]", '"css/sawt.css"', '{"css/sawt.css": 1}'])
def test_a_damaged_manifest_counts_as_none(app: Sawt, static: Path, damaged: str) -> None:
    build(static, damaged)
    assert (address(app, "css/sawt.css") or "").startswith("/static/css/sawt.css?v=")
