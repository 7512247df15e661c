"""The command line: one JSON object out, clear lines for what must be mended."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.cases import ports
from app.core.cli import get_ready
from feedback.routing import cli as commands
from feedback.routing import registry, wiring
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


@pytest.mark.parametrize("content", ["", "\n\n", '{"text": "hello", "lang": "en", "label": null}'])
def test_nothing_to_learn_is_said_in_one_line(bare: Flask, tmp_path: Path, content: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(content, "utf-8")
    result = bare.test_cli_runner().invoke(
        args=["routing", "train", "--data", str(file), "--out", str(tmp_path / "m")]
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert "at least two labels" in result.stderr


def test_two_rows_of_an_own_label_set_make_a_model_that_is_never_sure(bare: Flask, tmp_path: Path) -> None:
    lines = (
        '{"text": "no power", "lang": "en", "label": "7"}',
        '{"text": "لا ماء", "lang": "ar", "label": "جهة"}',
    )
    (tmp_path / "rows.jsonl").write_text("\ufeff" + "\r\n".join(lines), "utf-8")
    run(bare, "train", "--data", tmp_path / "rows.jsonl", "--out", tmp_path / "m")
    found = run(bare, "classify", "--text", "no power, no power", "--model", tmp_path / "m")
    assert found["top"][0]["label"] == "7"
    assert (found["sure"], found["decision"]) == (False, "triage")


def test_labels_the_model_does_not_know_are_named_and_count_as_wrong(
    bare: Flask, model: Model, tmp_path: Path
) -> None:
    model.save(tmp_path / "m")
    rows = written(tmp_path, [Row("no water", "en", "elsewhere", "en"), Row("hello", "en", None, "en")])
    result = bare.test_cli_runner().invoke(
        args=["routing", "evaluate", "--data", str(rows), "--model", str(tmp_path / "m")]
    )
    report = json.loads(result.stdout)
    assert (report["n"], report["accuracy"], report["n_out_of_scope"]) == (1, 0, 1)
    assert "elsewhere" in result.stderr


def test_training_without_rows_puts_a_model_of_the_seeds_into_use(
    bare: Flask, seeds: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "load_seeds", lambda: seeds)
    trained = run(bare, "train")
    assert registry.in_use(tmp_path) == Path(trained["folder"])
    assert run(bare, "classify", "--text", "no water")["model_version"] == trained["model_version"]
    assert trained["certificates"] == {}, "seeds are no confirmed cases"


def test_the_model_is_read_before_the_first_request(
    bare: Flask, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = registry.folder_for(tmp_path, model)
    model.save(folder)
    registry.use(tmp_path, folder)
    monkeypatch.setattr(ports, "_adviser", ports.routing_advice)
    wiring.register(bare)
    get_ready(bare)
    monkeypatch.setattr(registry, "load_in_use", lambda instance: pytest.fail("read too late"))
    advice = ports.routing_advice("المجاري طافحة في الشارع")
    assert advice is not None
    assert advice.model_version == model.version


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
