"""A Redis of a test's own, that is killed, stopped in its tracks, and started again at the same port."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.sites import free_port

START_WITHIN_SECONDS = 10


@dataclass
class RedisServer:
    """One server that keeps nothing on disk."""

    folder: Path
    port: int
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and return when it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is not installed: a Redis that only answers somewhere cannot be killed"
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.running = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        until = time.monotonic() + START_WITHIN_SECONDS
        while not self.is_answering():
            assert time.monotonic() < until, "redis-server does not come up"
            time.sleep(0.05)

    def is_answering(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=1).ping())
        except redis.RedisError:
            return False

    def keys(self) -> list[str]:
        return sorted(map(str, redis.Redis.from_url(self.url).keys()))

    def kill(self) -> None:
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    def freeze(self) -> None:
        """Let it take connections and never answer, as a server does whose machine hangs."""
        assert self.running is not None
        self.running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.running is not None
        self.running.send_signal(signal.SIGCONT)


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()
