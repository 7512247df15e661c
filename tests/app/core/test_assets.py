"""Where the front-end files are found, built or not."""

import json
from pathlib import Path

import pytest

from app.core import assets
from app.factory import Sawt
from tests.client import Browser


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


# how long browsers keep them

BUILT = "dist/css/sawt.0123456789.css"
REVALIDATED = (
    "css/sawt.css",
    "css/sawt.css?v=12345678",
    "js/app.js",
    "dist/manifest.json",
    "dist/css/plain.css",
)


@pytest.fixture
def served(app: Sawt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The static folder that is served, with everything that REVALIDATED and BUILT name."""
    for name in (BUILT, *REVALIDATED):
        file = tmp_path / name.partition("?")[0]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("p { color: teal; }")
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    return tmp_path


def test_a_built_file_is_kept_for_a_year_without_asking_again(client: Browser, served: Path) -> None:
    """Its name changes with its content, so what a browser has kept is never wrong."""
    first = client.get(f"/static/{BUILT}")
    again = client.get(f"/static/{BUILT}", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert {first.headers["Cache-Control"], again.headers["Cache-Control"]} == {
        "public, max-age=31536000, immutable"
    }
    assert "Cookie" not in first.headers.get("Vary", "")
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("name", REVALIDATED)
def test_a_file_under_its_own_name_is_asked_for_again_each_time(
    client: Browser, served: Path, name: str
) -> None:
    first = client.get(f"/static/{name}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    (served / name.partition("?")[0]).write_text("p { color: gold; } /* new */")
    assert client.get(f"/static/{name}", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_built_file_that_is_not_there_is_not_kept(client: Browser, served: Path) -> None:
    missing = client.get("/static/dist/css/gone.0123456789.css")
    assert missing.status_code == 404
    assert missing.headers["Cache-Control"] == "no-store"
