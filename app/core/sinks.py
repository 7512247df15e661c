"""Where mails go: to a mail server (SMTP_URL), or as files into a folder (demo, tests)."""

import re
import secrets
import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, Message
from email.policy import SMTP, Policy
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from app.core import clock

SMTP_TIMEOUT_SECONDS = 20
PROBE_TIMEOUT_SECONDS = 1
REST_AFTER_NO_LINE = timedelta(seconds=30)
"""A server that could not be reached is left alone so long: a queue does not wait once per mail."""

_ENHANCED_STATUS = re.compile(rb"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Refused(Exception):
    """The mail will never be taken (5xx, or an address that is none). The text is a code for the operator."""


class NotNow(Exception):
    """No line, or a passing refusal (4xx). The text is a code for the operator."""


@dataclass(frozen=True)
class Letter:
    """All that a mail consists of when it leaves."""

    message_id: str
    sender: str
    sender_name: str
    to: str
    language: str
    subject: str
    text: str
    html: str
    date: datetime
    unsubscribe_url: str | None

    @property
    def return_path(self) -> str:
        """A return path that names the row (VERP), so that a bounce can be matched: `no-reply+<id>@host`."""
        local, _, host = self.sender.rpartition("@")
        return f"{local}+{self.message_id.partition('@')[0]}@{host}"

    def as_message(self) -> EmailMessage:
        """The mail with its headers. Raises Refused when the address cannot stand in a header."""
        message = EmailMessage(policy=POLICY)
        message["Message-ID"] = f"<{self.message_id}>"
        message["Date"] = format_datetime(self.date)
        message["From"] = Address(self.sender_name, addr_spec=self.sender)
        message["To"] = _recipient(self.to)
        message["Subject"] = self.subject
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        if self.unsubscribe_url:
            message["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        message["Content-Language"] = self.language  # last: the parts would take it for themselves
        return message


class _WholeLine(UnstructuredHeader, BaseHeader):
    """A header that stays on one line: a folded or encoded address of RFC 8058 works in no mail program."""

    def fold(self, *, policy: "Policy[Message]") -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _WholeLine)
POLICY = SMTP.clone(header_factory=_headers)


def _recipient(address: str) -> Address:
    try:
        recipient = Address(addr_spec=address)
    except (ValueError, IndexError, AttributeError, HeaderParseError) as fault:
        raise Refused("address") from fault
    if not recipient.username or not recipient.domain or address.count("@") > 1:
        raise Refused("address")
    return recipient


class Sink(Protocol):
    """A way out for mails."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises Refused or NotNow."""

    def is_answering(self) -> bool: ...


def chosen(smtp_url: str, folder: Path) -> Sink:
    return SmtpSink(smtp_url) if smtp_url else FolderSink(folder)


class FolderSink:
    """Writes `<message id>.eml`; a repeat of a mail replaces its file."""

    def __init__(self, folder: Path):
        self._folder = folder

    def send(self, letter: Letter) -> None:
        content = letter.as_message().as_bytes()
        draft = self._folder / f".{secrets.token_hex(8)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(self._folder / f"{letter.message_id}.eml")
        except OSError as fault:
            raise NotNow(type(fault).__name__) from fault

    def is_answering(self) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return True


class SmtpSink:
    """Speaks to one mail server: `smtp://` with STARTTLS where offered, `smtps://` with TLS at once."""

    def __init__(self, url: str):
        self._url: SplitResult = urlsplit(url)
        self._host = self._url.hostname or "localhost"
        self._port = self._url.port or (465 if self._url.scheme == "smtps" else 25)
        self._rest_until: datetime | None = None

    def send(self, letter: Letter) -> None:
        content = letter.as_message().as_bytes()
        if self._rest_until is not None and clock.now() < self._rest_until:
            raise NotNow("no line")
        try:
            with self._line() as line:
                line.sendmail(letter.return_path, [letter.to], content)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, reply = next(iter(refusal.recipients.values()))
            raise _verdict(code, reply) from None
        except smtplib.SMTPAuthenticationError as refusal:
            raise NotNow(f"sign-in {refusal.smtp_code}") from None
        except smtplib.SMTPResponseException as refusal:
            raise _verdict(refusal.smtp_code, refusal.smtp_error) from None
        except (smtplib.SMTPNotSupportedError, UnicodeError) as fault:
            raise Refused("address") from fault
        except (OSError, smtplib.SMTPException) as fault:
            self._rest_until = clock.now() + REST_AFTER_NO_LINE
            raise NotNow(f"no line: {type(fault).__name__}") from None

    def _line(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._url.scheme == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=SMTP_TIMEOUT_SECONDS, context=context
            )
        else:
            line = smtplib.SMTP(self._host, self._port, timeout=SMTP_TIMEOUT_SECONDS)
        try:
            self._greet(line, context)
        except BaseException:
            line.close()
            raise
        return line

    def _greet(self, line: smtplib.SMTP, context: ssl.SSLContext) -> None:
        line.ehlo_or_helo_if_needed()
        if self._url.scheme != "smtps" and line.has_extn("starttls"):
            line.starttls(context=context)
            line.ehlo()
        if self._url.username:
            line.login(unquote(self._url.username), unquote(self._url.password or ""))

    def is_answering(self) -> bool:
        try:
            socket.create_connection((self._host, self._port), PROBE_TIMEOUT_SECONDS).close()
        except OSError:
            return False
        return True


def _verdict(code: int, reply: Any) -> Refused | NotNow:
    """5xx is for good, anything else passes. The reply itself is left out: it may name people."""
    enhanced = _ENHANCED_STATUS.search(reply if isinstance(reply, bytes) else str(reply).encode())
    cause = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
    return Refused(cause) if 500 <= code < 600 else NotNow(cause)
