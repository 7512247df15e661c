"""The steps from a fresh clone to a site that can be served. Stdlib only.

Each step leaves a stamp (SHA-256 of what it was made from), written when the step is over: what is done is
skipped, what was interrupted or has changed is done again. Stamps of the packages lie in the virtual
environment, those of the site beside its database.
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INSTANCE = Path(os.environ.get("INSTANCE") or ROOT / "instance")
DIST = ROOT / "app" / "static" / "dist"
DATABASE = INSTANCE / "sawt.sqlite3"
UV = "uv>=0.8,<1"


class Stop(Exception):
    """The set-up cannot go on; the message says why and what helps."""


def say(sentence: str) -> None:
    print(f"run: {sentence}", file=sys.stderr, flush=True)


def environment() -> dict[str, str]:
    """The environment of everything started from here: the app is found from any folder."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(VENV / "bin")])  # last: a Node of our own
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def call(*command: object, quiet: bool = False) -> None:
    """Run a program to its end, its words on stderr. Raises CalledProcessError."""
    out = subprocess.DEVNULL if quiet else sys.stderr
    subprocess.run([*map(str, command)], check=True, stdout=out, stderr=out, cwd=ROOT, env=environment())


def demand(why: str, *command: object) -> None:
    """Run a program that must succeed, or stop with a sentence for people."""
    try:
        call(*command)
    except (subprocess.CalledProcessError, FileNotFoundError) as failure:
        raise Stop(f"{why} ({failure})") from None


def digest(paths: Iterable[Path], *words: str) -> str:
    """SHA-256 over these files (folders with all below) and words."""
    seen = hashlib.sha256(json.dumps(words).encode())
    for path in sorted(_files(paths)):
        seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (
            p for p in found if p.is_file() and "__pycache__" not in p.parts and DIST not in p.parents
        )


def once(stamp: Path, made_from: str, what: str, act: Callable[[], None]) -> None:
    """Do the act, saying so, unless its stamp shows that it was done from the same."""
    if stamp.is_file() and stamp.read_text() == made_from:
        return
    say(what)
    stamp.unlink(missing_ok=True)
    act()
    _write(stamp, made_from)


def _write(stamp: Path, content: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_suffix(f".{os.getpid()}")
    draft.write_text(content)
    draft.replace(stamp)


# Packages


def make_venv() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    how = "the virtual environment cannot be made; on Debian and Ubuntu: apt-get install python3-venv"
    once(
        VENV / ".stamps" / "venv",
        f"{version} {sys.base_prefix} {VENV}",
        "making the virtual environment",
        lambda: demand(how, getattr(sys, "_base_executable", sys.executable), "-m", "venv", "--clear", VENV),
    )


def install(lock: str) -> None:
    """Have exactly the packages of requirements/`lock`.txt, hashes checked. `dev` holds all of `base`."""
    stamp = VENV / ".stamps" / "packages"
    locks = digest([ROOT / "requirements"])
    if stamp.is_file() and stamp.read_text() == f"dev {locks}":
        return
    once(
        stamp,
        f"{lock} {locks}",
        "installing the packages",
        lambda: _install(ROOT / "requirements" / f"{lock}.txt"),
    )


def _install(lock: Path) -> None:
    try:
        call(PYTHON, "-m", "pip", "install", "--quiet", UV)
        call(PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock)
    except subprocess.CalledProcessError:
        say("uv cannot be had or used: plain pip does the same in about a minute")
        why = "the packages cannot be installed: is the package index within reach?"
        demand(why, PYTHON, "-m", "pip", "install", "--require-hashes", "--progress-bar", "on", "-r", lock)


# What the browser gets


def front_end_is_quick() -> bool:
    """Whether building needs no download of a Node.js (204 MB) and did not fail the last time."""
    failed = _front_end_stamp().with_suffix(".failed")
    return _front_end_stamp().is_file() or (shutil.which("npm") is not None and not failed.is_file())


def _front_end_stamp() -> Path:
    return DIST / ".stamp"


def build_front_end(anew: bool = False) -> None:
    """Build app/static/dist. Fails soft: the site runs on its own unbuilt files."""
    failed = _front_end_stamp().with_suffix(".failed")
    if anew:
        _front_end_stamp().unlink(missing_ok=True)
    made_from = digest(
        [
            ROOT / "package.json",
            ROOT / "package-lock.json",
            ROOT / "tools" / "build_assets.py",
            ROOT / "app" / "static",
        ]
    )
    try:
        once(_front_end_stamp(), made_from, "building the front end", _build_front_end)
        failed.unlink(missing_ok=True)
    except (subprocess.CalledProcessError, OSError) as failure:
        _write(failed, str(failure))
        say(f"WARNING: the front end could not be built ({failure}); the site runs without it")


def _build_front_end() -> None:
    node_modules = ROOT / "node_modules" / ".stamp"
    once(
        node_modules,
        digest([ROOT / "package-lock.json"]),
        "fetching the browser's packages",
        _fetch_node_modules,
    )
    call(PYTHON, ROOT / "tools" / "build_assets.py")


def _fetch_node_modules() -> None:
    npm = shutil.which("npm")
    if npm is None:
        say("no Node.js here: installing one as a Python package (204 MB)")
        _add_package("node")
        npm = str(VENV / "bin" / "npm")
    patience = ("--fetch-retries=1", "--fetch-timeout=60000", "--no-progress")
    call(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *patience)


def _add_package(lock: str) -> None:
    """Install the packages of a lock beside those that are there."""
    call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "-r",
        ROOT / "requirements" / f"{lock}.txt",
    )


