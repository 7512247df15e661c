"""Asks a ClamAV daemon about a file (CLAMAV_URL), by its INSTREAM command."""

import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

PIECE_BYTES = 64 * 1024
TIMEOUT_SECONDS = 20
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Unreachable(Exception):
    """The daemon did not answer, or not with a verdict."""


def is_clean(file: Path, url: str) -> bool:
    """False when the daemon found something. Raises Unreachable."""
    try:
        with _line(url) as line:
            line.sendall(b"zINSTREAM\0")
            with file.open("rb") as content:
                while piece := content.read(PIECE_BYTES):
                    line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            verdict = line.makefile("rb").read(4096).rstrip(b"\0\n")
    except OSError as fault:
        raise Unreachable(type(fault).__name__) from fault
    if verdict.endswith(b"FOUND"):
        return False
    if verdict.endswith(b"OK"):
        return True
    raise Unreachable("no verdict")


def is_answering(url: str) -> bool:
    try:
        with _line(url, timeout=1) as line:
            line.sendall(b"zPING\0")
            return line.recv(16).startswith(b"PONG")
    except OSError:
        return False


def _line(url: str, timeout: float = TIMEOUT_SECONDS) -> socket.socket:
    where = urlsplit(url)
    if where.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(timeout)
        line.connect(where.path)
        return line
    return socket.create_connection((where.hostname or "localhost", where.port or 3310), timeout)


def is_test_virus(file: Path) -> bool:
    """Whether the harmless standard test file (EICAR) stands in it; refused with or without a daemon."""
    with file.open("rb") as content:
        tail = b""
        while piece := content.read(1 << 20):
            if EICAR in tail + piece:
                return True
            tail = piece[-len(EICAR) :]
    return False
