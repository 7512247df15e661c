"""The README says what is true."""

import re
from pathlib import Path

import pytest

from config import ROOT, Settings

README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
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


SETTING = re.compile(
    r"^\s*(?:export )?([A-Z][A-Z0-9_]+)=|`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`", re.MULTILINE
)
"""A name that is set in a block of code, or stands in code by itself and has an underline in it."""

READ = re.compile(r"""environ(?:\.get\(|\[)["']([A-Z][A-Z0-9_]*)["']|\$\{?([A-Z][A-Z0-9_]+)""")
OF_OTHERS = {"PATH", "LANG", "HOME", "LD_LIBRARY_PATH", "PYTHONPATH", "CI"}
"""What every machine has; `CI` is what public builders set."""

STARTERS = [
    ROOT / "run",
    ROOT / ".ci" / "run",
    ROOT / "gunicorn.conf.py",
    *sorted((ROOT / "tools").glob("*.py")),
]


def names(found: re.Pattern[str], text: str) -> set[str]:
    return {one or other for one, other in found.findall(text)}


@pytest.mark.parametrize("page", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_variable_that_a_page_names_is_a_setting(page: str) -> None:
    assert names(SETTING, page) - set(Settings.model_fields) == set()


def test_the_search_for_variables_finds_them() -> None:
    assert names(SETTING, "```\nNO_SUCH=1\n```") == {"NO_SUCH"}
    assert names(SETTING, "set `NO_SUCH_THING=1` first") == {"NO_SUCH_THING"}
    assert names(READ, "os.environ.get('NO_SUCH') or os.environ[\"OTHER\"]") == {"NO_SUCH", "OTHER"}
    assert {"DATABASE_URL", "SECRET_KEYS", "TRUSTED_PROXIES"} <= names(SETTING, README)


@pytest.mark.parametrize("starter", STARTERS, ids=lambda file: file.name)
def test_what_starts_the_site_reads_no_variable_that_is_no_setting(starter: Path) -> None:
    """A switch that only a script knows would be missing in the README and in the check of the settings."""
    read = names(READ, starter.read_text("utf-8")) - OF_OTHERS
    assert {name for name in read if not name.startswith("TEST_")} - set(Settings.model_fields) == set()


@pytest.mark.parametrize("folder", re.findall(r"`((?:app|feedback|participation)/\w*/?)`", README))
def test_every_folder_of_the_map_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\./run ([a-z][a-z-]+)", README))))
def test_every_command_of_the_readme_is_one_of_run(command: str) -> None:
    assert re.search(rf'^    "{command}": ', (ROOT / "run").read_text("utf-8"), re.MULTILINE)
