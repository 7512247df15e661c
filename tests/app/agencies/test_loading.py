"""Agencies from a file: once or often, and never half."""

from pathlib import Path

import pytest
import yaml

from app.agencies import actions, queries
from app.agencies.description import Description
from app.agencies.models import Agency
from app.core import db
from app.core.permissions import SYSTEM
from app.factory import Sawt
from config import ROOT

DEMO = ROOT / "app" / "demo" / "content" / "agencies.yaml"
ENERGY = {"key": "energy", "name": {"ar": "الطاقة", "en": "Energy"}, "remit": {"ar": "كهرباء", "en": "Power"}}


def load(app: Sawt, file: Path, *options: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["agencies", "load", str(file), *options])
    return result.exit_code, result.output.strip()


def written(tmp_path: Path, document: object) -> Path:
    file = tmp_path / "agencies.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return file


def test_the_agencies_of_the_demo_load_once_however_often_it_is_asked(app: Sawt) -> None:
    assert load(app, DEMO) == (0, "18 added, 0 updated, 0 left as they are")
    assert load(app, DEMO) == (0, "0 added, 0 updated, 18 left as they are")
    with db.transaction():
        agencies = queries.all_active()
        assert len(agencies) == 18
        assert all(_is_described(agency) for agency in agencies)
        assert {queries.version_number(agency) for agency in agencies} == {1}


def _is_described(agency: Agency) -> bool:
    found = Description.of(agency)
    return all((found.name_ar, found.name_en, found.remit_ar, found.remit_en))


def test_what_somebody_changed_stays_unless_an_update_is_asked_for(app: Sawt, tmp_path: Path) -> None:
    file = written(tmp_path, [ENERGY])
    load(app, file)
    with db.transaction():
        agency = queries.by_key("energy")
        assert agency
        actions.describe(SYSTEM, agency, Description("وزارة الطاقة", "Ministry", "وقود", "Fuel"))
    load(app, file)
    assert _english_name() == "Ministry"
    assert load(app, file, "--update") == (0, "0 added, 1 updated, 0 left as they are")
    assert _english_name() == "Energy"


def _english_name() -> str:
    with db.transaction():
        agency = queries.by_key("energy")
        assert agency
        return queries.both_names(agency)[1]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"key": "energy"}, "it must be a list of agencies"),
        ([{**ENERGY, "key": "No Key"}], "agency 1 (No Key): its key is no key"),
        ([{**ENERGY, "name": {"en": "Energy"}}], "agency 1 (energy): name needs ar and en"),
        ([ENERGY, ENERGY], "key energy stands there twice"),
        ([{**ENERGY, "fax": "1"}], "agency 1 (energy): unknown field fax"),
    ],
)
def test_a_file_that_is_wrong_is_explained_and_adds_nothing(
    app: Sawt, tmp_path: Path, document: object, fault: str
) -> None:
    code, said = load(app, written(tmp_path, document))
    assert code == 1
    assert fault in said
    with db.transaction():
        assert queries.all_of_them() == []


def test_a_file_that_is_no_text_is_explained(app: Sawt, tmp_path: Path) -> None:
    file = tmp_path / "agencies.yaml"
    file.write_bytes(b"\xff\xfe\x00 - [")
    assert load(app, file)[0] == 1
