"""A line to a server that can be cut and mended: what an outage looks like from the site's side."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Line:
    """A port of this machine behind which a server answers, unless the line is cut."""

    host: str
    server_port: int
    port: int = 0
    _listener: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)

    def mend(self) -> None:
        """Let everybody through (again), at the same port as before."""
        listener = self._listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
        self.port = listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones, as a server does that is being restarted."""
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        ends, self._open = self._open, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection((self.host, self.server_port))
                self._open += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=_carry, args=(source, target), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while octets := source.recv(65536):
            target.sendall(octets)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def cuttable_line(host: str, port: int) -> Iterator[Line]:
    """A line to the server at this address, whole at first."""
    line = Line(host, port)
    line.mend()
    try:
        yield line
    finally:
        line.cut()
