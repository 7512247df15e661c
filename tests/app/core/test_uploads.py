"""Files: under their own name, for whom they are, and gone when nobody needs them."""

import io
import re
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import time_machine

from app.core import antivirus, db, jobs, uploads
from app.core.errors import Missing, TooMany, WrongState
from app.core.uploads import FileState, StoredFile
from app.factory import Sawt
from tests.factories import files
from tests.factories.uploads import FORM, HUDA, YUSUF, content_of, receive, refusal


@pytest.fixture(autouse=True)
def page(app: Sawt) -> Iterator[None]:
    """Files are received in a request, in English."""
    with app.test_request_context("/en/"):
        app.preprocess_request()
        yield


def _reload(stored: StoredFile) -> StoredFile | None:
    with db.transaction(reading=True) as session:
        return session.get(StoredFile, stored.id)


# Names


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("شكوى.jpg", "شكوى.jpg"),
        ("../../../etc/شكوى.jpg", "شكوى.jpg"),
        ("C:\\Users\\x\\شكوى.jpg", "شكوى.jpg"),
        ("ab\u202egpj.exe.jpg", "abgpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "a Set-Cookie: x.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ('a"b;c.jpg', 'a"b;c.jpg'),
        ("ش" * 251 + ".jpg", "ش" * 146 + ".jpg"),
    ],
)
def test_c18_a_name_is_kept_as_it_reads_and_does_no_harm(app: Sawt, sent: str, kept: str) -> None:
    stored = receive(sent, files.jpeg())
    assert stored.name == kept
    with uploads.send(stored) as answer:
        header = answer.headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename=\"file\.jpg\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", header)
    assert unquote(header.rpartition("''")[2]) == kept


# Sending


def test_c18_a_file_is_sent_as_a_download_that_nothing_runs(app: Sawt) -> None:
    stored = receive("شكوى.pdf", files.pdf())
    with uploads.send(stored) as answer:
        answer.direct_passthrough = False
        assert answer.get_data() == content_of(app, stored)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert int(answer.headers["Content-Length"]) == stored.size


# Waiting, attaching, going


def test_files_of_a_form_wait_for_their_sender_alone(app: Sawt) -> None:
    first, second = receive("1.jpg", files.jpeg()), receive("2.jpg", files.jpeg())
    with db.transaction():
        assert [f.id for f in uploads.kept(HUDA, FORM)] == [first.id, second.id]
        assert uploads.kept(HUDA, "other form") == uploads.kept(YUSUF, FORM) == []
        named = [second.public_id, first.public_id, "forged"]
        assert [f.id for f in uploads.unattached(HUDA, named)] == [second.id, first.id]
        assert uploads.unattached(YUSUF, named) == []
        with pytest.raises(Missing):
            uploads.discard(YUSUF, first.public_id)


def test_a_file_belongs_to_one_thing_for_good(app: Sawt) -> None:
    stored = receive("1.jpg", files.jpeg())
    for _time in range(2):  # a repeated submit
        with db.transaction() as session:
            uploads.attach(session.get_one(StoredFile, stored.id), "case", "1")
    with pytest.raises(WrongState), db.transaction() as session:
        uploads.attach(session.get_one(StoredFile, stored.id), "case", "2")
    with db.transaction():
        assert [f.id for f in uploads.attached("case", "1")] == [stored.id]
        assert uploads.kept(HUDA, FORM) == []


def test_what_no_form_sends_goes_after_a_day_and_the_rest_stays(app: Sawt) -> None:
    lost, sent = receive("1.jpg", files.jpeg()), receive("2.jpg", files.jpeg())
    with db.transaction() as session:
        uploads.attach(session.get_one(StoredFile, sent.id), "case", "1")
    for hours, is_there in ((23, True), (25, False)):
        with time_machine.travel(lost.created_at + timedelta(hours=hours)):
            with db.transaction():
                uploads.forget_unattached()
            jobs.work_off()
        assert (_reload(lost) is not None) == is_there
    with pytest.raises(FileNotFoundError):
        content_of(app, lost)
    assert content_of(app, sent)


