"""Files: refused or made harmless, under their own name, and gone when nobody needs them."""

import io
import re
import resource
import socket
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import pytest
import time_machine
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.core import antivirus, db, inspection, jobs, uploads
from app.core.errors import Missing, TooMany, WrongState
from app.core.permissions import Actor
from app.core.uploads import FileState, StoredFile, WrongFile
from app.factory import Sawt
from tests.factories import files

HUDA, YUSUF = Actor(browser="huda"), Actor(browser="yusuf")
FORM = "complaint"


@pytest.fixture(autouse=True)
def page(app: Sawt) -> Iterator[None]:
    """Files are received in a request, in English."""
    with app.test_request_context("/en/"):
        app.preprocess_request()
        yield


def _receive(name: str, content: bytes, owner: Actor = HUDA) -> StoredFile:
    return uploads.receive(owner, FileStorage(io.BytesIO(content), filename=name), FORM)


def _content(app: Sawt, stored: StoredFile) -> bytes:
    with app.extensions["storage"].open(stored.storage_name) as content:
        return bytes(content.read())


def _refusal(name: str, content: bytes) -> str:
    with pytest.raises(WrongFile) as refused:
        _receive(name, content)
    return str(refused.value)


def _reload(stored: StoredFile) -> StoredFile | None:
    with db.transaction(reading=True) as session:
        return session.get(StoredFile, stored.id)


# What is taken is made harmless

PICTURES: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("صورة.jpg", files.jpeg, "image/jpeg", "صورة.jpg"),
    ("a.JPEG", files.jpeg, "image/jpeg", "a.JPEG"),
    ("a.png", files.png, "image/png", "a.png"),
    ("a.webp", files.webp, "image/jpeg", "a.jpg"),
    ("a.gif", files.gif, "image/png", "a.png"),
    ("صورة.heic", files.heic, "image/jpeg", "صورة.jpg"),
]


@pytest.mark.parametrize(("name", "make", "media_type", "kept"), PICTURES, ids=[p[0] for p in PICTURES])
def test_c18_a_picture_keeps_what_is_seen_and_loses_place_and_author(
    app: Sawt, name: str, make: Callable[[], bytes], media_type: str, kept: str
) -> None:
    stored = _receive(name, make())
    content = _content(app, stored)
    assert (stored.media_type, stored.name, stored.size) == (media_type, kept, len(content))
    assert files.CANARY.encode() not in content
    assert b"Exif" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not picture.getexif()
        is_upright = "gif" in name or "heic" in name
        assert is_upright or picture.size == (48, 64), "the photo should stand upright"


def test_c18_a_pdf_loses_author_scripts_files_and_the_place_of_its_photo(app: Sawt) -> None:
    before = files.pdf()
    stored = _receive("تقرير.pdf", before)
    with pikepdf.open(io.BytesIO(before)) as old:
        assert files.CANARY in str(old.docinfo["/Author"])
    content = _content(app, stored)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
        note = document.pages[0].Annots[0]
        assert str(note.Contents) == "stays"
        assert str(note.A.S) == "/Named"
        whole = b"".join(_all_bytes(thing) for thing in document.objects)
    assert files.CANARY.encode() not in whole + content
    for word in (b"JavaScript", b"/Launch", b"EmbeddedFile", b"OpenAction"):
        assert word not in whole


def _all_bytes(thing: pikepdf.Object) -> bytes:
    raw = thing.read_raw_bytes() if isinstance(thing, pikepdf.Stream) else b""
    return raw + thing.unparse()


OFFICE = [
    ("a.docx", files.DOCX, "word/document.xml", "نص الشكوى"),
    ("a.xlsx", files.XLSX, "xl/comments1.xml", "stays"),
    ("a.odt", files.ODT, "content.xml", "stays"),
]


@pytest.mark.parametrize(("name", "parts", "part", "text"), OFFICE, ids=[o[0] for o in OFFICE])
def test_c18_a_document_keeps_its_text_and_loses_its_authors(
    app: Sawt, name: str, parts: files.Parts, part: str, text: str
) -> None:
    content = _content(app, _receive(name, files.packed(parts)))
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert text in pack.read(part).decode()
        whole = b"".join(pack.read(each) for each in pack.namelist())
    assert files.CANARY.encode() not in whole
    assert b"Exif" not in whole
    assert b"attachedTemplate" not in whole
    assert ("https://example.org/" in whole.decode("latin1")) == (name == "a.docx")


def test_c18_a_text_loses_control_and_direction_characters_alone(app: Sawt) -> None:
    stored = _receive("رسالة.txt", "\ufeffشكوى \u202egpj.exe\r\n\n600-555-123".encode())
    assert _content(app, stored).decode() == "شكوى gpj.exe\n\n600-555-123\n"


def test_c19_a_table_runs_no_formula_and_keeps_its_numbers(app: Sawt) -> None:
    table = 'الاسم,=cmd|calc,-5,+971 4 123,"@x"\n=1+1;-2.5;"-3,5"\t-x\n'
    stored = _receive("جدول.csv", table.encode())
    assert _content(app, stored).decode() == (
        "الاسم,'=cmd|calc,-5,+971 4 123,\"'@x\"\n'=1+1;-2.5;\"-3,5\"\t'-x\n"
    )


