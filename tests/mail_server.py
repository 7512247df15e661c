"""A real mail server on loopback that notes what it gets, and refuses on demand."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from socket import create_server

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import Envelope, Session


class MailServer:
    """`received` holds every mail in order; `reply`, when set, is what a recipient is refused with."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.return_paths: list[str] = []
        self.reply = ""
        with create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._running: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._running = Controller(self, hostname="127.0.0.1", port=self._port)
        self._running.start()

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
        self._running = None

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.reply:
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(message_from_bytes(content, policy=SMTP))
        self.return_paths.append(envelope.mail_from or "")
        return "250 OK"
