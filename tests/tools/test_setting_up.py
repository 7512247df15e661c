"""The steps of ./run: done once, done again when their sources change or when they were interrupted."""

import socket
from pathlib import Path

import pytest

from tools import setting_up
from tools.setting_up import Stop


@pytest.fixture
def stamp(tmp_path: Path) -> Path:
    return tmp_path / "stamps" / "step"


def test_a_step_is_done_once_and_again_when_its_sources_change(stamp: Path) -> None:
    done: list[str] = []
    for source in ("one", "one", "two", "two"):
        setting_up.once(stamp, source, "doing it", lambda source=source: done.append(source))  # type: ignore[misc]
    assert done == ["one", "two"]


def test_an_interrupted_step_is_done_again(stamp: Path) -> None:
    setting_up.once(stamp, "one", "doing it", lambda: None)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        setting_up.once(stamp, "two", "doing it", interrupted)
    done: list[str] = []
    setting_up.once(stamp, "one", "doing it", lambda: done.append("again"))
    assert done == ["again"]


def test_a_digest_changes_with_the_content_and_the_names_of_files() -> None:
    folder = setting_up.ROOT / "requirements"
    assert setting_up.digest([folder]) == setting_up.digest([folder])
    assert setting_up.digest([folder]) != setting_up.digest([folder / "base.txt"])


def test_starting_over_never_touches_a_site_that_is_not_the_demos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://somebody@example/real")
    with pytest.raises(Stop, match="DATABASE_URL"):
        setting_up.start_over()
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ENV", "production")
    with pytest.raises(Stop, match="ENV"):
        setting_up.start_over()


def test_starting_over_leaves_what_is_not_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(setting_up, "INSTANCE", tmp_path)
    for name in ("sawt.sqlite3", "photo.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "files").mkdir()
    setting_up.start_over()
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_taken_port_is_said_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        with pytest.raises(Stop, match="PORT=8001"):
            setting_up.check_port()