def test_c18_a_picture_that_is_also_a_script_becomes_a_picture_alone(app: Sawt) -> None:
    polyglot = files.gif(b"*/=1;alert(document.domain)//")
    assert b"alert" not in _content(app, _receive("a.gif", polyglot + b"\n/*alert*/"))


# What is refused


REFUSED: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    ("a.svg", b"<svg onload='alert(1)'/>", "Files of this type"),
    ("a.html", b"<script>alert(1)</script>", "Files of this type"),
    ("a.zip", files.docx, "Files of this type"),
    ("a.docm", files.docx, "Files of this type"),
    ("a.jpg.exe", files.jpeg, "Files of this type"),
    ("noextension", files.jpeg, "Files of this type"),
    ("", files.jpeg, "Files of this type"),
    (".jpg", files.jpeg, "Files of this type"),
    ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>", "does not fit its name"),
    ("a.txt", b"#!/bin/sh\nrm", "does not fit its name"),
    ("a.txt", b"MZ\x90\x00\x03", "not in UTF-8"),
    ("a.txt", "شكوى".encode("cp1256"), "not in UTF-8"),
    ("a.jpg", files.png, "does not fit its name"),
    ("a.pdf", files.png, "does not fit its name"),
    ("a.png", b"<svg/>", "does not fit its name"),
    ("a.docx", lambda: files.packed(files.XLSX), "does not fit its name"),
    ("a.docx", lambda: files.docx({"../../etc/passwd": "x"}), "does not fit its name"),
    ("a.docx", lambda: files.docx({"word/vbaProject.bin": "x"}), "macros"),
    ("a.docx", lambda: files.docx({"word/embeddings/oleObject1.bin": "x"}), "macros"),
    ("a.odt", lambda: files.packed({**files.ODT, "Basic/Standard/Module1.xml": "<a/>"}), "macros"),
    ("a.pdf", files.locked_pdf, "password"),
    ("a.jpg", lambda: files.jpeg()[:400], "damaged"),
    ("a.pdf", b"%PDF-1.7\n" + b"x" * 500, "damaged"),
    ("a.jpg", b"", "empty"),
    ("a.txt", files.EICAR, "virus"),
    ("a.gif", lambda: files.gif(files.EICAR), "virus"),
    ("a.docx", lambda: files.docx({"word/x.xml": files.EICAR}), "virus"),
]


@pytest.mark.parametrize(("name", "make", "words"), REFUSED, ids=[f"{r[0]} {r[2]}" for r in REFUSED])
def test_c18_what_does_not_belong_here_is_refused_with_its_reason(
    app: Sawt, name: str, make: bytes | Callable[[], bytes], words: str
) -> None:
    assert words in _refusal(name, make if isinstance(make, bytes) else make())
    with db.transaction(reading=True) as session:
        assert session.scalars(select(StoredFile)).all() == []


BOMBS: list[tuple[str, Callable[[], bytes]]] = [
    ("pixels.png", files.png_bomb),
    ("text.png", files.png_text_bomb),
    ("stream.pdf", files.pdf_bomb),
    ("picture.pdf", lambda: files.pdf_bomb(is_picture=True)),
    ("objects.pdf", files.pdf_object_stream_bomb),
    ("zeros.docx", lambda: files.docx({"word/media/x.emf": b"\0" * 200_000_000})),
    ("tiny.docx", lambda: files.docx({f"word/{n}.xml": "<a/>" for n in range(10_000)})),
    ("laughs.docx", lambda: files.docx({"word/x.xml": _laughs()})),
    ("nested.txt", lambda: zlib.compress(b"\0" * 200_000_000, 9)),
]


def _laughs() -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE l [<!ENTITY l0 "ha">{lines}]><l>&l9;</l>'


