"""The guard that keeps tests on this machine is there, sees every way out, and lets nothing of ours stop."""

import asyncio
import contextlib
import smtplib
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import home

STRANGER = "192.0.2.1"
"""An address that belongs to nobody (RFC 5737): were the guard gone, the attempt would harm no one."""


@pytest.fixture(autouse=True)
def _meant_to_try() -> Iterator[None]:
    """These tests try on purpose; what they tried must not fail them afterwards."""
    yield
    home.attempts.clear()


def _connect() -> None:
    with socket.socket() as line:
        line.connect((STRANGER, 443))


def _connect_quietly() -> None:
    with socket.socket() as line:
        line.connect_ex((STRANGER, 443))


def _connect_by_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as line:
        line.connect(("2001:db8::1", 443))


def _datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.sendto(b"?", (STRANGER, 53))


def _mail() -> None:
    smtplib.SMTP("mail.example.org", 25, timeout=1)


def _web() -> None:
    urllib.request.urlopen("http://example.org/", timeout=1).close()


def _asynchronously() -> None:
    """In a thread without a loop: a browser test may have left one running in this one."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(asyncio.open_connection(STRANGER, 443))).result()


WAYS_OUT = [_connect, _connect_quietly, _connect_by_ipv6, _datagram, _mail, _web, _asynchronously]


@pytest.mark.parametrize("leave", WAYS_OUT)
def test_every_way_out_is_refused_and_remembered(leave: Callable[[], None]) -> None:
    with pytest.raises(home.LeavesHome):
        leave()
    assert home.attempts, "the guard has not seen it"


def test_an_attempt_of_another_thread_whose_refusal_is_swallowed_is_remembered() -> None:
    def careless() -> None:
        with contextlib.suppress(Exception):
            _datagram()

    thread = threading.Thread(target=careless)
    thread.start()
    thread.join()
    assert home.attempts == [f"socket.sendto {STRANGER}"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost", "", b"localhost"])
def test_this_machine_is_home(host: str | bytes) -> None:
    assert home.is_here(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "example.org", "localhost.example.org", "0x7f.1"]
)
def test_anything_else_is_not(host: str) -> None:
    assert not home.is_here(host)


def test_our_own_servers_are_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    assert not home.attempts
