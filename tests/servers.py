"""Where the tests find PostgreSQL, Redis and a browser; an empty answer means: there is none.

An environment variable that is set decides alone, and set to nothing it means none: `./run test` hands over
what it found, and bare pytest asks for itself.
"""

import os
import shutil
import socket

import psycopg

LOCAL_POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = ("127.0.0.1", 6379)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def postgresql() -> str:
    """SQLAlchemy address of a server on which databases may be made."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named is not None:
        return named
    try:
        psycopg.connect(LOCAL_POSTGRESQL.replace("+psycopg", ""), connect_timeout=2).close()
    except psycopg.OperationalError:
        return ""
    return LOCAL_POSTGRESQL


def redis() -> str:
    named = os.environ.get("TEST_REDIS_URL")
    if named is not None:
        return named
    try:
        with socket.create_connection(LOCAL_REDIS, timeout=1) as line:
            line.sendall(b"PING\r\n")
            answers = line.recv(64).startswith(b"+PONG")
    except OSError:
        return ""
    return "redis://{}:{}/15".format(*LOCAL_REDIS) if answers else ""


def chromium() -> str:
    """Path of a Chromium."""
    named = os.environ.get("CHROMIUM")
    return named if named is not None else next(filter(None, map(shutil.which, BROWSERS)), "")


def as_environment(postgresql: str, redis: str, chromium: str) -> dict[str, str]:
    return {"TEST_DATABASE_URL": postgresql, "TEST_REDIS_URL": redis, "CHROMIUM": chromium}