@pytest.mark.parametrize(("name", "make"), BOMBS, ids=[b[0] for b in BOMBS])
def test_c18_a_bomb_is_refused_in_two_seconds_with_little_memory(
    app: Sawt, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[], bytes]
) -> None:
    content = make()
    assert len(content) < 2_000_000
    peaks = _note_peaks(monkeypatch)
    before = _cpu_seconds()
    _refusal(name, content)
    assert _cpu_seconds() - before < 2
    assert peaks, "it was to be refused by the cleaning process"
    assert max(peaks) < 200_000_000


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _note_peaks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most bytes each cleaning process had in memory, by its own word at its end."""
    peaks: list[int] = []
    run = subprocess.run

    def measured(command: list[str], **options: Any) -> Any:
        told = "; import sys; sys.stderr.write(open('/proc/self/status').read())"
        done = run([*command[:2], command[2] + told, *command[3:]], **options)
        peaks.append(int(re.search(rb"VmHWM:\s+(\d+) kB", done.stderr)[1]) * 1024)  # type: ignore[index]
        return done

    monkeypatch.setattr(subprocess, "run", measured)
    return peaks


def test_a_file_over_the_limit_is_refused_while_it_is_read(app: Sawt) -> None:
    limit = app.config["MAX_FILE_BYTES"]
    assert "too large" in _refusal("a.txt", b"a" * (limit + 1))


def test_the_limit_of_a_cleaning_process_holds(app: Sawt, tmp_path: Path) -> None:
    code = "from app.core import cleaning; cleaning.limit_self('pdf'); bytearray(300_000_000)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=inspection.ROOT)
    assert b"MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS) == (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_a_cleaning_process_gets_no_secret(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEYS", "canary")
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def noting(*args: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    _receive("a.jpg", files.jpeg())
    assert seen
    assert all("canary" not in value for value in seen[0].values())


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
    stored = _receive(sent, files.jpeg())
    assert stored.name == kept
    with uploads.send(stored) as answer:
        header = answer.headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename=\"file\.jpg\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+", header)
    assert unquote(header.rpartition("''")[2]) == kept


# Sending


def test_c18_a_file_is_sent_as_a_download_that_nothing_runs(app: Sawt) -> None:
    stored = _receive("شكوى.pdf", files.pdf())
    with uploads.send(stored) as answer:
        answer.direct_passthrough = False
        assert answer.get_data() == _content(app, stored)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert int(answer.headers["Content-Length"]) == stored.size


# Waiting, attaching, going


def test_files_of_a_form_wait_for_their_sender_alone(app: Sawt) -> None:
    first, second = _receive("1.jpg", files.jpeg()), _receive("2.jpg", files.jpeg())
    with db.transaction():
        assert [f.id for f in uploads.kept(HUDA, FORM)] == [first.id, second.id]
        assert uploads.kept(HUDA, "other form") == uploads.kept(YUSUF, FORM) == []
        named = [second.public_id, first.public_id, "forged"]
        assert [f.id for f in uploads.unattached(HUDA, named)] == [second.id, first.id]
        assert uploads.unattached(YUSUF, named) == []
        with pytest.raises(Missing):
            uploads.discard(YUSUF, first.public_id)


def test_a_file_belongs_to_one_thing_for_good(app: Sawt) -> None:
    stored = _receive("1.jpg", files.jpeg())
    for _time in range(2):  # a repeated submit
        with db.transaction() as session:
            uploads.attach(session.get_one(StoredFile, stored.id), "case", "1")
    with pytest.raises(WrongState), db.transaction() as session:
        uploads.attach(session.get_one(StoredFile, stored.id), "case", "2")
    with db.transaction():
        assert [f.id for f in uploads.attached("case", "1")] == [stored.id]
        assert uploads.kept(HUDA, FORM) == []


def test_what_no_form_sends_goes_after_a_day_and_the_rest_stays(app: Sawt) -> None:
    lost, sent = _receive("1.jpg", files.jpeg()), _receive("2.jpg", files.jpeg())
    with db.transaction() as session:
        uploads.attach(session.get_one(StoredFile, sent.id), "case", "1")
    for hours, is_there in ((23, True), (25, False)):
        with time_machine.travel(lost.created_at + timedelta(hours=hours)):
            with db.transaction():
                uploads.forget_unattached()
            jobs.work_off()
        assert (_reload(lost) is not None) == is_there
    with pytest.raises(FileNotFoundError):
        _content(app, lost)
    assert _content(app, sent)


def test_a_discarded_file_is_gone_from_the_disk(app: Sawt) -> None:
    stored = _receive("1.jpg", files.jpeg())
    with db.transaction():
        uploads.discard(HUDA, stored.public_id)
    with db.transaction() as session, pytest.raises(Missing):
        uploads.send(session.get_one(StoredFile, stored.id))
    jobs.work_off()
    assert _reload(stored) is None
    with pytest.raises(FileNotFoundError):
        _content(app, stored)


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
    assert "not sent yet" in _refusal("a.jpg", files.jpeg())
    assert _receive("a.jpg", files.jpeg(), YUSUF).is_ready


def test_c10_a_full_disk_leaves_a_clear_word_and_no_half_file(
    app: Sawt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(name: str, source: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app.extensions["storage"], "put", no_space)
    assert "could not be stored" in _refusal("a.jpg", files.jpeg())
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
    assert _receive("a.txt", b"good").is_ready
    assert "virus" in _refusal("b.txt", b"a wicked text")


@pytest.mark.parametrize(("text", "state"), [(b"good", FileState.READY), (b"wicked", FileState.INFECTED)])
def test_while_the_scanner_is_away_files_wait_and_are_not_sent_out(
    app: Sawt, clamav: FakeClamav, text: bytes, state: FileState
) -> None:
    clamav.is_away = True
    stored = _receive("a.txt", text)
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
            _receive("a.jpg", files.jpeg())
    finally:
        for _turn in range(uploads.CLEANED_AT_ONCE):
            uploads._cleaning.release()
    assert _receive("a.jpg", files.jpeg()).is_ready