def compile_catalogues() -> None:
    once(
        VENV / ".stamps" / "catalogues",
        digest((ROOT / "translations").glob("*/LC_MESSAGES/*.po")),
        "compiling the translations",
        lambda: call(PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile", "-d", "translations"),
    )


# The site


def _flask(*args: str) -> None:
    demand(f"`flask {' '.join(args)}` failed", PYTHON, "-m", "flask", "--app", "app.factory", *args)


def is_demo() -> bool:
    return os.environ.get("ENV", "demo") == "demo"


def migrate() -> None:
    """Bring the database to the newest schema; in production only the operator does (`flask migrate`)."""
    if os.environ.get("ENV") == "production":
        return
    _once_per_database(
        "migrated", digest([ROOT / "migrations" / "versions"]), "migrating the database", "migrate"
    )


def load_demo() -> None:
    """Fill an empty demo site; what a user did since stays."""
    if is_demo():
        _once_per_database("demo", "loaded", "loading the demo country", "demo", "load")


def _once_per_database(name: str, made_from: str, what: str, *command: str) -> None:
    if os.environ.get("DATABASE_URL"):  # somebody else's server may have been changed or emptied meanwhile
        say(what)
        _flask(*command)
        return
    stamp = INSTANCE / ".stamps" / name
    if not DATABASE.is_file():
        stamp.unlink(missing_ok=True)
    once(stamp, made_from, what, lambda: _flask(*command))


def train() -> None:
    """Train the routing model from its seed texts, unless the trained one is from the same."""
    once(
        INSTANCE / ".stamps" / "routing",
        digest([ROOT / "feedback" / "routing"], digest([ROOT / "requirements" / "base.txt"])),
        "training the routing model",
        lambda: _flask("routing", "train"),
    )


def start_over() -> None:
    """Remove everything the demo site has written."""
    if not is_demo() or os.environ.get("DATABASE_URL"):
        raise Stop("--fresh empties only the demo's own SQLite file: unset ENV and DATABASE_URL first")
    say(f"starting over: emptying {INSTANCE}")
    for name in ("sawt.sqlite3", "sawt.sqlite3-wal", "sawt.sqlite3-shm", "secrets.json"):
        (INSTANCE / name).unlink(missing_ok=True)
    for name in ("files", "mail", "models", ".stamps"):
        shutil.rmtree(INSTANCE / name, ignore_errors=True)


def check_port() -> None:
    """Stop before any work if somebody else serves at that address."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdigit():
        return  # the settings say what is wrong with it
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as failure:
            raise Stop(f"cannot serve at {host}:{port} ({failure.strerror}); try: PORT=8001 ./run") from None
