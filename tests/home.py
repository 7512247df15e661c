"""Nothing a test does leaves this machine: every connection, datagram and look-up to elsewhere is refused.

An audit hook sees them all, whatever thread or library they come from, and cannot be taken off again. What a
test tried is kept, because the code under test may well swallow the refusal; the `_stays_at_home` fixture
fails the test then. Programs that a test starts (sites.py) are on their own: they get no outside address.
"""

import ipaddress
import socket
import sys
from typing import Any

ADDRESSED = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOKED_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

OWN_NAME = socket.gethostname()

attempts: list[str] = []
"""What was tried since the beginning of the test."""


class LeavesHome(RuntimeError):
    """A test, or what it tests, tried to reach another machine."""


def guard() -> None:
    """Refuse from now on, until the process ends."""
    sys.addaudithook(_refuse)


def _refuse(event: str, facts: tuple[Any, ...]) -> None:
    if event in ADDRESSED:
        host = facts[1][0] if isinstance(facts[1], tuple) else None  # a Unix socket has a path
    elif event in LOOKED_UP:
        host = facts[0]
    else:
        return
    if host is not None and not is_here(host):
        attempts.append(f"{event} {host}")
        raise LeavesHome(f"{event} to {host}: tests stay on this machine")


def is_here(host: str | bytes) -> bool:
    """Whether the host is this machine: a loopback address, its own name, or nothing, which means any of its own."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {"", "localhost", OWN_NAME}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
