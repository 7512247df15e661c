"""The application on both databases, and a browser-like client.

`app` is one application per database and test process; each test starts with empty tables.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from app.core import crypto, db, migrations
from app.factory import Sawt, create_app
from config import Settings
from tests.client import Browser

SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
KEYS = {"SECRET_KEYS": ("test secret, " * 4,), "PII_KEYS": ("Y2hhbmdlLW1lLWZvci10ZXN0cy0wMDAwMDAwMDAwMDA=",)}


@pytest.fixture(scope="session")
def applications(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Sawt]]:
    """One application per database, made at the first question."""
    made: dict[str, Sawt] = {}
    yield made
    for app in made.values():
        app.extensions["test_engine"].dispose()


def _make(name: str, folder: Path) -> Sawt:
    url = f"sqlite:///{folder / 'test.sqlite3'}" if name == "sqlite" else _fresh_postgresql()
    app = create_app(
        Settings(ENV="test", DATABASE_URL=url, INSTANCE=folder, JOBS="inline", BASE_URL="http://localhost", **KEYS)
    )
    app.test_client_class = Browser
    app.extensions["test_engine"] = db.engine()
    migrations.upgrade()
    return app


def _fresh_postgresql() -> str:
    checkout = f"{zlib.crc32(str(Path(__file__).resolve()).encode()):08x}"  # two checkouts may test at once
    name = f"sawt_test_{checkout}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with sa.create_engine(SERVER, isolation_level="AUTOCOMMIT").connect() as server:
        server.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        server.execute(sa.text(f'CREATE DATABASE "{name}"'))
    return sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, applications: dict[str, Sawt], tmp_path_factory: pytest.TempPathFactory
) -> Sawt:
    """The application on an empty database."""
    name = request.param
    if name not in applications:
        applications[name] = _make(name, tmp_path_factory.mktemp(name))
    made = applications[name]
    settings: Settings = made.config["SETTINGS"]
    crypto.use_keys(settings.SECRET_KEYS, settings.PII_KEYS)
    db.use(made.extensions["test_engine"])
    _empty_tables()
    return made


def _empty_tables() -> None:
    with db.transaction() as session:
        tables = db.Base.metadata.sorted_tables
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("TRUNCATE " + ", ".join(f'"{t.name}"' for t in tables) + " RESTART IDENTITY CASCADE"))
        else:
            for table in reversed(tables):
                session.execute(table.delete())


@pytest.fixture
def client(app: Sawt) -> Browser:
    return app.test_client()  # type: ignore[return-value]
