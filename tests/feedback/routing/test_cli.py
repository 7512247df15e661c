"""The command line: one JSON object out, clear lines for what must be mended."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from feedback.routing import registry
from feedback.routing.advice import Adviser
from feedback.routing.cli import routing
from feedback.routing.files import ModelRefused
from feedback.routing.model import Model
from feedback.routing.rows import Row


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """An application with nothing but the commands and a folder of its own."""
    app = Flask(__name__)
    app.config["INSTANCE"] = tmp_path
    app.cli.add_command(routing)
    return app


def run(app: Flask, *arguments: object) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["routing", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def written(folder: Path, rows: list[Row]) -> Path:
    file = folder / "rows.jsonl"
    lines = [
        {"text": row.text, "lang": row.lang, "label": row.label, "situation": row.situation} for row in rows
    ]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return file


def test_train_evaluate_certify_and_classify_work_together(
    bare: Flask, seeds: list[Row], unseen: list[Row], tmp_path: Path
) -> None:
    rows = written(tmp_path, [row for row in seeds if row.label in ("labour", "water-sanitation")])
    trained = run(bare, "train", "--data", rows, "--out", tmp_path / "model")
    assert trained["labels"] == ["labour", "water-sanitation"]
    assert run(bare, "evaluate", "--data", rows, "--model", tmp_path / "model", "--json")["auto_routed"] == 0
    certified = run(bare, "certify", "--data", rows, "--model", tmp_path / "model", "--json")
    assert set(certified["certificates"]) == {"ar/ar", "en/en"}
    report = run(bare, "evaluate", "--data", rows, "--model", tmp_path / "model", "--json")
    assert report["auto_routed"] > 0.5
    assert report["auto_precision"] >= 0.95
    text = "صاحب العمل لم يدفع راتبي"
    found = run(bare, "classify", "--text", text, "--model", tmp_path / "model", "--json")
    assert found["top"][0]["label"] == "labour"
    assert (found["language"], found["variety"]) == ("ar", "ar")
    assert all(text[each["start"] : each["end"]] == each["word"] for each in found["explanation"])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"text": "", "lang": "en", "label": "x"}', '"text"'),
        ('{"text": "a", "lang": "fr", "label": "x"}', '"lang"'),
        ('{"text": "a", "lang": "en"}', '"label"'),
        ('{"text": "a", "lang": "en", "label": 3}', '"label"'),
        ('{"text": "a", "lang": "en", "label": "x", "also": "y"}', '"also"'),
        ('{"text": "a", "lang": "en", "label": "x", "author": []}', '"author"'),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_row_stops_with_its_line_number(bare: Flask, tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "a", "lang": "en", "label": "x"}\n\n' + line, "utf-8")
    result = bare.test_cli_runner().invoke(
        args=["routing", "train", "--data", str(file), "--out", str(tmp_path / "m")]
    )
    assert result.exit_code == 2
    assert "line 3" in result.stderr
    assert complaint in result.stderr
    assert result.stdout == ""


def test_without_a_model_in_use_the_operator_is_told_to_train(bare: Flask) -> None:
    result = bare.test_cli_runner().invoke(args=["routing", "classify", "--text", "hello"])
    assert result.exit_code == 2
    assert "train one first" in result.stderr


def test_the_model_in_use_advises_and_a_swapped_one_does_not(model: Model, tmp_path: Path) -> None:
    adviser = Adviser(tmp_path)
    text = "المجاري طافحة في الشارع"
    assert adviser(text) is None
    folder = registry.folder_for(tmp_path, model)
    model.save(folder)
    registry.use(tmp_path, folder)
    advice = adviser(text)
    assert advice is not None
    assert advice.top[0][0] == "water-sanitation"
    (folder / "bias.npy").write_bytes(b"swapped")
    with pytest.raises(ModelRefused):
        registry.load_in_use(tmp_path)
    assert Adviser(tmp_path)(text) is None


def test_a_current_file_cannot_point_outside_the_models_folder(tmp_path: Path) -> None:
    folder = registry.models_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "CURRENT").write_text("../../etc\n" + "0" * 64)
    with pytest.raises(ModelRefused):
        registry.in_use(tmp_path)


def test_commands_and_models_load_without_scikit_learn() -> None:
    code = "import sys, feedback.routing.cli, feedback.routing.model; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
