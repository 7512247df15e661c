"""The README says what is true."""

import re

import pytest

from config import ROOT, Settings

README = (ROOT / "README.md").read_text("utf-8")
SWITCHES = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| .+ \|$", README, re.MULTILINE))


def test_every_setting_is_documented_and_none_is_invented() -> None:
    assert list(SWITCHES) == list(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_default_that_the_readme_quotes_is_the_one_of_the_code(name: str) -> None:
    quoted = re.fullmatch(r"`([^`]*[^`/])`", SWITCHES[name])
    default = Settings.model_fields[name].default
    if quoted:
        assert quoted[1] == (str(default).lower() if isinstance(default, bool) else str(default))
    else:
        assert default in {"", (), Settings.model_fields["INSTANCE"].default}


@pytest.mark.parametrize("folder", re.findall(r"`((?:app|feedback|participation)/\w*/?)`", README))
def test_every_folder_of_the_map_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\./run ([a-z][a-z-]+)", README))))
def test_every_command_of_the_readme_is_one_of_run(command: str) -> None:
    assert re.search(rf'^    "{command}": ', (ROOT / "run").read_text("utf-8"), re.MULTILINE)
