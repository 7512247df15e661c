"""The application on both databases, and a browser-like client.

`app` is one application per database and test process; each test starts with empty tables. Nothing a test
does leaves this machine: sockets reach loopback only (home.py), mails become files in a temporary folder, and
no variable of the surroundings becomes a setting.
"""

import os
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings

from app.cases import ports
from app.core import crypto, db, migrations
from app.factory import Sawt, create_app
from config import Settings
from tests import home, servers, tables
from tests.client import Browser
from tests.guards import put_aside
from tools import catalogues

settings.register_profile("sawt", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("sawt")

home.guard()
for variable in Settings.model_fields:
    os.environ.pop(variable, None)

SERVER = servers.postgresql()
DATABASES = ("sqlite", "postgresql") if SERVER else ("sqlite",)
KEYS = {"SECRET_KEYS": ("test secret, " * 4,), "PII_KEYS": ("Y2hhbmdlLW1lLWZvci10ZXN0cy0wMDAwMDAwMDAwMDA=",)}


def pytest_configure(config: pytest.Config) -> None:
    """Have the Arabic pages speak Arabic, also when pytest is started by itself."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_arabic()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what asks for a server or browser that is not here."""
    lacking = {"redis": not servers.redis(), "browser": not servers.chromium(), "postgresql": not SERVER}
    for item in items:
        for name, is_lacking in lacking.items():
            if is_lacking and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"{name}: not on this machine"))
        if item.get_closest_marker("either_database") and not _is_drawn(item):
            item.add_marker(pytest.mark.long)


def _is_drawn(item: pytest.Item) -> bool:
    """Whether this is the one database on which the test runs in the suite; the draw is the same every time."""
    function: pytest.Function = item  # type: ignore[assignment]
    others = [value for name, value in function.callspec.indices.items() if name != "app"]
    row = f"{function.originalname} {others}"
    return bool(function.callspec.params["app"] == DATABASES[zlib.crc32(row.encode()) % len(DATABASES)])


@pytest.fixture(autouse=True)
def _stays_at_home() -> Iterator[None]:
    """Fail the test that tried to leave this machine, also when what it tests swallowed the refusal."""
    home.attempts.clear()
    yield
    tried, home.attempts[:] = home.attempts[:], []
    assert not tried, f"this test tried to leave the machine: {', '.join(tried)}"


@pytest.fixture(scope="session")
def applications() -> Iterator[dict[str, Sawt]]:
    """One application per database, made at the first question."""
    made: dict[str, Sawt] = {}
    yield made
    for name, app in made.items():
        app.extensions["test_engine"].dispose()
        if name == "postgresql":
            _on_server(f'DROP DATABASE IF EXISTS "{_name()}" WITH (FORCE)')


def _make(name: str, folder: Path) -> Sawt:
    url = f"sqlite:///{folder / 'test.sqlite3'}" if name == "sqlite" else _fresh_postgresql()
    fixed: dict[str, Any] = {"ENV": "test", "JOBS": "inline", "BASE_URL": "http://localhost", **KEYS}
    app = create_app(Settings(DATABASE_URL=url, INSTANCE=folder, **fixed))
    app.test_client_class = Browser
    app.extensions["test_adviser"] = ports._adviser
    engine = app.extensions["test_engine"] = db.engine()
    if name == "sqlite":
        sa.event.listen(engine, "connect", _without_fsync)
    migrations.upgrade()
    return app


def _without_fsync(connection: Any, _record: object) -> None:
    """A test need not outlive a power cut; everything else stays as in production."""
    connection.execute("PRAGMA synchronous=OFF")


def _name() -> str:
    checkout = f"{zlib.crc32(str(Path(__file__).resolve()).encode()):08x}"  # two checkouts may test at once
    return f"sawt_test_{checkout}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def _fresh_postgresql() -> str:
    _on_server(
        f'DROP DATABASE IF EXISTS "{_name()}" WITH (FORCE)',
        f'CREATE DATABASE "{_name()}"',
        f'ALTER DATABASE "{_name()}" SET synchronous_commit = off',
    )
    return sa.make_url(SERVER).set(database=_name()).render_as_string(hide_password=False)


def _on_server(*statements: str) -> None:
    engine = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as server:
        for statement in statements:
            server.execute(sa.text(statement))


@pytest.fixture(params=DATABASES)
def app(
    request: pytest.FixtureRequest, applications: dict[str, Sawt], tmp_path_factory: pytest.TempPathFactory
) -> Sawt:
    """The application on an empty database."""
    return _on_empty(request.param, applications, tmp_path_factory)


@pytest.fixture
def on_each(applications: dict[str, Sawt], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sawt]:
    """The application on one empty database after the other, for what must be the same on all."""
    return (_on_empty(name, applications, tmp_path_factory) for name in DATABASES)


def _on_empty(name: str, applications: dict[str, Sawt], tmp_path_factory: pytest.TempPathFactory) -> Sawt:
    if name not in applications:
        applications[name] = _make(name, tmp_path_factory.mktemp(name))
    made = applications[name]
    own: Settings = made.config["SETTINGS"]
    crypto.use_keys(own.SECRET_KEYS, own.PII_KEYS)
    db.use(made.extensions["test_engine"])
    ports.advise_with(made.extensions["test_adviser"])  # another application may have filled the port since
    empty_tables()
    made.extensions["limiters"].memory.storage.reset()
    return made


def empty_tables() -> None:
    """Delete what the test before has left."""
    with db.transaction() as session:
        filled = tables.filled(session.connection())
        is_guarded = "document_versions" in filled
        with put_aside(session.connection()) if is_guarded else nullcontext():
            for table in reversed(db.Base.metadata.sorted_tables):
                if table.name in filled:
                    session.execute(table.delete())


@pytest.fixture
def client(app: Sawt) -> Browser:
    return app.test_client()  # type: ignore[return-value]