def test_a_discarded_file_is_gone_from_the_disk(app: Sawt) -> None:
    stored = receive("1.jpg", files.jpeg())
    with db.transaction():
        uploads.discard(HUDA, stored.public_id)
    with db.transaction() as session, pytest.raises(Missing):
        uploads.send(session.get_one(StoredFile, stored.id))
    jobs.work_off()
    assert _reload(stored) is None
    with pytest.raises(FileNotFoundError):
        content_of(app, stored)


def test_one_sender_cannot_pile_up_files(app: Sawt) -> None:
    with db.transaction() as session:
        for number in range(uploads.MOST_KEPT):
            session.add(
                StoredFile(
                    owner_key=HUDA.key,
                    name="a.txt",
                    media_type="text/plain",
                    size=1,
                    sha256="",
                    storage_name=str(number),
                )
            )
    assert "not sent yet" in refusal("a.jpg", files.jpeg())
    assert receive("a.jpg", files.jpeg(), YUSUF).is_ready


def test_c10_a_full_disk_leaves_a_clear_word_and_no_half_file(
    app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(name: str, source: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app.extensions["storage"], "put", no_space)
    assert "could not be stored" in refusal("a.jpg", files.jpeg())
    with db.transaction(reading=True):
        assert uploads.kept(HUDA, FORM) == []


# The virus scanner


@pytest.fixture
def clamav(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> Iterator["FakeClamav"]:
    scanner = FakeClamav()
    monkeypatch.setitem(app.config, "CLAMAV_URL", scanner.url)
    scanner.start()
    yield scanner
    scanner.stop()


class FakeClamav:
    """Speaks INSTREAM as clamd does; finds what has the word "wicked" in it."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._socket.getsockname()[1]}"
        self.is_away = False

    def start(self) -> None:
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _peer = self._socket.accept()
            except OSError:
                return
            with line, line.makefile("rb") as asked:
                if not self.is_away:
                    line.sendall(self._answer(asked))

    def _answer(self, asked: io.BufferedReader) -> bytes:
        command = asked.read(6)
        if command == b"zPING\0":
            return b"PONG\0"
        assert command + asked.read(4) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(asked.read(4), "big"):
            content += asked.read(size)
        return b"stream: Wicked-1 FOUND\0" if b"wicked" in content else b"stream: OK\0"


def test_a_scanned_file_is_kept_or_refused(app: Sawt, clamav: FakeClamav) -> None:
    assert antivirus.is_answering(clamav.url)
    assert receive("a.txt", b"good").is_ready
    assert "virus" in refusal("b.txt", b"a wicked text")


@pytest.mark.parametrize(("text", "state"), [(b"good", FileState.READY), (b"wicked", FileState.INFECTED)])
def test_while_the_scanner_is_away_files_wait_and_are_not_sent_out(
    app: Sawt, clamav: FakeClamav, text: bytes, state: FileState
) -> None:
    clamav.is_away = True
    stored = receive("a.txt", text)
    assert stored.state == FileState.UNSCANNED
    with pytest.raises(Missing):
        uploads.send(stored)
    uploads.scan_waiting()
    clamav.is_away = False
    uploads.scan_waiting()
    after = _reload(stored)
    assert after is not None
    assert after.state == state


def test_who_comes_while_others_are_cleaned_is_asked_to_wait(
    app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "WAIT_FOR_CLEANING_SECONDS", 0.01)
    for _turn in range(uploads.CLEANED_AT_ONCE):
        assert uploads._cleaning.acquire()
    try:
        with pytest.raises(TooMany):
            receive("a.jpg", files.jpeg())
    finally:
        for _turn in range(uploads.CLEANED_AT_ONCE):
            uploads._cleaning.release()
    assert receive("a.jpg", files.jpeg()).is_ready
